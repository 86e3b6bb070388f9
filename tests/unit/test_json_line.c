#include "relay-client/view/json_line.h"

#include "base/mem.h"
#include "base/random.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"

static const char *line_of(const char *json)
{
    static char text[4096];
    struct bytes out;

    bytes_init(&out, sizeof(text) - 1);
    CHECK_EQ(json_line_append(&out, span_text(json)), OK);
    memcpy(text, bytes_peek(&out), bytes_len(&out));
    text[bytes_len(&out)] = '\0';
    bytes_fini(&out);
    CHECK_EQ(mem_live(), 0);
    return text;
}

static void test_most_stays(void)
{
    CHECK_STR(line_of("{\"a\":[1,\"こんにちは🍣é\"]}"), "{\"a\":[1,\"こんにちは🍣é\"]}\n");
    CHECK_STR(line_of("\"\\u001b\\n\""), "\"\\u001b\\n\"\n");
}

static void test_what_gives_orders_is_escaped(void)
{
    CHECK_STR(line_of("\"\x7f\""), "\"\\u007f\"\n");
    CHECK_STR(line_of("\"\xc2\x9b\""), "\"\\u009b\"\n");
    CHECK_STR(line_of("\"a\u202eb\u2028\ufeff\""), "\"a\\u202eb\\u2028\\ufeff\"\n");
}

static void test_all_or_nothing(void)
{
    struct bytes out;

    bytes_init(&out, 8);
    CHECK_EQ(json_line_append(&out, SPAN("\"\xc2\x9b\"")), ERR_LIMIT);
    CHECK_EQ(bytes_len(&out), 0);
    mem_fail_at(1);
    CHECK_EQ(json_line_append(&out, SPAN("1")), ERR_NOMEM);
    mem_fail_at(0);
    CHECK_EQ(json_line_append(&out, SPAN("1234567")), OK);
    CHECK_MEM(bytes_peek(&out), "1234567\n", 8);
    bytes_fini(&out);
}

/* Random UTF-8 as a string; what comes out is safe, JSON, and means the same. */
static void check_random_string(struct random *r)
{
    struct bytes json, line;
    struct json_writer w;
    struct json_doc doc;
    uint8_t raw[64];

    random_fill(r, raw, sizeof(raw));
    bytes_init(&json, 4096);
    bytes_init(&line, 4096);
    json_writer_init(&w, &json);
    json_writer_string(&w, span_of(raw, random_below(r, sizeof(raw))));
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK_EQ(json_line_append(&line, bytes_span(&json)), OK);
    fake_terminal_check_plain(bytes_span(&line));
    CHECK_EQ(json_parse(&doc, bytes_span(&line), 4096), OK);
    const char *after = json_string(json_root(&doc));
    struct json_doc before;

    CHECK_EQ(json_parse(&before, bytes_span(&json), 4096), OK);
    CHECK_STR(after, json_string(json_root(&before)));
    json_fini(&before);
    json_fini(&doc);
    bytes_fini(&line);
    bytes_fini(&json);
}

static void test_random_strings_mean_the_same(void)
{
    struct random_seeded seeded;

    random_seeded_init(&seeded, 3);
    for (unsigned i = 0; i < 20000; i++)
        check_random_string(&seeded.base);
    CHECK_EQ(mem_live(), 0);
}

/* Every character of the planes that have controls. */
static void test_every_character(void)
{
    for (uint32_t c = 0x80; c < 0x10000; c++) {
        const char utf8[] = {(char)(c < 0x800 ? 0xc0 | c >> 6 : 0xe0 | c >> 12),
                             (char)(c < 0x800 ? 0x80 | (c & 0x3f) : 0x80 | (c >> 6 & 0x3f)),
                             (char)(c < 0x800 ? 0 : 0x80 | (c & 0x3f)), 0};
        char json[8];

        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        (void)snprintf(json, sizeof(json), "\"%s\"", utf8);
        fake_terminal_check_plain(span_text(line_of(json)));
    }
}

CHECK_MAIN(TEST(test_most_stays), TEST(test_what_gives_orders_is_escaped),
           TEST(test_all_or_nothing), TEST(test_random_strings_mean_the_same),
           TEST(test_every_character))
