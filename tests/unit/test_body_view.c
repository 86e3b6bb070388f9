#include "relay-client/view/body_view.h"

#include "base/mem.h"
#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"

static char text[1024 * 1024];

static const char *view(struct span body, size_t indent)
{
    struct bytes out;
    struct page p;

    bytes_init(&out, sizeof(text) - 1);
    page_init(&p, &out, false);
    body_view_print(&p, body, indent);
    CHECK_EQ(page_end(&p), OK);
    memcpy(text, bytes_peek(&out), bytes_len(&out));
    text[bytes_len(&out)] = '\0';
    bytes_fini(&out);
    CHECK_EQ(mem_live(), 0);
    return text;
}

static void test_nothing(void)
{
    CHECK_EQ(body_view_kind(SPAN("")), BODY_VIEW_EMPTY);
    CHECK_STR(view(SPAN(""), 2), "");
}

static void test_json_is_indented(void)
{
    CHECK_EQ(body_view_kind(SPAN("{}")), BODY_VIEW_JSON);
    CHECK_STR(view(SPAN("{\"a\":[1.0,\"\\u3053\\n\"],\"a\":null}"), 2),
              "  {\n    \"a\": [\n      1.0,\n      \"こ\\n\"\n    ],\n    \"a\": null\n  }\n");
}

static void test_text_keeps_its_lines(void)
{
    CHECK_EQ(body_view_kind(SPAN("a=1&b=2")), BODY_VIEW_TEXT);
    CHECK_STR(view(SPAN("one\r\n\n\ttwo\x1b[31m\nthree"), 1),
              " one\n\n     two\\x1B[31m\n three\n");
}

static void test_bytes_are_dumped(void)
{
    CHECK_EQ(body_view_kind(SPAN("\x89PNG")), BODY_VIEW_BYTES);
    CHECK_EQ(body_view_kind(SPAN("a\0b")), BODY_VIEW_BYTES);
    CHECK_STR(view(SPAN("\x89PNG\r\n\x1a\n0123456789"), 1),
              " 00000000  89 50 4e 47 0d 0a 1a 0a 30 31 32 33 34 35 36 37  .PNG....01234567\n"
              " 00000010  38 39                                            89\n");
}

static void fill(char *buf, size_t len, const char *with)
{
    for (size_t i = 0; i < len; i++)
        buf[i] = with[i % strlen(with)];
}

static void test_long_ones_are_cut(void)
{
    static char body[BODY_VIEW_MAX * 2];

    fill(body, sizeof(body), "日本"); /* six bytes: the limit is inside of a character */
    CHECK(!strstr(view(span_of(body, BODY_VIEW_MAX / 3 * 3), 0), "more"));
    CHECK(strstr(view(span_of(body, BODY_VIEW_MAX + 2), 0), "... and 3 B more\n"));
    CHECK(!strstr(text, "\\x"));
    memset(body, 1, sizeof(body));
    CHECK(!strstr(view(span_of(body, BODY_VIEW_DUMP_MAX), 0), "more"));
    CHECK(strstr(view(span_of(body, BODY_VIEW_DUMP_MAX + 1), 0), "... and 1 B more\n"));
    memset(body, '[', sizeof(body)); /* too deep for JSON, but text */
    CHECK(strstr(view(span_of(body, sizeof(body)), 0), "... and 65.5 KB more\n"));
}

static void test_random_bytes_are_safe(void)
{
    struct random_seeded seeded;
    uint8_t raw[128];

    random_seeded_init(&seeded, 11);
    for (unsigned round = 0; round < 20000; round++) {
        random_fill(&seeded.base, raw, sizeof(raw));
        for (size_t i = 0; i < sizeof(raw) && round % 2; i++)
            raw[i] = (uint8_t) "\x1b\xc2\x9b[]0;\x07 a\n\xe2\x80\xae\x7f\t"[raw[i] % 17];
        fake_terminal_check_plain(span_text(view(span_of(raw, round % sizeof(raw)), 2)));
    }
}

CHECK_MAIN(TEST(test_nothing), TEST(test_json_is_indented), TEST(test_text_keeps_its_lines),
           TEST(test_bytes_are_dumped), TEST(test_long_ones_are_cut),
           TEST(test_random_bytes_are_safe))
