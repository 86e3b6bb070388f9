#include "base/base64url.h"

/* Longer input would overflow BASE64URL_LEN. */
#define LEN_MAX (SIZE_MAX / 4 - 1)

static char digit(uint32_t value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_";

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
    if (c == '-')
        return 62;
    return c == '_' ? 63 : -1;
}

enum err base64url_format(char *out, size_t size, const void *src, size_t len)
{
    const uint8_t *in = src;
    uint32_t bits = 0;
    unsigned waiting = 0; /* of them, less than six */

    if (len > LEN_MAX || size <= BASE64URL_LEN(len))
        return ERR_LIMIT;
    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | in[i];
        for (waiting += 8; waiting >= 6; waiting -= 6)
            *out++ = digit(bits >> (waiting - 6));
    }
    if (waiting > 0)
        *out++ = digit(bits << (6 - waiting));
    *out = '\0';
    return OK;
}

/* A last digit that begins no byte is none; nor is one with bits behind the last byte. */
static bool is_well_formed(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (value_of(text.ptr[i]) < 0)
            return false;
    if (text.len % 4 == 0)
        return true;
    unsigned unused = text.len % 4 == 2 ? 15 : 3;
    return text.len % 4 != 1 && ((unsigned)value_of(text.ptr[text.len - 1]) & unused) == 0;
}

enum err base64url_parse(struct span text, uint8_t *out, size_t size, size_t *len)
{
    uint32_t bits = 0;

    if (!is_well_formed(text))
        return ERR_SYNTAX;
    size_t parsed = text.len / 4 * 3 + (text.len % 4 > 0 ? text.len % 4 - 1 : 0);
    if (parsed > size)
        return ERR_LIMIT;
    for (size_t i = 0; i < text.len; i++) {
        bits = bits << 6 | (uint32_t)value_of(text.ptr[i]);
        if (i % 4 != 0)
            *out++ = (uint8_t)(bits >> (6 - i % 4 * 2));
    }
    *len = parsed;
    return OK;
}
