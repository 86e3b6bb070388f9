/* What LINE looks at before an operation's own rules, and the emulator's own life. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#include "relay-client/lineapi/emulate/emulated_query.h"
#include "relay-client/lineapi/emulate/emulated_rates.h"

#define INFO     "/v2/bot/info"
#define PUSH     "/v2/bot/message/push"
#define VALIDATE "/v2/bot/message/validate/push"
#define FINE     "{\"messages\":[{\"type\":\"text\",\"text\":\"hi\"}]}"
#define FINE_PUSH                                                                              \
    "{\"to\":\"" EMULATOR_RIG_USER "\",\"messages\":[{\"type\":\"text\",\"text\":\"hi\"}]}"

/* --- access token --- */

#define PREFIX "Authentication failed due to the following reason: "
#define SUFFIX " Confirm that the access token in the authorization header is valid."

static void check_refused_token(const char *authorization, const char *reason)
{
    char want[256];

    emulator_rig.authorization = authorization;
    CHECK_EQ(emulator_rig_get(INFO), 401);
    (void)snprintf(want, sizeof want, PREFIX "%s" SUFFIX, reason);
    emulator_rig_check_message(401, want);
    CHECK_STR(emulator_rig.call.problem, "unauthorized");
}

static void test_token(void)
{
    emulator_rig_open_and_start();
    check_refused_token(NULL, "Missing 'Authorization' header.");
    check_refused_token("", "invalid token.");
    check_refused_token("Bearer", "invalid token.");
    check_refused_token("Bearer ", "invalid token.");
    check_refused_token("Basic abc", "invalid token.");
    check_refused_token("Bearer a b", "invalid token.");
    check_refused_token("Bearer {channel access token}", "invalid token.");
    emulator_rig.authorization = "Bearer x";
    CHECK_EQ(emulator_rig_get(INFO), 200);
    emulator_rig.authorization = "bearer A-z0._~+/=";
    CHECK_EQ(emulator_rig_get(INFO), 200);
    emulator_rig_close();
}

static void test_own_token(void)
{
    char token[LINE_MINT_SIZE + 8];

    emulator_rig_open_and_start();
    emulator_rig.authorization = NULL;
    emulator_rig.content_type = "application/x-www-form-urlencoded";
    CHECK_EQ(emulator_rig_post("/oauth2/v3/token", "grant_type=client_credentials&client_id=1&"
                                                   "client_secret=0123456789abcdef"),
             200);
    (void)snprintf(token, sizeof token, "Bearer %s", emulator_rig_text("access_token"));
    emulator_rig.authorization = token;
    CHECK_EQ(emulator_rig_get(INFO), 200);
    emulator_rig_advance(15 * 60 * 1000 + 1);
    check_refused_token(token, "invalid token.");
    emulator_rig_close();
}

/* --- rate --- */

static void check_rate(const char *target, unsigned calls, uint64_t each_ms)
{
    for (unsigned i = 0; i < calls; i++)
        CHECK(emulator_rig_post(target, "{}") != 429);
    CHECK_EQ(emulator_rig_post(target, "{}"), 429);
    emulator_rig_check_message(429, "The API rate limit has been exceeded. Try again later.");
    CHECK_STR(emulator_rig.call.problem, "rate");
    emulator_rig_advance(each_ms - 1);
    CHECK_EQ(emulator_rig_post(target, "{}"), 429);
    emulator_rig_advance(1);
    CHECK(emulator_rig_post(target, "{}") != 429);
    CHECK_EQ(emulator_rig_post(target, "{}"), 429);
}

static void test_rate(void)
{
    emulator_rig_open_and_start();
    check_rate("/v2/bot/message/multicast", 200, 5);
    check_rate("/v2/bot/message/broadcast", 60, 60000);
    check_rate("/v2/bot/chat/loading/start", 100, 10);
    check_rate("/v2/bot/richmenu/batch", 3, 1200000);
    emulator_rig_close();
}

static void test_rate_of_thousands(void)
{
    emulator_rig_open_and_start();
    for (unsigned i = 0; i < 2000; i++)
        CHECK_EQ(emulator_rig_get(INFO), 200);
    CHECK_EQ(emulator_rig_get(INFO), 429);
    CHECK_EQ(emulator_rig_get("/v2/bot/message/quota"), 200); /* has its own */
    emulator_rig_advance(1000);
    for (unsigned i = 0; i < 2000; i++)
        CHECK_EQ(emulator_rig_get(INFO), 200);
    CHECK_EQ(emulator_rig_get(INFO), 429);
    emulator_rig_close();
}

static void test_rate_off(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    for (unsigned i = 0; i < 500; i++)
        CHECK(emulator_rig_post("/v2/bot/message/broadcast", "{}") != 429);
    emulator_rig_close();
}

