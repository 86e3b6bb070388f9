#include "relay-client/inspector/import/har_time.h"

#include "codec/line/line_time.h"

#include <stdio.h>

#define DATE_LEN 19u /* 2026-11-21T19:24:05 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes ".123456" off; its first three digits, filled up with zeros. */
static void take_fraction(struct span *text, char out[static 4])
{
    size_t len = 1;

    (void)snprintf(out, 4, "000");
    if (text->len < 2 || text->ptr[0] != '.' || !is_digit(text->ptr[1]))
        return;
    for (; len < text->len && is_digit(text->ptr[len]); len++)
        if (len <= 3)
            out[len - 1] = text->ptr[len];
    *text = span_slice(*text, len, text->len);
}

/* "Z", "+09:00", "-0330", or nothing. */
static bool read_zone(struct span zone, int64_t *ms)
{
    uint64_t hours, minutes;
    size_t colon = zone.len == 6 && zone.ptr[3] == ':';

    *ms = 0;
    if (zone.len == 0 || span_is(zone, SPAN("Z")) || span_is(zone, SPAN("z")))
        return true;
    if (zone.len != 5 + colon || (zone.ptr[0] != '+' && zone.ptr[0] != '-') ||
        !span_parse_u64(span_slice(zone, 1, 3), &hours) ||
        !span_parse_u64(span_slice(zone, 3 + colon, zone.len), &minutes) || hours > 23 ||
        minutes > 59)
        return false;
    *ms = (int64_t)((hours * 60 + minutes) * 60000);
    if (zone.ptr[0] == '-')
        *ms = -*ms;
    return true;
}

uint64_t har_time_parse(struct span text)
{
    struct span date = span_slice(text, 0, DATE_LEN),
                rest = span_slice(text, DATE_LEN, text.len);
    char fraction[4], utc[40];
    int64_t zone_ms;

    if (date.len < DATE_LEN)
        return 0;
    take_fraction(&rest, fraction);
    if (!read_zone(rest, &zone_ms))
        return 0;
    (void)snprintf(utc, sizeof utc, "%.*s.%sZ", (int)date.len, date.ptr, fraction);
    int64_t ms = (int64_t)line_time_parse(span_text(utc));
    return ms > 0 && ms > zone_ms ? (uint64_t)(ms - zone_ms) : 0;
}
