/* The configuration file: kinds of values, mistakes in it, and the file itself. */
#include "base/container.h"
#include "base/mem.h"
#include "cli/settings/settings.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

enum { UP = 1, LOGIN = 2 };

static const struct setting table[] = {
    {"config", SETTING_PATH, .help = "-"},
    {"json", SETTING_BOOL, SETTING_FLAG_ONLY, .help = "-"},
    {"guard", SETTING_BOOL, .commands = UP, .help = "-"},
    {"port", SETTING_INTEGER, .commands = UP, .help = "-"},
    {"wait", SETTING_DURATION, .commands = UP, .help = "-"},
    {"room", SETTING_SIZE, .commands = UP, .help = "-"},
    {"name", SETTING_TEXT, .commands = UP, .help = "-"},
    {"host", SETTING_LIST, .commands = UP, .max = 3, .help = "-"},
    {"relay", SETTING_TEXT, .commands = LOGIN, .help = "-"},
    {"token", SETTING_SECRET, .commands = LOGIN, .help = "-"},
    {"who", SETTING_TEXT, SETTING_POSITIONAL, .value = "WHO", .help = "-"},
};

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NONE      ((const char *const[]){NULL})

static struct settings s;
static const char *file;

static enum err load(const char *const *args, const char *path)
{
    struct settings_input input = {
        .table = table,
        .table_len = ARRAY_LEN(table),
        .command = UP,
        .args = args,
        .environment = NONE,
        .config_file = path,
        .stdin_fd = -1,
    };

    return settings_load(&s, &input);
}

static void done(void)
{
    settings_fini(&s);
    CHECK_EQ(mem_live(), 0);
}

static void set_up(void)
{
    (void)scratch_folder_make();
    file = scratch_folder_path("c.json");
}

static void accept(const char *json)
{
    enum err e;

    (void)scratch_folder_write_text("c.json", json, 0644);
    e = load(NONE, file);
    CHECK_STR(e ? settings_problems(&s) : "", "");
    CHECK_EQ(e, OK);
}

/* The one problem is "FILE" and `problem`. */
static void refuse(const char *json, const char *problem)
{
    char want[1024];

    (void)scratch_folder_write_text("c.json", json, 0644);
    (void)snprintf(want, sizeof want, "%s: %s\n", file, problem);
    CHECK_EQ(load(NONE, file), ERR_USAGE);
    CHECK_STR(settings_problems(&s), want);
    done();
}

static void test_kinds(void)
{
    const char *const *hosts;
    size_t len;

    set_up();
    accept("{\"guard\": true, \"port\": 8080, \"wait\": \"1.5s\", \"room\": 4096,\n"
           " \"name\": \"bot \\u3042\", \"host\": [\"a\", \"b,c\"]}");
    CHECK(settings_bool(&s, "guard"));
    CHECK_EQ(settings_integer(&s, "port"), 8080);
    CHECK_EQ(settings_duration_ms(&s, "wait"), 1500);
    CHECK_EQ(settings_size(&s, "room"), 4096);
    CHECK_STR(settings_text(&s, "name"), "bot \xE3\x81\x82");
    hosts = settings_list(&s, "host", &len);
    CHECK_EQ(len, 2);
    CHECK_STR(hosts[1], "b,c");
    done();
    accept("{\"guard\": \"false\", \"port\": \"80\", \"wait\": 0, \"room\": \"1KiB\","
           " \"host\": \"only\", \"name\": null}");
    CHECK(!settings_bool(&s, "guard"));
    CHECK_EQ(settings_integer(&s, "port"), 80);
    CHECK_EQ(settings_size(&s, "room"), 1024);
    hosts = settings_list(&s, "host", &len);
    CHECK_EQ(len, 1);
    CHECK_STR(hosts[0], "only");
    CHECK(!settings_is_given(&s, "name"));
    done();
    accept("{}");
    done();
    scratch_folder_remove();
}

/* One file serves all commands. */
static void test_other_commands(void)
{
    set_up();
    accept("{\"relay\": 7, \"token\": \"x\", \"token-file\": \"y\"}");
    done();
    scratch_folder_remove();
}

static void test_mistakes(void)
{
    set_up();
    refuse("{\"guard\": 1}", "\"guard\": must be true or false");
    refuse("{\"port\": 1.5}", "\"port\": must be a whole number");
    refuse("{\"port\": true}", "\"port\": must be a whole number");
    refuse("{\"port\": [80]}", "\"port\": must be a whole number");
    refuse("{\"wait\": 30}",
           "\"wait\": \"30\" is not a duration; write 300ms, 1.5s, 10min, 12h or 30d");
    refuse("{\"room\": {}}", "\"room\": must be a text in quotes");
    refuse("{\"name\": 7}", "\"name\": must be a text in quotes");
    refuse("{\"host\": [\"a\", 7]}", "\"host\": must be a list of texts in quotes");
    refuse("{\"host\": [\"1\",\"2\",\"3\",\"4\"]}", "\"host\": is given more than 3 times");
    refuse("{\"prot\": 1}", "\"prot\": there is no such setting; did you mean \"port\"?");
    refuse("{\"colour\": 1}", "\"colour\": there is no such setting");
    refuse("{\"json\": true}", "\"json\": there is no such setting");
    refuse("{\"config\": \"x\"}", "\"config\": there is no such setting");
    refuse("{\"who\": \"x\"}", "\"who\": there is no such setting");
    refuse("{\"port\": 1, \"port\": 1}", "\"port\": is there twice");
    refuse("{\"\\u001b[2J\": 1}", "\"\\x1B[2J\": there is no such setting");
    refuse("[]", "must be a JSON object: {\"key\": value, ...}");
    refuse("7", "must be a JSON object: {\"key\": value, ...}");
    scratch_folder_remove();
}

