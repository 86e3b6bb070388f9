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

CHECK_MAIN(TEST(test_dates))
