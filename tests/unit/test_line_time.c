#include "unit/check.h"

#include "codec/line/line_time.h"

#include <time.h>

static void test_known_times(void)
{
    CHECK_EQ(line_time_parse(SPAN("1970-01-01T00:00:00.001Z")), 1);
    CHECK_EQ(line_time_parse(SPAN("2000-02-29T12:34:56.789Z")), 951827696789);
    CHECK_EQ(line_time_parse(SPAN("2026-11-21T19:24:05Z")), 1795289045000);
    CHECK_EQ(line_time_parse(SPAN("9999-12-31T23:59:59.999Z")), 253402300799999);
}

/* Every day of four hundred years, against the C library. */
static void test_every_day(void)
{
    for (time_t day = 1; day < 146097; day++) {
        time_t t = day * 86400;
        struct tm tm;
        char text[40];

        CHECK(gmtime_r(&t, &tm) != NULL);
        CHECK(strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm) > 0);
        CHECK_EQ(line_time_parse(span_text(text)), t * 1000);
    }
}

static void test_anything_else(void)
{
    const char *bad[] = {"",
                         "Z",
                         "2026-11-21",
                         "2026-11-21T19:24Z",
                         "2026-11-21T19:24:05",
                         "2026-11-21T19:24:05+09:00",
                         "2026-11-21T19:24:05.12Z",
                         "2026-11-21T19:24:05.1234Z",
                         "2026-11-21T19:24:05.Z",
                         "2026-11-21 19:24:05Z",
                         "2026-13-21T19:24:05Z",
                         "2026-00-21T19:24:05Z",
                         "2026-11-00T19:24:05Z",
                         "2026-11-32T19:24:05Z",
                         "2026-11-21T24:24:05Z",
                         "2026-11-21T19:60:05Z",
                         "2026-11-21T19:24:61Z",
                         "1969-12-31T23:59:59Z",
                         "+026-11-21T19:24:05Z",
                         "2026-11-21T19:24:05ZZ"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(line_time_parse(span_text(bad[i])), 0);
}

/* Cut at every byte. */
static void test_every_prefix(void)
{
    struct span text = SPAN("2026-11-21T19:24:05.123Z");

    for (size_t len = 0; len < text.len; len++)
        CHECK_EQ(line_time_parse(span_of(text.ptr, len)), 0);
}

CHECK_MAIN(TEST(test_known_times), TEST(test_every_day), TEST(test_anything_else),
           TEST(test_every_prefix))
