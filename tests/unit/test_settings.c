/* Settings from flags, environment and file: every type, every layer, every mistake. */
#include "base/container.h"
#include "base/mem.h"
#include "cli/settings/settings.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

enum { UP = 1, LOGIN = 2 };

static const struct setting table[] = {
    {"config", SETTING_PATH, .value = "PATH", .help = "-"},
    {"json", SETTING_BOOL, SETTING_FLAG_ONLY, .help = "-"},
    {"guard", SETTING_BOOL, .commands = UP, .fallback = "true", .help = "-"},
    {"port", SETTING_INTEGER, .commands = UP, .fallback = "80", .min = 1, .max = 65535,
     .help = "-"},
    {"offset", SETTING_INTEGER, .commands = UP, .min = -10, .max = 10, .help = "-"},
    {"wait", SETTING_DURATION, .commands = UP, .fallback = "1.5s", .min = 100, .max = 60000,
     .help = "-"},
    {"room", SETTING_SIZE, .commands = UP, .fallback = "64MiB", .help = "-"},
    {"name", SETTING_TEXT, .commands = UP, .min = 2, .max = 8, .help = "-"},
    {"mode", SETTING_TEXT, .commands = UP, .fallback = "auto", .choices = "auto|on|off",
     .help = "-"},
    {"host", SETTING_LIST, .commands = UP, .max = 3, .help = "-"},
    {"store", SETTING_PATH, .commands = UP, .help = "-"},
    {"token", SETTING_SECRET, .help = "-"},
    {"channel-secret", SETTING_SECRET, SETTING_REPEATABLE, .commands = UP, .help = "-"},
    {"relay", SETTING_TEXT, SETTING_REQUIRED, .commands = LOGIN, .help = "-"},
    {"who", SETTING_TEXT, SETTING_POSITIONAL | SETTING_REQUIRED, .commands = LOGIN,
     .value = "WHO", .help = "-"},
    {"others", SETTING_LIST, SETTING_POSITIONAL | SETTING_DASHED, .commands = LOGIN,
     .value = "OTHER", .help = "-"},
};

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NONE      ((const char *const[]){NULL})

static struct settings s;

static enum err load_from(uint32_t command, const char *const *args,
                          const char *const *environment, const char *file, int fd)
{
    struct settings_input input = {
        .table = table,
        .table_len = ARRAY_LEN(table),
        .command = command,
        .args = args,
        .environment = environment,
        .config_file = file,
        .stdin_fd = fd,
    };

    return settings_load(&s, &input);
}

static void done(void)
{
    settings_fini(&s);
    CHECK_EQ(mem_live(), 0);
}

static void load(const char *const *args, const char *const *environment, const char *file)
{
    enum err e = load_from(UP, args, environment, file, -1);

    CHECK_STR(e ? settings_problems(&s) : "", "");
    CHECK_EQ(e, OK);
}

/* Loading fails, and with exactly these lines. */
static void refuse(uint32_t command, const char *const *args, const char *const *environment,
                   const char *file, const char *problems)
{
    CHECK_EQ(load_from(command, args, environment, file, -1), ERR_USAGE);
    CHECK_STR(settings_problems(&s), problems);
    done();
}

static void refuse_args(const char *const *args, const char *problems)
{
    refuse(UP, args, NONE, NULL, problems);
}

/* --- values --- */

static void test_defaults(void)
{
    size_t len = 9;

    load(NONE, NONE, NULL);
    CHECK(!settings_bool(&s, "json"));
    CHECK(settings_bool(&s, "guard"));
    CHECK_EQ(settings_integer(&s, "port"), 80);
    CHECK_EQ(settings_integer(&s, "offset"), 0);
    CHECK_EQ(settings_duration_ms(&s, "wait"), 1500);
    CHECK_EQ(settings_size(&s, "room"), 64 << 20);
    CHECK_STR(settings_text(&s, "name"), NULL);
    CHECK_STR(settings_text(&s, "mode"), "auto");
    (void)settings_list(&s, "host", &len);
    CHECK_EQ(len, 0);
    CHECK_EQ(settings_secret(&s, "token", 0).len, 0);
    CHECK(!settings_is_given(&s, "port"));
    CHECK_STR(settings_origin(&s, "port"), "the default");
    done();
}

