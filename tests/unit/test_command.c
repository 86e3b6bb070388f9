/* A small program of three commands: what it prints and how it exits. */
#include "base/container.h"
#include "base/mem.h"
#include "cli/command.h"
#include "tests/unit/check.h"

#include <unistd.h>

enum { SERVE = 1, CREATE = 2, LIST = 4 };

static enum command_exit result_of_run;
static unsigned runs;

static enum command_exit run_serve(struct command_call *call)
{
    runs++;
    (void)fprintf(call->out, "serving %s on %d from %s\n",
                  settings_text(call->settings, "name"),
                  (int)settings_integer(call->settings, "port"), call->paths->state_folder);
    return result_of_run;
}

static enum command_exit run_create(struct command_call *call)
{
    runs++;
    command_complain(call, "cannot create %d", 7);
    return COMMAND_FAILED;
}

static enum command_exit run_list(struct command_call *call)
{
    runs++;
    for (unsigned i = 0; i < 100000; i++)
        (void)fputs("one more line of output\n", call->out);
    return COMMAND_OK;
}

static const struct setting settings[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED, .commands = SERVE, .value = "NAME",
     .help = "What it is called."},
    {"port", SETTING_INTEGER, .commands = SERVE, .fallback = "443", .min = 1, .max = 65535,
     .help = "Where it listens, a sentence that is long enough to need a second line in any "
             "terminal of eighty columns."},
    {"guard", SETTING_BOOL, .commands = SERVE, .fallback = "true", .help = "Be careful."},
    {"fast", SETTING_BOOL, .commands = SERVE, .help = "Be quick."},
    {"mode", SETTING_TEXT, .commands = SERVE, .fallback = "auto", .choices = "auto|on|off",
     .help = "How."},
    {"tunnel", SETTING_LIST, SETTING_REQUIRED, .commands = CREATE, .value = "NAME",
     .help = "For whom."},
    {"a-very-long-name-of-an-option", SETTING_DURATION, .commands = CREATE,
     .help = "How long."},
    {"token", SETTING_SECRET, .commands = CREATE, .help = "The token."},
    {"id", SETTING_TEXT, SETTING_POSITIONAL, .commands = LIST, .value = "ID", .help = "Which."},
    {"internal", SETTING_BOOL, SETTING_HIDDEN, .help = NULL},
    {"json", SETTING_BOOL, SETTING_FLAG_ONLY, .help = "For scripts."},
};

static const struct command_example examples[] = {
    {"prog serve --name=x", "Serves x."},
    {"prog serve --name=y --fast", "Serves y, and that - one should think - quickly, in spite "
                                   "of this second line."},
    {NULL, NULL},
};

static const struct command commands[] = {
    {.name = "serve",
     .bit = SERVE,
     .summary = "serve the public",
     .details = "First paragraph.\n\nSecond.",
     .examples = examples,
     .run = run_serve},
    {.name = "token create", .bit = CREATE, .summary = "make a token", .run = run_create},
    {.name = "token list", .bit = LIST, .summary = "list the tokens", .run = run_list},
};

static const struct command_program program = {
    .name = "prog",
    .version = "1.2.3",
    .summary = "a program for this test",
    .details = ".It is 'special': back\\slash.",
    .commands = commands,
    .commands_len = ARRAY_LEN(commands),
    .settings = settings,
    .settings_len = ARRAY_LEN(settings),
};

static char *out_text, *error_text;
static size_t out_len, err_len;

static enum command_exit run(const char *const *args)
{
    struct command_io io = {
        .args = args,
        .environment = (const char *const[]){"HOME=/h", NULL},
        .in = -1,
    };
    enum command_exit result;

    free(out_text);
    free(error_text);
    io.out = open_memstream(&out_text, &out_len);
    io.err = open_memstream(&error_text, &err_len);
    runs = 0;
    result = command_main(&program, &io);
    (void)fclose(io.out);
    (void)fclose(io.err);
    CHECK_EQ(mem_live(), 0);
    return result;
}

#define RUN(...) run((const char *const[]){"/usr/bin/prog", __VA_ARGS__, NULL})

static void test_runs(void)
{
    result_of_run = COMMAND_OK;
    CHECK_EQ(RUN("serve", "--name=x", "--port", "80"), COMMAND_OK);
    CHECK_STR(out_text, "serving x on 80 from /h/.local/state/prog\n");
    CHECK_STR(error_text, "");
    result_of_run = COMMAND_FAILED;
    CHECK_EQ(RUN("serve", "--name=x"), COMMAND_FAILED);
    CHECK_EQ(RUN("token", "create", "--tunnel=a"), COMMAND_FAILED);
    CHECK_STR(error_text, "prog: cannot create 7\n");
    CHECK_EQ(RUN("token", "list", "x"), COMMAND_OK);
    CHECK_EQ(out_len, 2400000);
}

