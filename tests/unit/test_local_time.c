#include "relay-client/view/local_time.h"

#include "tests/unit/check.h"

#include <time.h>

#define NOW_MS 1795289105123u /* 2026-11-21T19:25:05.123Z, a Saturday */

static void live_in(const char *zone)
{
    CHECK_EQ(setenv("TZ", zone, 1), 0);
    tzset();
}

static void test_formats(void)
{
    char text[LOCAL_TIME_SIZE];

    live_in("UTC");
    CHECK_STR(local_time_clock(text, NOW_MS), "19:25:05");
    CHECK_STR(local_time_date(text, NOW_MS), "2026-11-21");
    CHECK_STR(local_time_stamp(text, NOW_MS), "2026-11-21 19:25:05");
    CHECK_STR(local_time_full(text, NOW_MS), "2026-11-21 19:25:05.123");
    live_in("JST-9");
    CHECK_STR(local_time_full(text, NOW_MS), "2026-11-22 04:25:05.123");
}

static void test_formats_have_bounds(void)
{
    char text[LOCAL_TIME_SIZE];

    live_in("UTC");
    CHECK_STR(local_time_full(text, 0), "1970-01-01 00:00:00.000");
    CHECK_STR(local_time_stamp(text, 253402300799999), "9999-12-31 23:59:59");
    CHECK_STR(local_time_stamp(text, UINT64_MAX), "9999-12-31 23:59:59");
}

/* As RFC 3339 says, or "" if it is no time. */
static const char *parsed(const char *text, bool day_end)
{
    static char out[LOCAL_TIME_SIZE];
    uint64_t ms = 7;

    if (local_time_parse(span_text(text), NOW_MS, day_end, &ms))
        return local_time_full(out, ms);
    CHECK_EQ(ms, 7); /* written on success only */
    return "";
}

static void test_spans(void)
{
    live_in("UTC");
    CHECK_STR(parsed("5s", false), "2026-11-21 19:25:00.123");
    CHECK_STR(parsed("10m", false), "2026-11-21 19:15:05.123");
    CHECK_STR(parsed("2h", true), "2026-11-21 17:25:05.123");
    CHECK_STR(parsed("3d", false), "2026-11-18 19:25:05.123");
    CHECK_STR(parsed("1w", false), "2026-11-14 19:25:05.123");
    CHECK_STR(parsed("99999w", false), "1970-01-01 00:00:00.001"); /* 0 would be no limit */
    CHECK_STR(parsed("99999999999999999w", false), "");
    CHECK_STR(parsed("10", false), "");
    CHECK_STR(parsed("m", false), "");
    CHECK_STR(parsed("10x", false), "");
    CHECK_STR(parsed("-10m", false), "");
    CHECK_STR(parsed("", false), "");
}

static void test_times_of_day(void)
{
    live_in("UTC");
    CHECK_STR(parsed("14:30", false), "2026-11-21 14:30:00.000");
    CHECK_STR(parsed("19:25:05", false), "2026-11-21 19:25:05.000");
    CHECK_STR(parsed("19:25:06", false), "2026-11-20 19:25:06.000"); /* was yesterday */
    CHECK_STR(parsed("23:59", false), "2026-11-20 23:59:00.000");
    CHECK_STR(parsed("00:00", false), "2026-11-21 00:00:00.000");
    CHECK_STR(parsed("24:00", false), "");
    CHECK_STR(parsed("14:60", false), "");
    CHECK_STR(parsed("1:30", false), "");
    CHECK_STR(parsed("14-30", false), "");
    CHECK_STR(parsed("14:30:0", false), "");
}

static void test_days(void)
{
    live_in("UTC");
    CHECK_STR(parsed("today", false), "2026-11-21 00:00:00.000");
    CHECK_STR(parsed("today", true), "2026-11-22 00:00:00.000");
    CHECK_STR(parsed("yesterday", false), "2026-11-20 00:00:00.000");
    CHECK_STR(parsed("yesterday", true), "2026-11-21 00:00:00.000");
    CHECK_STR(parsed("2026-02-28", false), "2026-02-28 00:00:00.000");
    CHECK_STR(parsed("2026-02-28", true), "2026-03-01 00:00:00.000");
    CHECK_STR(parsed("2024-02-29", false), "2024-02-29 00:00:00.000");
    CHECK_STR(parsed("2026-02-29", false), "");
    CHECK_STR(parsed("2026-13-01", false), "");
    CHECK_STR(parsed("2026-00-01", false), "");
    CHECK_STR(parsed("2026-01-32", false), "");
    CHECK_STR(parsed("1969-12-31", false), "");
    CHECK_STR(parsed("2026-1-1", false), "");
    CHECK_STR(parsed("tomorrow", false), "");
}

static void test_days_with_times(void)
{
    live_in("UTC");
    CHECK_STR(parsed("2026-11-20T14:30", true), "2026-11-20 14:30:00.000");
    CHECK_STR(parsed("2026-11-20 14:30:09", false), "2026-11-20 14:30:09.000");
    CHECK_STR(parsed("2026-11-20T14:30:09Z", false), "2026-11-20 14:30:09.000");
    CHECK_STR(parsed("2026-11-20x14:30", false), "");
    CHECK_STR(parsed("2026-11-20T", false), "");
    CHECK_STR(parsed("2026-11-20T14:30+09:00", false), "");
    CHECK_STR(parsed("2026-02-30T14:30", false), "");
}

static void test_the_time_zone_counts(void)
{
    live_in("JST-9");
    CHECK_STR(parsed("today", false), "2026-11-22 00:00:00.000");
    CHECK_STR(parsed("2026-11-20T14:30", false), "2026-11-20 14:30:00.000");
    CHECK_STR(parsed("2026-11-20T14:30Z", false), "2026-11-20 23:30:00.000");
    live_in("CET-1CEST,M3.5.0,M10.5.0/3"); /* with daylight saving time */
    CHECK_STR(parsed("2026-07-01T12:00Z", false), "2026-07-01 14:00:00.000");
    CHECK_STR(parsed("2026-03-29", true), "2026-03-30 00:00:00.000"); /* 23 hours */
}

CHECK_MAIN(TEST(test_formats), TEST(test_formats_have_bounds), TEST(test_spans),
           TEST(test_times_of_day), TEST(test_days), TEST(test_days_with_times),
           TEST(test_the_time_zone_counts))
