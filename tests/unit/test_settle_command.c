/* `hookline retry` and `hookline drop`, with an agent and without.  thread-test */
#include "relay-client/commands/commands.h"

#include "base/mem.h"
#include "relay-client/client_settings_table.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/call_rig.h"
#include "unit/support/fake_control.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/pending_rig.h"
#include "unit/support/scratch_folder.h"

#include <signal.h>
#include <unistd.h>

static struct journal_rig rig;

/* --- the world --- */

/* 1 final, 2 pending, 3 set aside, 4 under way when the agent died. */
static void open_world(void)
{
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    call_rig_open();
    journal_rig_use(scratch_folder_path("here/journal.db"));
    journal_rig_start(&rig, NULL);
    CHECK_EQ(pending_rig_store(&rig, "final", JOURNAL_FINAL), 1);
    CHECK_EQ(pending_rig_store(&rig, "pending", JOURNAL_PENDING), 2);
    CHECK_EQ(pending_rig_store(&rig, "aside", JOURNAL_ASIDE), 3);
    CHECK_EQ(journal_rig_store(&rig, "under way", "{}"), 4);
    journal_rig_stop(&rig);
}

static int run(enum client_command command, const char *first, const char *second)
{
    const char *args[] = {"--data", scratch_folder_path("here"), first, second, NULL};

    call_rig_load(command, args);
    return (int)(command == CLIENT_RETRY ? retry_command(&call_rig.call)
                                         : drop_command(&call_rig.call));
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part))
        return;
    (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", part, text);
    abort();
}

static enum journal_outcome outcome_of(uint64_t exchange)
{
    return pending_rig_row(exchange).outcome;
}

/* --- no agent runs --- */

static void test_one(void)
{
    open_world();
    CHECK_EQ(run(CLIENT_RETRY, "3", NULL), COMMAND_OK);
    CHECK_STR(call_rig_printed(), "3 will be tried again when `hookline up` runs.\n");
    CHECK_EQ(outcome_of(3), JOURNAL_PENDING);
    CHECK_EQ(run(CLIENT_DROP, "pend", NULL), COMMAND_OK); /* a delivery's beginning */
    CHECK_STR(call_rig_printed(), "2 is dropped: the bot will not get it.\n");
    CHECK_EQ(outcome_of(2), JOURNAL_DROPPED);
    CHECK_STR(call_rig_said(), "");
    call_rig_close();
}

/* What the agent left is seen as its next start would: one crash, and not two. */
static void test_crash_is_counted(void)
{
    open_world();
    CHECK_EQ(run(CLIENT_DROP, "2", NULL), COMMAND_OK);
    CHECK_EQ(pending_rig_row(4).crashes, 1);
    CHECK_EQ(outcome_of(4), JOURNAL_PENDING);
    CHECK_EQ(run(CLIENT_DROP, "3", NULL), COMMAND_OK);
    CHECK_EQ(pending_rig_row(4).crashes, 1);
    CHECK_EQ(run(CLIENT_RETRY, "last", NULL), COMMAND_OK);
    CHECK_EQ(pending_rig_row(4).crashes, 0);
    call_rig_close();
}

static void test_all(void)
{
    open_world();
    (void)call_rig_printed();
    CHECK_EQ(run(CLIENT_RETRY, "--all", NULL), COMMAND_OK);
    says(call_rig_printed(), "3 deliveries will be tried again when `hookline up` runs, the "
                             "oldest first.\n");
    CHECK_EQ(run(CLIENT_DROP, "3", NULL), COMMAND_OK);
    CHECK_EQ(run(CLIENT_DROP, "2", NULL), COMMAND_OK);
    (void)call_rig_printed();
    CHECK_EQ(run(CLIENT_DROP, "--all", NULL), COMMAND_OK);
    says(call_rig_printed(), "1 delivery is dropped: the bot will not get it.\n");
    CHECK_EQ(run(CLIENT_DROP, "--all", NULL), COMMAND_OK);
    says(call_rig_printed(), "Nothing is pending or set aside.\n");
    CHECK_EQ(outcome_of(1), JOURNAL_FINAL);
    for (uint64_t id = 2; id <= 4; id++)
        CHECK_EQ(outcome_of(id), JOURNAL_DROPPED);
    call_rig_close();
}

