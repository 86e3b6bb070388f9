#include "store/database_memory.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>

static enum err whole_life(void)
{
    struct database *db = NULL;
    uint64_t n = 0;
    enum err rc = notebook_try_open(":memory:", &notebook_schema_2, false, &db);

    if (!rc)
        rc = database_begin(db);
    if (!rc)
        rc = notebook_insert(db, "a", notebook_zeroes(5000));
    if (!rc)
        rc = database_commit(db);
    if (!rc)
        rc = statement_query_u64(db, "SELECT count(*) FROM note", &n);
    CHECK(rc || n == 1);
    database_close(db);
    return rc;
}

/* SQLite goes on without some allocations, so success does not end the sweep. */
static unsigned long allocations_of(enum err (*run)(void))
{
    const unsigned long many = 1000000;
    unsigned long left = 0;

    mem_fail_at(many);
    CHECK_EQ(run(), OK);
    for (void *p = mem_alloc(1); p; p = mem_alloc(1)) {
        mem_free(p);
        left++;
    }
    mem_fail_at(0);
    return many - left - 1;
}

static void sweep(enum err (*run)(void))
{
    unsigned long all = allocations_of(run), live = mem_live();

    CHECK(all > 50);
    for (unsigned long n = 1; n <= all; n++) {
        mem_fail_at(n);
        enum err rc = run();
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
    CHECK_EQ(run(), OK);
}

static void test_out_of_memory(void)
{
    sweep(whole_life);
}

/* The file must not be set aside for it. */
static void test_out_of_memory_is_no_damage(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    struct stat before, after;

    CHECK_EQ(notebook_insert(db, "a", notebook_zeroes(9000)), OK);
    database_close(db);
    CHECK_EQ(stat(path, &before), 0);
    for (unsigned long n = 1; n <= 400; n++) {
        mem_fail_at(n);
        enum err rc = notebook_try_open(path, &notebook_schema, false, &db);
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        if (!rc)
            database_close(db);
        CHECK_EQ(stat(path, &after), 0);
        CHECK_EQ(after.st_ino, before.st_ino);
    }
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 1);
    database_close(db);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_out_of_memory), TEST(test_out_of_memory_is_no_damage))