/* Cut at every byte, the file is refused as a whole, and nothing leaks. */
static void test_cut_anywhere(void)
{
    char json[] = "{\"port\": 80, \"host\": [\"a\", \"b\"], \"name\": \"x\\u3042\"}";

    set_up();
    for (size_t len = strlen(json); len-- > 0;) {
        json[len] = '\0';
        (void)scratch_folder_write_text("c.json", json, 0644);
        CHECK_EQ(load(NONE, file), ERR_USAGE);
        CHECK(strstr(settings_problems(&s), "c.json: is not JSON: "));
        done();
    }
    scratch_folder_remove();
}

/* For the command that writes it. */
static void test_may_be_missing(void)
{
    struct settings_input input = {
        .table = table,
        .table_len = ARRAY_LEN(table),
        .command = UP,
        .environment = NONE,
        .makes_config = true,
        .stdin_fd = -1,
    };

    set_up();
    input.args = ARGS("--config", file, "--port", "7");
    CHECK_EQ(settings_load(&s, &input), OK);
    CHECK_STR(settings_text(&s, "config"), file);
    CHECK_EQ(settings_integer(&s, "port"), 7);
    done();
    input.args = ARGS("--config", scratch_folder_path("no/folder/c.json"));
    CHECK_EQ(settings_load(&s, &input), OK);
    done();
    (void)scratch_folder_write_text("c.json", "{\"port\": true}", 0644);
    input.args = ARGS("--config", file); /* what is there must be right */
    CHECK_EQ(settings_load(&s, &input), ERR_USAGE);
    done();
    input.args = ARGS("--config", scratch_folder_path("c.json/c.json"));
    CHECK_EQ(settings_load(&s, &input), ERR_USAGE);
    CHECK(strstr(settings_problems(&s), "Not a directory"));
    done();
    scratch_folder_remove();
}

static void test_the_file_itself(void)
{
    set_up();
    CHECK_EQ(load(NONE, file), OK); /* the usual one may be missing ... */
    done();
    CHECK_EQ(load(ARGS("--config", file), NULL), ERR_USAGE); /* ... a named one may not */
    CHECK(strstr(settings_problems(&s), "c.json: No such file"));
    done();
    (void)scratch_folder_write_text("c.json", "{\"port\": 5}", 0644);
    CHECK_EQ(load(ARGS("--config", file), scratch_folder_path("other")), OK);
    CHECK_EQ(settings_integer(&s, "port"), 5);
    done();
    CHECK_EQ(symlink("c.json", scratch_folder_path("link")), 0);
    CHECK_EQ(load(NONE, scratch_folder_path("link")), OK); /* people keep them elsewhere */
    CHECK_EQ(settings_integer(&s, "port"), 5);
    done();
    CHECK_EQ(chmod(file, 0666), 0);
    CHECK_EQ(load(NONE, file), ERR_USAGE);
    CHECK(strstr(settings_problems(&s), "everybody may change it: chmod o-w "));
    done();
    CHECK_EQ(mkfifo(scratch_folder_path("fifo"), 0600), 0);
    CHECK_EQ(load(NONE, scratch_folder_path("fifo")), ERR_USAGE);
    CHECK(strstr(settings_problems(&s), "is not a regular file"));
    done();
    scratch_folder_remove();
}

static enum err load_of_size(size_t size)
{
    char *text = malloc(size);
    enum err e;

    CHECK(text);
    memset(text, ' ', size);
    memcpy(text, "{}", 2);
    (void)scratch_folder_write("c.json", text, size, 0644);
    free(text);
    e = load(NONE, file);
    done();
    return e;
}

static void test_size_limit(void)
{
    set_up();
    CHECK_EQ(load_of_size(SETTINGS_FILE_MAX - 1), OK);
    CHECK_EQ(load_of_size(SETTINGS_FILE_MAX), OK);
    CHECK_EQ(load_of_size(SETTINGS_FILE_MAX + 1), ERR_USAGE);
    CHECK_EQ(load_of_size(2 * SETTINGS_FILE_MAX), ERR_USAGE);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_kinds), TEST(test_other_commands), TEST(test_mistakes),
           TEST(test_cut_anywhere), TEST(test_may_be_missing), TEST(test_the_file_itself),
           TEST(test_size_limit))
