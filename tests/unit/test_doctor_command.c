/* `hookline doctor`: what it is told by whom, what it prints, how it ends.  thread-test */
#include "relay-client/commands/commands.h"

#include "relay-client/client_settings_table.h"
#include "relay-client/commands/doctor_printer.h"
#include "relay-client/doctor/doctor_check.h"
#include "unit/check.h"
#include "unit/support/call_rig.h"
#include "unit/support/fake_control.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>
#include <sys/stat.h>

static void open_world(void)
{
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    call_rig_open();
    CHECK_EQ(mkdir(scratch_folder_path("here"), 0700), 0);
}

/* NULL-terminated, behind --data. */
static int run(const char *const *args)
{
    const char *all[16] = {"--data", scratch_folder_path("here")};

    for (size_t i = 0; args[i]; i++)
        all[i + 2] = args[i];
    call_rig_load(CLIENT_DOCTOR, all);
    return (int)doctor_command(&call_rig.call);
}

static int run_with_agent(const char *const *args, const char *answer)
{
    fake_control_start(scratch_folder_path("here/agent.sock"), answer);
    int result = run(args);
    const char *got = fake_control_stop();

    CHECK(strncmp(got, "GET /.hookline/status HTTP/1.1\r\n", 32) == 0);
    CHECK_EQ(unlink(scratch_folder_path("here/agent.sock")), 0);
    return result;
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        (void)fprintf(stderr, "\"%s\" is not in:\n%s\n", part, text);
    CHECK(strstr(text, part));
}

/* --- with nothing --- */

static void test_not_logged_in(void)
{
    const char *printed;

    open_world();
    CHECK_EQ(run(ARGS("--json")), COMMAND_FAILED);
    printed = call_rig_printed();
    has(printed, "{\"type\":\"check\",\"id\":\"relay_name\",\"group\":\"relay\",\"state\":"
                 "\"fail\",\"code\":\"not_logged_in\"");
    has(printed, "\"fix\":{\"kind\":\"command\",\"value\":\"hookline login --relay HOST "
                 "--tunnel NAME\"}}\n");
    has(printed, "{\"type\":\"done\",\"pass\":0,\"warn\":1,\"fail\":1,\"skipped\":14}\n");
    CHECK(!strstr(printed, "running"));
    CHECK_STR(call_rig_said(), "");
    call_rig_close();
}

static void test_lines(void)
{
    const char *printed;

    open_world();
    CHECK_EQ(run(ARGS(NULL)), COMMAND_FAILED);
    printed = call_rig_printed();
    has(printed, "LINE -> relay\n  FAIL  Name               No relay is known here.\n");
    has(printed, "  -     Port               Not checked: it needs \"Name\" first.\n");
    has(printed, "Fix: log in:\n");
    has(printed, "  hookline login --relay HOST --tunnel NAME\n");
    has(printed, "\nrelay = this machine\n");
    has(printed, "\nLINE channel\n  warn  Channel secret     There is no channel secret");
    has(printed, "\nbot\n");
    has(printed, "\n0 passed, 1 warned, 1 failed, 14 not checked\n");
    CHECK(!strchr(printed, '\x1b')); /* no terminal, no colours */
    call_rig_close();
}

/* They are told before anything is done. */
static void test_wrong_options(void)
{
    open_world();
    CHECK_EQ(run(ARGS("--relay", "a b")), COMMAND_USAGE);
    has(call_rig_said(), "--relay a b: ");
    CHECK_EQ(run(ARGS("--forward", "ftp://x")), COMMAND_USAGE);
    has(call_rig_said(), "--forward ftp://x: ");
    CHECK_STR(call_rig_printed(), "");
    call_rig_close();
}

/* --- with an agent --- */

#define STATUS(state, handler)                                                                 \
    "{\"state\":\"" state "\",\"url\":\"https://mybot.relay.invalid\",\"detail\":\"the token " \
    "\\u001b]0;x is not known\",\"tunnel\":\"mybot\",\"handler\":\"" handler "\",\"rtt_us\":"  \
    "12300,\"kept\":5,\"delivered\":17,\"pending\":2,\"aside\":1}"

static void test_agent_is_asked(void)
{
    const char *printed;

    open_world();
    CHECK_EQ(run_with_agent(
                 ARGS("--json", "--relay", "relay.invalid"),
                 fake_control_answer(200, STATUS("refused", "http://127.0.0.1:9/callback"))),
             COMMAND_FAILED);
    printed = call_rig_printed();
    has(printed, "\"code\":\"link_refused\"");
    has(printed, "\"text\":\"the token \\\\x1B]0;x is not known\"");
    has(printed, "hookline login --relay relay.invalid --tunnel mybot");
    has(printed, "\"kept\":5,\"pending\":2,\"aside\":1");
    has(printed, "\"host\":\"mybot.relay.invalid\"");
    has(printed, "\"id\":\"bot_listens\"");
    has(printed, "\"address\":\"127.0.0.1:9\"");
    CHECK_STR(call_rig_said(), "");
    call_rig_close();
}

/* One whose handler is no address. */
static void test_agent_with_a_command(void)
{
    open_world();
    CHECK_EQ(run_with_agent(ARGS("--json"),
                            fake_control_answer(200, STATUS("linked", "python3 bot.py"))),
             COMMAND_FAILED);
    has(call_rig_printed(), "\"code\":\"no_address\"");
    call_rig_close();
}

