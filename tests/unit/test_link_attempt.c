/* One try to link: dialling, TLS, what is asked for, time, cancelling, memory. */
#include "unit/check.h"
#include "unit/support/attempt_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/test_pki.h"

/* --- it works --- */

static void test_what_is_asked(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig_run(ATTEMPT_LINKED);
    CHECK_STR(attempt_rig.url, FAKE_RELAY_URL);
    const char *head = attempt_rig.relay.links[0].head;
    char host[64];
    (void)snprintf(host, sizeof host, "\r\nHost: localhost:%u\r\n", attempt_rig.relay.port);
    CHECK(strncmp(head, "GET /.hookline/link HTTP/1.1\r\n", 30) == 0);
    attempt_rig_has(head, host);
    attempt_rig_has(head, "\r\nConnection: Upgrade\r\n");
    attempt_rig_has(head, "\r\nUpgrade: hookline/1\r\n");
    attempt_rig_has(head, "\r\nAuthorization: Bearer hkl_secret\r\n");
    attempt_rig_has(head, "\r\nHookline-Tunnel: mybot\r\n");
    attempt_rig_has(head, "\r\nUser-Agent: hookline/" HOOKLINE_VERSION "\r\n");
    attempt_rig_close();
}

/* An address instead of a name: the certificate must have it. */
static void test_addresses(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.host = "127.0.0.1";
    attempt_rig_run(ATTEMPT_LINKED);
    attempt_rig_has(attempt_rig.relay.links[0].head, "\r\nHost: 127.0.0.1:");
    attempt_rig_close();
}

/* The caller's texts may be gone while the attempt is under way. */
static void test_options_are_copied(void)
{
    char host[] = "localhost", tunnel[] = "mybot", token[] = "hkl_secret";

    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.host = host;
    attempt_rig.options.tunnel = tunnel;
    attempt_rig.options.token = token;
    CHECK_EQ(attempt_rig_start(), OK);
    memset(host, 'x', sizeof host - 1);
    memset(tunnel, 'x', sizeof tunnel - 1);
    memset(token, 'x', sizeof token - 1);
    while (attempt_rig.events == 0)
        loop_turn(attempt_rig.loop, true);
    CHECK_EQ(attempt_rig.outcome, ATTEMPT_LINKED);
    attempt_rig_has(attempt_rig.relay.links[0].head, "Bearer hkl_secret\r\n");
    attempt_rig_close();
}

/* What stands behind the 101 belongs to the link, wherever the pieces are cut. */
static void test_early_bytes_in_every_split(void)
{
    static char text[sizeof FAKE_RELAY_WELCOME + 300];
    const size_t head = sizeof FAKE_RELAY_WELCOME - 1, early = 300, all = head + early;

    memcpy(text, FAKE_RELAY_WELCOME, head);
    for (size_t i = 0; i < early; i++)
        text[head + i] = (char)(i * 7 + (i == 5 ? 0 : 1));
    for (size_t cut = 0; cut < all; cut++) {
        attempt_rig_open(FAKE_RELAY_SAYS);
        attempt_rig.relay.says = text;
        attempt_rig.relay.says_len = all;
        attempt_rig.relay.cut = cut;
        attempt_rig_run(ATTEMPT_LINKED);
        stream_resume(attempt_rig.peer.stream);
        net_peer_wait_bytes(&attempt_rig.peer, early - attempt_rig.early_len);
        CHECK_MEM(attempt_rig.early, text + head, attempt_rig.early_len);
        CHECK_MEM(attempt_rig.peer.got, text + head + attempt_rig.early_len,
                  attempt_rig.peer.got_len);
        CHECK_EQ(attempt_rig.early_len + attempt_rig.peer.got_len, early);
        CHECK(cut <= head || attempt_rig.early_len >= cut - head);
        attempt_rig_close();
    }
}

/* What the agent wants of webhooks, in so many words. */
static void test_policy(void)
{
    static const char *const answers[] = {"guard", "now", "bot"};
    static const char *const offlines[] = {"keep", "refuse"};
    char field[64];

    for (int answer = 0; answer < 3; answer++) {
        for (int offline = 0; offline < 2; offline++) {
            attempt_rig_open(FAKE_RELAY_ACCEPTS);
            attempt_rig.options.answer = (enum link_answer)answer;
            attempt_rig.options.offline = (enum link_offline)offline;
            attempt_rig_run(ATTEMPT_LINKED);
            (void)snprintf(field, sizeof field, "\r\nHookline-Answer: %s\r\n", answers[answer]);
            attempt_rig_has(attempt_rig.relay.links[0].head, field);
            (void)snprintf(field, sizeof field, "\r\nHookline-Offline: %s\r\n",
                           offlines[offline]);
            attempt_rig_has(attempt_rig.relay.links[0].head, field);
            attempt_rig_close();
        }
    }
}

