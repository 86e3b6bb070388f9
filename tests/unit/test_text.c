#include "base/text.h"

#include "base/mem.h"
#include "base/text_width_table.h"
#include "check.h"

#include <iconv.h>

/* The C library's converter as the second opinion on what is UTF-8. */
static bool converts(iconv_t converter, const uint8_t *bytes, size_t len)
{
    char in[8], out[64];
    char *from = in, *to = out;
    size_t from_len = len, to_len = sizeof(out);

    memcpy(in, bytes, len);
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    return iconv(converter, &from, &from_len, &to, &to_len) != (size_t)-1;
}

static size_t encode(uint32_t code, char out[static 4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(0xf00 >> len | code);
    return len;
}

/* Written apart from text.c on purpose. */
static bool must_not_be_shown(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || c == 0x2028 ||
           c == 0x2029;
}

/* Well-formed, and free of everything that must not be shown. */
static void check_harmless(struct span s)
{
    CHECK(text_is_utf8(s));
    for (size_t i = 0; i < s.len; i++) {
        uint8_t byte = (uint8_t)s.ptr[i];
        uint32_t code = byte;

        if (byte >= 0xe0 && byte < 0xf0)
            code = (byte & 15u) << 12 | ((uint8_t)s.ptr[i + 1] & 63u) << 6 |
                   ((uint8_t)s.ptr[i + 2] & 63u);
        else if (byte >= 0xc0 && byte < 0xe0)
            code = (byte & 31u) << 6 | ((uint8_t)s.ptr[i + 1] & 63u);
        else if (byte >= 0x80)
            continue;
        CHECK(!must_not_be_shown(code));
    }
}

static void check_escaped(struct span s, const char *want)
{
    struct bytes b;
    char buf[1024];

    bytes_init(&b, sizeof(buf) - 1);
    CHECK_EQ(text_append_escaped(&b, s), OK);
    CHECK_STR(text_escape(buf, sizeof(buf), s), want);
    CHECK(span_is(bytes_span(&b), span_text(want)));
    bytes_fini(&b);
}

static void test_utf8_against_iconv(void)
{
    static const uint8_t tails[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f,
                                    0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xf0, 0xff};
    const size_t n = sizeof(tails);
    iconv_t converter = iconv_open("UTF-16LE", "UTF-8");

    CHECK(converter != (iconv_t)-1);
    for (unsigned first = 0; first < 65536; first++) {
        uint8_t bytes[4] = {(uint8_t)(first >> 8), (uint8_t)first};

        CHECK_EQ(text_is_utf8(span_of(bytes, 1)), converts(converter, bytes, 1));
        CHECK_EQ(text_is_utf8(span_of(bytes, 2)), converts(converter, bytes, 2));
        if (bytes[0] < 0xc0) /* the rest is a text of its own, seen above */
            continue;
        for (size_t i = 0; i < n * n; i++) {
            bytes[2] = tails[i % n];
            bytes[3] = tails[i / n];
            CHECK_EQ(text_is_utf8(span_of(bytes, 3)), converts(converter, bytes, 3));
            CHECK_EQ(text_is_utf8(span_of(bytes, 4)), converts(converter, bytes, 4));
        }
    }
    iconv_close(converter);
}

static void test_every_code_point(void)
{
    char text[4], buf[32], want[32];

    for (uint32_t code = 0; code <= 0x10ffff + 10; code++) {
        size_t len = encode(code, text);
        struct span s = span_of(text, len);
        bool is_valid = (code < 0xd800 || code > 0xdfff) && code <= 0x10ffff;

        CHECK_EQ(text_is_utf8(s), is_valid);
        text_escape(buf, sizeof(buf), s);
        check_harmless(span_text(buf));
        if (!is_valid || must_not_be_shown(code))
            CHECK_EQ(buf[0], '\\');
        if (code < 0x20 || code == 0x7f)
            (void)snprintf(want, sizeof(want), "\\x%02X", (unsigned)code);
        else if (must_not_be_shown(code))
            (void)snprintf(want, sizeof(want), "\\u{%04X}", (unsigned)code);
        else
            continue;
        CHECK_STR(buf, want);
    }
}

static void test_every_pair_of_bytes(void)
{
    char buf[16];

    for (unsigned pair = 0; pair < 65536; pair++) {
        uint8_t bytes[2] = {(uint8_t)(pair >> 8), (uint8_t)pair};
        struct bytes b;

        text_escape(buf, sizeof(buf), span_of(bytes, 2));
        check_harmless(span_text(buf));
        bytes_init(&b, 16);
        CHECK_EQ(text_append_escaped(&b, span_of(bytes, 2)), OK);
        CHECK(span_is(bytes_span(&b), span_text(buf)));
        bytes_fini(&b);
    }
}

static void test_examples(void)
{
    check_escaped((struct span){0}, "");
    check_escaped(SPAN("plain \\n \\x41 stays"), "plain \\n \\x41 stays");
    check_escaped(SPAN("\0\a\b\t\n\v\f\r\x1b\x7f"),
                  "\\x00\\x07\\x08\\x09\\x0A\\x0B\\x0C\\x0D\\x1B\\x7F");
    check_escaped(SPAN("\x1b]0;title\a\x1b[31m"), "\\x1B]0;title\\x07\\x1B[31m");
    check_escaped(SPAN("\xc2\x9b"
                       "31m\xc2\x85"),
                  "\\u{009B}31m\\u{0085}");
    check_escaped(SPAN("\x9b"
                       "31m"),
                  "\\x9B31m");
    check_escaped(SPAN("user\u202etxt.exe"), "user\\u{202E}txt.exe");
    check_escaped(SPAN("\u2066a\u2069\u061c\u200e\u200f"),
                  "\\u{2066}a\\u{2069}\\u{061C}\\u{200E}\\u{200F}");
    check_escaped(SPAN("a\u200bb\u200cc\u200dd\u2060e\ufeff"),
                  "a\\u{200B}b\\u{200C}c\\u{200D}d\\u{2060}e\\u{FEFF}");
    check_escaped(SPAN("a\u2028b\u2029"), "a\\u{2028}b\\u{2029}");
    check_escaped(SPAN("日本語 ไทย 繁體 한국 é 👍🏽 ￥"),
                  "日本語 ไทย 繁體 한국 é 👍🏽 ￥");
    check_escaped(SPAN("\xc0\xaf \xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80"),
                  "\\xC0\\xAF \\xE0\\x80\\xAF \\xED\\xA0\\x80 \\xF4\\x90\\x80\\x80");
    check_escaped(SPAN("\xe6\x97"), "\\xE6\\x97");
    check_escaped(SPAN("\xe6\x97日\x80"), "\\xE6\\x97日\\x80");
    check_escaped(SPAN("\U000e0001\U0010ffff"), "\U000e0001\U0010ffff");
    CHECK_EQ(mem_live(), 0);
}

static void test_a_buffer_of_every_size(void)
{
    static const char source[] = "a日\n\u202e😀zz";
    struct span s = SPAN("a日\n\u202e😀zz");
    char whole[64], buf[64];

    (void)source;
    text_escape(whole, sizeof(whole), s);
    size_t len = strlen(whole);
    for (size_t size = 0; size < sizeof(buf); size++) {
        memset(buf, '#', sizeof(buf));
        CHECK(text_escape(buf, size, s) == buf);
        CHECK_EQ(buf[size], '#');
        if (size == 0)
            continue;
        CHECK(strlen(buf) < size);
        CHECK(text_is_utf8(span_text(buf)));
        if (size > len) {
            CHECK_STR(buf, whole);
            continue;
        }
        size_t kept = strlen(buf) < 3 ? 0 : strlen(buf) - 3;
        CHECK_MEM(buf, whole, kept);
        CHECK_MEM(buf + kept, "...", strlen(buf) - kept);
        CHECK(size < 4 || strlen(buf) >= 3);
    }
    /* As much as fits is kept; an escape is never cut in two. */
    CHECK_STR(text_escape(buf, 10, SPAN("0123456789")), "012345...");
    CHECK_STR(text_escape(buf, 11, SPAN("0123456789")), "0123456789");
    CHECK_STR(text_escape(buf, 10, SPAN("01234\n6789")), "01234...");
    CHECK_STR(text_escape(buf, 1, SPAN("x")), "");
    CHECK_STR(text_escape(buf, 2, SPAN("xy")), ".");
}

static void test_append_is_all_or_nothing(void)
{
    struct bytes b;

    bytes_init(&b, 10);
    CHECK_EQ(bytes_append_text(&b, "ab"), OK);
    CHECK_EQ(text_append_escaped(&b, SPAN("12345\n")), ERR_LIMIT);
    CHECK_EQ(bytes_len(&b), 2);
    CHECK_EQ(text_append_escaped(&b, SPAN("1234\n")), OK);
    CHECK(span_is(bytes_span(&b), SPAN("ab1234\\x0A")));
    bytes_fini(&b);

    bytes_init(&b, 10);
    mem_fail_at(1);
    CHECK_EQ(text_append_escaped(&b, SPAN("x")), ERR_NOMEM);
    mem_fail_at(0);
    CHECK_EQ(bytes_len(&b), 0);
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_columns(void)
{
    CHECK_EQ(text_columns((struct span){0}), 0);
    CHECK_EQ(text_columns(SPAN("hello")), 5);
    CHECK_EQ(text_columns(SPAN("日本語")), 6);
    CHECK_EQ(text_columns(SPAN("한국")), 4);
    CHECK_EQ(text_columns(SPAN("\u1112\u1161\u11ab")), 2); /* one syllable, decomposed */
    CHECK_EQ(text_columns(SPAN("e\u0301")), 1);
    CHECK_EQ(text_columns(SPAN("สวัสดี")), 4);
    CHECK_EQ(text_columns(SPAN("ＡＢ　")), 6);
    CHECK_EQ(text_columns(SPAN("ﾊﾛｰ")), 3);
    CHECK_EQ(text_columns(SPAN("👍")), 2);
    CHECK_EQ(text_columns(SPAN("🇯🇵")), 2);
    CHECK_EQ(text_columns(SPAN("…é¥\u00ad")), 4);
    CHECK_EQ(text_columns(SPAN("a\tb\n\x7f\xc2\x85")), 2);
    CHECK_EQ(text_columns(SPAN("a\xff\xe6\x97")), 4);
    CHECK_EQ(text_columns(SPAN("\U00020000\U0003fffd\u3400\u4dbf")), 8);
    CHECK_EQ(text_columns(SPAN("\u10ff\u1100\u115f\u1160\u11ff\u1200")), 6);
}

static void check_ascending(const struct text_width_ranges *ranges)
{
    for (size_t i = 0; i < ranges->len; i++) {
        CHECK(ranges->at[i].first <= ranges->at[i].last);
        CHECK(i == 0 || ranges->at[i - 1].last < ranges->at[i].first);
    }
    CHECK(ranges->len > 100);
}

static void test_width_tables_are_in_order(void)
{
    check_ascending(&text_width_table_wide);
    check_ascending(&text_width_table_zero);
}

static void check_duration(uint64_t us, const char *want)
{
    char buf[32];

    CHECK_STR(text_duration(buf, sizeof(buf), us), want);
}

static void test_duration(void)
{
    const uint64_t s = 1000000, h = 3600 * s;

    check_duration(0, "0.0 ms");
    check_duration(99, "0.0 ms");
    check_duration(450, "0.4 ms");
    check_duration(9999, "9.9 ms");
    check_duration(10000, "10 ms");
    check_duration(500000, "500 ms");
    check_duration(s - 1, "999 ms");
    check_duration(s, "1.0 s");
    check_duration(1299999, "1.2 s");
    check_duration(60 * s - 1, "59.9 s");
    check_duration(60 * s, "1 min");
    check_duration(h - 1, "59 min");
    check_duration(h, "1 h");
    check_duration(48 * h - 1, "47 h");
    check_duration(48 * h, "2 d");
    check_duration(UINT64_MAX, "213503982 d");
}

static void check_size(uint64_t bytes, const char *want)
{
    char buf[32];

    CHECK_STR(text_size(buf, sizeof(buf), bytes), want);
}

static void test_size(void)
{
    char buf[4];

    check_size(0, "0 B");
    check_size(812, "812 B");
    check_size(999, "999 B");
    check_size(1000, "1.0 KB");
    check_size(1400, "1.4 KB");
    check_size(999999, "999.9 KB");
    check_size(1000000, "1.0 MB");
    check_size(3000000000, "3.0 GB");
    check_size(4000000000000, "4.0 TB");
    check_size(5000000000000000, "5.0 PB");
    check_size(UINT64_MAX, "18.4 EB");
    CHECK_STR(text_size(buf, sizeof(buf), 999999), "999");
}

static void test_time(void)
{
    char buf[32];

    CHECK_STR(text_time(buf, sizeof(buf), 0), "1970-01-01T00:00:00.000Z");
    CHECK_STR(text_time(buf, sizeof(buf), 1795289045123), "2026-11-21T19:24:05.123Z");
    CHECK_STR(text_time(buf, sizeof(buf), 951782399999), "2000-02-28T23:59:59.999Z");
    CHECK_STR(text_time(buf, sizeof(buf), 951782400000), "2000-02-29T00:00:00.000Z");
    CHECK_STR(text_time(buf, sizeof(buf), 253402300799999), "9999-12-31T23:59:59.999Z");
    CHECK_STR(text_time(buf, sizeof(buf), UINT64_MAX), "9999-12-31T23:59:59.999Z");
    CHECK_STR(text_time(buf, 11, 0), "1970-01-01");
}

CHECK_MAIN(TEST(test_utf8_against_iconv), TEST(test_every_code_point),
           TEST(test_every_pair_of_bytes), TEST(test_examples),
           TEST(test_a_buffer_of_every_size), TEST(test_append_is_all_or_nothing),
           TEST(test_columns), TEST(test_width_tables_are_in_order), TEST(test_duration),
           TEST(test_size), TEST(test_time))
