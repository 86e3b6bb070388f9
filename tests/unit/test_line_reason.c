/* LINE's words for a webhook that did not arrive: each finds its explanation. */
#include "relay-client/line/line_reason.h"

#include "unit/check.h"

static const char *code_of(const char *reason, const char *detail)
{
    return line_reason_find(span_text(reason), span_text(detail))->code;
}

static void test_each_is_found(void)
{
    for (size_t i = 0; i < line_reason_list_len; i++)
        CHECK_STR(code_of(line_reason_list[i].reason, line_reason_list[i].detail),
                  line_reason_list[i].code);
}

static void test_details_have_more_words(void)
{
    CHECK_STR(code_of("COULD_NOT_CONNECT", "TLS handshake failure: https://bot.example.com/"),
              "line_tls_handshake");
    CHECK_STR(code_of("COULD_NOT_CONNECT", "Connection failed (received GOAWAY)"),
              "line_goaway");
    CHECK_STR(code_of("COULD_NOT_CONNECT", "Connection failed"), "line_connect_failed");
    CHECK_STR(code_of("ERROR_STATUS_CODE", "308"), "line_status");
    CHECK_STR(code_of("ERROR_STATUS_CODE", "404"), "line_status_404");
}

static void test_as_the_console_writes_them(void)
{
    CHECK_STR(code_of("could_not_connect", "unknown host"), "line_unknown_host");
    CHECK_STR(code_of("request_timeout", ""), "line_timeout");
}

static void test_new_ones(void)
{
    CHECK_STR(code_of("SOMETHING_NEW", "never heard of"), "line_unclassified");
    CHECK_STR(code_of("", ""), "line_unclassified");
    CHECK_STR(code_of("UNCLASSIFIED", "Unclassified webhook dispatch error"),
              "line_unclassified");
}

static void test_each_says_what_to_do(void)
{
    for (size_t i = 1; i < line_reason_list_len; i++)
        CHECK(*line_reason_list[i].means && *line_reason_list[i].fix &&
              *line_reason_list[i].advice);
}

CHECK_MAIN(TEST(test_each_is_found), TEST(test_details_have_more_words),
           TEST(test_as_the_console_writes_them), TEST(test_new_ones),
           TEST(test_each_says_what_to_do))