static void test_wrong_usage(void)
{
    CHECK_EQ(RUN("serve", "--port=0", "--nmae=x"), COMMAND_USAGE);
    CHECK_EQ(runs, 0);
    CHECK_STR(out_text, "");
    CHECK_STR(error_text, "prog: --port: \"0\" is less than 1\n"
                          "prog: --nmae: there is no such option; did you mean --name?\n"
                          "prog: --name is missing (or HOOKLINE_NAME, or \"name\" in the "
                          "configuration file)\n"
                          "\"prog serve --help\" explains the options.\n");
    CHECK_EQ(RUN("sevre"), COMMAND_USAGE);
    CHECK_STR(error_text, "prog: there is no command \"sevre\"; did you mean \"serve\"?\n"
                          "\"prog --help\" lists the commands.\n");
    CHECK_EQ(RUN("token", "crate"), COMMAND_USAGE);
    CHECK(strstr(error_text, "did you mean \"token create\"?"));
    CHECK_EQ(RUN("\x1B[2J"), COMMAND_USAGE);
    CHECK_STR(error_text, "prog: there is no command \"\\x1B[2J\"\n"
                          "\"prog --help\" lists the commands.\n");
    CHECK_EQ(RUN("--name=x", "serve"), COMMAND_USAGE);
    CHECK(strstr(error_text, "options come after the command"));
    CHECK_EQ(RUN("help", "sevre"), COMMAND_USAGE);
    CHECK_EQ(RUN("token"), COMMAND_USAGE);
    CHECK_STR(out_text, "");
    CHECK(strstr(error_text, "token create   make a token\n"));
    CHECK(!strstr(error_text, "serve"));
}

static void test_no_arguments(void)
{
    CHECK_EQ(run((const char *const[]){"prog", NULL}), COMMAND_USAGE);
    CHECK_STR(out_text, "");
    CHECK(strstr(error_text, "Usage: prog COMMAND"));
    CHECK_EQ(run((const char *const[]){NULL}), COMMAND_USAGE);
}

static void test_version(void)
{
    CHECK_EQ(RUN("--version"), COMMAND_OK);
    CHECK_STR(out_text, "prog 1.2.3\n");
}

/* At most 80 columns, no line ends in a space. */
static void check_layout(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        CHECK(len <= 80);
        CHECK(len == 0 || text[len - 1] != ' ');
        CHECK_EQ(text[len], '\n');
        text += len + 1;
    }
}

static void test_help_of_program(void)
{
    static const char *const ways[] = {"--help", "-h", "help"};

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        CHECK_EQ(RUN(ways[i]), COMMAND_OK);
        CHECK_STR(out_text, "prog 1.2.3: a program for this test\n"
                            "\n"
                            "Usage: prog COMMAND [options]\n"
                            "\n"
                            "Commands:\n"
                            "  serve          serve the public\n"
                            "  token create   make a token\n"
                            "  token list     list the tokens\n"
                            "\n"
                            ".It is 'special': back\\slash.\n"
                            "\n"
                            "\"prog COMMAND --help\" explains a command, with examples.\n");
        CHECK_STR(error_text, "");
    }
}

