#include "unit/check.h"

#include "codec/json/json_reprint.h"
#include "codec/signature/signature_rewrite.h"
#include "unit/support/signature_world.h"

#define SECRET "0123456789abcdef0123456789ABCDEF"

static struct signature_world w;

/* As LINE sends it: Japanese as it is, emoji as escapes. */
static const char body[] =
    "{\"destination\":\"U00000000000000000000000000000001\",\"events\":[{\"type\":\"message\","
    "\"message\":{\"type\":\"text\",\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a+b\"},"
    "\"latitude\":35.0}]}";

/* The body arrived as `arrived`, the sender signed `signed_as`. */
static void explain_change(struct span arrived, struct span signed_as, const char *part)
{
    signature_world_init(&w, "line", SECRET, "");
    w.body = arrived;
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN(SECRET), signed_as);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, part);
}

static void test_line_ends(void)
{
    explain_change(SPAN("{}"), SPAN("{}\n"), "one more line break at its end");
    explain_change(SPAN("{}\n"), SPAN("{}"), "without the line break at its end");
    explain_change(SPAN("{}\r\n"), SPAN("{}"), "without the line break at its end");
    explain_change(SPAN("a\r\nb\r\n"), SPAN("a\nb\n"), "with LF line ends");
    explain_change(SPAN("\na\n\r\nb"), SPAN("\r\na\r\n\r\nb"), "with CR LF line ends");
    explain_change(SPAN("{}"), (struct span){0}, "fits an empty body");
}

static void explain_style(struct json_style style, const char *part)
{
    struct bytes printed;

    bytes_init(&printed, 10000);
    CHECK_EQ(json_reprint(span_text(body), style, &printed), OK);
    explain_change(span_text(body), bytes_span(&printed), part);
    signature_world_explains(&w, "parsed and printed again");
    bytes_fini(&printed);
}

static void test_json_printed_again(void)
{
    explain_style((struct json_style){JSON_SPACE_NONE, JSON_ESCAPE_LEAST, false},
                  "what JSON.stringify makes of the body.");
    explain_style((struct json_style){JSON_SPACE_NONE, JSON_ESCAPE_LEAST, true},
                  "what JSON.stringify makes of the body, numbers too.");
    explain_style((struct json_style){JSON_SPACE_AFTER, JSON_ESCAPE_ASCII_LOWER, false},
                  "Python's json.dumps makes");
    explain_style((struct json_style){JSON_SPACE_AFTER, JSON_ESCAPE_LEAST, false},
                  "json.dumps(ensure_ascii=False)");
    explain_style((struct json_style){JSON_SPACE_NONE, JSON_ESCAPE_ASCII_UPPER, false},
                  "upper-case \\u escapes");
    explain_style((struct json_style){JSON_SPACE_NONE, JSON_ESCAPE_PHP, false}, "PHP's");
    explain_style((struct json_style){JSON_SPACE_NONE, JSON_ESCAPE_HTML, false}, "Go's");
    explain_style((struct json_style){JSON_SPACE_INDENT2, JSON_ESCAPE_KEEP, false},
                  "pretty-printed, indented by 2");
    explain_style((struct json_style){JSON_SPACE_INDENT4, JSON_ESCAPE_ASCII_LOWER, false},
                  "json.dumps(indent=4)");
}

/* The usual case: a proxy or middleware printed LINE's body again before Hookline. */
static void test_lines_body_was_changed_on_the_way(void)
{
    const struct json_style styles[] = {{JSON_SPACE_NONE, JSON_ESCAPE_LEAST, false},
                                        {JSON_SPACE_INDENT2, JSON_ESCAPE_LEAST, false},
                                        {JSON_SPACE_INDENT2, JSON_ESCAPE_KEEP, false}};
    const char *parts[] = {"the way LINE sends them", "the way LINE sends it",
                           "without white space"};

    for (size_t i = 0; i < 3; i++) {
        struct bytes arrived;

        bytes_init(&arrived, 10000);
        CHECK_EQ(json_reprint(span_text(body), styles[i], &arrived), OK);
        explain_change(bytes_span(&arrived), span_text(body), parts[i]);
        bytes_fini(&arrived);
    }
}

static void test_charset(void)
{
    explain_change(SPAN("caf\xc3\x83\xc2\xa9"), SPAN("caf\xc3\xa9"),
                   "UTF-8 was read as Latin-1");
    explain_change(SPAN("caf\xc3\xa9"), SPAN("caf\xc3\x83\xc2\xa9"),
                   "decoded it with the wrong");
    explain_change(SPAN("\xe3\x81\x82 caf\xc3\xa9"), SPAN("? caf?"),
                   "with ? for every character");
    explain_change(SPAN("\xef\xbb\xbf{}"), SPAN("{}"), "without its byte order mark");
}

static void test_url_decoding(void)
{
    explain_change(SPAN("a b"), SPAN("a+b"), "with + where blanks arrived");
    explain_change(SPAN("a+b"), SPAN("a b"), "its + as blanks");
}

static void test_base64_of_the_body(void)
{
    explain_change(SPAN("eyJhIjoxfQ=="), SPAN("{\"a\":1}"), "The body arrived in Base64");
    explain_change(SPAN("{\"a\":1}"), SPAN("eyJhIjoxfQ=="), "fits the Base64 text of the body");
}

/* Every rewrite applies to something, and none explains itself twice. */
static void test_rewrites_differ(void)
{
    for (size_t i = 0; i < signature_rewrite_count(); i++)
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(signature_rewrite_meaning(i), signature_rewrite_meaning(k)) != 0);
}

CHECK_MAIN(TEST(test_line_ends), TEST(test_json_printed_again),
           TEST(test_lines_body_was_changed_on_the_way), TEST(test_charset),
           TEST(test_url_decoding), TEST(test_base64_of_the_body), TEST(test_rewrites_differ))
