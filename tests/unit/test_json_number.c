#include "unit/check.h"

#include "base/random.h"
#include "codec/json/json_number.h"
#include "codec/json/json_scan.h"

#include <float.h>
#include <math.h>

static void check_format(double value, const char *want)
{
    char buf[JSON_NUMBER_SIZE];

    CHECK_STR(json_number_format(value, buf), want);
}

/* What node prints for them. */
static void test_known_values(void)
{
    check_format(0, "0");
    check_format(-0.0, "0");
    check_format(1, "1");
    check_format(-1.5, "-1.5");
    check_format(100, "100");
    check_format(0.1 + 0.2, "0.30000000000000004");
    check_format(35.65910807942215, "35.65910807942215");
    check_format(139.7035, "139.7035");
    check_format(1e20, "100000000000000000000");
    check_format(123456789012345680000.0, "123456789012345680000");
    check_format(1e21, "1e+21");
    check_format(1.5e300, "1.5e+300");
    check_format(0.000001, "0.000001");
    check_format(0.0000012345, "0.0000012345");
    check_format(1e-7, "1e-7");
    check_format(1.25e-7, "1.25e-7");
    check_format(9007199254740993.0, "9007199254740992");
    check_format(DBL_MAX, "1.7976931348623157e+308");
    check_format(5e-324, "5e-324");
    check_format(-DBL_MIN, "-2.2250738585072014e-308");
    check_format((double)INFINITY, "null");
    check_format((double)-INFINITY, "null");
    check_format((double)NAN, "null");
}

/* Any bits: JSON, and the same value again. */
static void test_round_trip(void)
{
    struct random_seeded r;
    char buf[JSON_NUMBER_SIZE];

    random_seeded_init(&r, 3);
    for (int i = 0; i < 100000; i++) {
        double value;

        random_fill(&r.base, &value, sizeof(value));
        json_number_format(value, buf);
        CHECK_EQ(json_scan(span_text(buf), NULL), OK);
        if (isfinite(value))
            CHECK(strtod(buf, NULL) == value);
    }
}

CHECK_MAIN(TEST(test_known_values), TEST(test_round_trip))
