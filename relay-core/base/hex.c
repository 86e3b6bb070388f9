#include "base/hex.h"

/* 16 = not a digit. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A' + 10);
    return 16;
}

void hex_format(char *out, const void *src, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = src;

    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

enum err hex_parse(struct span text, uint8_t *out, size_t len)
{
    if (text.len % 2 != 0 || text.len / 2 != len)
        return ERR_SYNTAX;
    for (size_t i = 0; i < text.len; i++)
        if (digit_of(text.ptr[i]) > 15)
            return ERR_SYNTAX;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(digit_of(text.ptr[2 * i]) << 4 | digit_of(text.ptr[2 * i + 1]));
    return OK;
}
