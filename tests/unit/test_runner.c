/* Journal, handlers and agent of one process: opened and closed together. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/runner_rig.h"
#include "unit/support/scratch_folder.h"

/* --- it works --- */

static void test_open_and_close(void)
{
    runner_rig_open();
    runner_rig_add("--echo");
    CHECK_EQ(runner_rig_start(), OK);
    CHECK_STR(runner_handler_name(runner_rig.runner), "echo");
    CHECK_STR(runner_journal_path(runner_rig.runner), scratch_folder_path("state/journal.db"));
    CHECK_STR(runner_journal_notice(runner_rig.runner), "");
    CHECK_EQ(scratch_folder_mode("state"), 0700);
    CHECK_EQ(scratch_folder_mode("state/journal.db"), 0600);
    CHECK_EQ(scratch_folder_mode("run"), 0700);
    CHECK_EQ(scratch_folder_mode("run/agent.sock"), 0600);
    runner_shutdown(runner_rig.runner);
    CHECK_EQ(runner_rig.closed, 0); /* never from inside the call */
    runner_rig_stop();
    CHECK_EQ(runner_rig.closed, 1);
    CHECK_EQ(scratch_folder_count("run"), 0);
    runner_rig_end();
}

static void test_handlers(void)
{
    static const char *const handlers[][2] = {
        {"--forward=http://127.0.0.1:3000/callback", "http://127.0.0.1:3000/callback"},
        {"--exec=cat", "exec: cat"},
        {"--echo", "echo"},
    };

    for (size_t i = 0; i < 3; i++) {
        runner_rig_open();
        runner_rig_add(handlers[i][0]);
        CHECK_EQ(runner_rig_start(), OK);
        CHECK_STR(runner_handler_name(runner_rig.runner), handlers[i][1]);
        runner_rig_stop();
        runner_rig_end();
    }
}

static void test_second_shutdown(void)
{
    runner_rig_open();
    runner_rig_add("--echo");
    CHECK_EQ(runner_rig_start(), OK);
    runner_shutdown(runner_rig.runner);
    runner_shutdown(runner_rig.runner);
    runner_shutdown(runner_rig.runner);
    runner_rig_stop();
    runner_rig_end();
}

/* --- places --- */

static void test_places(void)
{
    struct runner_places places;
    char folder[PATHS_MAX + 2];

    runner_rig_open();
    runner_rig_add("--echo");
    runner_rig_add("--data");
    runner_rig_add(scratch_folder_path("here"));
    CHECK_EQ(runner_rig_start(), OK);
    CHECK_STR(runner_journal_path(runner_rig.runner), scratch_folder_path("here/journal.db"));
    CHECK_EQ(runner_find_places(&runner_rig.settings, &runner_rig.paths, &places), OK);
    CHECK_STR(places.journal, scratch_folder_path("here/journal.db"));
    CHECK_STR(places.control, scratch_folder_path("here/agent.sock"));
    CHECK_EQ(scratch_folder_mode("here/agent.sock"), 0600);
    runner_rig_stop();
    memset(folder, 'a', sizeof folder - 1);
    folder[0] = '/';
    folder[sizeof folder - 1] = '\0';
    runner_rig.args[runner_rig.args_len - 1] = folder;
    CHECK_EQ(runner_rig_start(), ERR_LIMIT);
    CHECK(strstr(runner_rig.options.detail, "--data"));
    runner_rig_stop();
    runner_rig_end();
}

/* --- requests --- */

static bool is_webhook(const char *target)
{
    char text[5000];

    (void)snprintf(text, sizeof text,
                   "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", target);
    runner_rig_say(text);
    return runner_rig.webhook;
}

static void start_with_secret(const char *first, const char *second)
{
    runner_rig_open();
    runner_rig_add("--secret-file");
    runner_rig_add(
        scratch_folder_write_text("secret", "0123456789abcdef0123456789abcdef\n", 0600));
    runner_rig_add(first);
    if (second)
        runner_rig_add(second);
    CHECK_EQ(runner_rig_start(), OK);
}

static void test_webhook_path(void)
{
    start_with_secret("--forward=http://127.0.0.1:1/callback?x=1", NULL);
    CHECK(is_webhook("/callback"));
    CHECK_EQ(runner_rig.status, 401);
    CHECK(!is_webhook("/other"));
    runner_rig_stop();
    runner_rig_end();
    start_with_secret("--forward=http://127.0.0.1:1/callback", "--webhook-path=/line");
    CHECK(is_webhook("/line"));
    CHECK(!is_webhook("/callback"));
    runner_rig_stop();
    runner_rig_end();
    start_with_secret("--forward=http://127.0.0.1:1/", NULL); /* any path may be it */
    CHECK(is_webhook("/callback"));
    runner_rig_stop();
    runner_rig_end();
}

/* Longer than what is compared: then every POST must be signed. */
static void test_very_long_path(void)
{
    static char url[2000], path[1000];

    memset(path, 'a', 700);
    path[0] = '/';
    (void)snprintf(url, sizeof url, "--forward=http://127.0.0.1:1%s", path);
    start_with_secret(url, NULL);
    CHECK(is_webhook(path));
    CHECK_EQ(runner_rig.status, 401);
    runner_rig_stop();
    runner_rig_end();
}

static void test_target_is_used(void)
{
    runner_rig_open();
    runner_rig_add("--exec=exit 3");
    runner_rig_add("--exec-plain");
    runner_rig_add("--target=nobody=http://127.0.0.1:1/");
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_say("GET / HTTP/1.1\r\nHost: h\r\nHookline-Target: nobody\r\n\r\n");
    CHECK_EQ(runner_rig.status, 502);
    runner_rig_say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK_EQ(runner_rig.status, 500);
    runner_rig_stop();
    runner_rig_end();
}

/* --- memory --- */

/* With a journal: to make one takes thousands of allocations, which test_journal_memory
 * fails. */
static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    runner_rig_open();
    runner_rig_add("--echo");
    runner_rig_add("--target=one=http://127.0.0.1/");
    CHECK_EQ(runner_rig_start(), OK);
    runner_rig_stop();
    while (!is_untouched) {
        runner_rig.fail_at++;
        enum err rc = runner_rig_start();
        is_untouched = mem_sweep_is_over(runner_rig.fail_at);
        CHECK(rc == OK || (rc == ERR_NOMEM && runner_rig.options.detail[0]));
        CHECK(!is_untouched || rc == OK);
        runner_rig_stop();
    }
    runner_rig_end();
    runner_rig.fail_at = 0;
}

CHECK_MAIN(TEST(test_open_and_close), TEST(test_handlers), TEST(test_second_shutdown),
           TEST(test_places), TEST(test_webhook_path), TEST(test_very_long_path),
           TEST(test_target_is_used), TEST(test_memory_runs_out))
