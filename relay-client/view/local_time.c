#include "relay-client/view/local_time.h"

#include <stdio.h>
#include <time.h>

/* What a wall clock can show: until the end of 9999. */
#define LAST_MS 253402300799999u

static struct tm local(uint64_t wall_ms)
{
    time_t seconds = (time_t)((wall_ms < LAST_MS ? wall_ms : LAST_MS) / 1000);
    struct tm t = {0};

    localtime_r(&seconds, &t);
    return t;
}

const char *local_time_clock(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    struct tm t = local(wall_ms);

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
    return buf;
}

const char *local_time_date(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    struct tm t = local(wall_ms);

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1,
                   t.tm_mday);
    return buf;
}

const char *local_time_stamp(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    char date[LOCAL_TIME_SIZE];
    char clock[LOCAL_TIME_SIZE];

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%.10s %.8s", local_time_date(date, wall_ms),
                   local_time_clock(clock, wall_ms));
    return buf;
}

const char *local_time_full(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    char stamp[LOCAL_TIME_SIZE];

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%.19s.%03u", local_time_stamp(stamp, wall_ms),
                   (unsigned)(wall_ms % 1000));
    return buf;
}

/* ---- what people write ---- */

/* "10m": a number and a unit. */
static bool parse_span(struct span text, uint64_t *out_ms)
{
    static const struct {
        char name;
        uint64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}, {'w', 604800000}};
    uint64_t number;

    if (text.len < 2 || !span_parse_u64(span_slice(text, 0, text.len - 1), &number))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].name != text.ptr[text.len - 1] || number > LAST_MS / units[i].ms)
            continue;
        *out_ms = number * units[i].ms;
        return true;
    }
    return false;
}

/* Exactly `digits` digits at text[at], with a value from `low` to `high`. */
static bool parse_field(struct span text, size_t at, size_t digits, const int range[static 2],
                        int *out)
{
    uint64_t value;

    if (at + digits > text.len || !span_parse_u64(span_slice(text, at, at + digits), &value) ||
        value > (uint64_t)range[1] || value < (uint64_t)range[0])
        return false;
    *out = (int)value;
    return true;
}

/* "14:30" or "14:30:05", the whole text. */
static bool parse_clock(struct span text, struct tm *t)
{
    static const int hours[] = {0, 23}, sixty[] = {0, 59};

    if ((text.len != 5 && text.len != 8) || text.ptr[2] != ':')
        return false;
    t->tm_sec = 0;
    return parse_field(text, 0, 2, hours, &t->tm_hour) &&
           parse_field(text, 3, 2, sixty, &t->tm_min) &&
           (text.len == 5 ||
            (text.ptr[5] == ':' && parse_field(text, 6, 2, sixty, &t->tm_sec)));
}

/* "2026-11-21" at the beginning. */
static bool parse_date(struct span text, struct tm *t)
{
    static const int years[] = {1970, 9999}, months[] = {1, 12}, days[] = {1, 31};

    if (text.len < 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !parse_field(text, 0, 4, years, &t->tm_year) ||
        !parse_field(text, 5, 2, months, &t->tm_mon) ||
        !parse_field(text, 8, 2, days, &t->tm_mday))
        return false;
    t->tm_year -= 1900;
    t->tm_mon -= 1;
    return true;
}

static bool to_ms(struct tm t, bool utc, uint64_t *out_ms)
{
    t.tm_isdst = -1;
    time_t seconds = utc ? timegm(&t) : mktime(&t);

    if (seconds < 0)
        return false;
    *out_ms = (uint64_t)seconds * 1000;
    return true;
}

static bool parse_day(struct tm t, bool day_end, uint64_t *out_ms)
{
    const int wanted = t.tm_mday;

    t.tm_hour = t.tm_min = t.tm_sec = 0;
    struct tm check = t;

    (void)timegm(&check);
    if (check.tm_mday != wanted) /* the 31st of a month that has none */
        return false;
    t.tm_mday += day_end ? 1 : 0;
    return to_ms(t, false, out_ms);
}

static bool parse_date_and_clock(struct span text, bool day_end, uint64_t *out_ms)
{
    struct tm t = {0};
    bool utc = span_ends(text, SPAN("Z"));

    if (!parse_date(text, &t))
        return false;
    if (text.len == 10)
        return parse_day(t, day_end, out_ms);
    uint64_t day;

    if ((text.ptr[10] != 'T' && text.ptr[10] != ' ') || !parse_day(t, false, &day))
        return false;
    return parse_clock(span_slice(text, 11, text.len - utc), &t) && to_ms(t, utc, out_ms);
}

/* Of the last 24 hours. */
static bool parse_recent_clock(struct span text, uint64_t now_ms, uint64_t *out_ms)
{
    struct tm t = local(now_ms);

    if (!parse_clock(text, &t) || !to_ms(t, false, out_ms))
        return false;
    if (*out_ms <= now_ms)
        return true;
    t.tm_mday--;
    return to_ms(t, false, out_ms);
}

bool local_time_parse(struct span text, uint64_t now_ms, bool day_end, uint64_t *out_ms)
{
    struct tm t = local(now_ms);
    uint64_t ms;

    if (span_is(text, SPAN("today")))
        return parse_day(t, day_end, out_ms);
    if (span_is(text, SPAN("yesterday"))) {
        t.tm_mday--;
        return to_ms((struct tm){.tm_year = t.tm_year,
                                 .tm_mon = t.tm_mon,
                                 .tm_mday = t.tm_mday + (day_end ? 1 : 0)},
                     false, out_ms);
    }
    if (parse_span(text, &ms)) {
        *out_ms = ms < now_ms ? now_ms - ms : 1;
        return true;
    }
    return parse_recent_clock(text, now_ms, out_ms) ||
           parse_date_and_clock(text, day_end, out_ms);
}
