#include "unit/check.h"

#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json_reprint.h"
#include "codec/json/json_scan.h"

static void check_print(const char *text, struct json_style style, const char *want)
{
    struct bytes out;

    bytes_init(&out, 1000);
    CHECK_EQ(json_reprint(span_text(text), style, &out), OK);
    CHECK_EQ(bytes_append(&out, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&out), want);
    bytes_fini(&out);
}

static const char spaced[] = " { \"a\" : [ 1,\t2 ,[ ] , { } ],\r\n\"b\":\"x y\"}\n";

static void test_space(void)
{
    check_print(spaced, (struct json_style){.space = JSON_SPACE_KEEP}, spaced);
    check_print(spaced, (struct json_style){.space = JSON_SPACE_NONE},
                "{\"a\":[1,2,[],{}],\"b\":\"x y\"}");
    check_print(spaced, (struct json_style){.space = JSON_SPACE_AFTER},
                "{\"a\": [1, 2, [], {}], \"b\": \"x y\"}");
    check_print(spaced, (struct json_style){.space = JSON_SPACE_INDENT2},
                "{\n  \"a\": [\n    1,\n    2,\n    [],\n    {}\n  ],\n  \"b\": \"x y\"\n}");
    check_print("[{}]", (struct json_style){.space = JSON_SPACE_INDENT4}, "[\n    {}\n]");
    check_print("[]", (struct json_style){.space = JSON_SPACE_INDENT4}, "[]");
    check_print(" 1 ", (struct json_style){.space = JSON_SPACE_INDENT4}, "1");
}

static void check_escape(const char *literal, enum json_escape escape, const char *want)
{
    check_print(literal, (struct json_style){JSON_SPACE_NONE, escape, false}, want);
}

/* a, newline, control, quote, slash, <, DEL, e-acute, LINE SEPARATOR, emoji, lone
 * surrogate */
static const char every_kind[] =
    "\"\\u0061\\n\\u0001\\\"\\/<\x7f\xc3\xa9\\u2028\\uD83E\\uDD28\\uD83E\"";

static void test_escape(void)
{
    check_escape(every_kind, JSON_ESCAPE_KEEP, every_kind);
    check_escape(every_kind, JSON_ESCAPE_LEAST,
                 "\"a\\n\\u0001\\\"/<\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\xa4\xa8\\ud83e\"");
    check_escape(every_kind, JSON_ESCAPE_LINE,
                 "\"a\\n\\u0001\\\"/<\x7f\xc3\xa9\xe2\x80\xa8\\uD83E\\uDD28\\uD83E\"");
    check_escape(every_kind, JSON_ESCAPE_ASCII_LOWER,
                 "\"a\\n\\u0001\\\"/<\\u007f\\u00e9\\u2028\\ud83e\\udd28\\ud83e\"");
    check_escape(every_kind, JSON_ESCAPE_ASCII_UPPER,
                 "\"a\\n\\u0001\\\"/<\\u007F\\u00E9\\u2028\\uD83E\\uDD28\\uD83E\"");
    check_escape(every_kind, JSON_ESCAPE_PHP,
                 "\"a\\n\\u0001\\\"\\/<\x7f\\u00e9\\u2028\\ud83e\\udd28\\ud83e\"");
    check_escape(every_kind, JSON_ESCAPE_HTML,
                 "\"a\\n\\u0001\\\"/\\u003c\x7f\xc3\xa9\\u2028\xf0\x9f\xa4\xa8\\ud83e\"");
    check_escape("\"\\b\\f\\n\\r\\t\\\\\"", JSON_ESCAPE_LEAST, "\"\\b\\f\\n\\r\\t\\\\\"");
    check_escape("{\"\\u0061\":\"\\u0062\"}", JSON_ESCAPE_LEAST, "{\"a\":\"b\"}");
}

static void test_js_numbers(void)
{
    const struct json_style js = {JSON_SPACE_NONE, JSON_ESCAPE_LEAST, true};

    check_print("[1.0,1e2,-0,0.10,1E400,100000000000000000000,1e21,1e-7]", js,
                "[1,100,0,0.1,null,100000000000000000000,1e+21,1e-7]");
    check_print("[true,\"1.0\",null]", js, "[true,\"1.0\",null]");
    check_print("1111111111111111111111111111111111111111111111111111111111111111.0", js,
                "1111111111111111111111111111111111111111111111111111111111111111.0");
}

