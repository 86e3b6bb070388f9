/* `hookline status`, with an agent and without.  thread-test */
#include "relay-client/commands/commands.h"

#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/call_rig.h"
#include "unit/support/fake_control.h"
#include "unit/support/pending_rig.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>
#include <sys/stat.h>

static void open_world(void)
{
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    call_rig_open();
    CHECK_EQ(mkdir(scratch_folder_path("here"), 0700), 0);
}

static int run(const char *flag)
{
    const char *args[] = {"--data", scratch_folder_path("here"), flag, NULL};

    call_rig_load(CLIENT_STATUS, args);
    return (int)status_command(&call_rig.call);
}

static int run_with_agent(const char *flag, const char *answer)
{
    fake_control_start(scratch_folder_path("here/agent.sock"), answer);
    int result = run(flag);
    const char *got = fake_control_stop();

    CHECK(strncmp(got, "GET /.hookline/status HTTP/1.1\r\n", 32) == 0);
    CHECK_EQ(unlink(scratch_folder_path("here/agent.sock")), 0);
    return result;
}

#define WHOLE                                                                                  \
    "{\"state\":\"linked\",\"url\":\"https://mybot.relay.example.com\",\"detail\":\"\","       \
    "\"tunnel\":\"mybot\",\"handler\":\"http://127.0.0.1:3000/callback\",\"rtt_us\":12300,"    \
    "\"kept\":5,\"delivered\":17,\"pending\":2,\"aside\":1,"                                   \
    "\"inspector\":\"http://127.0.0.1:4649/#key=k\"}"

static void test_an_agent(void)
{
    open_world();
    CHECK_EQ(run_with_agent(NULL, fake_control_answer(200, WHOLE)), COMMAND_OK);
    CHECK_STR(call_rig_printed(), "Session     linked, round trip 12 ms\n"
                                  "Tunnel      mybot\n"
                                  "Public URL  https://mybot.relay.example.com\n"
                                  "Forwards to http://127.0.0.1:3000/callback\n"
                                  "Inspector   http://127.0.0.1:4649/#key=k\n"
                                  "Inbox       5 kept by the relay, draining\n"
                                  "Webhooks    17 delivered   2 pending   1 set aside\n"
                                  "            `hookline list --pending` shows them\n");
    CHECK_STR(call_rig_said(), "");
    call_rig_close();
}

static void test_json(void)
{
    open_world();
    CHECK_EQ(run_with_agent("--json", fake_control_answer(200, WHOLE)), COMMAND_OK);
    CHECK_STR(call_rig_printed(), "{\"type\":\"status\",\"agent\":true,\"state\":\"linked\","
                                  "\"url\":\"https://mybot.relay.example.com\",\"detail\":\"\","
                                  "\"tunnel\":\"mybot\",\"handler\":"
                                  "\"http://127.0.0.1:3000/callback\",\"rtt_us\":12300,"
                                  "\"kept\":5,\"delivered\":17,\"pending\":2,\"aside\":1,"
                                  "\"inspector\":\"http://127.0.0.1:4649/#key=k\"}\n");
    call_rig_close();
}

static void test_an_agent_without_a_link(void)
{
    open_world();
    CHECK_EQ(run_with_agent(NULL, fake_control_answer(
                                      200, "{\"state\":\"refused\",\"url\":null,\"detail\":"
                                           "\"the token \\u001b]0;x is not known\","
                                           "\"tunnel\":null,\"handler\":\"echo\",\"rtt_us\":0,"
                                           "\"kept\":0,\"delivered\":0,\"pending\":0,"
                                           "\"aside\":0}")),
             COMMAND_OK);
    CHECK_STR(call_rig_printed(), "Session     refused\n"
                                  "            the token \\x1B]0;x is not known\n"
                                  "Forwards to echo\n"
                                  "Webhooks    0 delivered   0 pending   0 set aside\n");
    call_rig_close();
}

static void test_odd_answers(void)
{
    static const char *const odd[] = {"{}", "[1]", " {\"a\":1}", "17", "", "nonsense"};

    open_world();
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        CHECK_EQ(run_with_agent(i % 2 ? "--json" : NULL, fake_control_answer(200, odd[i])),
                 COMMAND_FAILED);
        CHECK(strstr(call_rig_said(), "not understood here"));
    }
    CHECK_EQ(run_with_agent(NULL, fake_control_answer(500, WHOLE)), COMMAND_FAILED);
    CHECK_EQ(run_with_agent(NULL, ""), COMMAND_FAILED);
    CHECK(strstr(call_rig_said(), "hookline: the running agent: "));
    CHECK_STR(call_rig_printed(), "");
    call_rig_close();
}

/* --- no agent --- */

static void test_no_agent(void)
{
    struct journal_rig rig;

    open_world();
    CHECK_EQ(run(NULL), COMMAND_FAILED);
    CHECK_STR(call_rig_printed(), "No agent runs here, and no journal can be read.\n");
    (void)call_rig_said();
    CHECK_EQ(run("--json"), COMMAND_FAILED);
    CHECK(strstr(call_rig_printed(), "{\"type\":\"status\",\"agent\":false,\"state\":null,"
                                     "\"pending\":null,\"aside\":null}\n"));

    journal_rig_use(scratch_folder_path("here/journal.db"));
    journal_rig_start(&rig, NULL);
    CHECK_EQ(run(NULL), COMMAND_FAILED);
    CHECK(strstr(call_rig_printed(), "No agent runs here. Nothing is pending or set aside.\n"));
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    CHECK_EQ(pending_rig_store(&rig, "b", JOURNAL_ASIDE), 2);
    CHECK_EQ(journal_rig_store(&rig, "c", "{}"), 3); /* nobody knows what became of it */
    journal_rig_stop(&rig);
    CHECK_EQ(run(NULL), COMMAND_FAILED);
    CHECK(strstr(call_rig_printed(), "The journal holds 2 pending and 1 set aside; "));
    CHECK_EQ(run("--json"), COMMAND_FAILED);
    CHECK(strstr(call_rig_printed(), "\"pending\":2,\"aside\":1}\n"));
    call_rig_close();
}

CHECK_MAIN(TEST(test_an_agent), TEST(test_json), TEST(test_an_agent_without_a_link),
           TEST(test_odd_answers), TEST(test_no_agent))