static void test_json(void)
{
    open_world();
    CHECK_EQ(run(CLIENT_RETRY, "3", "--json"), COMMAND_OK);
    says(call_rig_printed(),
         "{\"type\":\"retry\",\"exchange\":3,\"count\":1,\"agent\":false}\n");
    CHECK_EQ(run(CLIENT_DROP, "--all", "--json"), COMMAND_OK);
    says(call_rig_printed(),
         "{\"type\":\"drop\",\"exchange\":null,\"count\":3,\"agent\":false}\n");
    call_rig_close();
}

static void test_what_cannot_be_settled(void)
{
    open_world();
    CHECK_EQ(run(CLIENT_RETRY, "1", NULL), COMMAND_FAILED);
    says(call_rig_said(), "exchange 1 is neither pending nor set aside: ");
    CHECK_EQ(run(CLIENT_DROP, "99", NULL), COMMAND_FAILED);
    says(call_rig_said(), "the journal has no exchange \"99\"");
    CHECK_EQ(run(CLIENT_DROP, "--all", "2"), COMMAND_USAGE);
    says(call_rig_said(), "not both");
    CHECK_EQ(run(CLIENT_RETRY, NULL, NULL), COMMAND_USAGE);
    says(call_rig_said(), "say which one: ");
    CHECK_STR(call_rig_printed(), "");
    CHECK_EQ(outcome_of(2), JOURNAL_PENDING);
    call_rig_close();
}

static void test_no_journal(void)
{
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    call_rig_open();
    CHECK_EQ(run(CLIENT_RETRY, "--all", NULL), COMMAND_FAILED);
    says(call_rig_said(), "there is no journal yet");
    CHECK(access(scratch_folder_path("here/journal.db"), F_OK) != 0); /* none is made */
    call_rig_close();
}

/* Somebody writes it who serves no control socket. */
static void test_journal_is_busy(void)
{
    open_world();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(run(CLIENT_DROP, "2", NULL), COMMAND_FAILED);
    says(call_rig_said(), "the journal cannot be changed: ");
    journal_rig_stop(&rig);
    CHECK_EQ(outcome_of(2), JOURNAL_PENDING);
    call_rig_close();
}

/* From the n-th write on: what is said is what has happened. */
static void test_disk_refuses(void)
{
    unsigned refusals = 0;
    bool is_over = false;

    for (long n = 1; !is_over; n++) {
        open_world();
        disk_faults_at(n, DISK_WRITE, ENOSPC, true);
        int result = run(CLIENT_DROP, "2", NULL);
        is_over = !disk_faults_has_failed();
        disk_faults_at(0, DISK_WRITE, 0, false);
        CHECK_EQ(outcome_of(2), result == COMMAND_OK ? JOURNAL_DROPPED : JOURNAL_PENDING);
        const char *said = call_rig_said();
        CHECK((result == COMMAND_OK) == (said[0] == '\0'));
        refusals += strstr(said, "the journal cannot be changed: ") != NULL;
        call_rig_close();
    }
    CHECK(refusals > 0);
}

/* --- an agent runs --- */

static int run_with_agent(enum client_command command, const char *first, const char *second,
                          const char *answer, const char *wants)
{
    fake_control_start(scratch_folder_path("here/agent.sock"), answer);
    int result = run(command, first, second);
    const char *got = fake_control_stop();

    says(got, wants);
    CHECK_EQ(unlink(scratch_folder_path("here/agent.sock")), 0);
    return result;
}

static void test_the_agent_does_it(void)
{
    open_world();
    CHECK_EQ(run_with_agent(CLIENT_RETRY, "3", NULL, fake_control_answer(200, "{\"count\":1}"),
                            "POST /.hookline/retry HTTP/1.1\r\nHost: localhost\r\n"),
             COMMAND_OK);
    says(call_rig_printed(), "3 is tried again now.\n");
    CHECK_EQ(run_with_agent(CLIENT_DROP, "aside", NULL,
                            fake_control_answer(200, "{\"count\":1}"),
                            "\r\n\r\n{\"exchange\":3}"),
             COMMAND_OK);
    says(call_rig_printed(), "3 is dropped: the bot will not get it.\n");
    CHECK_EQ(run_with_agent(CLIENT_RETRY, "--all", NULL,
                            fake_control_answer(200, "{\"count\":12}"),
                            "\r\n\r\n{\"exchange\":null}"),
             COMMAND_OK);
    says(call_rig_printed(), "12 deliveries are tried again now, the oldest first.\n");
    CHECK_EQ(run_with_agent(CLIENT_DROP, "--all", "--json",
                            fake_control_answer(200, "{\"count\":0}"),
                            "POST /.hookline/drop HTTP/1.1\r\n"),
             COMMAND_OK);
    says(call_rig_printed(),
         "{\"type\":\"drop\",\"exchange\":null,\"count\":0,\"agent\":true}\n");
    CHECK_EQ(outcome_of(3), JOURNAL_ASIDE); /* the journal was left to the agent */
    CHECK_STR(call_rig_said(), "");
    call_rig_close();
}

