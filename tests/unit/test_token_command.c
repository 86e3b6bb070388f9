/* `token create`, `token list` and `token revoke`, as a shell would call them. */
#include "base/clock.h"
#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "relay-server/commands.h"
#include "relay-server/relay_settings_table.h"
#include "relay-server/tokens/tokens.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct command commands[] = {
    {.name = "token create",
     .bit = RELAY_TOKEN_CREATE,
     .summary = "-",
     .run = token_create_command},
    {.name = "token list", .bit = RELAY_TOKEN_LIST, .summary = "-", .run = token_list_command},
    {.name = "token revoke",
     .bit = RELAY_TOKEN_REVOKE,
     .summary = "-",
     .run = token_revoke_command},
};

static const char *data;
static char *out_text, *error_text;
static size_t out_len, error_len;

static enum command_exit run(const char *const *args)
{
    struct command_program program = {
        .name = "hookline-relay",
        .version = "0",
        .summary = "-",
        .commands = commands,
        .commands_len = ARRAY_LEN(commands),
        .settings = relay_settings,
        .settings_len = relay_settings_len,
    };
    char folder[512];
    struct command_io io = {
        .args = args,
        .environment = (const char *const[]){"HOME=/nonexistent", folder, NULL},
        .in = -1,
    };
    enum command_exit result;

    (void)snprintf(folder, sizeof folder, "HOOKLINE_DATA=%s", data);
    free(out_text);
    free(error_text);
    io.out = open_memstream(&out_text, &out_len);
    io.err = open_memstream(&error_text, &error_len);
    result = command_main(&program, &io);
    (void)fclose(io.out);
    (void)fclose(io.err);
    CHECK_EQ(mem_live(), 0);
    return result;
}

#define RUN(...) run((const char *const[]){"hookline-relay", "token", __VA_ARGS__, NULL})

static void set_up(void)
{
    (void)scratch_folder_make();
    data = scratch_folder_path("data");
}

static void tear_down(void)
{
    scratch_folder_remove();
    free(out_text);
    free(error_text);
    out_text = error_text = NULL;
}

/* The token that a command printed, without its line end; and its id. */
static void take(char token[static TOKEN_TEXT_LEN + 1], char id[static TOKEN_TEXT_ID_LEN + 1])
{
    struct token_text parsed;

    CHECK_EQ(out_len, TOKEN_TEXT_LEN + 1);
    CHECK_EQ(out_text[TOKEN_TEXT_LEN], '\n');
    (void)snprintf(token, TOKEN_TEXT_LEN + 1, "%s", out_text);
    CHECK_EQ(token_text_parse(span_text(token), &parsed), OK);
    (void)snprintf(id, TOKEN_TEXT_ID_LEN + 1, "%.*s", (int)parsed.id.len, parsed.id.ptr);
}

static bool is_valid_at(const char *token, uint64_t later_ms)
{
    char detail[TOKENS_DETAIL_SIZE], file[512], id[TOKEN_TEXT_ID_LEN + 1];
    enum tokens_verdict verdict;
    struct tokens *t;
    enum err e;

    (void)snprintf(file, sizeof file, "%s/tokens.json", data);
    CHECK_EQ(tokens_open(file, &t, detail), OK);
    e = tokens_check(t, span_text(token), clock_wall_ms(clock_system()) + later_ms, id,
                     &verdict);
    tokens_free(t);
    return e == OK;
}

#define DAY UINT64_C(86400000)

static void test_create(void)
{
    char token[TOKEN_TEXT_LEN + 1], id[TOKEN_TEXT_ID_LEN + 1];

    set_up();
    CHECK_EQ(
        RUN("create", "--tunnel=mybot", "--tunnel", "bot-*", "--label", "Aiko's \"laptop\""),
        COMMAND_OK);
    take(token, id);
    CHECK(is_valid_at(token, 10000 * DAY));
    CHECK(!strstr(error_text, token));
    CHECK(strstr(error_text, "for mybot, bot-*. It is shown this once only:"));
    CHECK(strstr(error_text, "hookline login --relay HOST --tunnel mybot\n"));
    CHECK(strstr(error_text, "--token-file - "));
    CHECK(strstr(error_text, "hookline-relay token revoke "));
    CHECK(strstr(error_text, id));
    CHECK_EQ(scratch_folder_mode("data"), 0700);
    CHECK_EQ(scratch_folder_mode("data/tokens.json"), 0600);
    CHECK(!strstr(scratch_folder_read("data/tokens.json"), token + 13));
    tear_down();
}

