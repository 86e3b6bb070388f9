#include "relay-client/journal/query/query_text.h"

#include "codec/json/json_scan.h"

/* What stands for a character that has a half-width form, or 0. */
static char half_width(const uint8_t *c, size_t len)
{
    unsigned point = len == 3 ? (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu) : 0;

    if (point >= 0xff01 && point <= 0xff5e)
        return (char)(point - 0xff01 + '!');
    if (point == 0x3000)
        return ' ';
    return point == 0x201c || point == 0x201d ? '"' : 0;
}

static void put(struct query_text *t, char c, size_t at)
{
    t->chars[t->len] = c;
    t->at[t->len++] = (uint16_t)at;
}

enum err query_text_read(struct span source, struct query_text *out, size_t *wrong)
{
    if (source.len > JOURNAL_QUERY_MAX)
        return ERR_LIMIT;
    out->len = 0;
    for (size_t at = 0, len; at < source.len; at += len) {
        const char *c = source.ptr + at;

        len = json_scan_utf8_len(c, source.len - at);
        if (len == 0) {
            *wrong = at;
            return ERR_SYNTAX;
        }
        char half = half_width((const uint8_t *)c, len);
        if (half)
            put(out, half, at);
        for (size_t i = 0; !half && i < len; i++)
            put(out, c[i], at);
    }
    out->at[out->len] = (uint16_t)source.len;
    return OK;
}

/* Units of the character that begins with this byte, and how many bytes it has. */
static size_t units_of(struct span s, size_t at, size_t *len)
{
    *len = json_scan_utf8_len(s.ptr + at, s.len - at);
    if (*len == 0)
        *len = 1;
    return *len == 4 ? 2 : 1;
}

size_t query_text_units(struct span source, size_t bytes)
{
    size_t units = 0;

    for (size_t at = 0, len; at < bytes && at < source.len; at += len)
        units += units_of(source, at, &len);
    return units;
}

size_t query_text_offset(struct span source, size_t units)
{
    size_t at = 0, len;

    for (size_t passed = 0; at < source.len && passed < units; at += len)
        passed += units_of(source, at, &len);
    return at;
}