#define WELCOME_WITH(field)                                                                    \
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: hookline/1\r\n"       \
    "Hookline-Url: " FAKE_RELAY_URL "\r\nHookline-Session: 0123456789abcdef\r\n" field "\r\n"

static void check_kept(const char *welcome, uint64_t kept)
{
    attempt_rig_hear(welcome, FAKE_RELAY_SAYS, ATTEMPT_LINKED);
    CHECK_EQ(attempt_rig.kept, kept);
    attempt_rig_close();
}

static void test_kept(void)
{
    check_kept(FAKE_RELAY_WELCOME, 3);
    check_kept(WELCOME_WITH(""), 0);
    check_kept(WELCOME_WITH("Hookline-Kept: 0\r\n"), 0);
    check_kept(WELCOME_WITH("Hookline-Kept: 10000\r\n"), 10000);
    attempt_rig_hear(WELCOME_WITH("Hookline-Kept: -1\r\n"), FAKE_RELAY_SAYS, ATTEMPT_FAILED);
    attempt_rig_close();
}

/* --- dialling --- */

static void test_nobody_listens(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    fake_relay_stop_listening(&attempt_rig.relay);
    loop_run(attempt_rig.loop);
    attempt_rig.options.host = "127.0.0.1";
    attempt_rig_run(ATTEMPT_FAILED);
    CHECK_EQ(attempt_rig.why, ERR_REFUSED);
    attempt_rig_has(attempt_rig.detail, "127.0.0.1 port ");
    attempt_rig_close();
}

static void test_no_such_host(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.host = "nothing.invalid";
    attempt_rig_run(ATTEMPT_FAILED);
    CHECK(attempt_rig.why == ERR_NOT_FOUND || attempt_rig.why == ERR_IO); /* no name server */
    attempt_rig_has(attempt_rig.detail, "nothing.invalid");
    attempt_rig_close();
}

static void test_impossible_addresses(void)
{
    char host[300];

    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    memset(host, 'a', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    attempt_rig.options.host = host;
    CHECK_EQ(attempt_rig_start(), ERR_CONFIG);
    attempt_rig.options.host = "localhost";
    attempt_rig.options.port = 0;
    CHECK_EQ(attempt_rig_start(), ERR_CONFIG);
    CHECK_EQ(attempt_rig.events, 0);
    attempt_rig_close();
}

/* --- TLS --- */

static void run_untrusted(struct tls_context *server, struct tls_context *client,
                          const char *says)
{
    attempt_rig_open_with(server, client);
    attempt_rig_run(ATTEMPT_FAILED);
    CHECK_EQ(attempt_rig.why, ERR_TLS);
    attempt_rig_has(attempt_rig.detail, says);
    CHECK_EQ(attempt_rig.relay.asked, 0); /* the token stayed here */
    attempt_rig_close();
}

static struct tls_context *server_for(const char *name)
{
    const char *const names[] = {name, NULL};
    struct tls_certificate_options o = test_pki_options(names);
    struct tls_identity identity = test_pki_leaf(&o, NULL);
    struct tls_server_options server = {.identities = &identity, .identities_len = 1};
    struct tls_context *c = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_server(&server, &c, detail), OK);
    return c;
}

static struct tls_context *client_with(const char *ca_file, const char *pin)
{
    struct tls_client_options o = {.ca_file = ca_file, .pin = pin};
    struct tls_context *c = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_client(&o, &c, detail), OK);
    return c;
}

static void test_certificate_for_another_name(void)
{
    run_untrusted(server_for("other.example.com"), NULL, "another host name");
}

static void test_certificate_of_another_authority(void)
{
    struct tls_certificate_options o = test_pki_options(NULL);
    struct tls_certificate other = {0};

    o.is_ca = true;
    o.subject = "Somebody else";
    CHECK_EQ(tls_certificate_make(&o, NULL, &other), OK);
    const char *file = test_pki_write("other.pem", other.certificate);
    tls_certificate_fini(&other);
    run_untrusted(NULL, client_with(file, NULL), "--ca-file");
    run_untrusted(NULL, client_with(file, NULL), "--relay-pin");
}

