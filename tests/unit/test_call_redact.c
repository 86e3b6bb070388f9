/* What of a call to LINE's API may be written to the disk. */
#include "relay-client/journal/calls/call_redact.h"

#include "relay-client/journal/calls/call_said.h"
#include "relay-client/journal/calls/call_verdict.h"
#include "tests/unit/check.h"
#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/mem_sweep.h"

static struct line_call_rig rig;

static void begin(const char *target, const char *type)
{
    line_call_rig_init(&rig, 0, NULL);
    rig.request.target = span_text(target);
    http_head_remove(&rig.request, "content-type");
    line_call_rig_field(&rig, "content-type", type);
    line_call_rig_field(&rig, "Authorization", "Bearer canary");
}

static void check(const char *target, const char *request, const char *answer)
{
    struct call_redact r;

    CHECK_EQ(call_redact_init(&r, &rig.call), OK);
    CHECK(span_is(r.request.target, span_text(target)));
    CHECK(span_is(r.request_body, span_text(request)));
    CHECK(span_is(r.answer_body, span_text(answer)));
    const struct http_field *f = http_head_find(&r.request, "authorization");
    CHECK(f && f->secret && f->value.len == 0);
    call_redact_fini(&r);
}

static void test_ordinary(void)
{
    begin("/v2/bot/message/reply?a=b&c", "application/json");
    rig.call.request_body = SPAN("{\"access_token\":\"as it is\"}");
    check("/v2/bot/message/reply?a=b&c", "{\"access_token\":\"as it is\"}",
          "{\"sentMessages\":[{\"id\":\"1\",\"quoteToken\":\"q\"}]}");
    begin("/x?access_token=canary&a=1&Client%5fSecret=canary&b", "application/json");
    rig.call.request_body = rig.call.answer_body = SPAN("not JSON");
    check("/x?access_token=%E2%80%A6&a=1&Client%5fSecret=%E2%80%A6&b", "not JSON", "not JSON");
}

