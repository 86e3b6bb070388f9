#include "codec/fold.h"

#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"

#include <string.h>

#define OUT_MAX (1u << 20)

static void check_fold_bytes(struct span text, const char *want)
{
    struct bytes out;

    bytes_init(&out, OUT_MAX);
    CHECK_EQ(fold_append(text, &out), OK);
    CHECK_EQ(bytes_append(&out, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&out), want);
    bytes_fini(&out);
}

static void check_fold(const char *text, const char *want)
{
    check_fold_bytes(span_text(text), want);
}

static void test_case(void)
{
    check_fold("", "");
    check_fold("Hello, World 123!", "hello, world 123!");
    check_fold("@AZ[`az{", "@az[`az{");
    check_fold("ÀÉÎ ΣΊΣΥΦΟΣ ДОМ", "àéî σίσυφοσ дом");
    check_fold("Straße STRASSE ẞ", "strasse strasse ss");
    check_fold("İ", "i\xcc\x87");    /* no language's own rules */
    check_fold("\xe2\x84\xaa", "k"); /* the Kelvin sign */
}

static void test_width(void)
{
    check_fold("ＡＢＣ　１２３！", "abc 123!");
    check_fold("ｶﾀｶﾅ", "カタカナ");
    check_fold("ｶﾞｷﾞﾊﾟ", "ガギパ");
    check_fold("か\xe3\x82\x99", "が"); /* a voicing mark of its own */
    check_fold("ﾊﾝｶｸ ﾃﾞｰﾀ", "ハンカク データ");
    check_fold("①㍿㌔", "1株式会社キロ");
    check_fold("｢｣､｡", "「」、。");
}

static void test_composition(void)
{
    check_fold("e\xcc\x81", "é");
    check_fold("E\xcc\x81 and e\xcc\x81.", "é and é.");
    check_fold("a\xcc\xa3\xcc\x82", "\xe1\xba\xad"); /* both orders of the marks */
    check_fold("a\xcc\x82\xcc\xa3", "\xe1\xba\xad");
    check_fold("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한");
    check_fold("ﾡ", "\xe1\x84\x80"); /* a half-width letter of Hangul */
    check_fold("ﬁ ﬀ ŉ", "fi ff ʼn");
    check_fold("soft\xc2\xadhyphen zero\xe2\x80\x8bwidth", "softhyphen zerowidth");
    check_fold("👍\xef\xb8\x8f👨\xe2\x80\x8d👩", "👍👨👩");
}

static void test_other_scripts(void)
{
    check_fold("請問營業時間？", "請問營業時間?");
    check_fold("สวัสดีครับ", "สวัสดีครับ");
    check_fold("\xe0\xb8\xa0\xe0\xb8\xb2\xe0\xb8\xa9\xe0\xb8\xb2", "ภาษา");
    check_fold("ทำ", "ท\xe0\xb9\x8d\xe0\xb8\xb2"); /* SARA AM by its compatibility parts */
    check_fold("हिन्दी", "हिन्दी");
    check_fold("עִבְרִית", "עִבְרִית");
}

