#include "store/database.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/resource.h>
#include <sys/wait.h>

/* ---- writers and readers ---- */

static void test_one_writer(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    char mine[32];

    (void)snprintf(mine, sizeof(mine), "process %ld", (long)getpid());
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_BUSY);
    CHECK(strstr(notebook_detail, mine));

    pid_t child = fork();
    if (child == 0)
        _exit(notebook_open_fails(path, &notebook_schema, false) == ERR_BUSY &&
                      strstr(notebook_detail, mine)
                  ? 0
                  : 1);
    int status = 1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);

    CHECK_EQ(notebook_insert(db, "still", SPAN("there")), OK);
    database_close(db);
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 1);
    database_close(db);
    scratch_folder_remove();
}

/* The lock is the kernel's: a writer that was killed leaves none. */
static void test_killed_writer_leaves_no_lock(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    pid_t child = fork();

    if (child == 0) {
        struct database *db = notebook_open(path, false);

        CHECK_EQ(notebook_insert(db, "kept", SPAN("body")), OK);
        CHECK_EQ(database_begin(db), OK);
        CHECK_EQ(notebook_insert(db, "lost", SPAN("body")), OK);
        (void)kill(getpid(), SIGKILL);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status));
    /* a reader is the first to come: it recovers the log, without changing the file */
    struct database *reader = notebook_open(path, true);
    CHECK_EQ(notebook_count(reader), 1);
    database_close(reader);
    struct database *db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 1);
    CHECK(notebook_is_intact(db));
    database_close(db);
    scratch_folder_remove();
}

static void test_reader(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");

    CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), ERR_NOT_FOUND);
    CHECK_EQ(scratch_folder_count(""), 0);
    (void)scratch_folder_write("notes.db", "", 0, 0600);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), ERR_NOT_FOUND);

    struct database *db = notebook_open(path, false);
    struct database *reader = notebook_open(path, true);
    CHECK_EQ(notebook_insert(db, "a", SPAN("1")), OK);
    CHECK_EQ(notebook_count(reader), 1);
    CHECK_EQ(database_begin(db), OK);
    CHECK_EQ(notebook_insert(db, "b", SPAN("2")), OK);
    CHECK_EQ(notebook_count(reader), 1);
    CHECK_EQ(database_commit(db), OK);
    CHECK_EQ(notebook_count(reader), 2);
    CHECK_EQ(notebook_insert(reader, "c", SPAN("3")), ERR_DENIED);
    CHECK(database_detail(reader)[0] != '\0');

    /* the writer may go first, and the reader still reads */
    database_close(db);
    CHECK_EQ(notebook_count(reader), 2);
    database_close(reader);
    reader = notebook_open(path, true);
    CHECK_EQ(notebook_count(reader), 2);
    database_close(reader);
    scratch_folder_remove();
}

/* ---- transactions ---- */

static void test_transactions(void)
{
    struct database *db = notebook_open(":memory:", false);

    CHECK_EQ(database_begin(db), OK);
    CHECK_EQ(notebook_insert(db, "a", SPAN("1")), OK);
    database_rollback(db);
    database_rollback(db);
    CHECK_EQ(notebook_count(db), 0);

    CHECK_EQ(database_begin(db), OK);
    CHECK_EQ(notebook_insert(db, "a", SPAN("1")), OK);
    CHECK_EQ(notebook_insert(db, "a", SPAN("2")), ERR_CONFLICT);
    CHECK_EQ(notebook_insert(db, "b", SPAN("3")), OK);
    CHECK_EQ(database_commit(db), OK);
    CHECK_EQ(notebook_count(db), 2);
    CHECK(!database_is_broken(db));
    database_close(db);
}

/* Unfinished work is not kept by closing. */
static void test_close_rolls_back(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);

    CHECK_EQ(notebook_insert(db, "kept", SPAN("")), OK);
    CHECK_EQ(database_begin(db), OK);
    CHECK_EQ(notebook_insert(db, "lost", SPAN("")), OK);
    database_close(db);
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 1);
    database_close(db);
    scratch_folder_remove();
}

/* A transaction of several pages into which the n-th step of `kind` fails. */
static enum err failing_commit(struct database *db, long n, enum disk_step kind, int error)
{
    CHECK_EQ(database_begin(db), OK);
    CHECK_EQ(notebook_insert(db, "new", notebook_zeroes(20000)), OK);
    disk_faults_at(n, kind, error, true);
    enum err rc = database_commit(db);
    if (!rc)
        disk_faults_at(0, kind, 0, false);
    return rc;
}

static void check_failure(long n, enum disk_step kind, int error, enum err want, bool breaks)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);

    CHECK_EQ(notebook_insert(db, "old", notebook_zeroes(100)), OK);
    CHECK_EQ(failing_commit(db, n, kind, error), want);
    CHECK(database_detail(db)[0] != '\0');
    CHECK_EQ(database_is_broken(db), breaks);
    disk_faults_at(0, kind, 0, false);
    if (breaks) {
        database_close(db);
        db = notebook_open(path, false);
        CHECK_STR(notebook_detail, "");
    } else {
        CHECK_EQ(notebook_count(db), 1);
    }
    CHECK(notebook_count(db) >= 1); /* a commit that was written but not synced may come back */
    CHECK_EQ(notebook_insert(db, "newer", notebook_zeroes(20000)), OK);
    CHECK(notebook_is_intact(db));
    database_close(db);
    scratch_folder_remove();
}

