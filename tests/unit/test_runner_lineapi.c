/* The LINE API port as `hookline up` opens it: where, in which mode, or not at all.
 * A thread-test: the journal has one. */
#include "relay-client/runner_lineapi.h"

#include "unit/check.h"
#include "unit/support/runner_rig.h"
#include "unit/support/scratch_folder.h"

static struct runner_lineapi_words words;

static void start_with(const char *const *args)
{
    runner_rig_open();
    runner_rig_add("--echo");
    while (*args)
        runner_rig_add(*args++);
    CHECK_EQ(runner_rig_start(), OK);
    words = runner_lineapi_words(runner_rig.runner);
}

static void end(void)
{
    runner_rig_stop();
    runner_rig_end();
}

static void test_usual_port(void)
{
    start_with((const char *const[]){NULL});
    CHECK(strncmp(words.url, "http://127.0.0.1:", 17) == 0);
    CHECK_STR(words.how, "emulated: no access token configured");
    /* another test may have it just now */
    unsigned port = (unsigned)strtoul(words.url + 17, NULL, 10);
    CHECK_EQ(port == 4650, *words.notice == '\0');
    CHECK(port == 4650 || strstr(words.notice, words.url) != NULL);
    CHECK_EQ(scratch_folder_mode("state/mint.key"), 0600);
    CHECK_EQ(scratch_folder_mode("state/guard"), 0600);
    end();
}

static void on_closed(void *owner)
{
    (void)owner;
}

/* Two of them: the second one takes the next port, and says so. */
static void test_taken(void)
{
    struct runner_lineapi second = {0};
    struct secrets secrets = {0};

    start_with((const char *const[]){NULL});
    const struct runner_lineapi_options options = {
        .settings = &runner_rig.settings,
        .secrets = &secrets,
        .key_file = scratch_folder_path("state/mint.key"),
        .random = runner_rig.options.random,
    };
    CHECK_EQ(runner_lineapi_open(&second, runner_rig.loop, &options), OK);
    CHECK(strcmp(second.url, words.url) != 0);
    CHECK(strstr(second.notice, "port 4650 is in use") != NULL);
    runner_lineapi_close(&second, on_closed, NULL);
    while (!runner_lineapi_is_closed(&second))
        loop_turn(runner_rig.loop, true);
    end();
}

static void test_off(void)
{
    start_with((const char *const[]){"--line-api-addr=off", NULL});
    CHECK_STR(words.url, "");
    CHECK_STR(words.notice, "");
    end();
}

static void check_how(const char *const *args, const char *how)
{
    start_with(args);
    CHECK_STR(words.how, how);
    end();
}

static void test_modes(void)
{
    check_how((const char *const[]){"--line-api=emulate", NULL}, "emulated");
    check_how((const char *const[]){"--line-api=pass", "--line-url=http://127.0.0.1:1",
                                    "--line-data-url=http://127.0.0.1:1", NULL},
              "passed on to LINE, always");
    check_how((const char *const[]){"--channel-id=123", NULL},
              "emulated: no access token configured");
}

static void check_refused(const char *arg, const char *part)
{
    runner_rig_open();
    runner_rig_add("--echo");
    runner_rig_add(arg);
    CHECK(runner_rig_start() != OK);
    CHECK(strstr(runner_rig.options.detail, part) != NULL);
    runner_rig_stop();
    runner_rig_end();
}

static void test_refused(void)
{
    check_refused("--line-api-addr=0.0.0.0:4650", "an address of this machine alone");
    check_refused("--line-api-addr=nonsense", "an address of this machine alone");
}

CHECK_MAIN(TEST(test_usual_port), TEST(test_taken), TEST(test_off), TEST(test_modes),
           TEST(test_refused))
