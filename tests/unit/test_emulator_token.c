/* Channel access tokens of the emulated account. */
#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "unit/check.h"
#include "unit/support/assertion_rig.h"
#include "unit/support/mem_sweep.h"

#define V3      "/oauth2/v3/token"
#define V21     "/oauth2/v2.1/token"
#define SHORT   "/v2/oauth/accessToken"
#define GRANT   "grant_type=client_credentials&"
#define ID      "client_id=" ASSERTION_RIG_CHANNEL
#define SECRET  "&client_secret=" ASSERTION_RIG_SECRET
#define MISSING "some parameters missed or invalid"

static char token[LINE_MINT_SIZE];

static void keep_token(void)
{
    (void)snprintf(token, sizeof token, "%s", emulator_rig_text("access_token"));
    CHECK(line_mint_is_own(&emulator_rig.mint, LINE_MINT_ACCESS_TOKEN, span_text(token)));
    CHECK_STR(emulator_rig_text("token_type"), "Bearer");
}

static const char *with_grant(const char *form)
{
    static char text[8192];

    (void)snprintf(text, sizeof text, GRANT "%s", form);
    return text;
}

/* As a bearer token. */
static unsigned use(void)
{
    char value[LINE_MINT_SIZE + 8];

    (void)snprintf(value, sizeof value, "Bearer %s", token);
    emulator_rig.authorization = value;
    unsigned status = emulator_rig_get("/v2/bot/info");
    emulator_rig.authorization = "Bearer some-token";
    return status;
}

/* The token as a value of a query or form: "=" and "+" are escaped. */
static const char *escaped(const char *before)
{
    static char text[2 * LINE_MINT_SIZE + 512];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", before);

    for (const char *c = token; *c; c++) {
        bool is_plain =
            (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z');
        if (is_plain)
            text[len++] = *c;
        else
            len += (size_t)snprintf(text + len, sizeof text - len, "%%%02X", (unsigned)*c);
        text[len] = '\0';
    }
    return text;
}

/* --- stateless --- */

static void test_stateless(void)
{
    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(V3, GRANT ID SECRET), 200);
    CHECK_STR(emulator_rig_text("expires_in"), "900");
    CHECK_STR(emulator_rig_text("key_id"), "");
    keep_token();
    CHECK_EQ(use(), 200);
    CHECK_EQ(emulator_rig_get(escaped("/oauth2/v2.1/verify?access_token=")), 200);
    CHECK_STR(emulator_rig_text("client_id"), ASSERTION_RIG_CHANNEL);
    CHECK_STR(emulator_rig_text("expires_in"), "900");
    CHECK_STR(emulator_rig_text("scope"), "profile chat_message.write");
    emulator_rig_advance(899999);
    CHECK_EQ(use(), 200);
    emulator_rig_advance(1);
    CHECK_EQ(use(), 401);
    CHECK_EQ(emulator_rig_get(escaped("/oauth2/v2.1/verify?access_token=")), 400);
    assertion_rig_check("invalid_request", "The access token expired");
    CHECK_EQ(assertion_rig_post(V3, with_grant(assertion_rig_form(0, NULL))), 200);
    CHECK_STR(emulator_rig_text("expires_in"), "900");
    assertion_rig_close();
}

static void check_v3_refused(const char *form, const char *description)
{
    CHECK_EQ(assertion_rig_post(V3, form), 400);
    assertion_rig_check("invalid_request", description);
}

static void test_stateless_refuses(void)
{
    assertion_rig_open();
    emulator_rig_start();
    check_v3_refused(GRANT ID "&client_secret=00112233445566778899aabbccddeef0",
                     "Invalid 'client_credentials'.");
    check_v3_refused(GRANT ID "&client_secret=", "Invalid 'client_credentials'.");
    check_v3_refused(GRANT "client_id=1" SECRET, "Invalid 'client_credentials'.");
    check_v3_refused(ID SECRET, MISSING);
    check_v3_refused("grant_type=password&" ID SECRET, MISSING);
    check_v3_refused(GRANT ID, MISSING);
    assertion_rig_close();
}

