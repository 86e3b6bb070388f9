#include "relay-client/agent/secret_bots.h"

#include "base/mem.h"
#include "unit/check.h"

#define ONE "U00000000000000000000000000000001"
#define TWO "U00000000000000000000000000000002"

static struct signature_secret secrets[2];
static struct secret_bots bots;

static void open_bots(const char *provider)
{
    secrets[0] = (struct signature_secret){
        .provider = signature_provider_named(span_text(provider)),
        .secret = SPAN("0123456789abcdef0123456789abcdef"),
        .label = "secret 1",
    };
    secrets[1] = secrets[0];
    secrets[1].label = "secret 2";
    CHECK_EQ(secret_bots_init(&bots, secrets, 2), OK);
}

static void test_learn(void)
{
    open_bots("line");
    CHECK(bots.secrets[0].bot_user_id == NULL);
    CHECK_STR(bots.secrets[1].label, "secret 2");
    secret_bots_learn(&bots, 1, ONE);
    CHECK_STR(bots.secrets[1].bot_user_id, ONE);
    CHECK(bots.secrets[0].bot_user_id == NULL);
    CHECK(secrets[1].bot_user_id == NULL); /* whose list it was */
    secret_bots_learn(&bots, 1, TWO);
    CHECK_STR(bots.secrets[1].bot_user_id, TWO);
    secret_bots_fini(&bots);
}

static void test_what_is_no_bot(void)
{
    static const char *const not_ids[] = {"",
                                          "U",
                                          "U2",
                                          "C00000000000000000000000000000001",
                                          ONE "0",
                                          "U0000000000000000000000000000000A",
                                          "U0000000000000000000000000000000"};

    open_bots("line");
    secret_bots_learn(&bots, 0, NULL);
    for (size_t i = 0; i < sizeof not_ids / sizeof *not_ids; i++)
        secret_bots_learn(&bots, 0, not_ids[i]);
    secret_bots_learn(&bots, 2, ONE); /* no such secret */
    CHECK(bots.secrets[0].bot_user_id == NULL);
    CHECK(bots.secrets[1].bot_user_id == NULL);
    secret_bots_fini(&bots);
    secret_bots_learn(&bots, 0, ONE);
    open_bots("github");
    secret_bots_learn(&bots, 0, ONE);
    CHECK(bots.secrets[0].bot_user_id == NULL);
    secret_bots_fini(&bots);
}

/* The reason it is there. */
static void test_another_bots_webhook_is_named(void)
{
    struct http_head head;
    struct signature_check check;
    struct span body = SPAN("{\"destination\":\"" TWO "\",\"events\":[]}");

    open_bots("line");
    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"),
                           SPAN("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
             OK);
    CHECK_EQ(signature_verify(&head, body, bots.secrets, bots.len, 0, &check), OK);
    CHECK_EQ(check.verdict, VERDICT_INVALID);
    CHECK(!strstr(check.explanation, "meant for the bot"));
    secret_bots_learn(&bots, 0, ONE);
    CHECK_EQ(signature_verify(&head, body, bots.secrets, bots.len, 0, &check), OK);
    CHECK(strstr(check.explanation, "meant for the bot " TWO));
    CHECK(strstr(check.explanation, "belongs to the bot " ONE));
    secret_bots_fini(&bots);
}

static void test_out_of_memory(void)
{
    for (unsigned long n = 1; n <= 2; n++) {
        mem_fail_at(n);
        CHECK_EQ(secret_bots_init(&bots, secrets, 2), ERR_NOMEM);
        mem_fail_at(0);
        CHECK_EQ(bots.len, 0);
    }
    CHECK_EQ(secret_bots_init(&bots, NULL, 0), OK);
    secret_bots_fini(&bots);
}

CHECK_MAIN(TEST(test_learn), TEST(test_what_is_no_bot),
           TEST(test_another_bots_webhook_is_named), TEST(test_out_of_memory))
