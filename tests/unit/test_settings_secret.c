/* Secrets as settings: the ways in, and that a command line is none of them. */
#include "base/container.h"
#include "base/mem.h"
#include "cli/settings/settings.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#define CANARY "hkl_canary_4711"

static const struct setting table[] = {
    {"config", SETTING_PATH, .help = "-"},
    {"name", SETTING_TEXT, .help = "-"},
    {"token", SETTING_SECRET, .help = "-"},
    {"channel-secret", SETTING_SECRET, SETTING_REPEATABLE, .max = 2, .help = "-"},
};

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NONE      ((const char *const[]){NULL})

static struct settings s;

static enum err load(const char *const *args, const char *const *environment, const char *file,
                     int fd)
{
    struct settings_input input = {
        .table = table,
        .table_len = ARRAY_LEN(table),
        .command = 1,
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

static void expect(const char *key, size_t place, const char *secret)
{
    CHECK(span_is(settings_secret(&s, key, place), span_text(secret)));
}

static bool says(const char *words)
{
    return strstr(settings_problems(&s), words) != NULL;
}

static int full_pipe(const char *text)
{
    int ends[2];

    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    CHECK_EQ(close(ends[1]), 0);
    return ends[0];
}

/* Refused however it is written, explained, not shown, and its value not taken for
 * another argument. */
static void test_never_a_flag(void)
{
    static const char *const ways[][3] = {
        {"--token", CANARY},
        {"--token=" CANARY},
        {"--token", CANARY, "--name=x"},
        {"--channel-secret", CANARY},
        {"--channel-secret=" CANARY, "--name=x"},
    };

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        const char *args[4] = {ways[i][0], ways[i][1], ways[i][2]};
        CHECK_EQ(load(args, NONE, NULL, -1), ERR_USAGE);
        CHECK(says("can be seen by every user of this machine"));
        CHECK(says("-file PATH") && says("standard input"));
        CHECK(says(i < 3 ? "HOOKLINE_TOKEN" : "HOOKLINE_CHANNEL_SECRET"));
        CHECK(!says(CANARY));
        CHECK(!says("no place"));
        done();
    }
    CHECK_EQ(load(ARGS("--token"), NONE, NULL, -1), ERR_USAGE);
    CHECK(says("can be seen"));
    done();
}

static void test_from_files(void)
{
    char flag[512], variable[512], other[512];
    const char *path;

    (void)scratch_folder_make();
    path = scratch_folder_write_text("token", CANARY "\n", 0600);
    (void)snprintf(flag, sizeof flag, "--token-file=%s", path);
    (void)snprintf(variable, sizeof variable, "HOOKLINE_TOKEN_FILE=%s", path);
    CHECK_EQ(load(ARGS(flag), NONE, NULL, -1), OK);
    expect("token", 0, CANARY);
    CHECK_STR(settings_origin(&s, "token"), "--token-file");
    done();
    CHECK_EQ(load(ARGS("--token-file", path), ARGS("HOOKLINE_TOKEN=other"), NULL, -1), OK);
    expect("token", 0, CANARY);
    done();
    CHECK_EQ(load(NONE, ARGS(variable), NULL, -1), OK);
    expect("token", 0, CANARY);
    done();
    CHECK_EQ(load(NONE, ARGS(variable, "HOOKLINE_TOKEN=x"), NULL, -1), ERR_USAGE);
    CHECK_STR(settings_problems(&s),
              "HOOKLINE_TOKEN_FILE: is given twice, also as HOOKLINE_TOKEN\n");
    done();
    (void)snprintf(other, sizeof other, "--channel-secret-file=%s",
                   scratch_folder_write_text("two", "two", 0600));
    (void)snprintf(flag, sizeof flag, "--channel-secret-file=%s", path);
    CHECK_EQ(load(ARGS(flag, other), NONE, NULL, -1), OK);
    expect("channel-secret", 0, CANARY);
    expect("channel-secret", 1, "two");
    done();
    CHECK_EQ(load(ARGS(flag, other, other), NONE, NULL, -1), ERR_USAGE);
    CHECK(says("--channel-secret-file: is given more than 2 times"));
    done();
    scratch_folder_remove();
}

static void test_refused_files(void)
{
    const char *path;

    (void)scratch_folder_make();
    path = scratch_folder_write_text("token", CANARY "\n", 0644);
    CHECK_EQ(load(ARGS("--token-file", path), NONE, NULL, -1), ERR_USAGE);
    CHECK(says("--token-file: ") && says("chmod 600 ") && !says(CANARY));
    done();
    path = scratch_folder_write_text("token", CANARY " \n", 0600);
    CHECK_EQ(load(ARGS("--token-file", path), NONE, NULL, -1), ERR_USAGE);
    CHECK(says("white space") && !says(CANARY));
    done();
    CHECK_EQ(load(ARGS("--token-file", scratch_folder_path("none")), NONE, NULL, -1),
             ERR_USAGE);
    CHECK(says("No such file"));
    done();
    CHECK_EQ(load(NONE, ARGS("HOOKLINE_TOKEN= " CANARY), NULL, -1), ERR_USAGE);
    CHECK(says("HOOKLINE_TOKEN: the secret begins or ends with white space") && !says(CANARY));
    done();
    scratch_folder_remove();
}

static void test_from_standard_input(void)
{
    int fd = full_pipe(CANARY "\n");

    CHECK_EQ(load(ARGS("--token-file", "-"), NONE, NULL, fd), OK);
    expect("token", 0, CANARY);
    done();
    (void)close(fd);
    fd = full_pipe(CANARY "\n");
    CHECK_EQ(load(ARGS("--token-file=-", "--channel-secret-file=-"), NONE, NULL, fd),
             ERR_USAGE);
    CHECK_STR(settings_problems(&s),
              "--channel-secret-file: only one secret can come from standard input\n");
    done();
    (void)close(fd);
}

static void test_from_configuration(void)
{
    const char *file, *token;
    char json[512];

    (void)scratch_folder_make();
    file = scratch_folder_write_text(
        "c.json", "{\"token\": \"" CANARY "\", \"channel-secret\": [\"one\", \"two\"]}", 0600);
    CHECK_EQ(load(NONE, NONE, file, -1), OK);
    expect("token", 0, CANARY);
    expect("channel-secret", 1, "two");
    done();
    CHECK_EQ(chmod(file, 0640), 0);
    CHECK_EQ(load(NONE, NONE, file, -1), ERR_USAGE);
    CHECK(says("\"token\": other users may read this secret: chmod 600 "));
    CHECK(says("\"channel-secret\": other users"));
    CHECK(!says(CANARY));
    done();
    /* A file that only says where the secret is may be public. */
    token = scratch_folder_write_text("token", CANARY, 0600);
    (void)snprintf(json, sizeof json,
                   "{\"token-file\": \"%s\", \"channel-secret-file\": [\"%s\"]}", token, token);
    file = scratch_folder_write_text("c.json", json, 0644);
    CHECK_EQ(load(NONE, NONE, file, -1), OK);
    expect("token", 0, CANARY);
    expect("channel-secret", 0, CANARY);
    done();
    file = scratch_folder_write_text(
        "c.json", "{\"token-file\": 7, \"channel-secret-file\": [7], \"token\": 7}", 0600);
    CHECK_EQ(load(NONE, NONE, file, -1), ERR_USAGE);
    CHECK(says("\"token-file\": must be a text") && says("\"token\": must be a text"));
    CHECK(says("\"channel-secret-file\": must be a list of texts"));
    done();
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_never_a_flag), TEST(test_from_files), TEST(test_refused_files),
           TEST(test_from_standard_input), TEST(test_from_configuration))
