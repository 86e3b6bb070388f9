#include "unit/check.h"

#include "unit/support/signature_world.h"

static struct signature_world w;

static void check_vector(const char *provider, const char *secret, const char *body,
                         const char *value)
{
    signature_world_init(&w, provider, secret, body);
    signature_world_add(&w, w.secrets[0].provider->header, value);
    signature_world_verify(&w, VERDICT_VALID);
    CHECK_STR(w.check.provider->name, provider);
    CHECK_EQ(w.check.matched, 0);
}

/* Vectors of LINE's documentation and SDKs. */
static void test_line(void)
{
    check_vector("line", "8c570fa6dd201bb328f1c1eac23a96d8",
                 "{\"destination\":\"U8e742f61d673b39c7fff3cecb7536ef0\",\"events\":[]}",
                 "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=");
    check_vector("line", "channel_secret", "bodybodybodybody",
                 "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=");
    check_vector("line", "test_secret", "{\"hello\":\"world\"}",
                 "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=");
    check_vector("line", "SECRET", "{}", "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=");
}

/* GitHub's and Meta's are published, the others were computed with another program. */
static void test_signed_body(void)
{
    check_vector("github", "It's a Secret to Everybody", "Hello, World!",
                 "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    check_vector("meta", "secret", "test",
                 "sha256=0329a06b62cd16b33eb6792be8c60b158d89a2ee3a876fce9a881ebb488c0914");
    check_vector("line-works", "bot-secret", "{\"type\":\"join\"}",
                 "tpuoo7aXIPvZV0IOs6TbnY1jhW9eAanwJw72W7rkwHY=");
    check_vector("shopify", "hush", "{\"id\":1}",
                 "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=");
    check_vector("viber", "viber-token", "{\"event\":\"message\"}",
                 "8662db274ace2789eb542df80a014f1e35af127ee96dbf695bb7cef5eba3e930");
    check_vector("viber", "viber-token", "{\"event\":\"message\"}",
                 "8662DB274ACE2789EB542DF80A014F1E35AF127EE96DBF695BB7CEF5EBA3E930");
}

