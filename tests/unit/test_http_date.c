#include "http/http_date.h"

#include "check.h"

static void check(uint64_t wall_ms, const char *want)
{
    char out[HTTP_DATE_LEN];
    struct span got = http_date_format(out, wall_ms);

    CHECK_EQ(got.len, strlen(want));
    CHECK_MEM(got.ptr, want, got.len);
}

static void test_dates(void)
{
    check(0, "Thu, 01 Jan 1970 00:00:00 GMT");
    check(784111777999, "Sun, 06 Nov 1994 08:49:37 GMT");
    check(951782400000, "Tue, 29 Feb 2000 00:00:00 GMT");
    check(1798761599000, "Thu, 31 Dec 2026 23:59:59 GMT");
    check(253402300799000, "Fri, 31 Dec 9999 23:59:59 GMT");
}

static void test_back_again(void)
{
    static const uint64_t times[] = {0, 784111777000, 951782400000, 1798761599000,
                                     253402300799000};
    char text[HTTP_DATE_LEN];
    uint64_t ms;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        CHECK(http_date_parse(http_date_format(text, times[i]), &ms));
        CHECK_EQ(ms, times[i]);
    }
}

/* Everything but the one form, and each byte of it changed. */
static void test_other_texts(void)
{
    static const char *const others[] = {
        "",
        "now",
        "1994-11-06T08:49:37Z",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
    };
    char text[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    uint64_t ms = 17;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK(!http_date_parse(span_text(others[i]), &ms));
    for (size_t i = 0; i < HTTP_DATE_LEN; i++) {
        char was = text[i];
        text[i] = '\xFF';
        CHECK(!http_date_parse(span_text(text), &ms));
        text[i] = was;
    }
    CHECK_EQ(ms, 17);
}

CHECK_MAIN(TEST(test_dates), TEST(test_back_again), TEST(test_other_texts))