/* Its relay is behind its public address; its secrets it keeps to itself. */
static void test_agent_with_flags_of_its_own(void)
{
    const char *printed;

    open_world();
    CHECK_EQ(run_with_agent(ARGS("--json"), fake_control_answer(200, STATUS("linked", "echo"))),
             COMMAND_FAILED); /* there is no such host */
    printed = call_rig_printed();
    has(printed, "\"code\":\"linked\"");
    has(printed, "\"host\":\"mybot.relay.invalid\"");
    has(printed, "\"code\":\"secret_unknown\"");
    has(printed, "\"id\":\"clock\",\"group\":\"link\",\"state\":\"skipped\",\"code\":"
                 "\"relay_unreachable\"");
    has(printed, ": relay.invalid");
    call_rig_close();
}

/* What the user says counts more. */
static void test_forward_is_given(void)
{
    open_world();
    CHECK_EQ(run_with_agent(
                 ARGS("--json", "--forward", "http://127.0.0.1:7/x"),
                 fake_control_answer(200, STATUS("linked", "http://127.0.0.1:9/callback"))),
             COMMAND_FAILED);
    has(call_rig_printed(), "\"address\":\"127.0.0.1:7\"");
    call_rig_close();
}

static void test_odd_answers(void)
{
    static const char *const odd[] = {"{}", "[1]", "17", "", "{\"state\":\"odd\"}", "nonsense"};

    open_world();
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        CHECK_EQ(run_with_agent(ARGS("--json"), fake_control_answer(200, odd[i])),
                 COMMAND_FAILED);
        has(call_rig_said(), "hookline: the running agent: ");
        has(call_rig_printed(), "\"type\":\"done\""); /* the rest is looked at */
    }
    CHECK_EQ(run_with_agent(ARGS("--json"), ""), COMMAND_FAILED);
    has(call_rig_said(), "hookline: the running agent: ");
    call_rig_close();
}

/* --- printing --- */

static void add(struct doctor_printer *p, enum doctor_id id, enum doctor_state state,
                const char *code)
{
    const struct doctor_check running = {.id = id};
    struct doctor_check c = {.id = id, .state = state, .code = code};

    doctor_check_text(&c, "host", "h\x1b[2J");
    CHECK_EQ(doctor_printer_add(p, &running), OK);
    CHECK_EQ(doctor_printer_add(p, &c), OK);
}

/* Results come in any order; they are shown in that of the table. */
static void test_order(void)
{
    static const enum doctor_id others[] = {
        DOCTOR_RELAY_TLS,  DOCTOR_RELAY_HTTP,      DOCTOR_LINK,         DOCTOR_CLOCK,
        DOCTOR_INBOX,      DOCTOR_SECRET,          DOCTOR_LINE_ACCOUNT, DOCTOR_LINE_WEBHOOK,
        DOCTOR_LINE_TEST,  DOCTOR_LINE_REDELIVERY, DOCTOR_BOT_LISTENS,  DOCTOR_BOT_ANSWERS,
        DOCTOR_BOT_REFUSES};
    struct doctor_printer p;

    open_world();
    doctor_printer_init(&p, call_rig.call.out, false);
    add(&p, DOCTOR_RELAY_PORT, DOCTOR_PASS, "port_open");
    CHECK_STR(call_rig_printed(), "");
    add(&p, DOCTOR_RELAY_NAME, DOCTOR_WARN, "no_ipv4");
    has(call_rig_printed(), "Name               h\\x1B[2J has only IPv6");
    add(&p, DOCTOR_RELAY_CHAIN, DOCTOR_PASS, "chain_good");
    has(call_rig_printed(), "Certificate chain");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        add(&p, others[i], DOCTOR_PASS, "linked");
    (void)call_rig_printed();
    CHECK_EQ(doctor_printer_end(&p), OK);
    CHECK_STR(call_rig_printed(), "\nNothing is broken; look at what says warn.\n"
                                  "15 passed, 1 warned, 0 failed, 0 not checked\n");
    call_rig_close();
}

static void test_certificates(void)
{
    struct doctor_check c = {
        .id = DOCTOR_RELAY_NAME, .state = DOCTOR_FAIL, .code = "chain_incomplete"};
    struct doctor_printer p;

    open_world();
    doctor_printer_init(&p, call_rig.call.out, false);
    c.chain[0] = (struct doctor_certificate){"relay.test", "R11", 1800000000000,
                                             DOCTOR_CERTIFICATE_GOOD};
    c.chain[1] = (struct doctor_certificate){"R11", "", 0, DOCTOR_CERTIFICATE_MISSING};
    c.chain_len = 2;
    CHECK_EQ(doctor_printer_add(&p, &c), OK);
    const char *printed = call_rig_printed();
    has(printed, "+ relay.test, issued by R11, until 2027-01-15\n");
    has(printed, "X R11, not sent by the relay\n");
    call_rig_close();
}

static void test_colours_and_width(void)
{
    struct doctor_printer p;
    struct doctor_check c = {
        .id = DOCTOR_RELAY_NAME, .state = DOCTOR_FAIL, .code = "not_logged_in"};
    const char *printed;

    open_world();
    doctor_printer_init(&p, call_rig.call.out, false);
    p.colour = true;
    p.columns = 45;
    CHECK_EQ(doctor_printer_add(&p, &c), OK);
    printed = call_rig_printed();
    has(printed, "\x1b[");
    has(printed, "No relay is known\n                           here.\n");
    call_rig_close();
}

CHECK_MAIN(TEST(test_not_logged_in), TEST(test_lines), TEST(test_wrong_options),
           TEST(test_agent_is_asked), TEST(test_agent_with_a_command),
           TEST(test_agent_with_flags_of_its_own), TEST(test_forward_is_given),
           TEST(test_odd_answers), TEST(test_order), TEST(test_certificates),
           TEST(test_colours_and_width))
