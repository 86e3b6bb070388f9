/* LINE WORKS, emulated. */
#include "relay-client/lineapi/emulate/emulator_rooms.h"
#include "unit/check.h"
#include "unit/support/assertion_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/rsa_keys.h"

#define TOKEN   "/oauth2/v2.0/token"
#define USER    "/v1.0/bots/2000001/users/someone@example/messages"
#define CHANNEL "/v1.0/bots/2000001/channels/c-1/messages"
#define FILES   "/v1.0/bots/2000001/attachments"
#define TEXT    "{\"content\":{\"type\":\"text\",\"text\":\"hi\"}}"
#define CLIENT  "&client_id=app&client_secret=secret"

static const char *field(const char *name)
{
    for (size_t i = 0; i < emulator_rig.call.fields_len; i++)
        if (strcmp(emulator_rig.call.fields[i].name, name) == 0)
            return emulator_rig.call.fields[i].value;
    return "";
}

static void check(unsigned status, const char *code)
{
    CHECK_EQ(emulator_rig.call.status, status);
    CHECK_STR(emulator_rig_text("code"), code);
    CHECK(*emulator_rig_text("description"));
}

/* --- messages --- */

static void test_send(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(USER, TEXT), 201);
    CHECK_STR(emulator_rig.body, "");
    CHECK_STR(field("rateLimit-limit"), "240");
    CHECK_STR(field("rateLimit-remaining"), "239");
    CHECK_STR(field("rateLimit-reset"), "60");
    CHECK_EQ(emulator_rig_post(CHANNEL, TEXT), 201);
    CHECK_STR(field("rateLimit-remaining"), "239"); /* an operation of its own */
    emulator_rig_close();
}

static void check_content(const char *content, unsigned status, const char *code)
{
    char body[512];

    (void)snprintf(body, sizeof body, "{\"content\":%s}", content);
    CHECK_EQ(emulator_rig_post(USER, body), status);
    if (code)
        check(status, code);
}

static void test_contents(void)
{
    emulator_rig_open_and_start();
    check_content("{\"type\":\"text\"}", 400, "MISSING_PARAMETER");
    check_content("{\"type\":\"text\",\"text\":\"\"}", 400, "INVALID_PARAMETER");
    check_content("{\"type\":\"song\"}", 400, "INVALID_PARAMETER");
    check_content("{}", 400, "MISSING_PARAMETER");
    check_content("null", 400, "MISSING_PARAMETER");
    check_content("{\"type\":\"sticker\",\"packageId\":\"1\"}", 400, "MISSING_PARAMETER");
    check_content("{\"type\":\"sticker\",\"packageId\":\"1\",\"stickerId\":\"2\"}", 201, NULL);
    check_content("{\"type\":\"image\",\"fileId\":\"f\"}", 201, NULL);
    check_content("{\"type\":\"image\",\"previewImageUrl\":\"https://a/\","
                  "\"originalContentUrl\":\"https://a/\"}",
                  201, NULL);
    check_content("{\"type\":\"image\",\"previewImageUrl\":\"http://a/\","
                  "\"originalContentUrl\":\"https://a/\"}",
                  400, "INVALID_PARAMETER");
    check_content("{\"type\":\"file\"}", 400, "MISSING_PARAMETER");
    check_content("{\"type\":\"location\",\"title\":\"a\",\"address\":\"b\",\"latitude\":1.5,"
                  "\"longitude\":\"2\"}",
                  400, "INVALID_PARAMETER");
    check_content("{\"type\":\"location\",\"title\":\"a\",\"address\":\"b\",\"latitude\":1.5,"
                  "\"longitude\":2}",
                  201, NULL);
    check_content("{\"type\":\"carousel\",\"columns\":[]}", 400, "INVALID_PARAMETER");
    check_content("{\"type\":\"carousel\",\"columns\":[{}]}", 201, NULL);
    check_content("{\"type\":\"flex\",\"altText\":\"a\",\"contents\":{}}", 201, NULL);
    CHECK_EQ(emulator_rig_post(USER, "[]"), 400);
    check(400, "BAD_REQUEST");
    CHECK_EQ(emulator_rig_post(USER, "{"), 400);
    check(400, "BAD_REQUEST");
    CHECK_EQ(emulator_rig_post(USER, NULL), 400);
    emulator_rig.content_type = "text/plain";
    CHECK_EQ(emulator_rig_post(USER, TEXT), 400);
    emulator_rig_close();
}

