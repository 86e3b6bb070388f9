#include "base/text.h"

#include "base/container.h"
#include "base/text_width_table.h"

#include <stdio.h>
#include <time.h>

/* The longest piece that one character becomes: \u{10FFFF}. */
#define PIECE_SIZE sizeof("\\u{10FFFF}")

/* ---- UTF-8 (RFC 3629) ---- */

/* Length of the well-formed sequence that begins with `lead`, 0 = none does. */
static size_t sequence_len(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2) /* continuations, and leads of overlong pairs */
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead < 0xf0)
        return 3;
    return lead < 0xf5 ? 4 : 0;
}

static bool is_overlong_or_unassignable(uint32_t code, size_t len)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};

    return code < lowest[len] || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
}

/* Bytes of the character at s.ptr, 0 when they are not well-formed UTF-8. */
static size_t decode(struct span s, uint32_t *out)
{
    const uint8_t *in = (const uint8_t *)s.ptr;
    size_t len = s.len > 0 ? sequence_len(in[0]) : 0;

    if (len == 0 || len > s.len)
        return 0;
    uint32_t code = len == 1 ? in[0] : in[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((in[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (in[i] & 0x3fu);
    }
    if (is_overlong_or_unassignable(code, len))
        return 0;
    *out = code;
    return len;
}

bool text_is_utf8(struct span s)
{
    uint32_t code;

    for (size_t at = 0, len; at < s.len; at += len) {
        len = decode(span_slice(s, at, s.len), &code);
        if (len == 0)
            return false;
    }
    return true;
}

/* ---- tables ---- */

static bool is_in(const struct text_width_range *ranges, size_t len, uint32_t code)
{
    size_t from = 0;

    while (from < len) {
        size_t middle = from + (len - from) / 2;

        if (code > ranges[middle].last)
            from = middle + 1;
        else if (code < ranges[middle].first)
            len = middle;
        else
            return true;
    }
    return false;
}

/* C0, DEL and C1, what reorders its surroundings (bidi controls), what cannot be
 * seen (zero width, invisible operators), and line breaks beyond ASCII. */
static bool is_dangerous(uint32_t code)
{
    static const struct text_width_range ranges[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    };

    return is_in(ranges, ARRAY_LEN(ranges), code);
}

size_t text_columns(struct span s)
{
    size_t columns = 0;

    for (size_t at = 0, len; at < s.len; at += len) {
        uint32_t code = 0xfffd; /* what a terminal shows for a wrong byte */

        len = decode(span_slice(s, at, s.len), &code);
        if (len == 0)
            len = 1;
        if (code < 0x20 || (code >= 0x7f && code < 0xa0))
            continue;
        if (is_in(text_width_table_wide.at, text_width_table_wide.len, code))
            columns += 2;
        else if (!is_in(text_width_table_zero.at, text_width_table_zero.len, code))
            columns += 1;
    }
    return columns;
}

size_t text_showable(struct span s)
{
    uint32_t code;
    size_t at = 0, len;

    while ((len = decode(span_slice(s, at, s.len), &code)) > 0 && !is_dangerous(code))
        at += len;
    return at;
}

/* ---- escaping ---- */

/* One character, as it may be shown. */
struct piece {
    size_t taken; /* bytes of the input */
    size_t len;
    char text[PIECE_SIZE];
};

static struct piece next_piece(struct span s)
{
    struct piece p = {.taken = 1};
    uint32_t code = 0;
    size_t len = decode(s, &code);

    if (len > 0 && !is_dangerous(code)) {
        p.taken = p.len = len;
        memcpy(p.text, s.ptr, len);
    } else if (len > 1) {
        p.taken = len;
        p.len = (size_t)snprintf(p.text, sizeof(p.text), "\\u{%04X}", (unsigned)code);
    } else {
        p.len = (size_t)snprintf(p.text, sizeof(p.text), "\\x%02X", (unsigned char)s.ptr[0]);
    }
    return p;
}

static size_t escaped_len(struct span s)
{
    size_t len = 0;

    while (s.len > 0) {
        struct piece p = next_piece(s);

        len += p.len;
        s = span_slice(s, p.taken, s.len);
    }
    return len;
}

enum err text_append_escaped(struct bytes *out, struct span s)
{
    size_t len = escaped_len(s);
    uint8_t *room;
    enum err e = bytes_reserve(out, len, &room);

    if (e)
        return e;
    while (s.len > 0) {
        struct piece p = next_piece(s);

        memcpy(room, p.text, p.len);
        room += p.len;
        s = span_slice(s, p.taken, s.len);
    }
    bytes_added(out, len);
    return OK;
}

const char *text_escape(char *buf, size_t size, struct span s)
{
    size_t len = 0;
    size_t cut = 0; /* the last border that leaves room for the dots */

    if (size == 0)
        return buf;
    while (s.len > 0) {
        struct piece p = next_piece(s);

        if (p.len > size - 1 - len) {
            size_t dots = size - 1 - cut < 3 ? size - 1 - cut : 3;

            memset(buf + cut, '.', dots);
            len = cut + dots;
            break;
        }
        memcpy(buf + len, p.text, p.len);
        len += p.len;
        if (size - 1 - len >= 3)
            cut = len;
        s = span_slice(s, p.taken, s.len);
    }
    buf[len] = '\0';
    return buf;
}

/* ---- quantities ---- */

/* "1.2 s": cut, not rounded, so that 999.9 ms does not become 1000 ms. */
static const char *tenths(char *buf, size_t size, uint64_t value, uint64_t unit,
                          const char *name)
{
    (void)snprintf(buf, size, "%llu.%llu %s", (unsigned long long)(value / unit),
                   (unsigned long long)(value % unit / (unit / 10)), name);
    return buf;
}

static const char *whole(char *buf, size_t size, uint64_t value, const char *name)
{
    (void)snprintf(buf, size, "%llu %s", (unsigned long long)value, name);
    return buf;
}

const char *text_duration(char *buf, size_t size, uint64_t microseconds)
{
    const uint64_t ms = 1000, s = 1000 * ms, min = 60 * s, h = 60 * min;

    if (microseconds < 10 * ms)
        return tenths(buf, size, microseconds, ms, "ms");
    if (microseconds < s)
        return whole(buf, size, microseconds / ms, "ms");
    if (microseconds < min)
        return tenths(buf, size, microseconds, s, "s");
    if (microseconds < h)
        return whole(buf, size, microseconds / min, "min");
    if (microseconds < 48 * h)
        return whole(buf, size, microseconds / h, "h");
    return whole(buf, size, microseconds / (24 * h), "d");
}

const char *text_size(char *buf, size_t size, uint64_t bytes)
{
    static const char *const names[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t unit = 1000;
    size_t i = 0;

    if (bytes < unit)
        return whole(buf, size, bytes, "B");
    for (; i + 1 < ARRAY_LEN(names) && bytes / unit >= 1000; i++)
        unit *= 1000;
    return tenths(buf, size, bytes, unit, names[i]);
}

const char *text_time(char *buf, size_t size, uint64_t wall_ms)
{
    const uint64_t last_ms = 253402300799999u; /* the end of 9999: four digits */
    uint64_t ms = wall_ms < last_ms ? wall_ms : last_ms;
    time_t seconds = (time_t)(ms / 1000);
    struct tm t = {0};

    gmtime_r(&seconds, &t);
    (void)snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", t.tm_year + 1900,
                   t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
                   (unsigned)(ms % 1000));
    return buf;
}
