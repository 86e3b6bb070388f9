/* What the doctor makes of a relay's certificates, and of its TLS.  thread-test */
#include "unit/check.h"
#include "unit/support/doctor_chain.h"
#include "unit/support/doctor_rig.h"
#include "unit/support/openssl_program.h"
#include "unit/support/talker.h"
#include "unit/support/test_pki.h"

static const char *local_url(unsigned port)
{
    static char url[64];

    (void)snprintf(url, sizeof url, "https://localhost:%u/mybot", port);
    return url;
}

/* --- the chain --- */

struct chain_case {
    struct doctor_chain_wish wish;
    enum doctor_state state;
    const char *code, *param, *value;
    enum doctor_fix fix;
    const char *fix_value;
};

static const struct chain_case chain_cases[] = {
    {{0},
     DOCTOR_WARN,
     "chain_private_ca",
     "issuer",
     "Test Root",
     DOCTOR_FIX_TEXT,
     "chain_public_ca"},
    {{.leaves_out = true},
     DOCTOR_FAIL,
     "chain_incomplete",
     "missing",
     "Test R11",
     DOCTOR_FIX_COMMAND,
     "fullchain.pem"},
    {{.from_days = -9, .until_days = -2},
     DOCTOR_FAIL,
     "chain_expired",
     "line",
     "could_not_connect",
     DOCTOR_FIX_COMMAND,
     "certbot renew"},
    {{.from_days = 2, .until_days = 9},
     DOCTOR_FAIL,
     "chain_not_yet_valid",
     "line",
     "could_not_connect",
     DOCTOR_FIX_TEXT,
     "clock_set"},
    {{.name = "other.example.com"},
     DOCTOR_FAIL,
     "chain_wrong_name",
     "names",
     "other.example.com",
     DOCTOR_FIX_TEXT,
     "chain_name"},
    {{.is_self_signed = true},
     DOCTOR_FAIL,
     "chain_self_signed",
     "subject",
     "localhost",
     DOCTOR_FIX_TEXT,
     "chain_public_ca"},
    {{.digest = TLS_CERTIFICATE_SHA1},
     DOCTOR_FAIL,
     "chain_weak",
     "subject",
     "localhost",
     DOCTOR_FIX_TEXT,
     "chain_new"},
};

static void open_with(const struct doctor_chain_wish *wish, struct doctor_chain_set *set)
{
    doctor_chain_make(wish, set);
    doctor_rig_open(&set->identity);
    doctor_rig.options.ca_file = set->ca_file;
}

static void close_with(struct doctor_chain_set *set)
{
    doctor_rig_close();
    doctor_chain_fini(set);
}

static void check_chain(const struct chain_case *c)
{
    const struct doctor_check *got = &doctor_rig.checks[DOCTOR_RELAY_CHAIN];

    doctor_rig_expect(DOCTOR_RELAY_CHAIN, c->state, c->code);
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_CHAIN, c->param), c->value);
    CHECK_EQ(got->fix, c->fix);
    doctor_rig_has(got->fix_value, c->fix_value);
    doctor_rig_expect_others_good(DOCTOR_RELAY_CHAIN);
    if (c->state == DOCTOR_FAIL) {
        doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_SKIPPED, "needs");
        CHECK_STR(doctor_rig_param(DOCTOR_RELAY_HTTP, "check"), "relay_chain");
        CHECK_EQ(doctor_rig.checks[DOCTOR_RELAY_TLS].state, DOCTOR_PASS); /* it is not TLS */
    }
}

static void test_chains(void)
{
    for (size_t i = 0; i < sizeof chain_cases / sizeof chain_cases[0]; i++) {
        struct doctor_chain_set set;
        open_with(&chain_cases[i].wish, &set);
        doctor_rig_run();
        check_chain(&chain_cases[i]);
        close_with(&set);
    }
}

static void test_the_missing_one_is_drawn(void)
{
    const struct doctor_chain_wish wish = {.leaves_out = true};
    const struct doctor_check *c = &doctor_rig.checks[DOCTOR_RELAY_CHAIN];
    struct doctor_chain_set set;

    open_with(&wish, &set);
    doctor_rig_run();
    CHECK_EQ(c->chain_len, 2);
    CHECK_STR(c->chain[0].subject, "localhost");
    CHECK_STR(c->chain[0].issuer, "Test R11");
    CHECK_EQ(c->chain[0].state, DOCTOR_CERTIFICATE_GOOD);
    CHECK(c->chain[0].not_after_ms > clock_wall_ms(clock_system()));
    CHECK_STR(c->chain[1].subject, "Test R11");
    CHECK_EQ(c->chain[1].state, DOCTOR_CERTIFICATE_MISSING);
    close_with(&set);
}

static void test_an_expired_one_is_drawn_as_bad(void)
{
    const struct doctor_chain_wish wish = {.from_days = -9, .until_days = -2};
    const struct doctor_check *c = &doctor_rig.checks[DOCTOR_RELAY_CHAIN];
    struct doctor_chain_set set;

    open_with(&wish, &set);
    doctor_rig_run();
    CHECK_EQ(c->chain_len, 2);
    CHECK_EQ(c->chain[0].state, DOCTOR_CERTIFICATE_BAD);
    CHECK_EQ(c->chain[1].state, DOCTOR_CERTIFICATE_GOOD);
    doctor_rig_has(c->evidence, "expired on");
    close_with(&set);
}