static void test_long_url(void)
{
    char content[1300], url[1002] = "https://";

    emulator_rig_open_and_start();
    memset(url + 8, 'a', 993);
    for (int len = 1001; len >= 1000; len--) {
        url[len] = '\0';
        (void)snprintf(content, sizeof content,
                       "{\"content\":{\"type\":\"file\",\"originalContentUrl\":\"%s\"}}", url);
        CHECK_EQ(emulator_rig_post(USER, content), len == 1000 ? 201 : 400);
    }
    emulator_rig_close();
}

static void test_who(void)
{
    emulator_rig_open_and_start();
    emulator_rig.authorization = NULL;
    CHECK_EQ(emulator_rig_post(USER, TEXT), 401);
    check(401, "UNAUTHORIZED");
    CHECK_STR(field("WWW-Authenticate"), "Bearer");
    emulator_rig.authorization = "Basic x";
    CHECK_EQ(emulator_rig_post(USER, TEXT), 401);
    emulator_rig.authorization = "Bearer x";
    CHECK_EQ(emulator_rig_post("/v1.0/bots/me/users/u/messages", TEXT), 404);
    check(404, "NOT_FOUND");
    emulator_rig_close();
}

static void test_rate(void)
{
    emulator_rig_open_and_start();
    for (int i = 0; i < 240; i++)
        CHECK_EQ(emulator_rig_post(USER, TEXT), 201);
    CHECK_STR(field("rateLimit-remaining"), "0");
    CHECK_EQ(emulator_rig_post(USER, TEXT), 429);
    check(429, "TOO_MANY_REQUESTS");
    CHECK_STR(field("rateLimit-remaining"), "0");
    emulator_rig_advance(59999);
    CHECK_EQ(emulator_rig_post(USER, TEXT), 429);
    CHECK_STR(field("rateLimit-reset"), "1");
    emulator_rig_advance(1);
    CHECK_EQ(emulator_rig_post(USER, TEXT), 201);
    emulator_rig_close();
}

static void test_rate_relaxed(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    for (int i = 0; i < 250; i++)
        CHECK_EQ(emulator_rig_post(USER, TEXT), 201);
    emulator_rig_close();
}

/* --- tokens --- */

static const char *assertion(int index, const char *claims, const char *scope)
{
    static char form[4096];

    (void)snprintf(form, sizeof form,
                   "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer"
                   "&assertion=%s" CLIENT "%s",
                   rsa_keys_token(index, "{\"alg\":\"RS256\",\"kid\":\"k1\"}", claims), scope);
    return form;
}

#define CLAIMS                                                                                 \
    "{\"iss\":\"app\",\"sub\":\"s.serviceaccount@x\",\"iat\":1795325400,\"exp\":1795329000}"

static unsigned use(const char *token)
{
    char value[256];

    (void)snprintf(value, sizeof value, "Bearer %s", token);
    emulator_rig.authorization = value;
    unsigned status = emulator_rig_post(USER, TEXT);
    emulator_rig.authorization = "Bearer some-token";
    return status;
}

static void test_token(void)
{
    char access[LINE_MINT_SIZE], refresh[LINE_MINT_SIZE], form[1024];
    size_t len;

    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(TOKEN, assertion(0, CLAIMS, "&scope=bot%20user")), 200);
    CHECK(strstr(emulator_rig.body, "\"expires_in\":\"86400\""));
    CHECK_STR(emulator_rig_text("scope"), "bot user");
    CHECK_STR(emulator_rig_text("token_type"), "Bearer");
    (void)snprintf(access, sizeof access, "%s", emulator_rig_text("access_token"));
    (void)snprintf(refresh, sizeof refresh, "%s", emulator_rig_text("refresh_token"));
    CHECK_EQ(use(access), 201);
    emulator_rig_advance(86399999);
    CHECK_EQ(use(access), 201);
    emulator_rig_advance(1);
    CHECK_EQ(use(access), 401);
    CHECK(strstr(field("WWW-Authenticate"), "error=\"invalid_token\""));

    len = (size_t)snprintf(form, sizeof form,
                           "grant_type=refresh_token" CLIENT "&refresh_token=");
    for (const char *c = refresh; *c; c++)
        len += (size_t)snprintf(form + len, sizeof form - len, "%%%02X", (unsigned)*c);
    CHECK_EQ(assertion_rig_post(TOKEN, form), 200);
    CHECK_STR(emulator_rig_text("refresh_token"), refresh); /* not rotated */
    CHECK_STR(emulator_rig_text("scope"), "bot user");
    (void)snprintf(access, sizeof access, "%s", emulator_rig_text("access_token"));
    CHECK_EQ(use(access), 201);
    CHECK_EQ(use(refresh), 201); /* not an access token of ours, so anybody's */
    emulator_rig_advance(90ull * 86400 * 1000);
    CHECK_EQ(assertion_rig_post(TOKEN, form), 400);
    assertion_rig_check("invalid_grant", "the refresh token is not valid");
    assertion_rig_close();
}