/* Without a channel in the settings any will do. */
static void test_any_channel(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(assertion_rig_post(V3, GRANT "client_id=77&client_secret=x"), 200);
    CHECK_EQ(assertion_rig_post(V3, GRANT "client_id=77x&client_secret=x"), 400);
    CHECK_EQ(assertion_rig_post(V3, GRANT "client_id=&client_secret=x"), 400);
    emulator_rig_close();
}

/* --- v2.1 --- */

static void test_v21(void)
{
    char first_kid[32];

    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 200);
    CHECK_STR(emulator_rig_text("expires_in"), "86400");
    (void)snprintf(first_kid, sizeof first_kid, "%s", emulator_rig_text("key_id"));
    CHECK_EQ(strlen(first_kid), 22);
    keep_token();
    CHECK_EQ(use(), 200);
    char target[4200];
    (void)snprintf(target, sizeof target, "/oauth2/v2.1/tokens/kid?%s",
                   assertion_rig_form(0, NULL));
    CHECK_EQ(emulator_rig_get(target), 200);
    CHECK_STR(emulator_rig_text("kids[0]"), first_kid);
    CHECK_STR(emulator_rig_text("kids[1]"), "");

    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", escaped(ID SECRET "&access_token=")),
             200);
    CHECK_STR(emulator_rig.body, "");
    CHECK_EQ(use(), 401);
    CHECK_EQ(emulator_rig_get(escaped("/oauth2/v2.1/verify?access_token=")), 400);
    CHECK_EQ(emulator_rig_get(target), 200);
    CHECK_STR(emulator_rig.body, "{\"kids\":[]}");
    assertion_rig_close();
}

#define CLAIMS(iss, sub, aud, rest)                                                            \
    "{\"iss\":\"" iss "\",\"sub\":\"" sub "\",\"aud\":\"" aud "\"," rest "}"
#define GOOD    ASSERTION_RIG_CHANNEL
#define AUD     "https://api.line.me/"
#define IN_TIME "\"exp\":1795327200" /* just 30 minutes */

static void check_claims(const char *claims, const char *description)
{
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, claims))),
             description ? 400 : 200);
    if (description)
        assertion_rig_check("invalid_client", description);
}

static void test_claims(void)
{
    const char *no_match = "iss and clientId of key do not match";

    CHECK_EQ(ASSERTION_RIG_NOW_S + 1800, 1795327200);
    assertion_rig_open();
    emulator_rig_start();
    check_claims(CLAIMS(GOOD, GOOD, AUD, IN_TIME ",\"token_exp\":2592000"), NULL);
    check_claims(CLAIMS(GOOD, GOOD, AUD, IN_TIME ",\"token_exp\":1"), NULL);
    check_claims(CLAIMS("1", "1", AUD, IN_TIME ",\"token_exp\":60"), no_match);
    check_claims(CLAIMS(GOOD, "1", AUD, IN_TIME ",\"token_exp\":60"), no_match);
    check_claims("{}", no_match);
    check_claims(CLAIMS(GOOD, GOOD, "https://api.line.me", IN_TIME), "Invalid aud");
    check_claims(CLAIMS(GOOD, GOOD, AUD, "\"exp\":1795327201"), "Invalid exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, "\"exp\":1795325400"), "Invalid exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, "\"exp\":1795325401,\"token_exp\":5"), NULL);
    check_claims(CLAIMS(GOOD, GOOD, AUD, "\"exp\":\"1795325401\""), "Invalid exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, "\"x\":1"), "Invalid exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, IN_TIME), "Invalid token_exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, IN_TIME ",\"token_exp\":0"), "Invalid token_exp");
    check_claims(CLAIMS(GOOD, GOOD, AUD, IN_TIME ",\"token_exp\":2592001"),
                 "Invalid token_exp");
    assertion_rig_close();
}

static void check_no_key(const char *form)
{
    CHECK_EQ(assertion_rig_post(V21, with_grant(form)), 404);
    emulator_rig_check_message(404, "Cannot find channel key that satisfies the conditions");
    CHECK_STR(emulator_rig.call.problem, "assertion_key");
}