static void test_failing_disk(void)
{
    for (long n = 1; n <= 5; n++) {
        check_failure(n, DISK_WRITE, ENOSPC, ERR_NO_SPACE, false);
        check_failure(n, DISK_WRITE, EIO, ERR_IO, true);
        check_failure(n, DISK_WRITE, EDQUOT, ERR_NO_SPACE, true);
        check_failure(n, DISK_WRITE, EFBIG, ERR_NO_SPACE, true);
    }
    check_failure(1, DISK_SYNC, EIO, ERR_IO, true);
    check_failure(1, DISK_SYNC, ENOSPC, ERR_NO_SPACE, true);
}

/* Opening meets a failing disk at every step of its way. */
static void test_failing_disk_at_open(void)
{
    long n = 1;

    for (bool done = false; !done; n++) {
        (void)scratch_folder_make();
        const char *path = scratch_folder_path("notes.db");
        struct database *db = NULL;
        disk_faults_at(n, DISK_ANY, EIO, true);
        enum err rc = notebook_try_open(path, &notebook_schema, false, &db);
        done = !disk_faults_has_failed();
        disk_faults_at(0, DISK_ANY, 0, false);
        CHECK_EQ(rc, done ? OK : ERR_IO);
        database_close(db);
        db = notebook_open(path, false);
        CHECK_STR(notebook_detail, "");
        CHECK_EQ(notebook_insert(db, "a", SPAN("b")), OK);
        database_close(db);
        scratch_folder_remove();
    }
    CHECK(n > 5);
}

static void test_file_size_limit(void)
{
    struct rlimit before, small = {64 * 1024, RLIM_INFINITY};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;

    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    CHECK_EQ(notebook_insert(db, "small", notebook_zeroes(1000)), OK);
    CHECK_EQ(sigaction(SIGXFSZ, &ignore, &old), 0);
    CHECK_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    CHECK_EQ(notebook_insert(db, "large", notebook_zeroes(200000)), ERR_NO_SPACE);
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    CHECK_EQ(sigaction(SIGXFSZ, &old, NULL), 0);
    database_close(db);
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 1);
    CHECK(notebook_is_intact(db));
    database_close(db);
    scratch_folder_remove();
}

/* ---- the log, and free pages ---- */

static void test_checkpoints(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false), *reader = notebook_open(path, true);
    struct statement s;
    bool has_row;

    CHECK_EQ(database_wal_size(db), 0);
    for (unsigned i = 0; i < 5; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "n%u", i);
        CHECK_EQ(notebook_insert(db, name, notebook_zeroes(1000000)), OK);
    }
    /* nobody checkpoints but when told to */
    CHECK(database_wal_size(db) > 5000000);
    CHECK(notebook_file_size("notes.db-wal") > 5000000);

    /* a reader in the middle of its work keeps the log from being emptied */
    CHECK_EQ(statement_init(&s, reader, "SELECT id FROM note"), OK);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    CHECK(has_row);
    CHECK_EQ(notebook_insert(db, "after", notebook_zeroes(1)), OK);
    CHECK_EQ(database_checkpoint(db, false), ERR_BUSY);
    CHECK_EQ(database_checkpoint(db, true), ERR_BUSY);
    CHECK(!database_is_broken(db));
    statement_fini(&s);

    CHECK_EQ(database_checkpoint(db, false), OK);
    CHECK_EQ(notebook_insert(db, "again", notebook_zeroes(1)), OK);
    CHECK(database_wal_size(db) < 100000);
    CHECK_EQ(database_checkpoint(db, true), OK);
    CHECK_EQ(notebook_file_size("notes.db-wal"), 0);
    database_close(reader);
    database_close(db);
    scratch_folder_remove();
}

static void test_shrinking(void)
{
    (void)scratch_folder_make();
    struct database *db = notebook_open(scratch_folder_path("notes.db"), false);
    struct database_size full, empty, shrunk;

    CHECK_EQ(notebook_insert(db, "large", notebook_zeroes(1000000)), OK);
    CHECK_EQ(database_measure(db, &full), OK);
    CHECK_EQ(database_exec(db, "DELETE FROM note"), OK);
    CHECK_EQ(database_measure(db, &empty), OK);
    CHECK(full.used > 1000000 && full.unused == 0);
    CHECK(empty.used < 100000 && empty.unused > 900000);
    CHECK_EQ(database_shrink(db, 10), OK);
    CHECK_EQ(database_measure(db, &shrunk), OK);
    CHECK_EQ(empty.unused - shrunk.unused, 10 * 4096);
    CHECK_EQ(database_shrink(db, 10000), OK);
    CHECK_EQ(database_measure(db, &shrunk), OK);
    CHECK_EQ(shrunk.unused, 0);
    CHECK_EQ(database_checkpoint(db, true), OK);
    CHECK(notebook_file_size("notes.db") < 100000);
    database_close(db);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_one_writer), TEST(test_killed_writer_leaves_no_lock), TEST(test_reader),
           TEST(test_transactions), TEST(test_close_rolls_back), TEST(test_failing_disk),
           TEST(test_failing_disk_at_open), TEST(test_file_size_limit), TEST(test_checkpoints),
           TEST(test_shrinking))