static void test_slack(void)
{
    signature_world_init(
        &w, "slack", "8f742231b10e8888abcd99yyyzzz85a5",
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        "G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%"
        "2Fwebhook"
        "-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%"
        "2F3977"
        "00885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
        "803a0bc887a14d1"
        "0d2c447fce8b6703c");
    signature_world_add(&w, "X-Slack-Request-Timestamp", "1531420618");
    signature_world_add(&w, "X-Slack-Signature",
                        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    w.wall_ms = UINT64_C(1531420618000);
    signature_world_verify(&w, VERDICT_VALID);
}

static void test_zoom(void)
{
    signature_world_init(&w, "zoom", "zoom-token", "{\"event\":\"x\"}");
    signature_world_add(&w, "x-zm-request-timestamp", "1700000000");
    signature_world_add(&w, "x-zm-signature",
                        "v0=d12206862a6b6ffc969c3491b8b20a705ae34d5bbb257bc7af198451c22ee69a");
    w.wall_ms = 0; /* its age is not checked */
    signature_world_verify(&w, VERDICT_VALID);
}

static void test_standard_webhooks(void)
{
    signature_world_init(&w, "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                         "{\"test\": 2432232314}");
    signature_world_add(&w, "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
    signature_world_add(&w, "webhook-timestamp", "1614265330");
    signature_world_add(&w, "webhook-signature",
                        "v1a,AAAA v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    w.wall_ms = UINT64_C(1614265330000);
    signature_world_verify(&w, VERDICT_VALID);
    w.secrets[0].secret = SPAN("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    signature_world_verify(&w, VERDICT_VALID);
}

static void init_stripe(const char *value)
{
    signature_world_init(&w, "stripe", "whsec_test_secret", "{\"id\":\"evt_1\"}");
    signature_world_add(&w, "Stripe-Signature", value);
    w.wall_ms = UINT64_C(1492774577000);
}

#define STRIPE_DIGEST "799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f"
#define OTHER_DIGEST  "0000000000000000000000000000000000000000000000000000000000000000"

static void test_stripe(void)
{
    init_stripe("t=1492774577,v1=" STRIPE_DIGEST);
    signature_world_verify(&w, VERDICT_VALID);
    init_stripe("t=1492774577,v1=" OTHER_DIGEST ",v1=" STRIPE_DIGEST ",v0=" OTHER_DIGEST);
    signature_world_verify(&w, VERDICT_VALID);
    init_stripe("v0=" STRIPE_DIGEST ",t=1492774577,v1=" OTHER_DIGEST);
    signature_world_verify(&w, VERDICT_INVALID);
    init_stripe("t=1492774577,v0=" STRIPE_DIGEST);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "no signature that begins with \"v1=\"");
    init_stripe("v1=" STRIPE_DIGEST);
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "stripe-signature has no part \"t=<seconds>\"");
}

/* A right signature behind `wrong` ones. */
static void check_many_signatures(size_t wrong, enum verdict want)
{
    char value[1200];
    size_t used = (size_t)snprintf(value, sizeof(value), "t=1492774577");

    for (size_t i = 0; i < wrong; i++)
        used += (size_t)snprintf(value + used, sizeof(value) - used, ",v1=" OTHER_DIGEST);
    (void)snprintf(value + used, sizeof(value) - used, ",v1=" STRIPE_DIGEST);
    init_stripe(value);
    signature_world_verify(&w, want);
}

/* No more signatures are read than there is room for. */
static void test_many_signatures(void)
{
    check_many_signatures(6, VERDICT_VALID);
    check_many_signatures(7, VERDICT_VALID);
    check_many_signatures(8, VERDICT_INVALID);
}

static void check_age(int64_t offset_ms, enum verdict want, const char *part)
{
    init_stripe("t=1492774577,v1=" STRIPE_DIGEST);
    w.wall_ms = (uint64_t)(INT64_C(1492774577000) + offset_ms);
    signature_world_verify(&w, want);
    if (part)
        signature_world_explains(&w, part);
}

static void test_timestamp_tolerance(void)
{
    check_age(299000, VERDICT_VALID, NULL);
    check_age(300999, VERDICT_VALID, NULL);
    check_age(
        301000, VERDICT_INVALID,
        "The signature is right, but its timestamp lies 5 min in the past; Stripe allows");
    check_age(-300000, VERDICT_VALID, NULL);
    check_age(-301000, VERDICT_INVALID, "in the future");
    check_age(-301000, VERDICT_INVALID, "clock of this computer");
    check_age(INT64_C(1000000000000000), VERDICT_INVALID, "in the past");
}

/* A wrong signature is told first, whatever its age. */
static void test_timestamp_of_a_wrong_signature(void)
{
    init_stripe("t=1492774577,v1=" OTHER_DIGEST);
    w.wall_ms = 0;
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "does not fit the body");
}

static void test_timestamp_is_no_number(void)
{
    const char *bad[] = {"",   "-5", "1531420618.5", "+1531420618", "18446744073709551616",
                         "now"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        signature_world_init(&w, "slack", "s3cret-s3cret", "{}");
        signature_world_set_hex(&w, SPAN("s3cret-s3cret"), SPAN("v0:1531420618:{}"));
        signature_world_add(&w, "x-slack-request-timestamp", bad[i]);
        signature_world_verify(&w, VERDICT_INVALID);
        signature_world_explains(&w, "x-slack-request-timestamp is missing or not a number");
    }
}

static void test_rotation(void)
{
    signature_world_init(&w, "line", "new-secret", "{}");
    signature_world_add_secret(&w, "github", "old-secret");
    signature_world_add_secret(&w, "line", "old-secret");
    signature_world_set_base64(&w, DIGEST_SHA256, SPAN("old-secret"), SPAN("{}"));
    signature_world_verify(&w, VERDICT_VALID);
    CHECK_EQ(w.check.matched, 2);
}

static void test_header_name_in_any_case(void)
{
    signature_world_init(&w, "line", "SECRET", "{}");
    signature_world_add(&w, "X-LINE-Signature", "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=");
    signature_world_verify(&w, VERDICT_VALID);
}

/* Even when both are right, or one is. */
static void test_header_twice(void)
{
    signature_world_init(&w, "line", "SECRET", "{}");
    signature_world_add(&w, "x-line-signature", "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=");
    signature_world_add(&w, "X-Line-Signature", "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "the field x-line-signature more than once");
}

static void test_timestamp_twice(void)
{
    signature_world_init(&w, "slack", "s3cret-s3cret", "{}");
    signature_world_set_hex(&w, SPAN("s3cret-s3cret"), SPAN("v0:1700000000:{}"));
    signature_world_add(&w, "x-slack-request-timestamp", "1700000000");
    signature_world_verify(&w, VERDICT_VALID);
    signature_world_add(&w, "x-slack-request-timestamp", "1700000000");
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_explains(&w, "x-slack-request-timestamp more than once");
}

static void test_missing(void)
{
    signature_world_init(&w, "line", "SECRET", "{}");
    signature_world_verify(&w, VERDICT_MISSING);
    CHECK_STR(w.check.provider->name, "line");
    signature_world_explains(&w, "no x-line-signature. LINE sends one with every webhook");
}

/* A signature of a provider without a secret must not open the door. */
static void test_other_providers_header_proves_nothing(void)
{
    signature_world_init(&w, "line", "SECRET", "{}");
    signature_world_add(&w, "x-viber-content-signature", OTHER_DIGEST);
    signature_world_verify(&w, VERDICT_MISSING);
    CHECK_STR(w.check.provider->name, "line");
    signature_world_explains(&w, "a signature of Viber (x-viber-content-signature)");
    /* ... nor stand in the way of the one that has one. */
    signature_world_init(&w, "viber", "viber-token", "{\"event\":\"message\"}");
    signature_world_add(&w, "x-line-signature", "nonsense");
    signature_world_add(&w, "x-viber-content-signature",
                        "8662db274ace2789eb542df80a014f1e35af127ee96dbf695bb7cef5eba3e930");
    signature_world_verify(&w, VERDICT_VALID);
}

static void test_unchecked(void)
{
    signature_world_init(&w, "line", "SECRET", "{}");
    w.secrets_len = 0;
    signature_world_verify(&w, VERDICT_UNCHECKED);
    CHECK(w.check.provider == NULL);
    CHECK_STR(w.check.explanation, "");
    signature_world_add(&w, "x-line-signature", "x");
    signature_world_verify(&w, VERDICT_UNCHECKED);
    CHECK_STR(w.check.provider->name, "line");
    signature_world_explains(&w, "Add the channel secret of LINE");
}

/* HMAC with an empty key can be made by anybody. */
static void test_empty_secret_matches_nothing(void)
{
    signature_world_init(&w, "line", "", "{}");
    signature_world_set_base64(&w, DIGEST_SHA256, (struct span){0}, SPAN("{}"));
    signature_world_verify(&w, VERDICT_INVALID);
    signature_world_init(&w, "standard-webhooks", "whsec_", "{}");
    signature_world_add(&w, "webhook-id", "a");
    signature_world_add(&w, "webhook-timestamp", "1700000000");
    signature_world_set_base64(&w, DIGEST_SHA256, (struct span){0}, SPAN("a.1700000000.{}"));
    signature_world_verify(&w, VERDICT_INVALID);
}

static void test_github_or_meta(void)
{
    signature_world_init(&w, "github", "one secret", "{}");
    signature_world_add_secret(&w, "meta", "another secret");
    signature_world_set_hex(&w, SPAN("another secret"), SPAN("{}"));
    signature_world_verify(&w, VERDICT_VALID);
    CHECK_STR(w.check.provider->name, "meta");
    signature_world_set_hex(&w, SPAN("one secret"), SPAN("{}"));
    signature_world_add(&w, "X-GitHub-Event", "push");
    signature_world_verify(&w, VERDICT_VALID);
    CHECK_STR(w.check.provider->name, "github");
    /* Without a secret of Meta it can only be GitHub's. */
    http_head_remove(&w.head, "x-github-event");
    w.secrets_len = 1;
    signature_world_verify(&w, VERDICT_VALID);
}

static void test_names(void)
{
    enum verdict v;

    CHECK_EQ(signature_providers_len, 10);
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        CHECK(signature_provider_named(span_text(p->name)) == p);
        CHECK(signature_is_header(span_text(p->header)));
        CHECK(p->title && p->prefix && p->message && p->secret_name);
    }
    CHECK(signature_provider_named(SPAN("LINE")) == NULL);
    CHECK(signature_provider_named((struct span){0}) == NULL);
    CHECK(signature_is_header(SPAN("X-Line-Signature")));
    CHECK(!signature_is_header(SPAN("X-Line-Signatures")));
    for (v = VERDICT_UNCHECKED; v <= VERDICT_MISSING; v++) {
        enum verdict parsed;

        CHECK(verdict_parse(span_text(verdict_text(v)), &parsed));
        CHECK_EQ(parsed, v);
    }
    CHECK(!verdict_parse(SPAN("Valid"), &v));
    CHECK(!verdict_parse((struct span){0}, &v));
}

CHECK_MAIN(TEST(test_line), TEST(test_signed_body), TEST(test_slack), TEST(test_zoom),
           TEST(test_standard_webhooks), TEST(test_stripe), TEST(test_many_signatures),
           TEST(test_timestamp_tolerance), TEST(test_timestamp_of_a_wrong_signature),
           TEST(test_timestamp_is_no_number), TEST(test_rotation),
           TEST(test_header_name_in_any_case), TEST(test_header_twice),
           TEST(test_timestamp_twice), TEST(test_missing),
           TEST(test_other_providers_header_proves_nothing), TEST(test_unchecked),
           TEST(test_empty_secret_matches_nothing), TEST(test_github_or_meta), TEST(test_names))
