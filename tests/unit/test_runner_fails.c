/* A runner that cannot be opened says why, and leaves nothing open. */
#include "net/local_socket.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/journal_rig.h"
#include "unit/support/runner_rig.h"
#include "unit/support/scratch_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

static void check_fails(enum err want, const char *says)
{
    CHECK_EQ(runner_rig_start(), want);
    if (!strstr(runner_rig.options.detail, says))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", says, runner_rig.options.detail);
    CHECK(strstr(runner_rig.options.detail, says));
    CHECK(runner_rig.runner == NULL);
    runner_rig_stop();
    CHECK_EQ(runner_rig.closed, 0);
}

static void check_argument_fails(const char *arg, const char *says)
{
    runner_rig_open();
    if (strncmp(arg, "--ca-file", 9) == 0) { /* instead of the usual one */
        runner_rig.args[1] = "--log-level";
        runner_rig.args[2] = "error";
    }
    if (strncmp(arg, "--forward", 9) != 0)
        runner_rig_add("--echo");
    runner_rig_add(arg);
    check_fails(ERR_CONFIG, says);
    runner_rig.args[runner_rig.args_len - 1] = "--rewrite-host"; /* everything is free again */
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_stop();
    runner_rig_end();
}

static void test_bad_arguments(void)
{
    check_argument_fails("--forward=ftp://127.0.0.1/", "ftp://127.0.0.1/");
    check_argument_fails("--forward=127.0.0.1:3000", "127.0.0.1:3000");
    check_argument_fails("--target=dev", "--target dev: write NAME=URL");
    check_argument_fails("--target==http://127.0.0.1/", "write NAME=URL");
    check_argument_fails("--target=dev=", "--target dev=: write");
    check_argument_fails("--target=dev=nonsense", "nonsense");
    check_argument_fails("--target=a234567890123456789012345678901z=http://127.0.0.1/",
                         "at most 31 bytes");
    check_argument_fails("--ca-file=/nonexistent/ca.pem", "/nonexistent/ca.pem");
    check_argument_fails("--relay-pin=sha256/short", "pin");
    check_argument_fails("--webhook-path=callback", "--webhook-path callback");
    check_argument_fails("--webhook-path=/callback?a=1", "--webhook-path /callback?a=1");
}

/* The first ones are open when a later one fails. */
static void test_too_many_targets(void)
{
    static char targets[17][64];

    for (int too_many = 0; too_many <= 1; too_many++) {
        runner_rig_open();
        runner_rig_add("--echo");
        for (int i = 0; i < 16 + too_many; i++) {
            (void)snprintf(targets[i], sizeof targets[i],
                           "--target=a23456789012345678901234567%04d=http://127.0.0.1/", i);
            runner_rig_add(targets[i]);
        }
        if (too_many)
            check_fails(ERR_CONFIG, "at most 16");
        else
            CHECK_EQ(runner_rig_start(), OK);
        if (!too_many)
            runner_rig_stop();
        runner_rig_end();
    }
}

static void test_last_target_is_bad(void)
{
    runner_rig_open();
    runner_rig_add("--echo");
    runner_rig_add("--target=one=http://127.0.0.1/");
    runner_rig_add("--target=two=http://127.0.0.1/");
    runner_rig_add("--target=three");
    check_fails(ERR_CONFIG, "--target three");
    runner_rig_end();
}

static void test_journal_of_another_agent(void)
{
    struct journal_rig other;

    runner_rig_open();
    runner_rig_add("--echo");
    journal_rig_start(
        &other, &(struct journal_options){.path = scratch_folder_path("state/journal.db")});
    check_fails(ERR_BUSY, "");
    CHECK(runner_rig.options.detail[0]);
    journal_rig_stop(&other);
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_stop();
    runner_rig_end();
}

static void test_folder_of_everybody(void)
{
    runner_rig_open();
    runner_rig_add("--echo");
    CHECK_EQ(mkdir(scratch_folder_path("state"), 0700), 0);
    CHECK_EQ(chmod(scratch_folder_path("state"), 0777), 0);
    check_fails(ERR_DENIED, "state");
    CHECK_EQ(chmod(scratch_folder_path("state"), 0700), 0);
    CHECK_EQ(mkdir(scratch_folder_path("run"), 0700), 0);
    CHECK_EQ(chmod(scratch_folder_path("run"), 0777), 0);
    check_fails(ERR_DENIED, "run");
    runner_rig_end();
}

static const struct local_socket_events no_events = {0};

static void test_socket_of_another_agent(void)
{
    struct local_socket *other;
    struct loop *other_loop;

    runner_rig_open();
    runner_rig_add("--echo");
    CHECK_EQ(mkdir(scratch_folder_path("run"), 0700), 0);
    CHECK_EQ(loop_new(clock_system(), &other_loop), OK);
    CHECK_EQ(local_socket_listen(other_loop, scratch_folder_path("run/agent.sock"), &no_events,
                                 NULL, &other),
             OK);
    check_fails(ERR_CONFLICT, "another agent");
    local_socket_close(other);
    loop_run(other_loop);
    loop_free(other_loop);
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_stop();
    runner_rig_end();
}

static void test_damaged_journal_is_set_aside(void)
{
    runner_rig_open();
    runner_rig_add("--echo");
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_stop();
    int fd = open(scratch_folder_path("state/journal.db"), O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQ(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 100), 8);
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(runner_rig_start(), OK);
    CHECK(strstr(runner_journal_notice(runner_rig.runner), "journal.db"));
    runner_rig_stop();
    runner_rig_end();
}

CHECK_MAIN(TEST(test_bad_arguments), TEST(test_too_many_targets), TEST(test_last_target_is_bad),
           TEST(test_journal_of_another_agent), TEST(test_folder_of_everybody),
           TEST(test_socket_of_another_agent), TEST(test_damaged_journal_is_set_aside))
