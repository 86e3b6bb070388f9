/* A damaged file: read under its lock, and replaced by another one. */
#include "store/database.h"

#include "tests/unit/check.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#include <unistd.h>

static struct database *db;

static enum err rescue(const char *path)
{
    const struct database_options options = {
        .path = path, .schema = &notebook_schema, .clock = clock_system(), .is_rescuer = true};

    db = NULL;
    return database_open(&options, &db, notebook_detail);
}

static const char *make(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *writer = notebook_open(path, false);

    CHECK_EQ(notebook_insert(writer, "kept", SPAN("body")), OK);
    database_close(writer);
    return path;
}

static void test_lock(void)
{
    const char *path = make();
    struct database *writer = notebook_open(path, false);

    CHECK_EQ(rescue(path), ERR_BUSY);
    database_close(writer);
    CHECK_EQ(rescue(path), OK);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_BUSY);
    CHECK_EQ(notebook_count(db), 1);
    database_close(db);
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(rescue(path), ERR_NOT_FOUND); /* it makes nothing */
    CHECK_EQ(notebook_file_size("notes.db"), -1);
    scratch_folder_remove();
}

/* Whose file it is, is known from its head, or from the lock beside it. */
static void test_what_is_rescued(void)
{
    const char *path = make();

    (void)scratch_folder_write_text("notes.db", "rubbish, long enough", 0600);
    CHECK_EQ(rescue(path), OK);
    database_close(db);
    (void)scratch_folder_write_text("notes.db.lock", "", 0600);
    CHECK_EQ(rescue(path), ERR_CONFIG);
    CHECK(strstr(notebook_detail, "nothing shows that it is an"));
    CHECK_STR(scratch_folder_read("notes.db"), "rubbish, long enough");
    scratch_folder_remove();

    path = make();
    struct database *newer = NULL;
    CHECK_EQ(notebook_try_open(path, &notebook_schema_2, false, &newer), OK);
    database_close(newer);
    CHECK_EQ(rescue(path), OK); /* that is the caller's to judge */
    database_close(db);
    scratch_folder_remove();
}

/* One that was cut to nothing is not begun anew, one that its owner has deleted is. */
static void test_emptied(void)
{
    const struct database_options options = {
        .path = make(), .schema = &notebook_schema, .clock = clock_system()};

    (void)scratch_folder_write_text("notes.db", "", 0600);
    CHECK_EQ(database_open(&options, &db, notebook_detail), ERR_CORRUPT);
    CHECK(strstr(notebook_detail, "empty"));
    CHECK_EQ(unlink(options.path), 0);
    CHECK_EQ(database_open(&options, &db, notebook_detail), OK);
    database_close(db);
    scratch_folder_remove();
}

static void test_replacing(void)
{
    const char *path = make(), *by = scratch_folder_path("new.db");
    struct database *other = notebook_open(by, false);
    char old[DETAIL_MAX];

    database_close(other);
    CHECK_EQ(rescue(path), OK);
    CHECK_EQ(database_set_aside_for(db, by, old), OK);
    CHECK(strstr(old, "notes.db.damaged-"));
    CHECK_EQ(access(by, F_OK), -1);
    CHECK_EQ(notebook_file_size("new.db.lock"), -1);
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 0);
    database_close(db);
    db = notebook_open(old, false);
    CHECK_EQ(notebook_count(db), 1);
    database_close(db);

    CHECK_EQ(rescue(path), OK);
    CHECK_EQ(database_set_aside_for(db, by, notebook_detail), ERR_IO); /* is not there */
    CHECK(strstr(notebook_detail, "new.db: No such file"));
    db = notebook_open(path, false); /* and so nothing has moved */
    CHECK_EQ(notebook_count(db), 0);
    database_close(db);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_lock), TEST(test_what_is_rescued), TEST(test_emptied),
           TEST(test_replacing))