static void test_another_key_than_pinned(void)
{
    run_untrusted(
        NULL, client_with(test_pki_ca(), "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        "pin");
}

/* --- nothing there --- */

/* A relay that is down says no to the connection; no network says nothing. */
static void test_nothing_answers(void)
{
    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    fake_relay_stop_listening(&attempt_rig.relay);
    attempt_rig_run(ATTEMPT_FAILED);
    CHECK_EQ(attempt_rig.why, ERR_REFUSED);
    attempt_rig_close();

    attempt_rig_open(FAKE_RELAY_ACCEPTS);
    attempt_rig.options.host = "fe80::1"; /* link-local, and no interface named */
    attempt_rig_run(ATTEMPT_UNREACHED);
    attempt_rig_has(attempt_rig.detail, "fe80::1 port ");
    attempt_rig_close();
}

/* --- time --- */

/* `flag` of the relay is reached, then nothing more comes. */
static void wait_in_silence(enum fake_relay_manner manner, const int *flag, const char *says)
{
    attempt_rig_open(manner);
    fake_relay_say(&attempt_rig.relay, says);
    CHECK_EQ(attempt_rig_start(), OK);
    while (*flag < 1)
        loop_turn(attempt_rig.loop, true);
    for (int i = 0; i < 20; i++)
        loop_turn(attempt_rig.loop, false);
    attempt_rig_advance(LINK_ATTEMPT_MS - 1);
    loop_turn(attempt_rig.loop, false);
    CHECK_EQ(attempt_rig.events, 0);
    attempt_rig_advance(1);
    while (attempt_rig.events == 0)
        loop_turn(attempt_rig.loop, false);
    CHECK_EQ(attempt_rig.outcome, ATTEMPT_FAILED);
    CHECK_EQ(attempt_rig.why, ERR_TIMEOUT);
    attempt_rig_has(attempt_rig.detail, "15 s");
    attempt_rig_close();
}

static void test_silence(void)
{
    wait_in_silence(FAKE_RELAY_DEAF, &attempt_rig.relay.accepted, "");
    wait_in_silence(FAKE_RELAY_SILENT, &attempt_rig.relay.asked, "");
    wait_in_silence(FAKE_RELAY_SAYS, &attempt_rig.relay.asked,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: hookline/1\r\n");
    wait_in_silence(FAKE_RELAY_SAYS, &attempt_rig.relay.asked, "HTTP/1.1 100 Continue\r\n\r\n");
    wait_in_silence(FAKE_RELAY_SAYS, &attempt_rig.relay.asked,
                    "HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nabc");
}

/* Too late and cancelled before anybody was told. */
static void test_cancel_of_what_is_over(void)
{
    attempt_rig_open(FAKE_RELAY_SILENT);
    CHECK_EQ(attempt_rig_start(), OK);
    while (attempt_rig.relay.asked < 1)
        loop_turn(attempt_rig.loop, true);
    attempt_rig_advance(LINK_ATTEMPT_MS);
    attempt_rig_close();
    CHECK_EQ(attempt_rig.events, 0);
}

/* After any number of turns of the loop. */
static void test_cancel_at_every_stage(void)
{
    static const char problem[] =
        "HTTP/1.1 401 No\r\nContent-Length: 16\r\n\r\n{\"detail\":\"why\"}";

    for (int accepts = 0; accepts <= 1; accepts++) {
        bool is_over = false;

        for (int turns = 0; !is_over; turns++) {
            attempt_rig_open(accepts ? FAKE_RELAY_ACCEPTS : FAKE_RELAY_SAYS);
            fake_relay_say(&attempt_rig.relay, problem);
            CHECK_EQ(attempt_rig_start(), OK);
            for (int i = 0; i < turns && attempt_rig.events == 0; i++)
                loop_turn(attempt_rig.loop, true);
            is_over = attempt_rig.events > 0;
            attempt_rig_close();
            CHECK(is_over || attempt_rig.events == 0);
        }
    }
}

/* --- memory --- */

/* Somewhere the n-th allocation fails, here or at the relay: the attempt ends in one event
 * or begins not at all, and nothing is left. */
static void sweep(enum fake_relay_manner manner, const char *says, enum attempt_outcome want)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        attempt_rig_open(manner);
        fake_relay_say(&attempt_rig.relay, says);
        mem_fail_at(n);
        enum err rc = attempt_rig_start();
        while (rc == OK && attempt_rig.events == 0)
            loop_turn(attempt_rig.loop, true);
        CHECK(rc == OK || rc == ERR_NOMEM);
        is_untouched = mem_sweep_is_over(n);
        CHECK(!is_untouched || attempt_rig.outcome == want);
        attempt_rig_close();
    }
}

static void test_memory_runs_out(void)
{
    sweep(FAKE_RELAY_SAYS, FAKE_RELAY_WELCOME "early", ATTEMPT_LINKED);
    sweep(FAKE_RELAY_SAYS, "HTTP/1.1 401 No\r\nContent-Length: 16\r\n\r\n{\"detail\":\"why\"}",
          ATTEMPT_REFUSED);
}

CHECK_MAIN(TEST(test_policy), TEST(test_kept), TEST(test_what_is_asked), TEST(test_addresses),
           TEST(test_options_are_copied), TEST(test_early_bytes_in_every_split),
           TEST(test_nobody_listens), TEST(test_no_such_host), TEST(test_impossible_addresses),
           TEST(test_certificate_for_another_name), TEST(test_certificate_of_another_authority),
           TEST(test_another_key_than_pinned), TEST(test_nothing_answers), TEST(test_silence),
           TEST(test_cancel_of_what_is_over), TEST(test_cancel_at_every_stage),
           TEST(test_memory_runs_out))
