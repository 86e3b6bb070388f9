/* How a replay is signed: again if its body changes, or as wished. */
#include "relay-client/replay/replay_request.h"

#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/replay_rig.h"

static void test_every_provider_verifies_again(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        replay_rig_record_signed(p);
        replay_rig_secret("viber", "of somebody else");
        replay_rig_secret(p->name, replay_rig_secret_for(p));
        if (strcmp(p->name, "viber") == 0)
            replay_rig.secrets.list[0].secret = span_text(replay_rig_secret_for(p));
        CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":2}")}), OK);
        CHECK_EQ(http_head_count(&replay_rig.request.head, p->header), 1);
        CHECK_EQ(replay_rig_verdict(), VERDICT_VALID);
        CHECK(!p->id_header || span_is(http_head_value(&replay_rig.request.head, p->id_header),
                                       SPAN("msg_123")));
        replay_rig_end();
    }
}

static void test_no_secret_to_sign_with(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        replay_rig_record_signed(&signature_providers[i]);
        replay_rig_secret(i == 0 ? "github" : "line", REPLAY_RIG_SECRET);
        CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":2}")}),
                 ERR_NOT_FOUND);
        CHECK(replay_rig.request.provider == &signature_providers[i]);
        replay_rig_end();
    }
}

/* Nobody asked for a signature that was not there. */
static void test_unsigned_stays_unsigned(void)
{
    replay_rig_begin("POST");
    replay_rig_field("content-type", "application/json");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record("{\"a\":1}");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":2}")}), OK);
    replay_rig_check_field("x-line-signature", NULL);
    replay_rig_end();
}

/* A secret is there, the body is not changed: the recorded signature is what is tried. */
static void test_unchanged_is_not_signed_again(void)
{
    replay_rig_begin("POST");
    replay_rig_field("x-line-signature", "wrong");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record("{\"a\":1}");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":1}")}), OK);
    replay_rig_check_field("x-line-signature", "wrong");
    CHECK_EQ(replay_rig_verdict(), VERDICT_INVALID);
    replay_rig_end();
}

static void test_id_is_missing(void)
{
    replay_rig_begin("POST");
    replay_rig_field("webhook-signature", "v1,old");
    replay_rig_secret("standard-webhooks", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0");
    replay_rig_record("{\"a\":1}");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":2}")}), ERR_USAGE);
    replay_rig_end();
}

static void record_line(void)
{
    replay_rig_begin("POST");
    replay_rig_field("x-line-signature", "old");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record("{\"a\":1}");
}

static void test_signed_again_though_unchanged(void)
{
    record_line();
    CHECK_EQ(replay_rig_make(
                 (struct replay_plan){.body = SPAN("{\"a\":1}"), .sign = REPLAY_SIGN_AGAIN}),
             OK);
    CHECK_EQ(replay_rig_verdict(), VERDICT_VALID);
    replay_rig_end();
    replay_rig_begin(
        "POST"); /* one that was not signed is signed as the first secret's provider does */
    replay_rig_secret("github", REPLAY_RIG_SECRET);
    replay_rig_record("x");
    CHECK_EQ(
        replay_rig_make((struct replay_plan){.body = SPAN("x"), .sign = REPLAY_SIGN_AGAIN}),
        OK);
    CHECK(http_head_find(&replay_rig.request.head, "x-hub-signature-256"));
    replay_rig_end();
}

static void test_signature_is_kept(void)
{
    record_line();
    CHECK_EQ(
        replay_rig_make((struct replay_plan){.body = SPAN("{}"), .sign = REPLAY_SIGN_KEEP}),
        OK);
    replay_rig_check_field("x-line-signature", "old");
    replay_rig_end();
}

/* It looks like a right one. */
static void test_wrong_signature(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        replay_rig_record_signed(p);
        replay_rig_secret(p->name, replay_rig_secret_for(p));
        CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":1}"),
                                                      .sign = REPLAY_SIGN_WRONG}),
                 OK);
        CHECK_EQ(http_head_count(&replay_rig.request.head, p->header), 1);
        CHECK(!span_is(http_head_value(&replay_rig.request.head, p->header), SPAN("old")));
        CHECK_EQ(replay_rig_verdict(), VERDICT_INVALID);
        replay_rig_end();
    }
}

static void test_no_signature(void)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        replay_rig_record_signed(&signature_providers[i]);
        CHECK_EQ(
            replay_rig_make((struct replay_plan){.body = SPAN("x"), .sign = REPLAY_SIGN_NONE}),
            OK);
        CHECK(!signature_provider_of(&replay_rig.request.head));
        replay_rig_end();
    }
}

static void test_sign_names(void)
{
    enum replay_sign sign;

    CHECK(replay_request_sign_parse(SPAN("wrong"), &sign));
    CHECK_EQ(sign, REPLAY_SIGN_WRONG);
    CHECK(replay_request_sign_parse(SPAN("auto"), &sign));
    CHECK_EQ(sign, REPLAY_SIGN_AUTO);
    CHECK(!replay_request_sign_parse(SPAN("Auto"), &sign));
    CHECK(!replay_request_sign_parse(SPAN(""), &sign));
}

CHECK_MAIN(TEST(test_every_provider_verifies_again), TEST(test_no_secret_to_sign_with),
           TEST(test_unsigned_stays_unsigned), TEST(test_unchanged_is_not_signed_again),
           TEST(test_id_is_missing), TEST(test_signed_again_though_unchanged),
           TEST(test_signature_is_kept), TEST(test_wrong_signature), TEST(test_no_signature),
           TEST(test_sign_names))
