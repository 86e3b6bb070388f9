#include "store/database_upkeep.h"

#include "tests/unit/check.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#define MIB (1024 * 1024)

static struct database *db;

/* With a log of `mib` MiB and a little. */
static void add(unsigned first, unsigned mib)
{
    for (unsigned i = first; i < first + mib; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "n%u", i);
        CHECK_EQ(notebook_insert(db, name, notebook_zeroes(MIB)), OK);
    }
}

static void start(void)
{
    (void)scratch_folder_make();
    db = notebook_open(scratch_folder_path("notes.db"), false);
}

static void stop(void)
{
    database_close(db);
    scratch_folder_remove();
}

static void test_log_is_bounded(void)
{
    start();
    add(0, 3);
    uint64_t before = database_wal_size(db);
    CHECK(before < 4 * MIB);
    CHECK_EQ(database_upkeep_log(db), OK);
    CHECK_EQ(database_wal_size(db), before); /* not yet */
    add(3, 1);
    CHECK(database_wal_size(db) >= 4 * MIB);
    CHECK_EQ(database_upkeep_log(db), OK);
    CHECK_EQ(database_wal_size(db), 0);
    stop();
}

/* Tried again only when there is as much more. */
static void test_log_with_a_reader(void)
{
    struct statement s;
    bool has_row;

    start();
    add(0, 1);
    struct database *reader = notebook_open(scratch_folder_path("notes.db"), true);
    CHECK_EQ(statement_init(&s, reader, "SELECT id FROM note"), OK);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    add(1, 4);
    uint64_t size = database_wal_size(db);
    CHECK_EQ(database_upkeep_log(db), OK); /* hindered, which is no failure */
    CHECK_EQ(database_wal_size(db), size);
    statement_fini(&s);
    database_close(reader);
    CHECK_EQ(database_upkeep_log(db), OK);
    CHECK_EQ(database_wal_size(db), size);
    add(5, 4);
    CHECK_EQ(database_upkeep_log(db), OK);
    CHECK_EQ(database_wal_size(db), 0);
    stop();
}

static void test_rest(void)
{
    bool has_more = true;
    unsigned steps = 0;

    start();
    add(0, 8);
    CHECK_EQ(database_exec(db, "DELETE FROM note"), OK);
    for (; has_more; steps++)
        CHECK_EQ(database_upkeep_rest(db, &has_more), OK);
    CHECK(steps > 3);
    CHECK_EQ(notebook_file_size("notes.db-wal"), 0);
    CHECK(notebook_file_size("notes.db") < 5 * MIB); /* four are left for what comes */
    CHECK(notebook_file_size("notes.db") > 3 * MIB);
    CHECK_EQ(database_upkeep_rest(db, &has_more), OK); /* nothing to do */
    CHECK(!has_more);
    stop();
}

CHECK_MAIN(TEST(test_log_is_bounded), TEST(test_log_with_a_reader), TEST(test_rest))
