#include "http/http_date.h"

#include <time.h>

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static void put_two(char *at, int value)
{
    at[0] = (char)('0' + value / 10 % 10);
    at[1] = (char)('0' + value % 10);
}

struct span http_date_format(char out[static HTTP_DATE_LEN], uint64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm = {0};

    (void)gmtime_r(&seconds, &tm);
    memcpy(out, "Day, 00 Mon 0000 00:00:00 GMT", HTTP_DATE_LEN);
    memcpy(out, &days[tm.tm_wday * 3], 3);
    put_two(out + 5, tm.tm_mday);
    memcpy(out + 8, &months[tm.tm_mon * 3], 3);
    put_two(out + 12, (tm.tm_year + 1900) / 100);
    put_two(out + 14, tm.tm_year % 100);
    put_two(out + 17, tm.tm_hour);
    put_two(out + 20, tm.tm_min);
    put_two(out + 23, tm.tm_sec);
    return span_of(out, HTTP_DATE_LEN);
}

/* --- the other way --- */

static bool take_number(struct span text, size_t at, size_t len, int *out)
{
    uint64_t value;

    if (!span_parse_u64(span_slice(text, at, at + len), &value))
        return false;
    *out = (int)value;
    return true;
}

static bool take_month(struct span text, int *out)
{
    for (int i = 0; i < 12; i++)
        if (memcmp(text.ptr + 8, &months[i * 3], 3) == 0) {
            *out = i;
            return true;
        }
    return false;
}

bool http_date_parse(struct span text, uint64_t *wall_ms)
{
    char again[HTTP_DATE_LEN];
    struct tm tm = {0};

    if (text.len != HTTP_DATE_LEN || !take_number(text, 5, 2, &tm.tm_mday) ||
        !take_month(text, &tm.tm_mon) || !take_number(text, 12, 4, &tm.tm_year) ||
        !take_number(text, 17, 2, &tm.tm_hour) || !take_number(text, 20, 2, &tm.tm_min) ||
        !take_number(text, 23, 2, &tm.tm_sec) || tm.tm_year < 1970)
        return false;
    tm.tm_year -= 1900;
    uint64_t ms = (uint64_t)timegm(&tm) * 1000;
    if (!span_is(http_date_format(again, ms), text)) /* no such day, or other separators */
        return false;
    *wall_ms = ms;
    return true;
}
