#include "unit/check.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"
#include "codec/signature/signature_diagnosis.h"
#include "unit/support/signature_world.h"

#define SECRET "0123456789abcdef0123456789ABCDEF"

static struct signature_world w;

/* As LINE sends it: Japanese as it is, emoji as escapes. */
static const char body[] =
    "{\"destination\":\"U00000000000000000000000000000001\",\"events\":[{\"type\":\"message\","
    "\"message\":{\"type\":\"text\",\"text\":\"\xe3\x81\x82 \\uD83E\\uDD28 <b>/a+b\"},"
    "\"latitude\":35.0}]}";

/* LINE's secret is `configured`; the sender signed `message` with `key`. */
static void explain(const char *configured, struct span key, struct span message,
                    const char *part)
{
    signature_world_init(&w, "line", configured, body);
    signature_world_set_base64(&w, DIGEST_SHA256, key, message);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, part);
}

static void explain_message(struct span message, const char *part)
{
    explain(SECRET, SPAN(SECRET), message, part);
}

static void explain_key(const char *configured, struct span key, const char *part)
{
    explain(configured, key, span_text(body), part);
}

/* The body arrived as `arrived`, the sender signed `signed_as`. */
static void explain_change(struct span arrived, struct span signed_as, const char *part)
{
    signature_world_init(&w, "line", SECRET, "");
    w.body = arrived;
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN(SECRET), signed_as);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, part);
}

static void test_secret(void)
{
    uint8_t decoded[16];

    explain_key(" " SECRET "\n", SPAN(SECRET), "secret 1 once the white space around it");
    explain_key("\"" SECRET "\"", SPAN(SECRET), "secret 1 without the quotes around it");
    explain_key("'" SECRET "'", SPAN(SECRET), "secret 1 without the quotes around it");
    explain_key(SECRET, SPAN(SECRET "\n"), "secret 1 with a line break behind it");
    explain_key(SECRET, SPAN(SECRET "\r\n"), "secret 1 with CR LF behind it");
    explain_key(SECRET, SPAN("0123456789abcdef0123456789abcdef"), "secret 1 in lower case");
    explain_key(SECRET, SPAN("0123456789ABCDEF0123456789ABCDEF"), "secret 1 in upper case");
    CHECK_EQ(hex_parse(SPAN(SECRET), decoded, sizeof(decoded)), OK);
    explain_key(SECRET, span_of(decoded, sizeof(decoded)), "secret 1 decoded from hexadecimal");
    explain_key("aGVsbG8gd29ybGQhISEhIQ==", SPAN("hello world!!!!!"),
                "secret 1 decoded from Base64");
}

static void test_secret_of_another_provider(void)
{
    signature_world_init(&w, "line", SECRET, body);
    signature_world_add_secret(&w, "line-works", "the secret of the other");
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN("the secret of the other"),
                               span_text(body));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w,
                             "fits secret 2, which is configured as a secret of LINE WORKS");
}

static void test_secret_that_is_none(void)
{
    char token[173];

    memset(token, 'x', sizeof(token) - 1);
    token[sizeof(token) - 1] = '\0';
    explain_key(token, SPAN(SECRET), "172 characters, not 32 hexadecimal digits");
    signature_world_explains(&w, "channel access token");
    explain_key("short", SPAN(SECRET), "secret 1 cannot be a channel secret: it has 5 char");
    explain_key("0123456789abcdef0123456789abcdeg", SPAN(SECRET),
                "has 32 characters, not 32 hex");
}

static void test_label_is_escaped(void)
{
    signature_world_init(&w, "line", "short", body);
    w.secrets[0].label = "\x1b[31mred";
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN(SECRET), span_text(body));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "\\x1B[31mred cannot be");
    w.secrets[0].label = NULL;
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "line cannot be");
}

static void explain_value(const char *value, const char *part)
{
    signature_world_init(&w, "line", SECRET, body);
    signature_world_add(&w, "x-line-signature", value);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, part);
}

static void test_plain_digest(void)
{
    const char *messages[] = {body, NULL, NULL};
    char joined[2][sizeof(body) + sizeof(SECRET)];

    (void)snprintf(joined[0], sizeof(joined[0]), "%s%s", SECRET, body);
    (void)snprintf(joined[1], sizeof(joined[1]), "%s%s", body, SECRET);
    messages[1] = joined[0];
    messages[2] = joined[1];
    for (size_t i = 0; i < 3; i++) {
        uint8_t digest[DIGEST_SHA256_LEN];
        char encoded[64];

        digest_sha256(span_text(messages[i]), digest);
        CHECK_EQ(base64_format(encoded, sizeof(encoded), digest, sizeof(digest)), OK);
        explain_value(encoded, i == 0 ? "plain SHA-256 of the body, without any secret"
                                      : "plain SHA-256 of secret and body put together");
    }
}

