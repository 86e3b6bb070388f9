/* thread-test */
#include "relay-client/journal/journal_gaps.h"

#include "relay-client/journal/journal_schema_table.h"
#include "relay-client/journal/journal_watch.h"
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
}

static void stop(void)
{
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

/* ---- who watches ---- */

static void on_gap(void *owner)
{
    ++*(unsigned *)owner;
}

static void watch(unsigned *gaps)
{
    struct journal_watcher watcher = {.on_gap = on_gap, .owner = gaps};

    *gaps = 0;
    journal_watch(rig.journal, &watcher);
}

/* ---- what is read ---- */

struct gaps {
    struct journal_gap list[4];
    size_t len;
};

static bool take_gap(void *owner, const struct journal_gap *gap)
{
    struct gaps *g = owner;

    CHECK(g->len < 4);
    g->list[g->len++] = *gap;
    return true;
}

static struct gaps read_gaps(void)
{
    struct journal_reader *r = journal_rig_reader();
    struct gaps g = {.len = 0};

    CHECK_EQ(journal_gaps_list(r, 0, UINT64_MAX, take_gap, &g), OK);
    journal_reader_close(r);
    return g;
}

static void test_link_gap(void)
{
    unsigned told;

    start();
    watch(&told);
    journal_edit_gap_ends(rig.journal, JOURNAL_GAP_LINK, 5000);
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 10000);
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 11000);
    edit_rig_settle(&rig);
    struct gaps g = read_gaps();
    CHECK(g.len == 1 && g.list[0].from_ms == 10000 && g.list[0].to_ms == 0);
    CHECK_EQ(g.list[0].kind, JOURNAL_GAP_LINK);
    journal_edit_gap_ends(rig.journal, JOURNAL_GAP_LINK, 9000); /* the clock was set back */
    edit_rig_settle(&rig);
    g = read_gaps();
    CHECK(g.len == 1 && g.list[0].to_ms == 10000);
    CHECK_EQ(told, 4);
    stop();
}

static void change_file(const char *sql)
{
    struct database_options options = {
        .path = journal_rig_path(), .schema = &journal_schema, .clock = clock_system()};
    struct database *db;
    char detail[512];

    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_exec(db, sql), OK);
    database_close(db);
}

/* Its one chore says that it is there. */
static void run_agent(void)
{
    struct journal_options options = {.is_agent = true};

    journal_rig_start(&rig, &options);
    journal_rig_chore(&rig, 1000);
    journal_rig_stop(&rig);
}

static void test_agent_gap(void)
{
    (void)journal_rig_make_folder();
    run_agent();
    CHECK_EQ(read_gaps().len, 0);
    change_file("UPDATE progress SET alive_ms = 1795894305000 - 60000");
    run_agent();
    CHECK_EQ(read_gaps().len, 0); /* not worth a word */
    change_file("UPDATE progress SET alive_ms = 1795894305000 - 60001;"
                "INSERT INTO gap (kind, from_ms, to_ms) VALUES (0, 5000, 0)");
    run_agent();
    struct gaps g = read_gaps();
    CHECK_EQ(g.len, 2);
    CHECK_EQ(g.list[0].kind, JOURNAL_GAP_AGENT);
    CHECK_EQ(g.list[0].from_ms, JOURNAL_RIG_NOW_MS - 60001);
    CHECK_EQ(g.list[0].to_ms, JOURNAL_RIG_NOW_MS);
    CHECK_EQ(g.list[1].kind, JOURNAL_GAP_LINK); /* nobody was there to end it */
    CHECK_EQ(g.list[1].to_ms, JOURNAL_RIG_NOW_MS - 60001);
    /* a command that opens it is no agent */
    change_file("UPDATE progress SET alive_ms = 1000");
    journal_rig_start(&rig, NULL);
    journal_rig_chore(&rig, 1000);
    journal_rig_stop(&rig);
    CHECK_EQ(read_gaps().len, 2);
    run_agent();
    CHECK_EQ(read_gaps().len, 3);
    scratch_folder_remove();
}

/* While it runs it says so once a minute, and once more at its end. */
static void test_presence(void)
{
    struct journal_options options = {.is_agent = true};
    unsigned told;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    watch(&told);
    for (unsigned i = 0; i < 10; i++)
        journal_rig_chore(&rig, i == 0 ? 1000 : 60000);
    CHECK_EQ(told, 1);
    journal_rig_stop(&rig);
    run_agent(); /* began before the other ended, as this clock has it */
    CHECK_EQ(read_gaps().len, 0);
    scratch_folder_remove();
}

/* Tasks that are under way when it closes are done first. */
static void test_close(void)
{
    start();
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 10000);
    journal_rig_stop(&rig);
    CHECK_EQ(read_gaps().len, 1);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_link_gap), TEST(test_agent_gap), TEST(test_presence), TEST(test_close))