static void test_rates_alone(void)
{
    static struct emulated_rates rates;
    static const struct lineapi_operation free_one = {.name = "x"};
    static struct lineapi_operation many[EMULATED_RATES_MAX + 1];

    for (unsigned i = 0; i < 10000; i++)
        CHECK(emulated_rates_take(&rates, &free_one, 1));
    for (unsigned i = 0; i <= EMULATED_RATES_MAX; i++) {
        many[i] = (struct lineapi_operation){.name = "x", .rate = 1, .rate_ms = 1000};
        CHECK(emulated_rates_take(&rates, &many[i], 1));
    }
    for (unsigned i = 0; i < EMULATED_RATES_MAX; i++)
        CHECK(!emulated_rates_take(&rates, &many[i], 1));
}

/* --- bodies --- */

static void test_size(void)
{
    size_t max = EMULATED_BODY_MAX;
    char *body;

    emulator_rig_open_and_start();
    body = mem_alloc(max + 1);
    memset(body, ' ', max + 1);
    memcpy(body, FINE, sizeof(FINE) - 1);
    CHECK_EQ(emulator_rig_ask_span("POST", VALIDATE, span_of(body, max)), 200);
    CHECK_EQ(emulator_rig_ask_span("POST", VALIDATE, span_of(body, max + 1)), 413);
    CHECK_STR(emulator_rig.call.problem, "too_large");
    mem_free(body);
    emulator_rig_close();
}

static void check_type(const char *type, unsigned status, const char *shown)
{
    char want[256];

    emulator_rig.content_type = type;
    CHECK_EQ(emulator_rig_post(VALIDATE, FINE), status);
    if (status == 200)
        return;
    (void)snprintf(want, sizeof want, "The content type, %s, is not supported", shown);
    emulator_rig_check_message(400, want);
    CHECK_STR(emulator_rig.call.problem, "not_json");
}

static void test_type(void)
{
    emulator_rig_open_and_start();
    check_type("application/json", 200, NULL);
    check_type("APPLICATION/JSON ; charset=utf-8", 200, NULL);
    check_type("text/plain", 400, "text/plain");
    check_type("application/jsonp", 400, "application/jsonp");
    check_type("", 400, "application/octet-stream");
    check_type("application/x-www-form-urlencoded; charset=utf-8", 400,
               "application/x-www-form-urlencoded; charset=utf-8");
    check_type("a/\xff", 400, "a/\xef\xbf\xbd");
    emulator_rig_close();
}

static void check_not_json(const char *body, unsigned line, unsigned column)
{
    char want[128];

    CHECK_EQ(emulator_rig_post(VALIDATE, body), 400);
    (void)snprintf(want, sizeof want,
                   "The request body could not be parsed as JSON (line: %u, column: %u)", line,
                   column);
    emulator_rig_check_message(400, want);
    CHECK_STR(emulator_rig.call.problem, "not_json");
}

static void test_json(void)
{
    emulator_rig_open_and_start();
    check_not_json("{", 1, 2);
    check_not_json("{\n  \"messages\": [}\n", 2, 16);
    check_not_json("{\"a\":1}}", 1, 8);
    check_not_json("[]", 1, 1);
    check_not_json("null", 1, 1);
    check_not_json("{\"a\":\"\xff\"}", 1, 7);
    emulator_rig.content_type = "application/json";
    emulator_rig_field("content-type", "application/json");
    CHECK_EQ(emulator_rig_post(VALIDATE, ""), 400);
    emulator_rig_check_message(
        400, "The request body could not be parsed as JSON (line: 1, column: 1)");
    emulator_rig_close();
}

/* Each beginning of a body is no JSON, or says too little. */
static void test_cut_bodies(void)
{
    emulator_rig_open_and_start();
    for (size_t len = 1; len < sizeof(FINE_PUSH) - 1; len++)
        CHECK_EQ(emulator_rig_ask_span("POST", PUSH, span_of(FINE_PUSH, len)), 400);
    CHECK_EQ(emulator_rig_post(PUSH, FINE_PUSH), 200);
    emulator_rig_close();
}