static void test_signatures(void)
{
    assertion_rig_open();
    emulator_rig_start();
    check_no_key(assertion_rig_form(1, NULL));
    check_no_key(assertion_rig_form_with(0, "{\"alg\":\"RS256\",\"kid\":\"k2\"}", "{}"));
    check_no_key(assertion_rig_form_with(0, "{\"alg\":\"RS256\"}", "{}"));
    check_no_key(assertion_rig_form_with(0, "{\"alg\":\"none\",\"kid\":\"k1\"}", "{}"));
    CHECK_EQ(assertion_rig_post(V21, with_grant("client_assertion_type=urn:ietf:params:oauth:"
                                                "client-assertion-type:jwt-bearer&"
                                                "client_assertion=a.b.c")),
             400);
    assertion_rig_check("invalid_client", "Invalid client_assertion");
    CHECK_EQ(assertion_rig_post(V21, GRANT "client_assertion_type=x&client_assertion=a.b.c"),
             400);
    assertion_rig_check("invalid_request", MISSING);
    CHECK_EQ(assertion_rig_post(V21, assertion_rig_form(0, NULL)), 400);
    assertion_rig_close();

    emulator_rig_open_and_start(); /* no keys at all */
    check_no_key(assertion_rig_form(0, NULL));
    emulator_rig_close();
}

static void test_v21_thirty(void)
{
    assertion_rig_open();
    emulator_rig_start();
    for (int i = 0; i < 30; i++)
        CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 200);
    keep_token();
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 400);
    emulator_rig_check_message(400,
                               "The maximum number of access tokens has already been issued");
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", escaped(ID SECRET "&access_token=")),
             200);
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 200);
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 400);
    emulator_rig_advance(86400 * 1000);
    CHECK_EQ(assertion_rig_post(V21, with_grant(assertion_rig_form(0, NULL))), 200);
    assertion_rig_close();
}

/* --- short-lived --- */

static void test_short(void)
{
    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(SHORT, GRANT ID SECRET), 200);
    CHECK_STR(emulator_rig_text("expires_in"), "2592000");
    keep_token();
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", escaped("access_token=")), 200);
    CHECK_STR(emulator_rig_text("scope"), "P CM");
    CHECK_STR(emulator_rig_text("expires_in"), "2592000");
    CHECK_EQ(emulator_rig_get(escaped("/oauth2/v2.1/verify?access_token=")), 400);
    assertion_rig_check("invalid_request", "The access token not JWS");
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", escaped(ID SECRET "&access_token=")),
             200);
    CHECK_EQ(use(), 200); /* it is of another kind */
    CHECK_EQ(assertion_rig_post("/v2/oauth/revoke", escaped("access_token=")), 200);
    CHECK_EQ(use(), 401);
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", escaped("access_token=")), 400);
    assertion_rig_check("invalid_request", "access_token invalid");
    assertion_rig_close();
}

static void test_short_thirty(void)
{
    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(SHORT, GRANT ID SECRET), 200);
    keep_token();
    for (int i = 0; i < 29; i++)
        CHECK_EQ(assertion_rig_post(SHORT, GRANT ID SECRET), 200);
    CHECK_EQ(use(), 200);
    CHECK_EQ(assertion_rig_post(SHORT, GRANT ID SECRET), 200);
    CHECK_EQ(use(), 401); /* the oldest went */
    assertion_rig_close();
}

static void test_short_refuses(void)
{
    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(SHORT, GRANT "client_id=1" SECRET), 400);
    assertion_rig_check("invalid_client", "invalid client_id");
    CHECK_EQ(assertion_rig_post(SHORT, GRANT ID "&client_secret=x"), 400);
    assertion_rig_check("invalid_client", "invalid client_secret");
    CHECK_EQ(assertion_rig_post(SHORT, GRANT ID), 400);
    assertion_rig_check("invalid_request", MISSING);
    CHECK_EQ(assertion_rig_post(SHORT, ID SECRET), 400);
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", "access_token=a%20b"), 400);
    assertion_rig_check("invalid_request", "access_token in invalid format");
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", "x=y"), 400);
    CHECK_EQ(assertion_rig_post("/v2/oauth/revoke", "x=y"), 400);
    CHECK_STR(emulator_rig.body, "{\"error\":\"invalid_request\"}");
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", ID "&client_secret=x&access_token=y"),
             400);
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", "client_id=1" SECRET "&access_token=y"),
             400);
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", ID "&access_token=y"), 400);
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", ID SECRET), 400);
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", ID SECRET "&access_token=y"), 400);
    assertion_rig_check("invalid_request", "The access token not JWS");
    CHECK_EQ(assertion_rig_post("/oauth2/v2.1/revoke", ID SECRET "&access_token=y.z"), 400);
    assertion_rig_check("invalid_request", "The access token malformed");
    assertion_rig_close();
}

