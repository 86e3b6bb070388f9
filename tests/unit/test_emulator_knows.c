/* What never was LINE's is known, and nothing else is. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"

#define PUSH "/v2/bot/message/push"
#define HI   "\"messages\":[{\"type\":\"text\",\"text\":\"hi\"}]"
#define BODY "{\"to\":\"" EMULATOR_RIG_USER "\"," HI "}"

static bool knows_path(const char *before, const char *id, const char *behind)
{
    char target[256];

    (void)snprintf(target, sizeof target, "%s%s%s", before, id, behind);
    return emulator_rig_knows("GET", target, NULL);
}

static void test_nothing(void)
{
    emulator_rig_open_and_start();
    CHECK(!emulator_rig_knows("GET", "/v2/bot/info", NULL));
    CHECK(!emulator_rig_knows("POST", PUSH, BODY));
    CHECK(!emulator_rig_knows("GET", "/unknown/path", NULL));
    CHECK(!emulator_rig_knows("DELETE", PUSH, NULL));
    CHECK(!knows_path("/v2/bot/message/", "500000000000000001", "/content"));
    CHECK(!knows_path("/v2/bot/richmenu/", "richmenu-0123456789abcdef0123456789abcdef", ""));
    CHECK(!knows_path("/v2/bot/richmenu/alias/", "menu-a", ""));
    CHECK(!knows_path("/v2/bot/message/progress/narrowcast?requestId=", EMULATOR_RIG_KEY, ""));
    CHECK(!knows_path("/v2/bot/richmenu/progress/batch?requestId=", EMULATOR_RIG_KEY, ""));
    emulator_rig.authorization = NULL;
    CHECK(!emulator_rig_knows("GET", "/v2/bot/info", NULL));
    CHECK(!emulator_rig_knows("GET", "/oauth2/v2.1/verify?access_token=x", NULL));
    emulator_rig_close();
}

static void test_ids(void)
{
    emulator_rig_open_and_start();
    CHECK(knows_path("/v2/bot/message/", emulator_rig_mint(LINE_MINT_MESSAGE_ID), "/content"));
    CHECK(knows_path("/v2/bot/richmenu/", emulator_rig_mint(LINE_MINT_RICH_MENU), ""));
    CHECK(knows_path("/v2/bot/coupon/", emulator_rig_mint(LINE_MINT_COUPON), ""));
    emulator_rig_close();
}

static void test_content(void)
{
    const struct emulator_content c = {
        .message_id = SPAN("7"), .type = SPAN("image/png"), .bytes = SPAN("x")};

    emulator_rig_open_and_start();
    CHECK(!knows_path("/v2/bot/message/", "7", "/content"));
    CHECK_EQ(emulator_put_content(emulator_rig.emulator, &c), OK);
    CHECK(knows_path("/v2/bot/message/", "7", "/content"));
    CHECK(!knows_path("/v2/bot/message/", "77", "/content"));
    emulator_rig_close();
}

static void test_retry_key(void)
{
    emulator_rig_open_and_start();
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK(!emulator_rig_knows("POST", PUSH, BODY));
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, BODY), 200);
    emulator_rig_field("X-Line-Retry-Key", "0B6A1B7E-2F53-4D8E-9A6C-1F0E5D4C3B2A");
    CHECK(emulator_rig_knows("POST", PUSH, BODY));
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY "x");
    CHECK(!emulator_rig_knows("POST", PUSH, BODY));
    emulator_rig_advance(86400000);
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK(!emulator_rig_knows("POST", PUSH, BODY));
    emulator_rig_close();
}

/* One that was refused may be tried again, but not at LINE. */
static void test_refused_retry_key(void)
{
    emulator_rig_open_and_start();
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, "{}"), 400);
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK(emulator_rig_knows("POST", PUSH, BODY));
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, BODY), 200);
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, "{"), 400); /* which does not hide the one before */
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    CHECK_EQ(emulator_rig_post(PUSH, BODY), 409);
    emulator_rig_close();
}

static void test_access_token(void)
{
    char text[LINE_MINT_SIZE + 128];
    const char *token;

    emulator_rig_open_and_start();
    token = emulator_rig_mint(LINE_MINT_ACCESS_TOKEN);
    (void)snprintf(text, sizeof text, "Bearer %s", token);
    emulator_rig.authorization = text;
    CHECK(emulator_rig_knows("GET", "/v2/bot/info", NULL));
    CHECK(emulator_rig_knows("GET", "/unknown/path", NULL));
    emulator_rig.authorization = "Bearer x";
    CHECK(!emulator_rig_knows("GET", "/v2/bot/info", NULL));
    do
        token = emulator_rig_mint(LINE_MINT_ACCESS_TOKEN);
    while (strchr(token, '+')); /* which means a space in a query */
    (void)snprintf(text, sizeof text, "/oauth2/v2.1/verify?access_token=%s", token);
    CHECK(emulator_rig_knows("GET", text, NULL));
    (void)snprintf(text, sizeof text, "/v2/bot/info?access_token=%s", token);
    CHECK(!emulator_rig_knows("GET", text, NULL));
    emulator_rig_close();
}

/* Percent-encoded, as a form has it. */
static void test_token_in_form(void)
{
    const char *token;
    char body[1024] = "access_token=";
    size_t at = strlen(body);

    emulator_rig_open_and_start();
    token = emulator_rig_mint(LINE_MINT_ACCESS_TOKEN);
    for (const char *c = token; *c; c++)
        at += (size_t)snprintf(body + at, sizeof body - at, "%%%02x", (unsigned)*c);
    CHECK(emulator_rig_knows("POST", "/v2/oauth/revoke", body));
    CHECK(!emulator_rig_knows("POST", "/v2/oauth/revoke", "access_token=x"));
    CHECK(!emulator_rig_knows("POST", PUSH, body));
    emulator_rig_close();
}

static void check_word(enum line_mint_kind kind, const char *member)
{
    char body[512];

    (void)snprintf(body, sizeof body, "{\"x\":[{\"%s\":\"%s\"}]}", member,
                   emulator_rig_mint(kind));
    CHECK(emulator_rig_knows("POST", PUSH, body));
}

static void test_words(void)
{
    emulator_rig_open_and_start();
    check_word(LINE_MINT_RICH_MENU, "richMenuId");
    check_word(LINE_MINT_COUPON, "couponId");
    check_word(LINE_MINT_QUOTE_TOKEN, "quoteToken");
    check_word(LINE_MINT_READ_TOKEN, "markAsReadToken");
    CHECK(!emulator_rig_knows("POST", PUSH, "{\"couponId\":\"01FZ74A0TDDPYRVKNK77XKC3ZR\"}"));
    emulator_rig_close();
}

static void test_request_ids(void)
{
    char id[64];

    emulator_rig_open_and_start();
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "1");
    CHECK_EQ(emulator_rig_post("/v2/bot/message/narrowcast", "{" HI "}"), 202);
    (void)snprintf(id, sizeof id, "%s", emulator_rig.request_id);
    CHECK(knows_path("/v2/bot/message/progress/narrowcast?requestId=", id, ""));
    CHECK(!knows_path("/v2/bot/message/progress/narrowcast?request=", id, ""));
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_nothing), TEST(test_ids), TEST(test_content), TEST(test_retry_key),
           TEST(test_refused_retry_key), TEST(test_access_token), TEST(test_token_in_form),
           TEST(test_words), TEST(test_request_ids))
