/* What the doctor makes of what it need not ask for: the secret, the link, the inbox. */
#include "unit/check.h"
#include "unit/support/doctor_rig.h"

/* --- secrets --- */

struct secret_case {
    const char *secret;
    enum doctor_state state;
    const char *code;
};

static const struct secret_case secret_cases[] = {
    {"0123456789abcdef0123456789abcdef", DOCTOR_PASS, "secret_good"},
    {"01234567890123456789012345678901", DOCTOR_PASS, "secret_good"},
    {"0123456789ABCDEF0123456789ABCDEF", DOCTOR_FAIL, "secret_upper_case"},
    {"0123456789abcdef0123456789abcde", DOCTOR_FAIL, "secret_wrong_length"},
    {"0123456789abcdef0123456789abcdef0", DOCTOR_FAIL, "secret_wrong_length"},
    {"0123456789abcdef0123456789abcdeg", DOCTOR_FAIL, "secret_not_hex"},
    {"\"0123456789abcdef0123456789abcdef\"", DOCTOR_FAIL, "secret_not_hex"},
    {" 0123456789abcdef0123456789abcdef", DOCTOR_FAIL, "secret_has_spaces"},
    {"0123456789abcdef 0123456789abcdef", DOCTOR_FAIL, "secret_has_spaces"},
    {"0123456789abcdef0123456789abcdef\r", DOCTOR_FAIL, "secret_has_spaces"},
    {"1655283475", DOCTOR_FAIL, "secret_is_channel_id"},
    {"WvUQv0mmvuWIExSp6LFkLQcDu18ihgvjyHbSYbqZlDE1oXlRjktdXsBoLptw18EjYC4d7Z0xIGCIB4dSr2aG5A7I"
     "GZFWSt8Io2upuCLWpKlrq8gHNKXIzb1jbqsV+0Nrz2HcwZ02wgMrK+0QbITHVwdB04t89/1O/w1cDnyilFU=",
     DOCTOR_FAIL, "secret_is_token"},
};

static void open_secret(const char *secret)
{
    doctor_rig_open(NULL);
    doctor_rig.options.relay_host = doctor_rig.options.forward_url = NULL;
    doctor_rig.secrets.list[0].secret = span_text(secret);
}

static void test_secrets(void)
{
    for (size_t i = 0; i < sizeof secret_cases / sizeof secret_cases[0]; i++) {
        const struct secret_case *c = &secret_cases[i];
        const struct doctor_check *got = &doctor_rig.checks[DOCTOR_SECRET];
        open_secret(c->secret);
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_SECRET, c->state, c->code);
        CHECK_STR(got->fix_value, c->state == DOCTOR_FAIL ? "secret_where" : "");
        /* nothing of it is told */
        for (size_t p = 0; p < got->params_len; p++)
            CHECK(!strstr(got->params[p].text, "0123456789"));
        CHECK(!strstr(got->evidence, "0123456789"));
        doctor_rig_close();
    }
}

/* The first that is bad is named. */
static void test_several_secrets(void)
{
    open_secret(DOCTOR_RIG_SECRET);
    doctor_rig.secrets.list[1] = doctor_rig.secrets.list[0];
    doctor_rig.secrets.list[1].secret = SPAN("short");
    doctor_rig.secrets.list[1].label = "line 2";
    doctor_rig.secrets.len = 2;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_FAIL, "secret_not_hex");
    CHECK_STR(doctor_rig_param(DOCTOR_SECRET, "label"), "line 2");
    CHECK_STR(doctor_rig_param(DOCTOR_SECRET, "length"), "5");
    CHECK_STR(doctor_rig_param(DOCTOR_SECRET, "count"), "2");
    doctor_rig_close();
}

static void test_secrets_of_others(void)
{
    open_secret("it's a secret to everybody");
    doctor_rig.secrets.list[0].provider = signature_provider_named(SPAN("github"));
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_WARN, "secret_of_others_only");
    CHECK_STR(doctor_rig_param(DOCTOR_SECRET, "provider"), "github");
    doctor_rig_close();
}

static void test_no_secret(void)
{
    open_secret("");
    doctor_rig.secrets.len = 0;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_WARN, "secret_missing");
    doctor_rig_close();
    open_secret("");
    doctor_rig.options.secrets = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_SECRET, DOCTOR_SKIPPED, "secret_unknown");
    doctor_rig_close();
}