static void test_ways_to_write_a_flag(void)
{
    load(ARGS("--port=8080", "--name", "bot", "--json", "--no-guard", "--host=a", "--host", "b",
              "--mode=on"),
         NONE, NULL);
    size_t len;
    const char *const *hosts = settings_list(&s, "host", &len);

    CHECK_EQ(settings_integer(&s, "port"), 8080);
    CHECK_STR(settings_origin(&s, "port"), "--port");
    CHECK(settings_is_given(&s, "port"));
    CHECK_STR(settings_text(&s, "name"), "bot");
    CHECK(settings_bool(&s, "json"));
    CHECK(!settings_bool(&s, "guard"));
    CHECK_EQ(len, 2);
    CHECK_STR(hosts[0], "a");
    CHECK_STR(hosts[1], "b");
    done();
    load(ARGS("--guard=false", "--json=true", "--offset", "-5"), NONE, NULL);
    CHECK(!settings_bool(&s, "guard"));
    CHECK(settings_bool(&s, "json"));
    CHECK_EQ(settings_integer(&s, "offset"), -5);
    done();
}

static void test_layers(void)
{
    const char *file;

    (void)scratch_folder_make();
    file = scratch_folder_write_text(
        "c.json", "{\"port\": 1, \"name\": \"file\", \"mode\": \"off\", \"room\": 1}", 0644);
    load(ARGS("--port=3"), ARGS("HOOKLINE_PORT=2", "HOOKLINE_NAME=env", "HOOKLINE_MODE="),
         file);
    CHECK_EQ(settings_integer(&s, "port"), 3);
    CHECK_STR(settings_text(&s, "name"), "env");
    CHECK_STR(settings_origin(&s, "name"), "HOOKLINE_NAME");
    CHECK_STR(settings_text(&s, "mode"), "off"); /* an empty variable is unset */
    CHECK(strstr(settings_origin(&s, "mode"), "c.json"));
    CHECK_EQ(settings_size(&s, "room"), 1);
    CHECK_EQ(settings_duration_ms(&s, "wait"), 1500);
    done();
    scratch_folder_remove();
}

/* What something stronger replaces need not be right. */
static void test_replaced_values_are_not_checked(void)
{
    const char *file;

    (void)scratch_folder_make();
    file = scratch_folder_write_text("c.json", "{\"port\": \"x\", \"name\": \"x\"}", 0600);
    load(ARGS("--port=3"), ARGS("HOOKLINE_PORT=none", "HOOKLINE_NAME=env"), file);
    CHECK_EQ(settings_integer(&s, "port"), 3);
    done();
    scratch_folder_remove();
}

static void test_environment_lists(void)
{
    const char *const *hosts;
    size_t len;

    load(NONE, ARGS("HOOKLINE_HOST=a, b,,c ", "HOOKLINE_CHANNEL_SECRET=one\ntwo,2\n"), NULL);
    hosts = settings_list(&s, "host", &len);
    CHECK_EQ(len, 3);
    CHECK_STR(hosts[1], "b");
    CHECK_STR(hosts[2], "c");
    CHECK(span_is(settings_secret(&s, "channel-secret", 0), SPAN("one")));
    CHECK(span_is(settings_secret(&s, "channel-secret", 1), SPAN("two,2")));
    CHECK_EQ(settings_secret(&s, "channel-secret", 2).len, 0);
    done();
}

static void test_similar_variables(void)
{
    load(NONE, ARGS("HOOKLINE_PORTS=5", "HOOKLINE_POR=6", "XHOOKLINE_PORT=7", "HOOKLINE_PORT"),
         NULL);
    CHECK_EQ(settings_integer(&s, "port"), 80);
    done();
}