static void test_forms(void)
{
    begin("/oauth2/v2.1/token", "application/x-www-form-urlencoded");
    rig.call.request_body =
        SPAN("grant_type=client_credentials&client_assertion=canary&client_id=1&x=canary");
    rig.call.answer_body = SPAN(" {\"access_token\" : \"canary\", \"expires_in\":30,"
                                "\"token_type\":\"Bearer\",\"new\":[\"canary\"],\"o\":{}}");
    check("/oauth2/v2.1/token",
          "grant_type=client_credentials&client_assertion=%E2%80%A6&client_id=1&x=%E2%80%A6",
          "{\"access_token\":\"\xe2\x80\xa6\",\"expires_in\":30,\"token_type\":\"Bearer\","
          "\"new\":\"\xe2\x80\xa6\",\"o\":\"\xe2\x80\xa6\"}");
    rig.call.request_body = SPAN("canary&&=canary&a=canary&");
    rig.call.answer_body = SPAN("{}");
    check("/oauth2/v2.1/token", "%E2%80%A6&%E2%80%A6&=%E2%80%A6&a=%E2%80%A6&", "{}");
    /* forms are of token endpoints, wherever they are sent to */
    begin("/wrong/path", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
    rig.call.request_body = SPAN("client_secret=canary");
    rig.call.answer_body = SPAN("");
    check("/wrong/path", "client_secret=%E2%80%A6", "");
}

static void check_is_token(const char *target, bool is_token)
{
    struct call_redact r;

    begin(target, "text/plain");
    rig.call.request_body = SPAN("canary");
    rig.call.answer_body = SPAN("<html>canary");
    CHECK_EQ(call_redact_init(&r, &rig.call), OK);
    CHECK_EQ(r.request_body.len == 0 && r.is_request_cut, is_token);
    CHECK_EQ(r.answer_body.len == 0 && r.is_answer_cut, is_token);
    call_redact_fini(&r);
}

static void test_paths(void)
{
    check_is_token("/oauth2/v3/token", true);
    check_is_token("/v2/oauth/accessToken", true);
    check_is_token("/v2/oauth/verify", true);
    check_is_token("//OAuth2/v2.1/token", true);
    check_is_token("/%6fauth2/v2.1/token", true);
    check_is_token("/v2/bot/message/push", false);
    check_is_token("/v2/oauth2x/a", false);
    check_is_token("/v2/x?/oauth2/", false);
    begin("/oauth2/v2.1/verify?access_token=canary", "text/plain");
    rig.call.request_body = SPAN("");
    rig.call.answer_body = SPAN("{\"client_id\":\"1\",\"expires_in\":3}");
    check("/oauth2/v2.1/verify?access_token=%E2%80%A6", "",
          "{\"client_id\":\"1\",\"expires_in\":3}");
    begin("/oauth2/v2.1/tokens/kid?client_assertion=canary&client_assertion_type=t",
          "text/plain");
    rig.call.request_body = SPAN("");
    rig.call.answer_body = SPAN("{\"kids\":[\"a\"]}");
    check("/oauth2/v2.1/tokens/kid?client_assertion=%E2%80%A6&client_assertion_type=t", "",
          "{\"kids\":\"\xe2\x80\xa6\"}");
}

/* However a body is cut, no part of a secret is left. */
static void test_cut(void)
{
    const struct span form = SPAN("a=canary&client_secret=canary&grant_type=x");
    const struct span json = SPAN("{\"access_token\":\"canary\",\"b\":\"canary\"}");

    for (size_t n = 0; n <= form.len; n++) {
        struct call_redact r;

        begin("/oauth2/v3/token", "application/x-www-form-urlencoded");
        rig.call.request_body = span_slice(form, 0, n);
        rig.call.answer_body = span_slice(json, 0, n);
        CHECK_EQ(call_redact_init(&r, &rig.call), OK);
        CHECK_EQ(span_find_span(r.request_body, SPAN("c=")), r.request_body.len);
        CHECK_EQ(span_find_span(r.request_body, SPAN("can")), r.request_body.len);
        CHECK_EQ(span_find_span(r.answer_body, SPAN("ca")), r.answer_body.len);
        call_redact_fini(&r);
    }
}

static void test_out_of_memory(void)
{
    unsigned long n = 0, live = mem_live();
    enum err rc = ERR_NOMEM;

    begin("/oauth2/v3/token?a=b", "application/x-www-form-urlencoded");
    rig.call.request_body = SPAN("a=canary");
    for (bool is_over = false; !is_over;) {
        struct call_redact r;

        mem_fail_at(++n);
        rc = call_redact_init(&r, &rig.call);
        is_over = mem_sweep_is_over(n);
        call_redact_fini(&r);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
    }
    CHECK_EQ(rc, OK);
    CHECK(n > 3);
    CHECK_EQ(mem_live(), live);
}

/* ---- what the messages say ---- */

static void check_said(const char *body, size_t len, const char *type, const char *text)
{
    struct call_said said;

    call_said_read(span_text(body), &said);
    CHECK_EQ(said.len, len);
    CHECK(span_is(span_of(said.type, said.type_len), span_text(type)));
    CHECK(span_is(span_of(said.text, said.text_len), span_text(text)));
}

static void test_said(void)
{
    char body[1200], text[1000];

    check_said("{\"messages\":[{\"type\":\"text\",\"text\":\"\\u3042\\ud83d\\ude00\"}]}", 1,
               "text", "あ😀");
    check_said("{\"messages\":[{\"type\":\"text\"},{\"type\":\"flex\",\"altText\":\"menu\"}]}",
               2, "flex", "menu");
    check_said("{\"messages\":[{\"type\":\"sticker\"}]}", 1, "sticker", "");
    check_said("{\"messages\":[7]}", 1, "", "");
    check_said("{\"messages\":{}}", 0, "", "");
    check_said("{\"messages\":[]}", 0, "", "");
    check_said("[\"messages\"]", 0, "", "");
    check_said("{\"messages\":[{\"type\":\"text\"", 0, "", "");
    check_said("", 0, "", "");
    for (size_t i = 0; i < sizeof(text) - 1; i += 3)
        memcpy(text + i, "あ", 3);
    (void)snprintf(body, sizeof(body), "{\"messages\":[{\"text\":\"%.999s\"}]}", text);
    text[CALL_SAID_TEXT / 3 * 3] = '\0'; /* between two characters */
    check_said(body, 1, "", text);
}

/* ---- how it went ---- */

static uint64_t found(enum journal_call_mode mode, unsigned status, const char *method,
                      const char *problem)
{
    const struct call_verdict v = {mode, status, true, span_text(method), span_text(problem)};

    return call_verdict_findings(&v);
}

#define F(name) (UINT64_C(1) << JOURNAL_FOUND_##name)

static void test_verdict(void)
{
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 200, "POST", ""), 0);
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 409, "POST", "retry_key"), 0);
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 400, "POST", "token_expired"), F(TOKEN_EXPIRED));
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 400, "POST", "token_used"), F(TOKEN_USED));
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 400, "POST", "token_unknown"), F(TOKEN_UNKNOWN));
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 400, "POST", "token_foreign"), F(TOKEN_UNKNOWN));
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 429, "POST", "rate"), F(API_RATE));
    CHECK_EQ(found(JOURNAL_CALL_EMULATED, 429, "POST", "quota"), F(API_RATE));
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 429, "POST", ""), F(API_RATE));
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 400, "POST", ""), F(API_REFUSED));
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 404, "GET", ""), 0);
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 404, "GET", "refused"), 0);
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 404, "GET", "unknown_path"), F(API_REFUSED));
    CHECK_EQ(found(JOURNAL_CALL_PASSED, 404, "POST", ""), F(API_REFUSED));
    CHECK_EQ(found(JOURNAL_CALL_FAILED, 0, "GET", "unreachable"), F(API_REFUSED));
    const struct call_verdict failed = {.mode = JOURNAL_CALL_PASSED, .status = 503};
    CHECK_EQ(call_verdict_worst(&failed), JOURNAL_CALLS_FAILED);
    const struct call_verdict refused = {.mode = JOURNAL_CALL_PASSED, .status = 499};
    CHECK_EQ(call_verdict_worst(&refused), JOURNAL_CALLS_REFUSED);
}

CHECK_MAIN(TEST(test_ordinary), TEST(test_forms), TEST(test_paths), TEST(test_cut),
           TEST(test_out_of_memory), TEST(test_said), TEST(test_verdict))
