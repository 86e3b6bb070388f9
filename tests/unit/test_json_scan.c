#include "unit/check.h"

#include "codec/json/json_scan.h"

static void check_good(struct span text)
{
    CHECK_EQ(json_scan(text, NULL), OK);
}

static void check_bad(struct span text, size_t at, const char *what)
{
    struct json_problem p = {0};

    CHECK_EQ(json_scan(text, &p), ERR_SYNTAX);
    CHECK_STR(p.what, what);
    CHECK_EQ(p.at, at);
    CHECK_EQ(json_scan(text, NULL), ERR_SYNTAX);
}

static void test_values(void)
{
    const char *good[] = {"0",
                          "-0",
                          "10",
                          "1.5",
                          "1e5",
                          "1E+5",
                          "-0.0e-10",
                          "123456789012345678901234567890",
                          "1e999",
                          "true",
                          "false",
                          "null",
                          "\"\"",
                          "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\"",
                          "[]",
                          "{}",
                          " \t\r\n[ ] ",
                          "[1,2 , 3]",
                          "{\"a\":{\"b\":[{}]},\"a\":1}",
                          "\"\x7f\"",
                          "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\"",
                          "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
                          "\"\\ud83e\"",
                          "\"\\udd28\\ud83e\"",
                          "\"\\u0000\""};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        check_good(span_text(good[i]));
}

static void test_not_values(void)
{
    check_bad((struct span){0}, 0, "the text ends where a value is expected");
    check_bad(SPAN("  "), 2, "the text ends where a value is expected");
    check_bad(SPAN("NaN"), 0, "a value is expected");
    check_bad(SPAN("[Infinity]"), 1, "a value is expected");
    check_bad(SPAN("[1,]"), 3, "a value is expected");
    check_bad(SPAN("tru"), 0, "a value is expected");
    check_bad(SPAN("'a'"), 0, "a value is expected");
    check_bad(SPAN("// x\n1"), 0, "a value is expected");
    check_bad(SPAN("\f1"), 0, "a value is expected");
    check_bad(SPAN("\xef\xbb\xbf{}"), 0, "a byte order mark");
    check_bad(SPAN("1 2"), 2, "something follows the value");
    check_bad(SPAN("{}\0"), 2, "something follows the value");
    check_bad(SPAN("[1]]"), 3, "something follows the value");
    check_bad(SPAN("truex"), 4, "something follows the value");
}

static void test_numbers(void)
{
    check_bad(SPAN("01"), 1, "a number may not begin with 0");
    check_bad(SPAN("-"), 1, "a digit is expected");
    check_bad(SPAN("1."), 2, "a digit is expected");
    check_bad(SPAN("1.e3"), 2, "a digit is expected");
    check_bad(SPAN("1e"), 2, "a digit is expected");
    check_bad(SPAN("1e+"), 3, "a digit is expected");
    check_bad(SPAN("+1"), 0, "a value is expected");
    check_bad(SPAN(".5"), 0, "a value is expected");
    check_bad(SPAN("0x10"), 1, "something follows the value");
}

static void test_strings(void)
{
    check_bad(SPAN("\"a"), 2, "the text ends inside a string");
    check_bad(SPAN("\"a\nb\""), 2, "a control character inside a string");
    check_bad(SPAN("\"a\0b\""), 2, "a control character inside a string");
    check_bad(SPAN("\"\\x41\""), 2, "no such escape");
    check_bad(SPAN("\"\\\0\""), 2, "no such escape");
    check_bad(SPAN("\"\\"), 2, "no such escape");
    check_bad(SPAN("\"\\u12g4\""), 2, "\\u needs four hexadecimal digits");
    check_bad(SPAN("\"\\u123\""), 2, "\\u needs four hexadecimal digits");
    check_bad(SPAN("\"\\u12"), 2, "\\u needs four hexadecimal digits");
}

static void test_utf8(void)
{
    const char *bad[] = {"\x80",
                         "\xc0\xaf",
                         "\xc1\xbf",
                         "\xc3",
                         "\xe0\x9f\xbf",
                         "\xed\xa0\x80",
                         "\xf0\x8f\xbf\xbf",
                         "\xf4\x90\x80\x80",
                         "\xf5\x80\x80\x80",
                         "\xff",
                         "\xe3\x81",
                         "\xf0\x9f\x98",
                         "\xe3\x81x",
                         "\xe3\xc3\x81"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[16];
        size_t len = (size_t)snprintf(text, sizeof(text), "\"a%s\"", bad[i]);

        check_bad(span_of(text, len), 2, "invalid UTF-8");
    }
    CHECK_EQ(json_scan_utf8_len("a", 1), 1);
    CHECK_EQ(json_scan_utf8_len("\xe3\x81\x82", 3), 3);
    CHECK_EQ(json_scan_utf8_len("\xe3\x81\x82", 2), 0);
    CHECK_EQ(json_scan_utf8_len("", 0), 0);
}

