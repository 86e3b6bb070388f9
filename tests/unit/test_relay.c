/* The relay as a whole, over TCP and TLS.  A thread-test: handshakes run on workers. */
#include "relay-server/serve/relay.h"

#include "link/link_handshake.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/relay_rig.h"
#include "unit/support/scratch_folder.h"

#include <sys/stat.h>

static struct relay_rig rig;

static void check_status(size_t i, unsigned status)
{
    CHECK(public_client_look(&rig.clients[i]));
    CHECK_EQ(rig.clients[i].answer.status, status);
}

static void check_webhook(size_t i)
{
    struct public_request request = relay_rig_webhook("hello");

    CHECK(relay_rig_ask(&rig, i, &request));
    check_status(i, 200);
    CHECK_EQ(rig.clients[i].answer.interims, 0);
}

/* --- the way through --- */

static void test_webhook(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        const struct fake_call *call;

        relay_rig_open(&rig);
        relay_rig_link(&rig, 0, rig.token, "mybot");
        relay_rig_call(&rig, 1, "mybot.relay.test", is_h2);
        check_webhook(1);
        CHECK_EQ(rig.agents[0].calls_len, 1);
        call = rig.agents[0].calls[0];
        CHECK_STR(call->target, "/callback");
        CHECK_STR(call->authority, "mybot.relay.test");
        CHECK_STR(fake_call_field(call, "x-forwarded-for"), "127.0.0.1");
        CHECK_STR(fake_call_field(call, "x-forwarded-proto"), "https");
        CHECK_MEM(call->body, "hello", 5);
        relay_rig_close(&rig);
    }
}

static void test_misdirected(void)
{
    struct public_request request = relay_rig_webhook("hello");

    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        relay_rig_open(&rig);
        relay_rig_link(&rig, 0, rig.token, "mybot");
        relay_rig_call(&rig, 1, "other.relay.test", is_h2);
        CHECK(relay_rig_ask(&rig, 1, &request));
        public_client_check_problem(&rig.clients[1], &problem_wrong_host);
        relay_rig_call(&rig, 2, "127.0.0.1", is_h2); /* no SNI: the host decides */
        check_webhook(2);
        CHECK_EQ(rig.agents[0].calls_len, 1);
        relay_rig_close(&rig);
    }
}

static void test_no_tunnel_no_agent(void)
{
    struct public_request request = relay_rig_webhook("hello");
    struct public_request other = request;

    other.authority = "other.relay.test";
    relay_rig_open(&rig);
    relay_rig_call(&rig, 2, "other.relay.test", true);
    CHECK(relay_rig_ask(&rig, 2, &other));
    public_client_check_problem(&rig.clients[2], &problem_no_such_tunnel);
    relay_rig_call(&rig, 1, "mybot.relay.test", true);
    CHECK(relay_rig_ask(&rig, 1, &request)); /* not linked yet, but there is a token */
    public_client_check_problem(&rig.clients[1], &problem_no_agent);
    relay_rig_close(&rig);
}

/* --- tokens --- */

static void test_revoked_while_linked(void)
{
    relay_rig_open(&rig);
    rig.wishes = "hookline-answer: bot\n";
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_call(&rig, 1, "mybot.relay.test", true);
    struct fake_call *held = relay_rig_hold(&rig, 1, &rig.agents[0]);
    relay_rig_advance(&rig, 5 * RELAY_TOKENS_MS);
    CHECK(!fake_agent_is_closed(&rig.agents[0]));
    token_store_at(&rig.tokens, 0)->revoked_ms = RELAY_RIG_NOW_MS;
    token_store_save(&rig.tokens);
    relay_rig_advance(&rig, RELAY_TOKENS_MS);
    relay_rig_wait_unlinked(&rig, 0);
    CHECK(held->is_aborted);
    CHECK(loopback_wait(&rig.clients[1]));
    public_client_check_problem(&rig.clients[1], &problem_link_broke);
    relay_rig_close(&rig);
}

static void test_expired_while_linked(void)
{
    relay_rig_prepare(&rig);
    token_store_at(&rig.tokens, 0)->expires_ms = RELAY_RIG_NOW_MS + 10000;
    token_store_save(&rig.tokens);
    CHECK_EQ(relay_rig_start(&rig), OK);
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_advance(&rig, 8000);
    CHECK(!fake_agent_is_closed(&rig.agents[0]));
    relay_rig_advance(&rig, 2000);
    relay_rig_wait_unlinked(&rig, 0);
    relay_rig_close(&rig);
}

