#include "relay-client/journal/search/journal_search_text.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"

#include <string.h>

static void check_text(const char *target, const char *body, const char *note, const char *want)
{
    struct journal_search_source s = {span_text(target), span_text(body), span_text(note)};
    struct bytes out;

    bytes_init(&out, JOURNAL_SEARCH_TEXT_MAX);
    CHECK_EQ(journal_search_text_append(&s, &out), OK);
    CHECK_EQ(bytes_append(&out, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&out), want);
    bytes_fini(&out);
}

static void test_json(void)
{
    check_text("/callback", "", "", "/callback\n");
    check_text("/", "{}", "", "/\n");
    check_text("/", "{\"name\":\"Value\"}", "", "/\nvalue\n");
    check_text("/", "{\"a\" : \"1\" , \"b\":-2.5E3,\"c\":[true,null,\"d\",{\"e\":0}]}", "",
               "/\n1\n-2.5e3\nd\n0\n");
    check_text("/", "[\"\\u8fd4\\u91d1 \\\"x\\\" \\\\\",\"\"]", "", "/\n返金 \"x\" \\\n\n");
    check_text("/", "\"\\ud83d\\ude00\"", "", "/\n😀\n");
    check_text("/", " 17 ", "", "/\n17\n");
    check_text("/", "{\"a:\\\"b\":{\"c\":\"d\\\\\"}}", "A Note", "/\nd\\\na note\n");
}

static void test_other_bodies(void)
{
    struct journal_search_source binary = {SPAN("/"), span_of("a\0b", 3), SPAN("")};
    struct bytes out;

    check_text("/UP", "Name=Value&x=1", "", "/up\nname=value&x=1\n");
    check_text("/", "{\"cut\":", "", "/\n{\"cut\":\n");
    check_text("/", "\xff", "", "/\n\xef\xbf\xbd\n");
    bytes_init(&out, 100);
    CHECK_EQ(journal_search_text_append(&binary, &out), OK);
    CHECK(span_is(bytes_span(&out), SPAN("/\n")));
    bytes_fini(&out);
}

static enum err fold_body(char *body, size_t len)
{
    struct journal_search_source s = {.target = SPAN("/"), .body = span_of(body, len)};
    struct bytes out;

    bytes_init(&out, JOURNAL_SEARCH_TEXT_MAX);
    enum err rc = journal_search_text_append(&s, &out);
    CHECK(bytes_len(&out) <= JOURNAL_SEARCH_TEXT_MAX);
    bytes_fini(&out);
    return rc;
}

static void test_limits(void)
{
    static char body[8 * JOURNAL_SEARCH_TEXT_MAX];
    size_t most = JOURNAL_SEARCH_TEXT_MAX - 3; /* a line each for target and body */

    memset(body, 'x', sizeof body);
    CHECK_EQ(fold_body(body, most - 1), OK);
    CHECK_EQ(fold_body(body, most), OK);
    CHECK_EQ(fold_body(body, most + 1), ERR_LIMIT);
    CHECK_EQ(fold_body(body, sizeof body), ERR_LIMIT);
    for (size_t i = 0; i + 3 <= sizeof body; i += 3)
        memcpy(body + i, "ｘ", 3); /* a third of it is left */
    CHECK_EQ(fold_body(body, most / 3 * 3), OK);
    CHECK_EQ(fold_body(body, most * 3), OK);
    CHECK_EQ(fold_body(body, most * 3 + 3), ERR_LIMIT);
}

static void test_memory(void)
{
    struct journal_search_source s = {SPAN("/"), SPAN("{\"a\":\"返金 ｱｲｳ\",\"b\":[1,2,3]}"),
                                      SPAN("note")};
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct bytes out;

        bytes_init(&out, JOURNAL_SEARCH_TEXT_MAX);
        mem_fail_at(n);
        enum err rc = journal_search_text_append(&s, &out);
        is_over = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_over ? OK : ERR_NOMEM);
        bytes_fini(&out);
    }
}

CHECK_MAIN(TEST(test_json), TEST(test_other_bodies), TEST(test_limits), TEST(test_memory))