/* --- tokens of others --- */

static void test_foreign(void)
{
    assertion_rig_open();
    emulator_rig_start();
    (void)snprintf(token, sizeof token, "some-token");
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", escaped("access_token=")), 200);
    CHECK_STR(emulator_rig_text("client_id"), ASSERTION_RIG_CHANNEL);
    CHECK_EQ(emulator_rig_get("/oauth2/v2.1/verify?access_token=abc"), 400);
    assertion_rig_check("invalid_request", "The access token not JWS");
    CHECK_EQ(emulator_rig_get("/oauth2/v2.1/verify?access_token=a.b"), 400);
    assertion_rig_check("invalid_request", "The access token malformed");
    CHECK_EQ(emulator_rig_get("/oauth2/v2.1/verify?access_token=e30.e30.AAAA"), 200);
    CHECK_EQ(emulator_rig_get("/oauth2/v2.1/verify"), 400);
    /* Of an earlier run: ours, but forgotten. */
    (void)snprintf(token, sizeof token, "%s", emulator_rig_mint(LINE_MINT_ACCESS_TOKEN));
    CHECK_EQ(emulator_rig_get(escaped("/oauth2/v2.1/verify?access_token=")), 400);
    assertion_rig_check("invalid_request", "The access token expired");
    CHECK_EQ(assertion_rig_post("/v2/oauth/verify", escaped("access_token=")), 400);
    assertion_rig_close();
}

/* --- limits and memory --- */

static void test_oldest_is_forgotten(void)
{
    struct issued_token t = {.kind = ISSUED_TOKEN_STATELESS, .expires_ms = 10};
    struct issued_tokens *all;
    size_t len = 0;

    CHECK_EQ(issued_tokens_new(&all), OK);
    for (unsigned i = 0; i <= ISSUED_TOKENS_MAX; i++) {
        (void)snprintf(t.text, sizeof t.text, "token-%u", i);
        CHECK_EQ(issued_tokens_add(all, &t, 1), OK);
    }
    CHECK_EQ(issued_tokens_state(all, SPAN("token-0"), 1), ISSUED_TOKEN_UNKNOWN);
    CHECK_EQ(issued_tokens_state(all, SPAN("token-1"), 9), ISSUED_TOKEN_VALID);
    CHECK_EQ(issued_tokens_state(all, SPAN("token-1"), 10), ISSUED_TOKEN_EXPIRED);
    for (const struct issued_token *each = NULL; (each = issued_tokens_next(all, each));)
        len++;
    CHECK_EQ(len, ISSUED_TOKENS_MAX);
    issued_tokens_free(all);
    issued_tokens_free(NULL);
}

static void test_memory(void)
{
    assertion_rig_open();
    emulator_rig_start();
    static char forms[2][8192];
    (void)snprintf(forms[0], sizeof forms[0], "%s", with_grant(assertion_rig_form(0, NULL)));
    (void)snprintf(forms[1], sizeof forms[1], GRANT ID SECRET);
    for (int i = 0; i < 2; i++) {
        for (unsigned long n = 1;; n++) {
            mem_fail_at(n);
            unsigned status = assertion_rig_post(i == 0 ? V21 : V3, forms[i]);
            bool over = mem_sweep_is_over(n);
            bool is_kept = emulator_rig.body != NULL; /* the rig's own copy */
            CHECK_EQ(status, over || !is_kept ? 200 : 500);
            if (over)
                break;
        }
    }
    assertion_rig_close();
}

CHECK_MAIN(TEST(test_stateless), TEST(test_stateless_refuses), TEST(test_any_channel),
           TEST(test_v21), TEST(test_claims), TEST(test_signatures), TEST(test_v21_thirty),
           TEST(test_short), TEST(test_short_thirty), TEST(test_short_refuses),
           TEST(test_foreign), TEST(test_oldest_is_forgotten), TEST(test_memory))
