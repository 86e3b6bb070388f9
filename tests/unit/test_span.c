#include "base/span.h"

#include "check.h"

static bool is(struct span s, const char *text)
{
    return span_is(s, span_text(text));
}

static void test_equality(void)
{
    struct span none = {0};

    CHECK(span_is(none, SPAN("")) && span_is(none, none) && span_is_nocase(none, SPAN("")));
    CHECK(span_is(SPAN("a\0b"), span_of("a\0b", 3)));
    CHECK(!span_is(SPAN("a\0b"), SPAN("a\0c")));
    CHECK(!span_is(SPAN("ab"), SPAN("abc")));
    CHECK(span_is(span_text(NULL), none));
}

static void test_nocase_is_for_ascii_letters_only(void)
{
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            char x = (char)a, y = (char)b;
            bool letters = (a | 32) >= 'a' && (a | 32) <= 'z' && a < 128 && b < 128;
            bool want = a == b || (letters && (a | 32) == (b | 32));

            CHECK_EQ(span_is_nocase(span_of(&x, 1), span_of(&y, 1)), want);
        }
    }
    CHECK(span_is_nocase(SPAN("X-Line-Signature"), SPAN("x-lINE-sIGNATURE")));
    CHECK(!span_is_nocase(SPAN("X-Line"), SPAN("X_Line")));
    CHECK(!span_is_nocase(SPAN("ab"), SPAN("abc")));
}

static void test_starts_and_ends(void)
{
    struct span none = {0};

    CHECK(span_starts(SPAN("/api/x"), SPAN("/api/")) &&
          !span_starts(SPAN("/ap"), SPAN("/api")));
    CHECK(span_ends(SPAN("a.test"), SPAN(".test")) && !span_ends(SPAN("est"), SPAN("test")));
    CHECK(!span_starts(SPAN("b/api"), SPAN("/api")) && !span_ends(SPAN("testx"), SPAN("test")));
    CHECK(span_starts(none, none) && span_ends(none, none));
    CHECK(span_starts(SPAN("x"), none) && span_ends(SPAN("x"), none));
    CHECK(!span_starts(none, SPAN("x")) && !span_ends(none, SPAN("x")));
}

static void test_find(void)
{
    struct span none = {0};

    CHECK_EQ(span_find(SPAN("abcb"), 'b'), 1);
    CHECK_EQ(span_find(SPAN("abc"), 'x'), 3);
    CHECK_EQ(span_find(SPAN("a\0b"), '\0'), 1);
    CHECK_EQ(span_find(none, 'x'), 0);
    CHECK_EQ(span_find_span(SPAN("aaab"), SPAN("aab")), 1);
    CHECK_EQ(span_find_span(SPAN("aaab"), SPAN("b")), 3);
    CHECK_EQ(span_find_span(SPAN("aaab"), SPAN("ba")), 4);
    CHECK_EQ(span_find_span(SPAN("ab"), SPAN("abc")), 2);
    CHECK_EQ(span_find_span(SPAN("ab"), none), 0);
    CHECK_EQ(span_find_span(none, SPAN("a")), 0);
    CHECK_EQ(span_find_span(none, none), 0);
    CHECK_EQ(span_find_span(SPAN("x\r\n\r\n"), SPAN("\r\n\r\n")), 1);
}

static void test_slice_is_clamped(void)
{
    struct span s = SPAN("abcdef");

    CHECK(is(span_slice(s, 0, 6), "abcdef"));
    CHECK(is(span_slice(s, 2, 4), "cd"));
    CHECK(is(span_slice(s, 2, SIZE_MAX), "cdef"));
    CHECK(is(span_slice(s, 6, 6), ""));
    CHECK(is(span_slice(s, 4, 2), ""));
    CHECK(is(span_slice(s, SIZE_MAX, SIZE_MAX), ""));
    CHECK(is(span_slice((struct span){0}, 0, 1), ""));
}

static void test_trim(void)
{
    CHECK(is(span_trim(SPAN(" \t a b\t ")), "a b"));
    CHECK(is(span_trim(SPAN("a")), "a"));
    CHECK(is(span_trim(SPAN(" \t ")), ""));
    CHECK(is(span_trim(SPAN("\r\na\v")), "\r\na\v"));
    CHECK(is(span_trim((struct span){0}), ""));
}

static void test_parse_u64(void)
{
    static const char *const wrong[] = {
        "",    "+1",  "-1",   " 1",   "1 ",
        "1.0", "1e3", "0x10", "１",   "18446744073709551616",
        "12a", "/",   ":",    "1\n2", "99999999999999999999999999",
    };
    uint64_t value = 7;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK(!span_parse_u64(span_text(wrong[i]), &value));
    CHECK(!span_parse_u64(span_of("1\0", 2), &value));
    CHECK_EQ(value, 7);
    CHECK(span_parse_u64(SPAN("0"), &value) && value == 0);
    CHECK(span_parse_u64(SPAN("0010"), &value) && value == 10);
    CHECK(span_parse_u64(SPAN("18446744073709551615"), &value) && value == UINT64_MAX);
    CHECK(span_parse_u64(SPAN("18446744073709551609"), &value) && value == UINT64_MAX - 6);
}

CHECK_MAIN(TEST(test_equality), TEST(test_nocase_is_for_ascii_letters_only),
           TEST(test_starts_and_ends), TEST(test_find), TEST(test_slice_is_clamped),
           TEST(test_trim), TEST(test_parse_u64))
