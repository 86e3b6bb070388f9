/* `inbox list`, `check`, `repair`, `retry` and `drop`, as a shell would call them. */
#include "base/container.h"
#include "base/mem.h"
#include "relay-server/commands.h"
#include "relay-server/relay_settings_table.h"
#include "tests/unit/check.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <stdlib.h>

static const struct command commands[] = {
    {.name = "inbox list", .bit = RELAY_INBOX_LIST, .summary = "-", .run = inbox_list_command},
    {.name = "inbox check",
     .bit = RELAY_INBOX_CHECK,
     .summary = "-",
     .run = inbox_check_command},
    {.name = "inbox repair",
     .bit = RELAY_INBOX_REPAIR,
     .summary = "-",
     .run = inbox_repair_command},
    {.name = "inbox retry",
     .bit = RELAY_INBOX_RETRY,
     .summary = "-",
     .run = inbox_retry_command},
    {.name = "inbox drop", .bit = RELAY_INBOX_DROP, .summary = "-", .run = inbox_drop_command},
};

static struct inbox_rig rig;
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
    char folder[600];
    struct command_io io = {
        .args = args,
        .environment = (const char *const[]){"HOME=/nonexistent", folder, NULL},
        .in = -1,
    };
    size_t folder_len = strlen(inbox_rig_path()) - strlen("/inbox.db");
    unsigned long live = mem_live();

    (void)snprintf(folder, sizeof folder, "HOOKLINE_DATA=%.*s", (int)folder_len,
                   inbox_rig_path());
    free(out_text);
    free(error_text);
    io.out = open_memstream(&out_text, &out_len);
    io.err = open_memstream(&error_text, &error_len);
    enum command_exit result = command_main(&program, &io);
    (void)fclose(io.out);
    (void)fclose(io.err);
    if (!rig.inbox) /* else SQLite keeps what both use */
        CHECK_EQ(mem_live(), live);
    return result;
}

#define RUN(...) run((const char *const[]){"hookline-relay", "inbox", __VA_ARGS__, NULL})

/* Open, with five records: number 2 and 4 are set aside. */
static void set_up(void)
{
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    for (unsigned i = 0; i < 5; i++)
        (void)inbox_rig_keep(&rig, i < 4 ? "mybot" : "other", "body");
    CHECK_EQ(inbox_note(rig.inbox, 2, 3, "the link ended three times"), OK);
    CHECK_EQ(inbox_note(rig.inbox, 4, 3, "\x1b[2J"), OK);
    CHECK_EQ(inbox_note(rig.inbox, 1, 1, NULL), OK);
    inbox_rig_settle(&rig);
}

static void set_up_closed(void)
{
    set_up();
    inbox_rig_stop(&rig);
}

static void tear_down(void)
{
    scratch_folder_remove();
    free(out_text);
    free(error_text);
    out_text = error_text = NULL;
}

/* ---- looking ---- */

static void test_nothing_there(void)
{
    (void)inbox_rig_make_folder();
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK(strstr(out_text, "empty"));
    CHECK_EQ(RUN("list", "--json"), COMMAND_OK);
    CHECK_STR(out_text, "");
    CHECK_EQ(RUN("check"), COMMAND_OK);
    CHECK_EQ(RUN("repair"), COMMAND_OK);
    CHECK_EQ(RUN("retry", "--all"), COMMAND_OK);
    CHECK_EQ(RUN("drop", "1"), COMMAND_FAILED);
    CHECK_EQ(scratch_folder_count(""), 0); /* looking makes nothing */
    tear_down();
}