static void test_scope(void)
{
    char access[LINE_MINT_SIZE];

    assertion_rig_open();
    emulator_rig_start();
    CHECK_EQ(assertion_rig_post(TOKEN, assertion(0, CLAIMS, "&scope=user%20robot")), 200);
    (void)snprintf(access, sizeof access, "%s", emulator_rig_text("access_token"));
    CHECK_EQ(use(access), 403);
    check(403, "FORBIDDEN");
    CHECK_EQ(assertion_rig_post(TOKEN, assertion(0, CLAIMS, "&scope=bot.message")), 200);
    (void)snprintf(access, sizeof access, "%s", emulator_rig_text("access_token"));
    CHECK_EQ(use(access), 201);
    assertion_rig_close();
}

static void check_refused(const char *form, const char *error)
{
    CHECK_EQ(assertion_rig_post(TOKEN, form), 400);
    CHECK_STR(emulator_rig_text("error"), error);
}

static void test_token_refuses(void)
{
    assertion_rig_open();
    emulator_rig_start();
    check_refused(assertion(1, CLAIMS, ""), "invalid_grant");
    CHECK_STR(emulator_rig.call.problem, "assertion_key");
    check_refused(assertion(0,
                            "{\"iss\":\"other\",\"sub\":\"s\",\"iat\":1795325400,"
                            "\"exp\":1795329000}",
                            ""),
                  "invalid_grant");
    check_refused(assertion(0, "{\"iss\":\"app\",\"iat\":1795325400,\"exp\":1795329000}", ""),
                  "invalid_grant");
    check_refused(assertion(0,
                            "{\"iss\":\"app\",\"sub\":\"s\",\"iat\":1795325400,"
                            "\"exp\":1795329001}",
                            ""),
                  "invalid_grant");
    check_refused(assertion(0,
                            "{\"iss\":\"app\",\"sub\":\"s\",\"iat\":1795321800,"
                            "\"exp\":1795325400}",
                            ""),
                  "invalid_grant");
    check_refused("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=x" CLIENT,
                  "invalid_grant");
    check_refused("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer" CLIENT,
                  "invalid_request");
    check_refused("grant_type=refresh_token&refresh_token=x" CLIENT, "invalid_grant");
    check_refused("grant_type=refresh_token&refresh_token=x", "invalid_request");
    check_refused("grant_type=password" CLIENT, "unsupported_grant_type");
    assertion_rig_close();
}

/* --- attachments --- */

static void test_attachments(void)
{
    char id[64], path[128];

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(FILES, "{\"fileName\":\"a.png\"}"), 200);
    (void)snprintf(id, sizeof id, "%s", emulator_rig_text("fileId"));
    CHECK_EQ(strlen(id), 32);
    (void)snprintf(path, sizeof path, "/works/attachments/%s", id);
    CHECK(strstr(emulator_rig_text("uploadUrl"), path));
    emulator_rig.content_type = "multipart/form-data; boundary=x";
    CHECK_EQ(emulator_rig_post(path, "--x--"), 200);
    CHECK_STR(emulator_rig_text("fileId"), id);
    CHECK_EQ(emulator_rig_post("/works/attachments/other", "--x--"), 404);
    check(404, "NOT_FOUND");
    emulator_rig.content_type = NULL;
    CHECK_EQ(emulator_rig_post(FILES, "{}"), 400);
    check(400, "MISSING_PARAMETER");
    emulator_rig_close();
}

/* --- memory --- */

static void test_memory(void)
{
    assertion_rig_open();
    emulator_rig_start();
    for (int i = 0; i < 2; i++) {
        for (unsigned long n = 1;; n++) {
            const char *form = assertion(0, CLAIMS, "");
            mem_fail_at(n);
            unsigned status = i == 0 ? assertion_rig_post(TOKEN, form)
                                     : emulator_rig_post(FILES, "{\"fileName\":\"a\"}");
            bool over = mem_sweep_is_over(n);
            bool is_kept = emulator_rig.body != NULL; /* the rig's own copy */
            CHECK(over || !is_kept ? status == 200 : status == 500 || status == 400);
            if (over)
                break;
        }
    }
    assertion_rig_close();
}

CHECK_MAIN(TEST(test_send), TEST(test_contents), TEST(test_long_url), TEST(test_who),
           TEST(test_rate), TEST(test_rate_relaxed), TEST(test_token), TEST(test_scope),
           TEST(test_token_refuses), TEST(test_attachments), TEST(test_memory))
