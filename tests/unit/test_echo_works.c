/* The echo bot's replies to LINE WORKS: emulated, and real. */
#include "codec/jwt/jwt_rsa.h"
#include "unit/check.h"
#include "unit/support/echo_rig.h"
#include "unit/support/rsa_keys.h"

#define TOKEN(text, life) "{\"access_token\":\"" text "\",\"expires_in\":" life "}"

/* Of the newest request to a stand-in's n-th connection. */
static bool had(const struct handler_bot *bot, int connection, const char *text)
{
    return strstr(bot->connections[connection].head, text) != NULL;
}

static const char *body_of(struct handler_bot *bot, int connection)
{
    return handler_bot_body(&bot->connections[connection]);
}

static void test_works_emulated(void)
{
    echo_rig_open();
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_works(VERDICT_VALID, NULL);
    const struct lineapi_rig_record *r = echo_rig_wait_records(1);
    CHECK_STR(r->operation, "worksSendToUser");
    CHECK_STR(r->target, "/v1.0/bots/2000001/users/u-1/messages");
    CHECK_EQ(r->row.mode, JOURNAL_CALL_EMULATED);
    CHECK_EQ(r->row.status, 201);
    echo_rig_works(VERDICT_UNCHECKED, "c-1");
    CHECK_STR(echo_rig_wait_records(2)->target, "/v1.0/bots/2000001/channels/c-1/messages");
    CHECK_EQ(echo_rig.works.requests, 0);
    echo_rig_close();
}

/* The form's assertion is signed by the service account's key. */
static void check_assertion(const char *form)
{
    const char *begin = strstr(form, "&assertion=");
    struct jwt_rsa *key;
    struct jwt t;
    uint64_t iat = 0, exp = 0;
    char text[JWT_MAX];
    size_t len = 0;

    CHECK(begin != NULL);
    /* Percent-encoded: the dots, and the digits "-" and "_" of base64url. */
    for (const char *c = begin ? begin + 11 : ""; *c && *c != '&'; c++) {
        unsigned code = (unsigned char)*c;
        if (*c == '%') {
            CHECK_EQ(sscanf(c + 1, "%2x", &code), 1);
            c += 2;
        }
        text[len++] = (char)code;
    }
    CHECK_EQ(jwt_parse(&t, span_of(text, len)), OK);
    CHECK_EQ(jwt_rsa_parse(span_text(rsa_keys_public(0)), &key, NULL), OK);
    CHECK(jwt_rsa_is_signed(key, &t));
    CHECK_STR(jwt_claim_text(&t, "iss"), "app");
    CHECK_STR(jwt_claim_text(&t, "sub"), "s.serviceaccount@x");
    CHECK(jwt_claim_seconds(&t, "iat", &iat) && jwt_claim_seconds(&t, "exp", &exp));
    CHECK(exp > iat && exp - iat <= 3600);
    jwt_rsa_free(key);
    jwt_fini(&t);
}

static void open_with_works(void)
{
    echo_rig_open();
    echo_rig_add_works();
    CHECK_EQ(echo_rig_start(), OK);
}

/* One webhook, up to its token. */
static void begin_works(int requests)
{
    echo_rig_say(&echo_rig.works, "200 OK", TOKEN("w1", "\"86400\""));
    echo_rig_works(VERDICT_VALID, NULL);
    echo_rig_wait(&echo_rig.works, requests);
}

static void test_works(void)
{
    struct handler_bot *works = &echo_rig.works;

    open_with_works();
    begin_works(1);
    CHECK(had(works, 0, "POST /oauth2/v2.0/token"));
    CHECK(
        strstr(body_of(works, 0),
               "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&scope=bot&"));
    CHECK(strstr(body_of(works, 0), "&client_id=app&client_secret=app%2Dsecret"));
    check_assertion(body_of(works, 0));
    echo_rig_say(works, "201 Created", "");
    echo_rig_wait(works, 2);
    CHECK(had(works, 1, "POST /v1.0/bots/2000001/users/u-1/messages"));
    CHECK(had(works, 1, "Bearer w1\n"));
    CHECK_STR(body_of(works, 1), "{\"content\":{\"type\":\"text\",\"text\":\"hi\"}}");
    echo_rig_works(VERDICT_VALID, "c/2 x"); /* whatever an id may be */
    echo_rig_wait(works, 3);
    CHECK(had(works, 1, "POST /v1.0/bots/2000001/channels/c%2F2%20x/messages") ||
          had(works, 2, "POST /v1.0/bots/2000001/channels/c%2F2%20x/messages"));
    CHECK_EQ(lineapi_rig_records(), 0); /* LINE WORKS itself was asked */
    echo_rig_close();
}

static void test_works_401(void)
{
    struct handler_bot *works = &echo_rig.works;

    open_with_works();
    begin_works(1);
    echo_rig_say(works, "401 Unauthorized", "{\"code\":\"UNAUTHORIZED\"}");
    echo_rig_wait(works, 2);
    echo_rig_say(works, "200 OK", TOKEN("w2", "3600"));
    echo_rig_wait(works, 3);
    echo_rig_say(works, "201 Created", "");
    echo_rig_wait(works, 4);
    CHECK(had(works, 1, "Bearer w2\n"));
    echo_rig_close();
}