static void test_help_of_command(void)
{
    CHECK_EQ(RUN("serve", "--bogus", "--help", "--name=x"), COMMAND_OK);
    CHECK_EQ(runs, 0);
    CHECK_STR(
        out_text,
        "Usage: prog serve --name NAME [options]\n"
        "\n"
        "Serve the public.\n"
        "\n"
        "First paragraph.\n"
        "\n"
        "Second.\n"
        "\n"
        "Options:\n"
        "  --name NAME               What it is called. (required)\n"
        "  --port NUMBER             Where it listens, a sentence that is long enough to\n"
        "                            need a second line in any terminal of eighty\n"
        "                            columns. (1 to 65535; default: 443)\n"
        "  --[no-]guard              Be careful.\n"
        "  --fast                    Be quick.\n"
        "  --mode TEXT               How. (auto, on or off; default: auto)\n"
        "\n"
        "Common options:\n"
        "  --json                    For scripts.\n"
        "  --help                    Explain the command.\n"
        "\n"
        "Lasting options such as --name can also be set in the environment\n"
        "(HOOKLINE_NAME) and in the configuration file (\"name\"). An option wins over the\n"
        "environment, and that over the file.\n"
        "\n"
        "Examples:\n"
        "  prog serve --name=x\n"
        "      Serves x.\n"
        "  prog serve --name=y --fast\n"
        "      Serves y, and that - one should think - quickly, in spite of this second\n"
        "      line.\n");
    check_layout(out_text);
    CHECK_EQ(RUN("help", "token", "create"), COMMAND_OK);
    CHECK(strstr(out_text, "Usage: prog token create --tunnel NAME... [options]\n"));
    CHECK(strstr(out_text, "\n  --a-very-long-name-of-an-option TIME\n"
                           "                            How long.\n"));
    CHECK(strstr(out_text, "--token-file PATH         The token. (- reads standard input)\n"));
    CHECK(!strstr(out_text, "internal"));
    check_layout(out_text);
    CHECK_EQ(RUN("token", "list", "-h"), COMMAND_OK);
    CHECK(strstr(out_text, "Usage: prog token list [ID] [options]\n"));
    CHECK(!strstr(out_text, "HOOKLINE_")); /* it has nothing that lasts */
    CHECK_EQ(RUN("token", "--help"), COMMAND_OK);
    CHECK(strstr(out_text, "Usage: prog token COMMAND [options]\n"));
    CHECK_EQ(RUN("help", "token"), COMMAND_OK);
    CHECK(strstr(out_text, "token list"));
}

static void test_help_is_no_value(void)
{
    result_of_run = COMMAND_OK;
    CHECK_EQ(RUN("token", "list", "--", "--help"), COMMAND_OK);
    CHECK_EQ(runs, 1);
}

static void test_manpage(void)
{
    char *first;

    CHECK_EQ(RUN("__man"), COMMAND_OK);
    CHECK(strncmp(out_text, ".TH \"PROG\" 1 \"\" \"prog 1.2.3\"", 28) == 0);
    CHECK(strstr(out_text, "\n.PP\n\\&.It is 'special': back\\eslash.\n"));
    CHECK(strstr(out_text, "\n.SS token create\n.B prog token create \\-\\-tunnel NAME... "));
    CHECK(strstr(out_text, "\n.TP\n.B \\-\\-port NUMBER\nWhere it listens"));
    CHECK(strstr(out_text, "(1 to 65535; default: 443)"));
    CHECK(strstr(out_text, "prog serve \\-\\-name=x"));
    CHECK(!strstr(out_text, "internal"));
    first = strdup(out_text);
    CHECK_EQ(RUN("__man"), COMMAND_OK);
    CHECK_STR(out_text, first);
    free(first);
}

static enum command_exit run_into(FILE *out)
{
    struct command_io io = {
        .args = (const char *const[]){"prog", "token", "list", NULL},
        .environment = (const char *const[]){"HOME=/h", NULL},
        .out = out,
        .in = -1,
    };
    enum command_exit result;

    free(error_text);
    io.err = open_memstream(&error_text, &err_len);
    result = command_main(&program, &io);
    (void)fclose(io.err);
    (void)fclose(out);
    return result;
}

static void test_reader_goes_away(void)
{
    int ends[2];

    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(close(ends[0]), 0);
    CHECK_EQ(run_into(fdopen(ends[1], "w")), COMMAND_OK);
    CHECK_STR(error_text, "");
}

static void test_full_disk(void)
{
    FILE *full = fopen("/dev/full", "we");

    if (!full)
        return;
    CHECK_EQ(run_into(full), COMMAND_FAILED);
    CHECK(strstr(error_text, "prog: cannot write its output"));
}

static void test_memory_runs_out(void)
{
    enum command_exit result = COMMAND_FAILED;

    result_of_run = COMMAND_OK;
    for (unsigned long n = 1; result != COMMAND_OK; n++) {
        mem_fail_at(n);
        result = RUN("serve", "--name=x");
        mem_fail_at(0);
        CHECK(result == COMMAND_OK || strcmp(error_text, "prog: out of memory\n") == 0);
    }
    free(out_text);
    free(error_text);
    out_text = error_text = NULL;
}

CHECK_MAIN(TEST(test_runs), TEST(test_wrong_usage), TEST(test_no_arguments), TEST(test_version),
           TEST(test_help_of_program), TEST(test_help_of_command), TEST(test_help_is_no_value),
           TEST(test_manpage), TEST(test_reader_goes_away), TEST(test_full_disk),
           TEST(test_memory_runs_out))