/* --- the link --- */

static void test_links(void)
{
    static const struct {
        enum agent_state link;
        enum doctor_state state;
        const char *code, *fix;
    } cases[] = {
        {AGENT_CONNECTING, DOCTOR_WARN, "link_connecting", "link_wait"},
        {AGENT_LINKED, DOCTOR_PASS, "linked", ""},
        {AGENT_WAITING, DOCTOR_FAIL, "link_lost", "link_network"},
        {AGENT_REFUSED, DOCTOR_FAIL, "link_refused",
         "hookline login --relay localhost --tunnel mybot"},
        {AGENT_REPLACED, DOCTOR_FAIL, "link_replaced", "link_other_agent"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        doctor_rig_open(NULL);
        doctor_rig.link.state = cases[i].link;
        doctor_rig.link.detail = "the token is not known\x1b[2J";
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_LINK, cases[i].state, cases[i].code);
        CHECK_STR(doctor_rig.checks[DOCTOR_LINK].fix_value, cases[i].fix);
        CHECK_STR(doctor_rig.checks[DOCTOR_LINK].evidence, "the token is not known\\x1B[2J");
        doctor_rig_expect_others_good(DOCTOR_LINK);
        doctor_rig_close();
    }
}

static void test_no_agent(void)
{
    char command[300];

    doctor_rig_open(NULL);
    doctor_rig.options.link = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_LINK, DOCTOR_WARN, "no_agent");
    (void)snprintf(command, sizeof command, "hookline up --forward %s", doctor_rig.forward_url);
    CHECK_STR(doctor_rig.checks[DOCTOR_LINK].fix_value, command);
    doctor_rig_expect(DOCTOR_INBOX, DOCTOR_SKIPPED, "no_agent");
    doctor_rig_expect_others_good(DOCTOR_LINK);
    doctor_rig_close();
}

static void test_not_logged_in(void)
{
    doctor_rig_open(NULL);
    doctor_rig.options.relay_host = NULL;
    doctor_rig.options.link = NULL;
    doctor_rig_run();
    doctor_rig_expect(DOCTOR_RELAY_NAME, DOCTOR_FAIL, "not_logged_in");
    doctor_rig_expect(DOCTOR_LINK, DOCTOR_SKIPPED, "not_logged_in");
    doctor_rig_expect(DOCTOR_CLOCK, DOCTOR_SKIPPED, "not_logged_in");
    doctor_rig_expect(DOCTOR_RELAY_PORT, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_RELAY_HTTP, DOCTOR_SKIPPED, "needs");
    doctor_rig_expect(DOCTOR_BOT_ANSWERS, DOCTOR_PASS, "answered");
    CHECK_EQ(doctor_rig.relay.accepted, 0);
    doctor_rig_close();
}

/* --- what waits --- */

static void test_inboxes(void)
{
    static const struct {
        uint64_t kept, pending, aside;
        enum doctor_state state;
        const char *code;
    } cases[] = {
        {0, 0, 0, DOCTOR_PASS, "inbox_empty"},   {7, 0, 0, DOCTOR_PASS, "inbox_draining"},
        {0, 1, 0, DOCTOR_WARN, "inbox_pending"}, {7, 2, 0, DOCTOR_WARN, "inbox_pending"},
        {0, 2, 1, DOCTOR_WARN, "inbox_aside"},   {0, 0, 1, DOCTOR_WARN, "inbox_aside"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        doctor_rig_open(NULL);
        doctor_rig.link.kept = cases[i].kept;
        doctor_rig.link.pending = cases[i].pending;
        doctor_rig.link.aside = cases[i].aside;
        doctor_rig_run();
        doctor_rig_expect(DOCTOR_INBOX, cases[i].state, cases[i].code);
        doctor_rig_expect_others_good(DOCTOR_INBOX);
        doctor_rig_close();
    }
}

CHECK_MAIN(TEST(test_secrets), TEST(test_several_secrets), TEST(test_secrets_of_others),
           TEST(test_no_secret), TEST(test_links), TEST(test_no_agent),
           TEST(test_not_logged_in), TEST(test_inboxes))