static void test_the_agent_refuses(void)
{
    static const char *const odd[] = {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"cou",
                                      "garbage\r\n\r\n"};
    static const char *const not_understood[] = {
        "{}", "[]", "17", "{\"count\":-1}", "{\"count\":\"1\"}", "not JSON", ""};

    open_world();
    CHECK_EQ(run_with_agent(CLIENT_DROP, "2", NULL,
                            fake_control_answer(409, "{\"title\":\"x\",\"detail\":\"it was "
                                                     "answered \\u001b[31m just now\"}"),
                            "POST"),
             COMMAND_FAILED);
    says(call_rig_said(), "hookline: it was answered \\x1B[31m just now\n");
    CHECK_EQ(run_with_agent(CLIENT_DROP, "2", NULL, fake_control_answer(503, "?"), "POST"),
             COMMAND_FAILED);
    says(call_rig_said(), "it says no more");
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        CHECK_EQ(run_with_agent(CLIENT_DROP, "2", NULL, odd[i], "POST"), COMMAND_FAILED);
        says(call_rig_said(), "hookline: the running agent: ");
    }
    for (size_t i = 0; i < sizeof not_understood / sizeof not_understood[0]; i++) {
        CHECK_EQ(run_with_agent(CLIENT_DROP, "2", NULL,
                                fake_control_answer(200, not_understood[i]), "POST"),
                 COMMAND_FAILED);
        says(call_rig_said(), "not understood here");
    }
    CHECK_STR(call_rig_printed(), "");
    CHECK_EQ(outcome_of(2), JOURNAL_PENDING);
    call_rig_close();
}

/* A socket that nobody serves any more: the agent was killed. */
static void test_a_socket_that_is_left(void)
{
    open_world();
    (void)run_with_agent(CLIENT_DROP, "--all", NULL, fake_control_answer(200, "{\"count\":0}"),
                         "POST");
    fake_control_start(scratch_folder_path("here/agent.sock"), "");
    fake_control_abandon();
    (void)call_rig_printed();
    CHECK_EQ(run(CLIENT_DROP, "2", NULL), COMMAND_OK);
    says(call_rig_printed(), "2 is dropped: the bot will not get it.\n");
    CHECK_EQ(outcome_of(2), JOURNAL_DROPPED);
    call_rig_close();
}

/* --- memory --- */

/* Asking the agent, or the journal: the n-th allocation fails. */
static void check_memory(bool with_agent, unsigned long step)
{
    unsigned long n = 1;

    for (bool is_over = false; !is_over; n += step) {
        const char *args[] = {"--data", "", "2", NULL};

        open_world();
        args[1] = scratch_folder_path("here");
        call_rig_load(CLIENT_DROP, args);
        if (with_agent)
            fake_control_start(scratch_folder_path("here/agent.sock"),
                               fake_control_answer(200, "{\"count\":1}"));
        mem_fail_at(n);
        enum command_exit result = drop_command(&call_rig.call);
        is_over = mem_sweep_is_over(n);
        if (with_agent)
            fake_control_abandon();
        CHECK(result == COMMAND_OK || (result == COMMAND_FAILED && !is_over));
        CHECK((result == COMMAND_OK) == (call_rig_said()[0] == '\0'));
        if (!with_agent && result == COMMAND_OK)
            CHECK_EQ(outcome_of(2), JOURNAL_DROPPED);
        call_rig_close();
    }
    CHECK(n > 20);
}

static void test_memory_runs_out(void)
{
    check_memory(true, 17);
    check_memory(false, 37); /* SQLite's are swept elsewhere */
}

CHECK_MAIN(TEST(test_one), TEST(test_crash_is_counted), TEST(test_all), TEST(test_json),
           TEST(test_what_cannot_be_settled), TEST(test_no_journal), TEST(test_journal_is_busy),
           TEST(test_disk_refuses), TEST(test_the_agent_does_it), TEST(test_the_agent_refuses),
           TEST(test_a_socket_that_is_left), TEST(test_memory_runs_out))