/* A relay is at work meanwhile. */
static void test_list(void)
{
    set_up();
    CHECK_EQ(RUN("list"), COMMAND_OK);
    CHECK(strstr(out_text, "  RECEIVED  "));
    CHECK(strstr(out_text, "       1  2026-11-28T19:31:45.001Z     "));
    CHECK(strstr(out_text, "other"));
    CHECK(strstr(out_text, "mybot  set aside: the link ended three times\n"));
    CHECK(!strchr(out_text, '\x1b'));
    CHECK_EQ(RUN("list", "--json"), COMMAND_OK);
    CHECK(strstr(out_text, "{\"seq\":1,\"tunnel\":\"mybot\",\"delivery\":"
                           "\"01K00000000000000000000001\",\"received\":"
                           "\"2026-11-28T19:31:45.001Z\",\"bytes\":"));
    CHECK(
        strstr(out_text, ",\"attempts\":1,\"aside\":false,\"reason\":\"\",\"damage\":null}\n"));
    CHECK(strstr(out_text, ",\"attempts\":3,\"aside\":true,\"reason\":"
                           "\"the link ended three times\",\"damage\":null}\n"));
    inbox_rig_stop(&rig);
    tear_down();
}

static void test_check(void)
{
    set_up();
    CHECK_EQ(RUN("check"), COMMAND_OK);
    CHECK(strstr(out_text, "3 deliveries are kept and 2 set aside"));
    CHECK(strstr(out_text, "all is well"));
    CHECK_EQ(RUN("check", "--json"), COMMAND_OK);
    CHECK(strstr(out_text, "{\"ok\":true,\"kept\":3,\"aside\":2,\"bytes\":"));
    inbox_rig_change_open_file("UPDATE content SET body = zeroblob(4) WHERE seq = 3;"
                               "INSERT INTO content VALUES (77, x'00', x'00')");
    CHECK_EQ(RUN("check"), COMMAND_FAILED);
    CHECK(strstr(out_text, "delivery 3: the checksum of its content does not fit\n"
                           "1 contents belong to no delivery\n"
                           "2 deliveries are kept and 2 set aside"));
    CHECK(strstr(error_text, "hookline-relay inbox repair"));
    CHECK_EQ(RUN("check", "--json"), COMMAND_FAILED);
    CHECK(strstr(out_text, "{\"finding\":\"delivery 3: the checksum"));
    CHECK(strstr(out_text, "{\"ok\":false,\"kept\":2,\"aside\":2,\"bytes\":"));
    inbox_rig_stop(&rig);
    tear_down();
}

static void test_check_finds_all(void)
{
    set_up_closed();
    inbox_rig_change_file("UPDATE record SET tunnel = 'x' WHERE seq = 1;"
                          "DELETE FROM content WHERE seq = 2;"
                          "UPDATE note SET attempts = 1 WHERE seq = 4;"
                          "INSERT INTO note VALUES (99, 1, NULL, x'00');"
                          "INSERT INTO tunnel VALUES ('t', 'x', 0, 0, 5, x'00');"
                          "UPDATE mark SET seq = 3");
    CHECK_EQ(RUN("check"), COMMAND_FAILED);
    CHECK(strstr(out_text, "delivery 1: its checksum does not fit\n"
                           "delivery 2: its content is missing\n"
                           "delivery 4: the checksum of the note about it does not fit\n"
                           "1 notes belong to no delivery\n"
                           "the count of deliveries is damaged\n"
                           "1 tunnels: their checksums do not fit\n"
                           "2 deliveries are kept and 0 set aside"));
    (void)scratch_folder_write_text("inbox.db", "", 0600);
    CHECK_EQ(RUN("check"), COMMAND_FAILED);
    CHECK(strstr(out_text, "empty"));
    (void)scratch_folder_write_text("inbox.db", "a letter, and no database", 0600);
    CHECK_EQ(RUN("check"), COMMAND_FAILED);
    CHECK_EQ(RUN("list"), COMMAND_FAILED);
    CHECK(strstr(error_text, "not a database"));
    tear_down();
}

/* ---- deciding ---- */

