/* When an entry of a HAR began. */
#include "relay-client/inspector/import/har_time.h"

#include "unit/check.h"

#define NOON_MS 1795867200123u /* 2026-11-28T12:00:00.123Z */

static void test_forms(void)
{
    static const char *const same[] = {
        "2026-11-28T12:00:00.123Z",      "2026-11-28T12:00:00.123z",
        "2026-11-28T12:00:00.123",       "2026-11-28T12:00:00.1239999Z",
        "2026-11-28T12:00:00.123+00:00", "2026-11-28T21:00:00.123+09:00",
        "2026-11-28T21:00:00.123+0900",  "2026-11-28T08:30:00.123456-03:30",
        "2026-11-29T02:00:00.123+14:00",
    };

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        CHECK_EQ(har_time_parse(span_text(same[i])), NOON_MS);
    CHECK_EQ(har_time_parse(SPAN("2026-11-28T12:00:00Z")), NOON_MS - 123);
    CHECK_EQ(har_time_parse(SPAN("2026-11-28T12:00:00.1Z")), NOON_MS - 23);
}

static void test_others(void)
{
    static const char *const none[] = {
        "",
        "yesterday",
        "2026-11-28",
        "2026-11-28T12:00",
        "2026-11-28 12:00:00Z",
        "2026-13-28T12:00:00Z",
        "2026-11-28T12:00:00.",
        "2026-11-28T12:00:00.Z",
        "2026-11-28T12:00:00+9",
        "2026-11-28T12:00:00+09:60",
        "2026-11-28T12:00:00+24:00",
        "2026-11-28T12:00:00 Z",
        "2026-11-28T12:00:00+ab:cd",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00",
        "2026-11-28T12:00:00ZZ",
    };

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CHECK_EQ(har_time_parse(span_text(none[i])), 0);
}

/* Cut at any byte, nothing behind the end is read. */
static void test_cut(void)
{
    static const char text[] = "2026-11-28T21:00:00.123+09:00";

    for (size_t len = 0; len < sizeof text - 1; len++) {
        char exact[sizeof text];
        memcpy(exact, text, len);
        (void)har_time_parse(span_of(exact, len));
    }
}

CHECK_MAIN(TEST(test_forms), TEST(test_others), TEST(test_cut))
