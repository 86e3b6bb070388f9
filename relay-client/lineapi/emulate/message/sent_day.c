#include "relay-client/lineapi/emulate/message/sent_day.h"

#define DAY_MS    86400000u
#define OFFSET_MS 32400000u /* nine hours */

struct date {
    uint64_t year, month, day; /* from 1 */
};

static bool is_leap(uint64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint64_t month_len(uint64_t year, uint64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return (uint64_t)days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first of January. */
static uint64_t year_begin(uint64_t year)
{
    uint64_t before = year - 1;

    return 365 * (year - 1970) + (before / 4 - before / 100 + before / 400) -
           (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static struct date date_of(uint64_t day)
{
    struct date d = {1970 + day / 366, 1, 0};

    while (year_begin(d.year + 1) <= day)
        d.year++;
    uint64_t left = day - year_begin(d.year);
    while (left >= month_len(d.year, d.month))
        left -= month_len(d.year, d.month++);
    d.day = left + 1;
    return d;
}

uint64_t sent_day_of(uint64_t wall_ms)
{
    return (wall_ms + OFFSET_MS) / DAY_MS;
}

uint64_t sent_day_month(uint64_t wall_ms)
{
    struct date d = date_of(sent_day_of(wall_ms));

    return d.year * 12 + d.month - 1;
}

bool sent_day_parse(struct span text, uint64_t *out)
{
    struct date d;

    if (text.len != 8 || !span_parse_u64(span_slice(text, 0, 4), &d.year) ||
        !span_parse_u64(span_slice(text, 4, 6), &d.month) ||
        !span_parse_u64(span_slice(text, 6, 8), &d.day))
        return false;
    if (d.year < 1970 || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > month_len(d.year, d.month))
        return false;
    *out = year_begin(d.year) + d.day - 1;
    for (uint64_t month = 1; month < d.month; month++)
        *out += month_len(d.year, month);
    return true;
}
