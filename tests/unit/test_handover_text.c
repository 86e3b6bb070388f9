#include "relay-server/handover/handover_text.h"

#include "base/container.h"
#include "relay-server/handover/handover_line.h"
#include "unit/check.h"

static void test_hello(void)
{
    char line[HANDOVER_LINE_MAX];

    handover_text_hello_format(line);
    CHECK(strlen(line) > 0 && line[strlen(line) - 1] == '\n');
    CHECK_EQ(handover_text_hello_parse(span_of(line, strlen(line) - 1)), OK);
    CHECK_EQ(handover_text_hello_parse(SPAN("hookline-takeover 2 9.9.9")), ERR_VERSION);
    CHECK_EQ(handover_text_hello_parse(SPAN("hookline-takeover 1 anything at all")), OK);
}

static void test_bad_hello(void)
{
    static const char *const bad[] = {
        "",
        "hookline-takeover",
        "hookline-takeover ",
        "hookline-takeover 1",
        "hookline-takeover 1 ",
        "hookline-takeover  1 0.1",
        "hookline-takeover one 0.1",
        "hookline-takeover -1 0.1",
        "hookline-takeover 99999999999999999999 0.1",
        "Hookline-takeover 1 0.1",
        " hookline-takeover 1 0.1",
        "GET / HTTP/1.1",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(handover_text_hello_parse(span_text(bad[i])), ERR_SYNTAX);
}

static void test_sockets(void)
{
    static const char *const bad[] = {"",
                                      "sockets",
                                      "sockets ",
                                      "sockets x",
                                      "sockets http",
                                      "sockets https ",
                                      "sockets https https",
                                      "sockets http https"};
    char line[HANDOVER_LINE_MAX];
    bool has_http = true;

    handover_text_sockets_format(false, line);
    CHECK_STR(line, "sockets https\n");
    CHECK_EQ(handover_text_sockets_parse(SPAN("sockets https"), &has_http), OK);
    CHECK(!has_http);
    handover_text_sockets_format(true, line);
    CHECK_STR(line, "sockets https http\n");
    CHECK_EQ(handover_text_sockets_parse(SPAN("sockets https http"), &has_http), OK);
    CHECK(has_http);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(handover_text_sockets_parse(span_text(bad[i]), &has_http), ERR_SYNTAX);
}

static void test_words(void)
{
    CHECK(handover_text_is(SPAN("take"), HANDOVER_TAKE));
    CHECK(!handover_text_is(SPAN("take "), HANDOVER_TAKE));
    CHECK(!handover_text_is(SPAN("tak"), HANDOVER_TAKE));
    CHECK(!handover_text_is(SPAN(""), HANDOVER_TAKE));
    CHECK(span_is(handover_text_refusal(SPAN("refused not now")), SPAN("not now")));
    CHECK_EQ(handover_text_refusal(SPAN("refused")).len, 0);
    CHECK_EQ(handover_text_refusal(SPAN("released")).len, 0);
}

/* Two lines, cut everywhere. */
static void test_lines_at_every_cut(void)
{
    static const char text[] = "take\n\nserving\nrest";

    for (size_t cut = 0; cut < sizeof text; cut++) {
        struct handover_line line = {0};
        const char *const want[] = {"take", "", "serving"};
        const struct span halves[] = {span_of(text, cut),
                                      span_of(text + cut, sizeof text - 1 - cut)};
        size_t lines = 0, used;

        for (size_t i = 0; i < 2; i++)
            for (struct span rest = halves[i]; rest.len > 0;
                 rest = span_slice(rest, used, rest.len))
                if (handover_line_add(&line, rest, &used)) {
                    CHECK(lines < 3);
                    CHECK(span_is(handover_line_text(&line), span_text(want[lines])));
                    lines++;
                }
        CHECK_EQ(lines, 3);
        CHECK(span_is(handover_line_text(&line), SPAN("rest")));
    }
}

static void test_length_of_lines(void)
{
    char text[HANDOVER_LINE_MAX + 1];
    struct handover_line line = {0};
    size_t used;

    memset(text, 'x', sizeof text);
    text[HANDOVER_LINE_MAX - 1] = '\n';
    CHECK(handover_line_add(&line, span_of(text, HANDOVER_LINE_MAX), &used));
    CHECK_EQ(used, HANDOVER_LINE_MAX);
    CHECK(!handover_line_is_full(&line));
    CHECK_EQ(handover_line_text(&line).len, HANDOVER_LINE_MAX - 1);

    text[HANDOVER_LINE_MAX - 1] = 'x';
    text[HANDOVER_LINE_MAX] = '\n';
    CHECK(!handover_line_add(&line, span_of(text, HANDOVER_LINE_MAX + 1), &used));
    CHECK_EQ(used, HANDOVER_LINE_MAX);
    CHECK(handover_line_is_full(&line));
    CHECK(!handover_line_add(&line, SPAN("\n"), &used));
    CHECK_EQ(used, 0);
}

CHECK_MAIN(TEST(test_hello), TEST(test_bad_hello), TEST(test_sockets), TEST(test_words),
           TEST(test_lines_at_every_cut), TEST(test_length_of_lines))