static void test_what_is_no_text(void)
{
    check_fold("a\xff"
               "B",
               "a\xef\xbf\xbd"
               "b");
    check_fold("\xe3\x81", "\xef\xbf\xbd\xef\xbf\xbd");
    check_fold("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
    check_fold_bytes(span_of("A\0B", 3), "a\xef\xbf\xbd"
                                         "b");
}

/* Words of every kind; the longest pieces included. */
static size_t write_sample(char *out, size_t size)
{
    static const char *const parts[] = {
        "Plain ASCII, ", "ｶﾞ", "請問",           "e\xcc\x81", "Straße", "ทำ",
        "\xff",          "\n", "한\xe1\x86\xab",
    };
    size_t len = 0;

    for (unsigned i = 0; len + 32 < size; i++) {
        const char *part = parts[i * 7 % (sizeof parts / sizeof parts[0])];

        memcpy(out + len, part, strlen(part));
        len += strlen(part);
    }
    return len;
}

/* The lines of a text may be folded one by one. */
static void test_lines(void)
{
    static char text[8000];
    size_t len = write_sample(text, sizeof text);
    struct span rest = span_of(text, len);
    struct bytes whole, lines;

    bytes_init(&whole, OUT_MAX);
    bytes_init(&lines, OUT_MAX);
    CHECK_EQ(fold_append(rest, &whole), OK);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        bool has_more = end < rest.len;

        CHECK_EQ(fold_append(span_slice(rest, 0, end), &lines), OK);
        if (has_more)
            CHECK_EQ(bytes_append(&lines, "\n", 1), OK);
        rest = span_slice(rest, end + has_more, rest.len);
    }
    CHECK(span_is(bytes_span(&whole), bytes_span(&lines)));
    CHECK(text_is_utf8(bytes_span(&whole)));
    bytes_fini(&whole);
    bytes_fini(&lines);
}

/* Runs of every length around the size of a piece are folded as their halves are. */
static void test_long_runs(void)
{
    static char text[4096];

    for (size_t n = 1; n < 1000; n++) {
        struct bytes out, want;

        bytes_init(&out, OUT_MAX);
        bytes_init(&want, OUT_MAX);
        for (size_t i = 0; i < n; i++) {
            memcpy(text + i * 3, "ｶ", 3);
            if (i % 2 == 1)
                memcpy(text + i * 3, "ﾞ", 3);
        }
        CHECK_EQ(fold_append(span_of(text, n * 3), &out), OK);
        for (size_t i = 0; i < n / 2; i++)
            CHECK_EQ(bytes_append_text(&want, "ガ"), OK);
        if (n % 2 == 1)
            CHECK_EQ(bytes_append_text(&want, "カ"), OK);
        CHECK(span_is(bytes_span(&out), bytes_span(&want)));
        bytes_fini(&out);
        bytes_fini(&want);
    }
}

/* Nobody writes this; it must neither take long nor break anything. */
static void test_endless_marks(void)
{
    static char text[300000];
    struct bytes out;

    for (size_t i = 0; i < sizeof text / 4; i++)
        memcpy(text + i * 4, i % 2 ? "\xcc\xa3\xcc\x82" : "\xcc\x82\xcc\xa3", 4);
    bytes_init(&out, OUT_MAX);
    CHECK_EQ(fold_append(span_of(text, sizeof text), &out), OK);
    CHECK_EQ(bytes_len(&out), sizeof text);
    CHECK(text_is_utf8(bytes_span(&out)));
    bytes_fini(&out);
}

/* U+FDFA becomes 18 characters. */
static void test_limits(void)
{
    struct bytes out;

    for (size_t max = 31; max <= 33; max++) {
        bytes_init(&out, max);
        CHECK_EQ(fold_append(SPAN("\xef\xb7\xba"), &out), max < 33 ? ERR_LIMIT : OK);
        CHECK(bytes_len(&out) <= max);
        bytes_fini(&out);
    }
    for (size_t max = 4; max <= 6; max++) {
        bytes_init(&out, max);
        CHECK_EQ(fold_append(SPAN("hello"), &out), max < 5 ? ERR_LIMIT : OK);
        bytes_fini(&out);
    }
}

static void test_memory(void)
{
    static char text[3000];
    size_t len = write_sample(text, sizeof text);
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct bytes out;

        bytes_init(&out, OUT_MAX);
        mem_fail_at(n);
        enum err rc = fold_append(span_of(text, len), &out);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
        bytes_fini(&out);
    }
}

CHECK_MAIN(TEST(test_case), TEST(test_width), TEST(test_composition), TEST(test_other_scripts),
           TEST(test_what_is_no_text), TEST(test_lines), TEST(test_long_runs),
           TEST(test_endless_marks), TEST(test_limits), TEST(test_memory))