/* The system's authorities know neither; without a CA file that is a failure. */
static void test_unknown_authority(void)
{
    const struct doctor_chain_wish wish = {0};
    struct doctor_chain_set set;

    open_with(&wish, &set);
    doctor_rig.options.ca_file = NULL;
    doctor_rig_run();
    if (tls_context_system_bundle()) {
        doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_FAIL, "chain_untrusted");
        CHECK_STR(doctor_rig_param(DOCTOR_RELAY_CHAIN, "issuer"), "Test Root");
        CHECK_EQ(doctor_rig.checks[DOCTOR_RELAY_CHAIN].chain[1].state, DOCTOR_CERTIFICATE_BAD);
    } else {
        doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_WARN, "chain_no_bundle");
    }
    close_with(&set);
}

static void test_a_public_one(void)
{
    static const struct {
        int64_t days;
        enum doctor_state state;
        const char *code;
    } cases[] = {{0, DOCTOR_WARN, "chain_expires_soon"},
                 {13, DOCTOR_WARN, "chain_expires_soon"},
                 {14, DOCTOR_PASS, "chain_good"}};

    for (size_t i = 0; i < 3; i++) {
        const struct doctor_chain_wish wish = {.from_days = -60, .until_days = cases[i].days};
        struct doctor_chain_set set;
        char days[16];

        open_with(&wish, &set);
        doctor_rig.options.ca_file = NULL;
        doctor_rig.options.public_ca_file = set.ca_file;
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_RELAY_CHAIN, cases[i].state, cases[i].code);
        (void)snprintf(days, sizeof days, "%d", (int)cases[i].days);
        CHECK_STR(doctor_rig_param(DOCTOR_RELAY_CHAIN, "days"), days);
        doctor_rig_expect_others_good(DOCTOR_RELAY_CHAIN);
        close_with(&set);
    }
}

/* Both know it: the CA file says no more than everybody knows. */
static void test_a_public_one_in_the_ca_file(void)
{
    const struct doctor_chain_wish wish = {0};
    struct doctor_chain_set set;

    open_with(&wish, &set);
    doctor_rig.options.public_ca_file = set.ca_file;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_PASS, "chain_good");
    close_with(&set);
}

static void test_no_bundle(void)
{
    const struct doctor_chain_wish wish = {0};
    struct doctor_chain_set set;

    open_with(&wish, &set);
    doctor_rig.options.ca_file = "/nowhere/ca.pem";
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_FAIL, "chain_no_bundle");
    close_with(&set);
}

/* --- TLS --- */

static void test_only_12(void)
{
    doctor_rig_open(NULL);
    test_pki_limit_to_tls12(doctor_rig.relay.tls);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_WARN, "tls_only_12");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_TLS, "versions"), "1.2");
    doctor_rig_expect_others_good(DOCTOR_RELAY_TLS);
    doctor_rig_close();
}

static void test_plain_http_on_the_port(void)
{
    static const char says[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    struct talker talker;

    doctor_rig_open(NULL);
    talker_open(&talker, doctor_rig.loop, says, sizeof says - 1);
    doctor_rig.options.public_url = local_url(talker.port);
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_CHAIN, DOCTOR_FAIL, "not_tls");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_CHAIN, "line"), "could_not_connect");
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_FAIL, "tls_failed");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_TLS, "line"), "could_not_connect");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_PASS, "clock_good"); /* the relay itself is well */
    talker_close(&talker);
    doctor_rig_close();
}

static void test_old_tls(void)
{
    char arguments[600];
    struct openssl_program openssl;
    const struct doctor_chain_wish wish = {0};
    struct doctor_chain_set set;
    unsigned port = 0;

    if (!openssl_program_exists())
        return;
    open_with(&wish, &set);
    (void)snprintf(arguments, sizeof arguments,
                   "s_server -accept 127.0.0.1:0 -cert %s -cert_chain %s -key %s -cipher "
                   "ALL:@SECLEVEL=0 -www",
                   set.identity.certificate_file, set.identity.certificate_file,
                   set.identity.key_file);
    openssl_program_start(&openssl, doctor_rig.loop, arguments);
    openssl_program_wait_for(&openssl, "ACCEPT 127.0.0.1:");
    openssl_program_wait_for(&openssl, "\n");
    const char *said = strstr(openssl.text, "ACCEPT 127.0.0.1:");
    CHECK_EQ(sscanf(said, "ACCEPT 127.0.0.1:%u", &port), 1);
    doctor_rig.options.public_url = local_url(port);
    doctor_rig.options.link = NULL; /* it answers GETs only */
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_TLS, DOCTOR_WARN, "tls_old_accepted");
    CHECK_STR(doctor_rig_param(DOCTOR_RELAY_TLS, "versions"), "1.2, 1.3");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_PASS, "http_relay_only");
    openssl_program_end(&openssl);
    close_with(&set);
}

CHECK_MAIN(TEST(test_chains), TEST(test_the_missing_one_is_drawn),
           TEST(test_an_expired_one_is_drawn_as_bad), TEST(test_unknown_authority),
           TEST(test_a_public_one), TEST(test_a_public_one_in_the_ca_file),
           TEST(test_no_bundle), TEST(test_only_12), TEST(test_plain_http_on_the_port),
           TEST(test_old_tls))