static void test_positionals(void)
{
    const char *const *others;
    size_t len;

    CHECK_EQ(load_from(LOGIN, ARGS("--relay", "r", "me", "--", "--you", "-x"), NONE, NULL, -1),
             OK);
    CHECK_STR(settings_text(&s, "who"), "me");
    others = settings_list(&s, "others", &len);
    CHECK_EQ(len, 2);
    CHECK_STR(others[0], "--you");
    CHECK_STR(others[1], "-x");
    done();
}

static void test_dashes(void)
{
    const char *const *others;
    size_t len;

    CHECK_EQ(load_from(LOGIN, ARGS("me", "-x", "--relay", "r", "-", "-y:z"), NONE, NULL, -1),
             OK);
    others = settings_list(&s, "others", &len);
    CHECK_EQ(len, 3);
    CHECK_STR(others[0], "-x");
    CHECK_STR(others[1], "-");
    CHECK_STR(others[2], "-y:z");
    done();
    /* Only where it may: the first place may not. */
    refuse(LOGIN, ARGS("-x", "me", "--relay", "r"), NONE, NULL,
           "-x: there are no short options but -h\n");
    refuse(LOGIN, ARGS("me", "--x", "--relay", "r"), NONE, NULL,
           "--x: there is no such option\n");
}

static void test_paths(void)
{
    load(ARGS("--store=~/x/y"), ARGS("HOME=/h"), NULL);
    CHECK_STR(settings_text(&s, "store"), "/h/x/y");
    done();
    load(ARGS("--store=~/x"), NONE, NULL);
    CHECK_STR(settings_text(&s, "store"), "~/x");
    done();
    load(ARGS("--store=~x/~/"), ARGS("HOME=/h"), NULL);
    CHECK_STR(settings_text(&s, "store"), "~x/~/");
    done();
}

/* --- mistakes --- */

static void test_all_mistakes_at_once(void)
{
    const char *file;
    char want[1024];

    (void)scratch_folder_make();
    file = scratch_folder_write_text("c.json", "{\"mode\": \"x\", \"pport\": 1}", 0644);
    (void)snprintf(
        want, sizeof want,
        "--port: \"0\" is less than 1\n"
        "--bogus: there is no such option\n"
        "\"extra\": there is no place for this argument\n"
        "HOOKLINE_WAIT: \"1m40s\" is not a duration; write 300ms, 1.5s, 10min, 12h or "
        "30d\n"
        "%s: \"mode\": \"x\" is none of auto|on|off\n"
        "%s: \"pport\": there is no such setting; did you mean \"port\"?\n",
        file, file);
    refuse(UP, ARGS("--port=0", "--bogus", "extra"), ARGS("HOOKLINE_WAIT=1m40s"), file, want);
    scratch_folder_remove();
}

static void test_flag_mistakes(void)
{
    refuse_args(ARGS("--prot=1"), "--prot: there is no such option; did you mean --port?\n");
    refuse_args(ARGS("--gaurd"), "--gaurd: there is no such option; did you mean --guard?\n");
    refuse_args(ARGS("--no-port"),
                "--no-port: there is no such option; did you mean --port?\n");
    refuse_args(ARGS("--port"), "--port: needs a value (--port=VALUE)\n");
    refuse_args(ARGS("--port", "--json"), "--port: needs a value (--port=VALUE)\n");
    refuse_args(ARGS("--port="), "--port: \"\" is not a whole number\n");
    refuse_args(ARGS("--port=1", "--port=2"), "--port: is given twice\n");
    refuse_args(ARGS("--guard", "--no-guard"), "--no-guard: is given twice, also as --guard\n");
    refuse_args(ARGS("--no-guard=false"), "--no-guard: takes no value\n");
    refuse_args(ARGS("--guard=perhaps"), "--guard: \"perhaps\" is neither true nor false\n");
    refuse_args(ARGS("-p", "80"), "-p: there are no short options but -h\n"
                                  "\"80\": there is no place for this argument\n");
    refuse_args(ARGS("--"
                     "=5"),
                "--: there is no such option\n");
    refuse_args(ARGS("--relay=x"),
                "--relay: is an option of other commands, not of this one\n");
    refuse_args(ARGS("--port=1\x1B[2J"), "--port: \"1\\x1B[2J\" is not a whole number\n");
}