/* A file that cannot be read changes nothing. */
static void test_damaged_tokens_change_nothing(void)
{
    relay_rig_open(&rig);
    relay_rig_link(&rig, 0, rig.token, "mybot");
    (void)scratch_folder_write_text("tokens.json", "{\"version\":1,", 0600);
    relay_rig_advance(&rig, 5 * RELAY_TOKENS_MS);
    CHECK(!fake_agent_is_closed(&rig.agents[0]));
    relay_rig_link(&rig, 1, rig.token, "mybot");
    relay_rig_close(&rig);
}

/* --- certificates --- */

static struct tls_context *pinned(const struct tls_identity *identity)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    char pin[TLS_CERTIFICATE_PIN_SIZE], detail[256], pem[8192] = "";
    struct tls_client_options options = {.ca_file = test_pki_ca(), .pin = pin, .alpn = alpn};
    FILE *file = fopen(identity->certificate_file, "re");
    struct tls_context *c;

    CHECK(file && fread(pem, 1, sizeof pem - 1, file) > 0 && fclose(file) == 0);
    CHECK_EQ(tls_certificate_pin(pem, pin), OK);
    CHECK_EQ(tls_context_new_client(&options, &c, detail), OK);
    return c;
}

/* Does the relay show this certificate to a new connection? */
static bool shows(const struct tls_identity *identity, size_t i)
{
    struct tls_context *context = pinned(identity);

    loopback_sit(&rig.clients[i], rig.loop,
                 loopback_tls(rig.loop, relay_port(rig.relay), context, "mybot.relay.test"),
                 false);
    tls_context_put(context);
    return rig.clients[i].peer.opened > 0;
}

static void test_reload(void)
{
    struct tls_identity before;

    relay_rig_open(&rig);
    before = rig.identity;
    relay_rig_link(&rig, 0, rig.token, "mybot");
    CHECK(shows(&before, 1));
    check_webhook(1);
    rig.identity = relay_rig_make_identity();
    CHECK(shows(&before, 2)); /* a file alone changes nothing */
    CHECK_EQ(relay_reload(rig.relay), OK);
    CHECK(!shows(&before, 3));
    CHECK(shows(&rig.identity, 4));
    check_webhook(1); /* connections keep what they began with */
    check_webhook(4);
    CHECK(!fake_agent_is_closed(&rig.agents[0]));
    relay_rig_close(&rig);
}

/* Where the tunnels are goes by what the certificates cover. */
static void check_form(size_t i, const char *want)
{
    relay_rig_link(&rig, i, rig.token, "mybot");
    CHECK(strncmp(rig.url, want, strlen(want)) == 0);
}

static void test_reload_changes_the_form_of_addresses(void)
{
    relay_rig_open(&rig);
    check_form(0, "https://mybot.relay.test");
    rig.options.tunnels_in_path = true;
    check_form(1, "https://mybot.relay.test");
    CHECK_EQ(relay_reload(rig.relay), OK);
    check_form(2, "https://relay.test");
    relay_rig_close(&rig);
}

static void test_bad_certificate_keeps_the_old_one(void)
{
    struct tls_identity good, other;

    relay_rig_open(&rig);
    good = rig.identity;
    other = relay_rig_make_identity();
    relay_rig_link(&rig, 0, rig.token, "mybot");
    rig.identity.certificate_file = test_pki_path("no-such-file.pem");
    CHECK(relay_reload(rig.relay) != OK);
    CHECK(strstr(rig.options.detail, "no-such-file.pem"));
    rig.identity.certificate_file = test_pki_write("garbage.pem", "not a certificate\n");
    CHECK(relay_reload(rig.relay) != OK);
    rig.identity = (struct tls_identity){good.certificate_file, other.key_file};
    CHECK(relay_reload(rig.relay) != OK); /* somebody else's key */
    CHECK(shows(&good, 1));
    check_webhook(1);
    rig.identity = other;
    CHECK_EQ(relay_reload(rig.relay), OK);
    CHECK(shows(&other, 2));
    relay_rig_close(&rig);
}

CHECK_MAIN(TEST(test_webhook), TEST(test_misdirected), TEST(test_no_tunnel_no_agent),
           TEST(test_revoked_while_linked), TEST(test_expired_while_linked),
           TEST(test_damaged_tokens_change_nothing), TEST(test_reload),
           TEST(test_reload_changes_the_form_of_addresses),
           TEST(test_bad_certificate_keeps_the_old_one))