static void test_wrong_types(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(PUSH, "{\"to\":1}"), 400);
    emulator_rig_check_message(
        400, "The property, to, in the request body is invalid (line: -, column: -)");
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    CHECK_EQ(emulator_rig_post(PUSH, "{\"messages\":{}}"), 400);
    emulator_rig_check_message(
        400, "The property, messages, in the request body is invalid (line: -, column: -)");
    CHECK_EQ(emulator_rig_post(PUSH, "{\"notificationDisabled\":\"no\"}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

/* --- retry keys --- */

static void check_key(const char *target, const char *body, const char *key, unsigned status)
{
    emulator_rig_field("X-Line-Retry-Key", key);
    CHECK_EQ(emulator_rig_post(target, body), status);
    if (status == 400)
        CHECK_STR(emulator_rig.call.problem, "retry_key");
}

static void test_key_form(void)
{
    emulator_rig_open_and_start();
    check_key(VALIDATE, FINE, EMULATOR_RIG_KEY, 400);
    emulator_rig_check_message(400, "The 'X-Line-Retry-Key' header is not supported here");
    check_key(PUSH, FINE_PUSH, "", 400);
    emulator_rig_check_message(400, "The value for the 'X-Line-Retry-Key' header is invalid");
    check_key(PUSH, FINE_PUSH, "0b6a1b7e-2f53-4d8e-9a6c-1f0e5d4c3b2", 400);
    check_key(PUSH, FINE_PUSH, "0b6a1b7e-2f53-4d8e-9a6c-1f0e5d4c3b2aa", 400);
    check_key(PUSH, FINE_PUSH, "0b6a1b7e+2f53-4d8e-9a6c-1f0e5d4c3b2a", 400);
    check_key(PUSH, FINE_PUSH, "0b6a1b7e-2f53-4d8e-9a6c-1f0e5d4c3b2g", 400);
    check_key(PUSH, FINE_PUSH, EMULATOR_RIG_KEY, 200);
    emulator_rig_close();
}

static void test_key_again(void)
{
    char first_id[40], sent[64];

    emulator_rig_open_and_start();
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, "{}"), 400); /* which was not accepted */
    check_key(PUSH, FINE_PUSH, EMULATOR_RIG_KEY, 200);
    (void)snprintf(first_id, sizeof first_id, "%s", emulator_rig.request_id);
    (void)snprintf(sent, sizeof sent, "%s", emulator_rig_text("sentMessages[0].id"));
    emulator_rig_advance(86399999);
    check_key(PUSH, FINE_PUSH, "0B6A1B7E-2F53-4D8E-9A6C-1F0E5D4C3B2A", 409);
    CHECK_STR(emulator_rig_text("message"), "The retry key is already accepted");
    CHECK_STR(emulator_rig_text("sentMessages[0].id"), sent);
    CHECK_STR(emulator_rig.call.accepted_request, first_id);
    CHECK_STR(emulator_rig.call.problem, "retry_key");
    emulator_rig_advance(1);
    check_key(PUSH, FINE_PUSH, EMULATOR_RIG_KEY, 200);
    CHECK(strcmp(emulator_rig_text("sentMessages[0].id"), sent) != 0);
    emulator_rig_close();
}

/* --- what is not emulated --- */

static void test_not_emulated(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/insight/demographic"), 501);
    emulator_rig_check_message(501, "Hookline does not emulate this endpoint: "
                                    "getFriendsDemographics (docs/line-api.md)");
    CHECK_STR(emulator_rig.call.problem, "not_emulated");
    emulator_rig_close();
}

/* --- queries --- */

static void check_query(const char *text, const char *want)
{
    char out[8] = "before";

    CHECK_EQ(emulated_query_find(span_text(text), "a", out, sizeof out), want != NULL);
    if (want)
        CHECK_STR(out, want);
}

static void test_query(void)
{
    check_query("a=1", "1");
    check_query("b=2&a=1&a=3", "1");
    check_query("%61=%31+%2B", "1 +");
    check_query("a", "");
    check_query("a=", "");
    check_query("a=b=c", "b=c");
    check_query("a=%", "%");
    check_query("a=%4", "%4");
    check_query("a=%zz", "%zz");
    check_query("a=1234567", "1234567");
    check_query("a=12345678", NULL);
    check_query("a=%00", NULL);
    check_query("", NULL);
    check_query("&&=&A=1", NULL);
    CHECK(emulated_query_has(SPAN("a=12345678"), "a"));
    CHECK(!emulated_query_has(SPAN("b=a"), "a"));
}

/* --- memory --- */

static void test_memory_of_new(void)
{
    unsigned long live;

    emulator_rig_open();
    live = mem_live();
    for (unsigned long n = 1;; n++) {
        struct emulator *e = NULL;

        mem_fail_at(n);
        enum err rc = emulator_new(&emulator_rig.options, &e);
        if (mem_sweep_is_over(n)) {
            CHECK_EQ(rc, OK);
            emulator_free(e);
            break;
        }
        CHECK_EQ(rc, ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
    emulator_free(NULL);
    emulator_rig_start();
    CHECK(emulator_options_of(emulator_rig.emulator)->mint == &emulator_rig.mint);
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_token), TEST(test_own_token), TEST(test_rate),
           TEST(test_rate_of_thousands), TEST(test_rate_off), TEST(test_rates_alone),
           TEST(test_size), TEST(test_type), TEST(test_json), TEST(test_cut_bodies),
           TEST(test_wrong_types), TEST(test_key_form), TEST(test_key_again),
           TEST(test_not_emulated), TEST(test_query), TEST(test_memory_of_new))