static void test_works_429(void)
{
    struct handler_bot *works = &echo_rig.works;

    open_with_works();
    begin_works(1);
    echo_rig_say(works, "429 Too Many Requests", "{\"code\":\"TOO_MANY_REQUESTS\"}");
    echo_rig_wait(works, 2);
    for (int i = 0; i < 4; i++) {
        for (int turn = 0; turn < 30; turn++) /* the answer comes, the pause begins */
            loop_turn(lineapi_rig.journal.loop, false);
        lineapi_rig_advance(((uint64_t)1000 << i) - 1);
        for (int turn = 0; turn < 10; turn++)
            loop_turn(lineapi_rig.journal.loop, false);
        CHECK_EQ(works->requests, 2 + i);
        lineapi_rig_advance(1);
        echo_rig_wait(works, 3 + i);
    }
    for (int turn = 0; turn < 30; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    lineapi_rig_advance(60000); /* the fifth was the last */
    for (int turn = 0; turn < 30; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(works->requests, 6);
    echo_rig_close();
}

static void test_works_no_token(void)
{
    struct handler_bot *works = &echo_rig.works;

    open_with_works();
    echo_rig_say(works, "400 Bad Request", "{\"error_description\":\"no\\u001b\"}");
    echo_rig_works(VERDICT_VALID, NULL);
    echo_rig_wait(works, 1);
    for (int turn = 0; turn < 50; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(works->requests, 1);
    begin_works(2); /* the next one asks again */
    echo_rig_close();
}

/* Nobody real gets an answer to what is not real. */
static void test_works_guard(void)
{
    const char *body = "{\"type\":\"message\",\"source\":{\"userId\":\"u\",\"domainId\":1},"
                       "\"issuedTime\":\"2026-11-21T19:24:05.123Z\",\"content\":{\"type\":"
                       "\"text\",\"text\":\"hi\"}}";

    open_with_works();
    echo_rig_works(VERDICT_UNCHECKED, NULL);
    (void)echo_rig_wait_records(1);
    echo_rig_webhook(&(struct echo_rig_webhook){
        .body = body, .bot_id = "1", .verdict = VERDICT_VALID, .replay_of = 7});
    (void)echo_rig_wait_records(2);
    push_guard_hold(&lineapi_rig.guard, 60000);
    echo_rig_works(VERDICT_VALID, NULL);
    (void)echo_rig_wait_records(3);
    CHECK_EQ(echo_rig.works.requests, 0);
    lineapi_rig_advance(60001);
    begin_works(1);
    echo_rig_close();
}

static void test_works_bot_id(void)
{
    const char *body = "{\"type\":\"message\",\"source\":{\"userId\":\"u\",\"domainId\":1},"
                       "\"issuedTime\":\"2026-11-21T19:24:05.123Z\",\"content\":{\"type\":"
                       "\"text\",\"text\":\"hi\"}}";

    open_with_works();
    echo_rig_webhook(&(struct echo_rig_webhook){.body = body, .verdict = VERDICT_VALID});
    for (int turn = 0; turn < 30; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(echo_rig.works.requests, 0); /* which bot? */
    echo_rig_close();

    echo_rig_open();
    lineapi_rig_add("--works-bot-id=42");
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_webhook(&(struct echo_rig_webhook){.body = body, .verdict = VERDICT_VALID});
    CHECK_STR(echo_rig_wait_records(1)->target, "/v1.0/bots/42/users/u/messages");
    echo_rig_close();
}

static void test_works_half_configured(void)
{
    echo_rig_open();
    lineapi_rig_add("--works-client-id=app");
    CHECK_EQ(echo_rig_start(), ERR_CONFIG);
    CHECK(strstr(echo_rig.detail, "works-key is missing"));
    echo_rig_close();
}

/* --- life --- */

/* Closed after every turn. */
static void test_close_sweep(void)
{
    for (int turns = 0; turns < 60; turns += turns < 20 ? 1 : 5) {
        open_with_works();
        echo_rig_say(&echo_rig.works, "200 OK", TOKEN("w1", "86400"));
        echo_rig_line(GIVEN_BY_SIMULATION);
        echo_rig_works(VERDICT_VALID, NULL);
        for (int i = 0; i < turns; i++)
            loop_turn(lineapi_rig.journal.loop, false);
        echo_rig_close();
    }
}

static void test_close_while_it_pauses(void)
{
    open_with_works();
    begin_works(1);
    echo_rig_say(&echo_rig.works, "429 Too Many Requests", "{}");
    echo_rig_wait(&echo_rig.works, 2);
    for (int turn = 0; turn < 30; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    echo_rig_close();
}

CHECK_MAIN(TEST(test_works_emulated), TEST(test_works), TEST(test_works_401),
           TEST(test_works_429), TEST(test_works_no_token), TEST(test_works_guard),
           TEST(test_works_bot_id), TEST(test_works_half_configured), TEST(test_close_sweep),
           TEST(test_close_while_it_pauses))