static void test_expiry(void)
{
    char token[TOKEN_TEXT_LEN + 1], id[TOKEN_TEXT_ID_LEN + 1];

    set_up();
    CHECK_EQ(RUN("create", "--tunnel=mybot", "--expires=90d"), COMMAND_OK);
    CHECK(strstr(error_text, ", good until 2"));
    take(token, id);
    CHECK(is_valid_at(token, 89 * DAY));
    CHECK(!is_valid_at(token, 90 * DAY + 60000));
    tear_down();
}

static void test_rotate(void)
{
    char first[TOKEN_TEXT_LEN + 1], second[TOKEN_TEXT_LEN + 1], third[TOKEN_TEXT_LEN + 1];
    char id[TOKEN_TEXT_ID_LEN + 1], same[TOKEN_TEXT_ID_LEN + 1];

    set_up();
    CHECK_EQ(RUN("create", "--tunnel=mybot"), COMMAND_OK);
    take(first, id);
    CHECK_EQ(RUN("create", "--rotate", id), COMMAND_OK);
    CHECK(strstr(error_text, "The token from before stays good until 2"));
    take(second, same);
    CHECK_STR(same, id);
    CHECK(is_valid_at(first, 6 * DAY) && is_valid_at(second, 6 * DAY));
    CHECK(!is_valid_at(first, 8 * DAY) && is_valid_at(second, 8 * DAY));
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK(strstr(out_text, "rotating"));
    CHECK_EQ(RUN("create", "--rotate", id), COMMAND_OK);
    take(third, same);
    CHECK(!is_valid_at(first, 0) && is_valid_at(second, 0) && is_valid_at(third, 8 * DAY));
    CHECK_EQ(RUN("revoke", id), COMMAND_OK);
    CHECK(!is_valid_at(second, 0) && !is_valid_at(third, 0));
    CHECK_EQ(RUN("create", "--rotate", id), COMMAND_FAILED);
    CHECK(strstr(error_text, "is revoked; make a new one"));
    CHECK_EQ(RUN("create", "--rotate", "AAAAAAAA"), COMMAND_FAILED);
    CHECK(strstr(error_text, "there is no token \"AAAAAAAA\""));
    tear_down();
}

static void test_wrong_usage(void)
{
    set_up();
    CHECK_EQ(RUN("create"), COMMAND_USAGE);
    CHECK(strstr(error_text, "--tunnel is missing"));
    CHECK_EQ(RUN("create", "--rotate=AAAAAAAA", "--tunnel=a"), COMMAND_USAGE);
    CHECK(strstr(error_text, "--rotate keeps"));
    CHECK_EQ(RUN("create", "--tunnel=My Bot", "--tunnel=xn--a", "--tunnel=ok"), COMMAND_USAGE);
    CHECK(strstr(error_text, "\"My Bot\" is no name") && strstr(error_text, "\"xn--a\" is no"));
    CHECK_EQ(RUN("create", "--tunnel=a", "--expires=1s"), COMMAND_USAGE);
    CHECK_EQ(RUN("revoke"), COMMAND_USAGE);
    CHECK_EQ(access(data, F_OK), -1); /* nothing was made */
    tear_down();
}

static void test_too_many_tunnels(void)
{
    const char *args[4 + TOKENS_TUNNELS_MAX + 1] = {"hookline-relay", "token", "create"};
    size_t n = 3;

    set_up();
    while (n < 3 + TOKENS_TUNNELS_MAX)
        args[n++] = "--tunnel=a";
    CHECK_EQ(run(args), COMMAND_OK);
    args[n] = "--tunnel=a";
    CHECK_EQ(run(args), COMMAND_USAGE);
    CHECK(strstr(error_text, "more than 32 tunnels"));
    tear_down();
}

static void test_list(void)
{
    set_up();
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK_STR(out_text, "");
    CHECK(strstr(error_text, "There are no tokens yet"));
    CHECK_EQ(access(data, F_OK), -1);
    CHECK_EQ(RUN("create", "--tunnel=mybot", "--label=laptop"), COMMAND_OK);
    CHECK_EQ(RUN("create", "--tunnel=bot-*"), COMMAND_OK);
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK(strncmp(out_text, "ID        STATUS    CREATED     EXPIRES     TUNNELS\n", 52) == 0);
    CHECK(strstr(out_text, "  never       mybot  (laptop)\n"));
    CHECK(strstr(out_text, "  never       bot-*\n"));
    CHECK(!strstr(out_text, "hkl_"));
    tear_down();
}

