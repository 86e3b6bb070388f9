#include "relay-client/lineapi/emulate/emulated_query.h"

#include "base/hex.h"

/* The character at text[*at], decoded; moves behind it. */
static char next(struct span text, size_t *at)
{
    struct span digits = span_slice(text, *at + 1, *at + 3);
    char c = text.ptr[*at];
    uint8_t byte;

    *at += 1;
    if (c == '+')
        return ' ';
    if (c != '%' || hex_parse(digits, &byte, 1) != OK)
        return c;
    *at += 2;
    return (char)byte;
}

static bool decode(struct span text, char *out, size_t size)
{
    size_t len = 0;

    for (size_t at = 0; at < text.len; len++) {
        char c = next(text, &at);
        if (len + 1 >= size || c == '\0')
            return false;
        out[len] = c;
    }
    if (size == 0)
        return false;
    out[len] = '\0';
    return true;
}

static bool is_name(struct span text, const char *name)
{
    char decoded[64];

    return decode(text, decoded, sizeof decoded) && strcmp(decoded, name) == 0;
}

/* The first pair of this name; false: there is none. */
static bool find_value(struct span text, const char *name, struct span *out)
{
    while (text.len > 0) {
        struct span pair = span_slice(text, 0, span_find(text, '&'));
        size_t equals = span_find(pair, '=');

        *out = span_slice(pair, equals + 1, pair.len);
        if (is_name(span_slice(pair, 0, equals), name))
            return true;
        text = span_slice(text, pair.len + 1, text.len);
    }
    return false;
}

bool emulated_query_find(struct span text, const char *name, char *out, size_t size)
{
    struct span value;

    return find_value(text, name, &value) && decode(value, out, size);
}

bool emulated_query_has(struct span text, const char *name)
{
    struct span value;

    return find_value(text, name, &value);
}