static void test_whsec(void)
{
    signature_world_init(&w, "stripe", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{}");
    signature_world_set_hex(&w, SPAN("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), SPAN("7.{}"));
    char value[600];
    (void)snprintf(value, sizeof(value), "t=7,%s", w.value);
    w.head.fields[0].value = span_text(value);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "secret 1 without its whsec_ in front");
    signature_world_init(&w, "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                         "{}");
    signature_world_add(&w, "webhook-id", "m");
    signature_world_add(&w, "webhook-timestamp", "1700000000");
    signature_world_set_base64(&w, DIGEST_SHA256,
                               SPAN("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                               SPAN("m.1700000000.{}"));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "secret 1 taken as text");
}

static void test_whsec_with_white_space(void)
{
    signature_world_init(&w, "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                         "{}");
    CHECK_EQ(signature_sign(&w.secrets[0], w.body, SPAN("m"), w.wall_ms, &w.fields, &w.head),
             OK);
    w.secrets[0].secret = SPAN("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "secret 1 once the white space around it is removed");
}

static void test_body_alone(void)
{
    signature_world_init(&w, "slack", SECRET, "{}");
    signature_world_set_hex(&w, SPAN(SECRET), SPAN("{}"));
    signature_world_add(&w, "x-slack-request-timestamp", "1700000000");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "body alone; Slack signs v0:{timestamp}:{body}");
}

static void test_other_bot(void)
{
    signature_world_init(&w, "line", SECRET, body);
    w.secrets[0].bot_user_id = "U00000000000000000000000000000002";
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN("unknown"), span_text(body));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w,
                             "meant for the bot U00000000000000000000000000000001, but "
                             "secret 1 belongs to the bot U00000000000000000000000000000002");
    /* the same bot: then it is something else */
    w.secrets[0].bot_user_id = "U00000000000000000000000000000001";
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "no known mistake explains it");
}

static void test_destination_is_hostile(void)
{
    const char *bodies[] = {"{\"destination\":\"\\u001b[2J\"}", "{\"destination\":7}", "[]",
                            "\"destination\"",
                            "{\"destination\":\"U0000000000000000000000000000000A\"}"};

    for (size_t i = 0; i < 5; i++) {
        signature_world_init(&w, "line", SECRET, bodies[i]);
        w.secrets[0].bot_user_id = "U2";
        signature_world_set_base64(&w, DIGEST_SHA256, SPAN("unknown"), SPAN("?"));
        signature_world_verify(&w, VERDICT_INVALID);
        signature_world_explains(&w, "no known mistake");
    }
}

static void test_nothing_fits(void)
{
    explain_message(SPAN("something else"), "no known mistake explains it");
    signature_world_explains(&w, "channel secret");
    signature_world_explains(&w, "re-issuing it ends the old one at once");
    signature_world_init(&w, "github", SECRET, body);
    signature_world_set_hex(&w, SPAN("unknown"), span_text(body));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "the webhook secret configured here is the current one");
}

/* Long bodies are only tried as they are, and the text says so. */
static void explain_long_body(size_t len, const char *part)
{
    char *text = malloc(len + 1);

    memset(text, ' ', len);
    text[0] = '1';
    text[len] = '\n';
    explain_change(span_of(text, len), span_of(text, len + 1), part);
    free(text);
}

static void test_long_body(void)
{
    explain_long_body(SIGNATURE_DIAGNOSIS_BODY_MAX - 1, "one more line break at its end");
    explain_long_body(SIGNATURE_DIAGNOSIS_BODY_MAX, "one more line break at its end");
    explain_long_body(SIGNATURE_DIAGNOSIS_BODY_MAX + 1, "not all ways of rewriting it were");
    explain_long_body(2 * (size_t)SIGNATURE_DIAGNOSIS_WORK_MAX, "not all ways of rewriting");
}

static void test_memory_runs_out(void)
{
    enum err e = ERR_NOMEM;
    unsigned long n = 1;

    signature_world_init(&w, "line", SECRET, body);
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN("unknown"), span_text(body));
    for (; e != OK; n++) {
        mem_fail_at(n);
        e = signature_verify(&w.head, w.body, w.secrets, w.secrets_len, w.wall_ms, &w.check);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK_EQ(w.check.verdict, VERDICT_INVALID);
        mem_fail_at(0);
        CHECK_EQ(mem_live(), 0);
    }
    CHECK(n > 2);
}

CHECK_MAIN(TEST(test_secret), TEST(test_secret_of_another_provider),
           TEST(test_secret_that_is_none), TEST(test_label_is_escaped), TEST(test_plain_digest),
           TEST(test_whsec), TEST(test_whsec_with_white_space), TEST(test_body_alone),
           TEST(test_other_bot), TEST(test_destination_is_hostile), TEST(test_nothing_fits),
           TEST(test_long_body), TEST(test_memory_runs_out))