/* Printing what was printed changes nothing any more. */
static void test_is_stable(void)
{
    for (int space = JSON_SPACE_KEEP; space <= JSON_SPACE_INDENT4; space++) {
        for (int escape = JSON_ESCAPE_KEEP; escape <= JSON_ESCAPE_HTML; escape++) {
            struct json_style style = {(enum json_space)space, (enum json_escape)escape, true};
            struct bytes once;
            struct bytes twice;

            bytes_init(&once, 1000);
            bytes_init(&twice, 1000);
            CHECK_EQ(json_reprint(span_text(spaced), style, &once), OK);
            CHECK_EQ(json_reprint(bytes_span(&once), style, &twice), OK);
            CHECK(span_is(bytes_span(&once), bytes_span(&twice)));
            bytes_fini(&once);
            bytes_fini(&twice);
        }
    }
}

static void check_string(struct span utf8, enum json_escape escape, const char *want)
{
    struct bytes out;

    bytes_init(&out, 1000);
    CHECK_EQ(json_reprint_string(utf8, escape, &out), OK);
    CHECK(span_is(bytes_span(&out), span_text(want)));
    CHECK_EQ(json_scan(bytes_span(&out), NULL), OK);
    bytes_fini(&out);
}

static void test_string(void)
{
    check_string(SPAN("a\\u0041\"\n"), JSON_ESCAPE_KEEP, "\"a\\\\u0041\\\"\\n\"");
    check_string((struct span){0}, JSON_ESCAPE_LEAST, "\"\"");
    check_string(SPAN("\0"), JSON_ESCAPE_LEAST, "\"\\u0000\"");
    check_string(SPAN("\xff\xe3\x81"), JSON_ESCAPE_LEAST,
                 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    check_string(SPAN("\xed\xa0\x80"), JSON_ESCAPE_ASCII_LOWER, "\"\\ufffd\\ufffd\\ufffd\"");
    check_string(SPAN("\xf0\x9f\x98\x80"), JSON_ESCAPE_ASCII_UPPER, "\"\\uD83D\\uDE00\"");
}

/* Any bytes make a literal that is JSON. */
static void test_string_of_all_bytes(void)
{
    for (int escape = JSON_ESCAPE_KEEP; escape <= JSON_ESCAPE_HTML; escape++) {
        for (unsigned pair = 0; pair < 0x10000; pair++) {
            const char text[3] = {(char)(pair >> 8), (char)(pair & 0xff), 'x'};
            uint8_t room[64];
            struct bytes out = {.base = room, .cap = sizeof(room), .max = sizeof(room)};

            CHECK_EQ(json_reprint_string(span_of(text, 3), (enum json_escape)escape, &out), OK);
            CHECK_EQ(json_scan(bytes_span(&out), NULL), OK);
        }
    }
}

static void test_failures(void)
{
    const struct json_style keep = {JSON_SPACE_NONE, JSON_ESCAPE_LEAST, false};
    struct bytes out;

    bytes_init(&out, 5);
    CHECK_EQ(json_reprint(SPAN("[1"), keep, &out), ERR_SYNTAX);
    CHECK_EQ(json_reprint(SPAN("[1, 2]"), keep, &out), OK);
    bytes_clear(&out);
    CHECK_EQ(json_reprint(SPAN("[1, 22]"), keep, &out), ERR_LIMIT);
    bytes_fini(&out);

    enum err e = ERR_NOMEM;
    for (unsigned long n = 1; e != OK; n++) {
        bytes_init(&out, 10000);
        mem_fail_at(n);
        e = json_reprint(span_text(spaced), keep, &out);
        CHECK(e == OK || e == ERR_NOMEM);
        bytes_fini(&out);
        mem_fail_at(0);
    }
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_space), TEST(test_escape), TEST(test_js_numbers), TEST(test_is_stable),
           TEST(test_string), TEST(test_string_of_all_bytes), TEST(test_failures))