static void test_retry(void)
{
    set_up_closed();
    CHECK_EQ(RUN("retry", "2"), COMMAND_OK);
    CHECK_STR(out_text, "1 will be sent again.\n");
    CHECK_EQ(RUN("retry", "2"), COMMAND_FAILED);
    CHECK(strstr(error_text, "delivery 2 is not set aside"));
    CHECK_EQ(RUN("retry", "9"), COMMAND_FAILED);
    CHECK(strstr(error_text, "no delivery 9; \"hookline-relay inbox list\""));
    CHECK_EQ(RUN("retry", "--all", "--json"), COMMAND_OK);
    CHECK_STR(out_text, "{\"changed\":1}\n");
    inbox_rig_start(&rig, NULL);
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 2 3 4 5");
    inbox_rig_stop(&rig);
    tear_down();
}

static void test_drop(void)
{
    set_up_closed();
    CHECK_EQ(RUN("drop", "1"), COMMAND_OK); /* also one that is not set aside */
    CHECK_STR(out_text, "1 dropped.\n");
    CHECK_EQ(RUN("drop", "1"), COMMAND_FAILED);
    CHECK_EQ(RUN("drop", "--all"), COMMAND_OK); /* but all means all that are */
    CHECK_STR(out_text, "2 dropped.\n");
    CHECK_EQ(RUN("drop", "--all", "--json"), COMMAND_OK);
    CHECK_STR(out_text, "{\"changed\":0}\n");
    CHECK(inbox_rig_is_intact());
    inbox_rig_start(&rig, NULL);
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "3 5");
    CHECK_EQ(inbox_counts_all(rig.inbox).aside, 0);
    inbox_rig_stop(&rig);
    tear_down();
}

static void test_which_one(void)
{
    set_up_closed();
    CHECK_EQ(RUN("retry"), COMMAND_USAGE);
    CHECK(strstr(error_text, "--all"));
    CHECK_EQ(RUN("drop", "1", "--all"), COMMAND_USAGE);
    CHECK_EQ(RUN("drop", "x"), COMMAND_USAGE);
    CHECK_EQ(RUN("drop", "0"), COMMAND_USAGE);
    tear_down();
}

/* Something holds the file that does not answer on a relay's socket. */
static void test_file_in_use(void)
{
    set_up();
    CHECK_EQ(RUN("retry", "--all"), COMMAND_FAILED);
    CHECK(strstr(error_text, "is in use by process"));
    CHECK_EQ(RUN("repair"), COMMAND_FAILED);
    CHECK(strstr(error_text, "is in use by process"));
    CHECK_STR(inbox_rig_seqs(&rig, NULL, true), "2 4");
    inbox_rig_stop(&rig);
    tear_down();
}

/* ---- repairing ---- */

static void test_repair(void)
{
    set_up_closed();
    CHECK_EQ(RUN("repair"), COMMAND_OK);
    CHECK_STR(out_text, "All is well with 5 deliveries; nothing was changed.\n");
    inbox_rig_change_file("UPDATE content SET body = zeroblob(4) WHERE seq = 3");
    CHECK_EQ(RUN("repair"), COMMAND_OK);
    CHECK(strstr(error_text, "delivery 3: the checksum of its content does not fit\n"));
    CHECK(strstr(out_text,
                 "2 deliveries are kept and 2 set aside, 0 of them found page by page.\n"
                 "The damaged file is now "));
    CHECK(strstr(out_text, "/inbox.db.damaged-20"));
    CHECK_EQ(RUN("repair", "--json"), COMMAND_OK);
    CHECK(strstr(out_text, "{\"repaired\":false,"));
    inbox_rig_start(&rig, NULL);
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 5");
    CHECK_STR(inbox_rig_seqs(&rig, NULL, true), "2 4");
    CHECK_EQ(inbox_next_seq(rig.inbox), 1002); /* numbers go on as in the old file */
    inbox_rig_stop(&rig);
    tear_down();
}

CHECK_MAIN(TEST(test_nothing_there), TEST(test_list), TEST(test_check),
           TEST(test_check_finds_all), TEST(test_retry), TEST(test_drop), TEST(test_which_one),
           TEST(test_file_in_use), TEST(test_repair))
