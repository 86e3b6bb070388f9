#include "base/base64.h"

/* Longer input would overflow BASE64_LEN. */
#define LEN_MAX (SIZE_MAX / 4 * 3 - 3)

static char digit(uint32_t value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";

    return digits[value & 63];
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

enum err base64_format(char *out, size_t size, const void *src, size_t len)
{
    const uint8_t *in = src;

    if (len > LEN_MAX || size <= BASE64_LEN(len))
        return ERR_LIMIT;
    for (; len > 0; in += 3) {
        size_t part = len < 3 ? len : 3;
        uint32_t bits = (uint32_t)in[0] << 16;

        bits |= part > 1 ? (uint32_t)in[1] << 8 : 0;
        bits |= part > 2 ? (uint32_t)in[2] : 0;
        *out++ = digit(bits >> 18);
        *out++ = digit(bits >> 12);
        *out++ = part > 1 ? digit(bits >> 6) : '=';
        *out++ = part > 2 ? digit(bits) : '=';
        len -= part;
    }
    *out = '\0';
    return OK;
}

static size_t padding_of(struct span text)
{
    size_t padding = 0;

    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    return padding;
}

/* Whole groups, only digits before the padding, and no bit set that the padding
 * makes meaningless. */
static bool is_well_formed(struct span text, size_t padding)
{
    size_t digits = text.len - padding;

    if (text.len % 4 != 0)
        return false;
    for (size_t i = 0; i < digits; i++)
        if (value_of(text.ptr[i]) < 0)
            return false;
    if (padding == 0)
        return true;
    unsigned unused = padding == 1 ? 3 : 15;
    return ((unsigned)value_of(text.ptr[digits - 1]) & unused) == 0;
}

enum err base64_parse(struct span text, uint8_t *out, size_t size, size_t *len)
{
    size_t padding = padding_of(text);
    uint32_t bits = 0;

    if (!is_well_formed(text, padding))
        return ERR_SYNTAX;
    size_t parsed = text.len / 4 * 3 - padding;
    if (parsed > size)
        return ERR_LIMIT;
    for (size_t i = 0; i < text.len - padding; i++) {
        bits = bits << 6 | (uint32_t)value_of(text.ptr[i]);
        if (i % 4 != 0)
            *out++ = (uint8_t)(bits >> (6 - i % 4 * 2));
    }
    *len = parsed;
    return OK;
}
