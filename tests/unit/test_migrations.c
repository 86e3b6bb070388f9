#include "store/migrations.h"

#include "tests/unit/check.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#include <unistd.h>

static void test_migrations(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    uint64_t extra = 0, version = 0;

    CHECK_EQ(notebook_insert(db, "old", SPAN("")), OK);
    database_close(db);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema_2, true), ERR_VERSION);

    CHECK_EQ(notebook_try_open(path, &notebook_schema_2, false, &db), OK);
    CHECK_STR(notebook_detail, "");
    CHECK_EQ(statement_query_u64(db, "SELECT extra FROM note", &extra), OK);
    CHECK_EQ(extra, 7);
    CHECK_EQ(statement_query_u64(db, "PRAGMA user_version", &version), OK);
    CHECK_EQ(version, 2);
    database_close(db);

    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_VERSION);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), ERR_VERSION);
    scratch_folder_remove();
}

/* A step that fails leaves nothing of itself. */
static void test_failing_migration(void)
{
    struct database *db = NULL;
    struct database_options options = {
        .path = NULL, .schema = &notebook_schema_bad, .clock = clock_system()};

    (void)scratch_folder_make();
    options.path = scratch_folder_path("notes.db");
    database_close(notebook_open(options.path, false));
    CHECK_EQ(database_open(&options, &db, notebook_detail), ERR_CORRUPT);
    CHECK_EQ(notebook_try_open(options.path, &notebook_schema_2, false, &db), OK);
    CHECK_EQ(notebook_count(db), 0);
    CHECK_EQ(database_exec(db, "SELECT * FROM other"), ERR_CORRUPT);
    database_close(db);
    scratch_folder_remove();
}

/* What is not ours is left alone, byte for byte. */
static void test_foreign_files(void)
{
    static const char text[] = "Dear diary, this is no database at all, but it is longer than "
                               "a header: a hundred bytes, which SQLite reads first of all.\n";

    (void)scratch_folder_make();
    const char *path = scratch_folder_write_text("diary.txt", text, 0600);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_CORRUPT);
    CHECK(strstr(notebook_detail, "left as it is"));
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_CORRUPT);
    CHECK_STR(scratch_folder_read("diary.txt"), text);

    path = scratch_folder_path("other.db");
    struct database *db = NULL;
    CHECK_EQ(notebook_try_open(path, &notebook_schema_other, false, &db), OK);
    database_close(db);
    CHECK_EQ(unlink(scratch_folder_path("other.db.lock")), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_CONFIG);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), ERR_CONFIG);
    CHECK_EQ(notebook_try_open(path, &notebook_schema_other, false, &db), OK);
    CHECK_EQ(notebook_count(db), 0);

    /* tables, but no mark: some other program's */
    CHECK_EQ(database_exec(db, "PRAGMA application_id=0; PRAGMA user_version=0"), OK);
    database_close(db);
    CHECK_EQ(unlink(scratch_folder_path("other.db.lock")), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_CONFIG);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_migrations), TEST(test_failing_migration), TEST(test_foreign_files))