static void test_missing(void)
{
    refuse(LOGIN, NONE, NONE, NULL,
           "--relay is missing (or HOOKLINE_RELAY, or \"relay\" in the configuration file)\n"
           "WHO is missing\n");
}

static void test_limits(void)
{
    load(ARGS("--port=1", "--name=ab", "--wait=100ms", "--host=a", "--host=b", "--host=c"),
         NONE, NULL);
    done();
    load(ARGS("--port=65535", "--name=abcdefgh", "--wait=1min"), NONE, NULL);
    done();
    refuse_args(ARGS("--port=65536"), "--port: \"65536\" is more than 65535\n");
    refuse_args(ARGS("--wait=99ms"), "--wait: \"99ms\" is less than 100ms\n");
    refuse_args(ARGS("--wait=61s"), "--wait: \"61s\" is more than 1min\n");
    refuse_args(ARGS("--offset=-11"), "--offset: \"-11\" is less than -10\n");
    refuse_args(ARGS("--name=a"), "--name: \"a\" is 1 bytes long, which must be 2 to 8\n");
    refuse_args(ARGS("--name=abcdefghi"),
                "--name: \"abcdefghi\" is 9 bytes long, which must be 2 to 8\n");
    refuse_args(ARGS("--name="), "--name: \"\" is empty\n");
    refuse_args(ARGS("--name=a\nb"),
                "--name: \"a\\x0Ab\" holds characters that nobody can see\n");
    refuse_args(ARGS("--name=a\xFF"),
                "--name: \"a\\xFF\" holds characters that nobody can see\n");
    refuse_args(ARGS("--host=a", "--host=b", "--host=c", "--host=d"),
                "--host: is given more than 3 times\n");
}

static void test_very_many_arguments(void)
{
    static const char *args[SETTINGS_ARGS_MAX + 2];

    for (size_t i = 0; i < SETTINGS_ARGS_MAX; i++)
        args[i] = "--";
    CHECK_EQ(load_from(UP, args, NONE, NULL, -1), ERR_USAGE); /* the second one is no flag */
    done();
    for (size_t i = 0; i <= SETTINGS_ARGS_MAX; i++)
        args[i] = "--json=true";
    CHECK_EQ(load_from(UP, args, NONE, NULL, -1), ERR_USAGE);
    CHECK(strstr(settings_problems(&s), "more than 4096 arguments\n"));
    done();
}

/* --- memory --- */

static void test_allocation_fails(void)
{
    const char *file, *secret;
    enum err e = ERR_NOMEM;
    char flag[512];

    (void)scratch_folder_make();
    file =
        scratch_folder_write_text("c.json", "{\"host\":[\"a\",\"b\"],\"room\":\"1KiB\"}", 0600);
    secret = scratch_folder_write_text("secret", "s3cret\n", 0600);
    (void)snprintf(flag, sizeof flag, "--token-file=%s", secret);
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = load_from(UP, ARGS(flag, "--name=bot", "--store=~/x"),
                      ARGS("HOOKLINE_MODE=on", "HOME=/h"), file, -1);
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        if (e)
            CHECK_STR(settings_problems(&s), "out of memory\n");
        else
            CHECK(span_is(settings_secret(&s, "token", 0), SPAN("s3cret")));
        done();
    }
    e = ERR_NOMEM;
    for (unsigned long n = 1; e == ERR_NOMEM; n++) {
        mem_fail_at(n);
        e = load_from(UP, ARGS("--port=x", "--bogus"), NONE, file, -1);
        mem_fail_at(0);
        done();
    }
    CHECK_EQ(e, ERR_USAGE);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_defaults), TEST(test_ways_to_write_a_flag), TEST(test_layers),
           TEST(test_replaced_values_are_not_checked), TEST(test_environment_lists),
           TEST(test_similar_variables), TEST(test_positionals), TEST(test_dashes),
           TEST(test_paths), TEST(test_all_mistakes_at_once), TEST(test_flag_mistakes),
           TEST(test_missing), TEST(test_limits), TEST(test_very_many_arguments),
           TEST(test_allocation_fails))