static void test_structure(void)
{
    check_bad(SPAN("["), 1, "the text ends where a value is expected");
    check_bad(SPAN("[1"), 2, "the text ends too early");
    check_bad(SPAN("[1 2]"), 3, "a comma or an end is expected");
    check_bad(SPAN("[1}"), 2, "a comma or an end is expected");
    check_bad(SPAN("{"), 1, "a member's name in quotes is expected");
    check_bad(SPAN("{1:2}"), 1, "a member's name in quotes is expected");
    check_bad(SPAN("{\"a\" 1}"), 5, "a colon is expected");
    check_bad(SPAN("{\"a\":}"), 5, "a value is expected");
    check_bad(SPAN("{\"a\":1,}"), 7, "a member's name in quotes is expected");
    check_bad(SPAN("{\"a\":1]"), 6, "a comma or an end is expected");
}

static void check_depth(unsigned depth, char open, char end, enum err want)
{
    char *text = malloc(2 * depth + 1);
    struct json_problem p = {0};

    memset(text, open, depth);
    memset(text + depth, end, depth);
    CHECK_EQ(json_scan(span_of(text, 2 * (size_t)depth), &p), want);
    if (want == ERR_LIMIT)
        CHECK_STR(p.what, "too many levels");
    free(text);
}

static void test_depth(void)
{
    check_depth(JSON_DEPTH_MAX - 1, '[', ']', OK);
    check_depth(JSON_DEPTH_MAX, '[', ']', OK);
    check_depth(JSON_DEPTH_MAX + 1, '[', ']', ERR_LIMIT);
    check_depth(1000, '[', ']', ERR_LIMIT);
    check_depth(1000000, '[', ']', ERR_LIMIT);
    check_depth(1, '{', '}', OK);

    /* Levels are counted, not brackets. */
    char text[4 * JSON_DEPTH_MAX];
    size_t used = 0;
    text[used++] = '[';
    for (size_t i = 0; i < JSON_DEPTH_MAX - 1; i++) {
        memcpy(text + used, "[],", 3);
        used += 3;
    }
    memcpy(text + used, "1]", 2);
    check_good(span_of(text, used + 2));
}

/* Objects keep their kind over all 64 levels. */
static void test_depth_of_mixed_kinds(void)
{
    char text[1024];
    size_t used = 0;

    for (size_t i = 0; i < JSON_DEPTH_MAX / 2; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "[{\"k\":");
    text[used++] = '1';
    for (size_t i = 0; i < JSON_DEPTH_MAX / 2; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "}]");
    check_good(span_of(text, used));
    text[used - 1] = '}';
    CHECK_EQ(json_scan(span_of(text, used), NULL), ERR_SYNTAX);
}

/* Cut at every byte: no prefix of an object is JSON, and none is read past its end
 * (each has an allocation of its own size). */
static void test_every_prefix(void)
{
    struct span text = SPAN("{\"a\":[1,-2.5e3,\"\\u3042\xe3\x81\x82\"],\"b\":{\"c\":true,"
                            "\"d\":null,\"e\":[[],{}]}}");

    check_good(text);
    for (size_t len = 0; len < text.len; len++) {
        char *cut = malloc(len > 0 ? len : 1);

        memcpy(cut, text.ptr, len);
        CHECK(json_scan(span_of(cut, len), NULL) != OK);
        free(cut);
    }
}

static void test_large_string(void)
{
    size_t len = 10u * 1024 * 1024;
    char *text = malloc(len);

    memset(text, 'x', len);
    text[0] = text[len - 1] = '"';
    check_good(span_of(text, len));
    text[len / 2] = '\x01';
    check_bad(span_of(text, len), len / 2, "a control character inside a string");
    free(text);
}

static void check_end(const char *text, size_t from, const char *value)
{
    struct span s = span_text(text);

    CHECK(span_is(span_slice(s, from, json_scan_value_end(s, from)), span_text(value)));
}

static void test_value_end(void)
{
    check_end("[1,2]", 0, "[1,2]");
    check_end("[12,3]", 1, "12");
    check_end("{\"a]\":\"}\\\"\"} ", 0, "{\"a]\":\"}\\\"\"}");
    check_end("{\"a]\":\"}\\\"\"} ", 6, "\"}\\\"\"");
    check_end("true \n", 0, "true");
    check_end("x", 1, "");
    /* Not JSON: still inside. */
    check_end("\"abc", 0, "\"abc");
    check_end("\"abc\\", 0, "\"abc\\");
    check_end("[[1]", 0, "[[1]");
    CHECK_EQ(json_scan_space_end(SPAN(" \n\tx"), 0), 3);
    CHECK_EQ(json_scan_space_end(SPAN("  "), 0), 2);
}

CHECK_MAIN(TEST(test_values), TEST(test_not_values), TEST(test_numbers), TEST(test_strings),
           TEST(test_utf8), TEST(test_structure), TEST(test_depth),
           TEST(test_depth_of_mixed_kinds), TEST(test_every_prefix), TEST(test_large_string),
           TEST(test_value_end))