static void test_json(void)
{
    char id[TOKEN_TEXT_ID_LEN + 1];
    struct json_doc doc;

    set_up();
    CHECK_EQ(RUN("create", "--json", "--tunnel=mybot", "--expires=1d"), COMMAND_OK);
    CHECK_STR(error_text, "");
    CHECK_EQ(json_parse(&doc, span_text(out_text), 10000), OK);
    CHECK(is_valid_at(json_string(json_member(json_root(&doc), "token")), 0));
    (void)snprintf(id, sizeof id, "%s", json_string(json_member(json_root(&doc), "id")));
    json_fini(&doc);
    CHECK_EQ(RUN("list", "--json"), COMMAND_OK);
    CHECK_EQ(json_parse(&doc, span_text(out_text), 10000), OK);
    CHECK_STR(json_string(json_member(json_root(&doc), "id")), id);
    CHECK_STR(json_string(json_member(json_root(&doc), "status")), "active");
    CHECK_EQ(json_kind(json_member(json_root(&doc), "revoked")), JSON_NULL);
    CHECK_STR(json_string(json_first(json_member(json_root(&doc), "tunnels"))), "mybot");
    json_fini(&doc);
    CHECK_EQ(RUN("revoke", id, "--json"), COMMAND_OK);
    CHECK_STR(out_text, "{\"revoked\":true,\"already\":false}\n");
    CHECK_EQ(RUN("revoke", id, "--json"), COMMAND_OK);
    CHECK_STR(out_text, "{\"revoked\":true,\"already\":true}\n");
    tear_down();
}

static void test_revoke(void)
{
    char token[TOKEN_TEXT_LEN + 1], id[TOKEN_TEXT_ID_LEN + 1];

    set_up();
    CHECK_EQ(RUN("create", "--tunnel=mybot"), COMMAND_OK);
    take(token, id);
    CHECK_EQ(RUN("revoke", "AAAAAAAA"), COMMAND_FAILED);
    CHECK(strstr(error_text, "token list\" shows the ids"));
    CHECK(is_valid_at(token, 0));
    CHECK_EQ(RUN("revoke", token), COMMAND_OK); /* the whole text will do */
    CHECK(strstr(out_text, "Revoked."));
    CHECK(!is_valid_at(token, 0));
    CHECK_EQ(RUN("revoke", id), COMMAND_OK);
    CHECK(strstr(out_text, "revoked before"));
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK(strstr(out_text, "revoked"));
    tear_down();
}

static void test_damaged_file(void)
{
    set_up();
    CHECK_EQ(mkdir(data, 0700), 0);
    (void)scratch_folder_write_text("data/tokens.json", "{", 0600);
    CHECK_EQ(RUN("create", "--tunnel=mybot"), COMMAND_FAILED);
    CHECK(strstr(error_text, "is damaged (") && strstr(error_text, "Restore it"));
    CHECK_STR(scratch_folder_read("data/tokens.json"), "{");
    CHECK_EQ(RUN("list"), COMMAND_FAILED);
    CHECK_EQ(RUN("revoke", "AAAAAAAA"), COMMAND_FAILED);
    CHECK_STR(out_text, "");
    tear_down();
}

static void test_memory_runs_out(void)
{
    enum command_exit result = COMMAND_FAILED;

    set_up();
    for (unsigned long n = 1; result != COMMAND_OK; n++) {
        mem_fail_at(n);
        result = RUN("create", "--tunnel=mybot");
        mem_fail_at(0);
        CHECK(result == COMMAND_OK || result == COMMAND_FAILED);
        CHECK_EQ(out_len > 0, result == COMMAND_OK); /* a token that is shown is stored */
        CHECK(error_len > 0);
    }
    tear_down();
}

CHECK_MAIN(TEST(test_create), TEST(test_expiry), TEST(test_rotate), TEST(test_wrong_usage),
           TEST(test_too_many_tunnels), TEST(test_list), TEST(test_json), TEST(test_revoke),
           TEST(test_damaged_file), TEST(test_memory_runs_out))
