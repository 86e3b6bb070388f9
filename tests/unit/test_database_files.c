#include "store/database_path.h"

#include "tests/unit/check.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>
#include <unistd.h>

static void check_private_under(mode_t mask)
{
    mode_t before = umask(mask);

    (void)scratch_folder_make();
    struct database *db = notebook_open(scratch_folder_path("a/b/notes.db"), false);
    CHECK_EQ(notebook_insert(db, "x", SPAN("y")), OK);
    CHECK_EQ(scratch_folder_mode("a"), 0700);
    CHECK_EQ(scratch_folder_mode("a/b"), 0700);
    CHECK_EQ(scratch_folder_mode("a/b/notes.db"), 0600);
    CHECK_EQ(scratch_folder_mode("a/b/notes.db-wal"), 0600);
    CHECK_EQ(scratch_folder_mode("a/b/notes.db-shm"), 0600);
    CHECK_EQ(scratch_folder_mode("a/b/notes.db.lock"), 0600);
    database_close(db);
    /* a clean close leaves no log */
    CHECK_EQ(scratch_folder_count("a/b"), 2);
    scratch_folder_remove();
    umask(before);
}

static void test_files_are_private(void)
{
    check_private_under(0);
    check_private_under(022);
    check_private_under(0777);
}

static void test_existing_folder_keeps_its_mode(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(mkdir(scratch_folder_path("here"), 0755), 0);
    database_close(notebook_open(scratch_folder_path("here/notes.db"), false));
    CHECK_EQ(scratch_folder_mode("here"), 0755);
    scratch_folder_remove();
}

static void check_refused_mode(mode_t mode, enum err want)
{
    const char *path = scratch_folder_path("notes.db");

    CHECK_EQ(chmod(path, mode), 0);
    if (want) {
        CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), want);
        CHECK(strstr(notebook_detail, "chmod 600"));
        CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), want);
        CHECK_EQ(scratch_folder_mode("notes.db"), mode);
    } else {
        database_close(notebook_open(path, false));
    }
}

static void test_open_files_are_refused(void)
{
    (void)scratch_folder_make();
    database_close(notebook_open(scratch_folder_path("notes.db"), false));
    check_refused_mode(0604, ERR_DENIED);
    check_refused_mode(0640, ERR_DENIED);
    check_refused_mode(0601, ERR_DENIED);
    check_refused_mode(0600, OK);
    scratch_folder_remove();
}

static void test_open_folder_is_refused(void)
{
    const char *folder = scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");

    CHECK_EQ(chmod(folder, 0777), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_DENIED);
    CHECK(strstr(notebook_detail, "chmod go-w"));
    CHECK_EQ(chmod(folder, 01777), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_DENIED);
    CHECK_EQ(chmod(folder, 0755), 0);
    database_close(notebook_open(path, false));
    scratch_folder_remove();
}

static void test_foreign_owner_is_refused(void)
{
    if (geteuid() != 0)
        return; /* nobody else can give a file away */
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    database_close(notebook_open(path, false));
    CHECK_EQ(chown(path, 12345, 12345), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_DENIED);
    CHECK(strstr(notebook_detail, "another user"));
    scratch_folder_remove();
}

static void test_links_are_refused(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    const char *link = scratch_folder_path("link.db");
    database_close(notebook_open(path, false));

    CHECK_EQ(symlink(path, link), 0);
    CHECK_EQ(notebook_open_fails(link, &notebook_schema, false), ERR_DENIED);
    CHECK(strstr(notebook_detail, "symbolic link"));
    CHECK_EQ(notebook_open_fails(link, &notebook_schema, true), ERR_DENIED);
    CHECK_EQ(unlink(link), 0);

    /* to nothing: nothing may be created there */
    CHECK_EQ(symlink(scratch_folder_path("nowhere"), link), 0);
    CHECK_EQ(notebook_open_fails(link, &notebook_schema, false), ERR_DENIED);
    CHECK(access(scratch_folder_path("nowhere"), F_OK) != 0);

    /* of what SQLite keeps beside it */
    const char *log = scratch_folder_path("notes.db-wal");
    CHECK_EQ(symlink(scratch_folder_path("nowhere"), log), 0);
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, false), ERR_DENIED);
    CHECK_EQ(unlink(log), 0);

    /* a folder on the way may be one */
    CHECK_EQ(symlink(".", scratch_folder_path("here")), 0);
    database_close(notebook_open(scratch_folder_path("here/notes.db"), false));
    scratch_folder_remove();
}

static void test_strange_paths_are_refused(void)
{
    (void)scratch_folder_make();
    CHECK_EQ(mkdir(scratch_folder_path("folder"), 0700), 0);
    CHECK_EQ(notebook_open_fails(scratch_folder_path("folder"), &notebook_schema, false),
             ERR_CONFIG);
    CHECK_EQ(notebook_open_fails(scratch_folder_path("folder/"), &notebook_schema, false),
             ERR_CONFIG);
    database_close(notebook_open(scratch_folder_path("file"), false));
    CHECK_EQ(notebook_open_fails(scratch_folder_path("file/notes.db"), &notebook_schema, false),
             ERR_CONFIG);
    CHECK_EQ(
        notebook_open_fails(scratch_folder_path("missing/notes.db"), &notebook_schema, true),
        ERR_NOT_FOUND);
    scratch_folder_remove();
}

/* One folder of a chosen length, so that the whole path has `len` bytes. */
static const char *path_of_length(size_t len)
{
    char name[500];
    size_t used = strlen(scratch_folder_path("")), left = len - used - strlen("/n.db");

    memset(name, 'a', left);
    for (size_t i = 200; i < left; i += 201) /* NAME_MAX */
        name[i] = '/';
    (void)snprintf(name + left, sizeof(name) - left, "/n.db");
    return scratch_folder_path(name);
}

static void test_path_length(void)
{
    (void)scratch_folder_make();
    database_close(notebook_open(path_of_length(DATABASE_PATH_MAX - 2), false));
    database_close(notebook_open(path_of_length(DATABASE_PATH_MAX - 1), false));
    CHECK_EQ(notebook_open_fails(path_of_length(DATABASE_PATH_MAX), &notebook_schema, false),
             ERR_CONFIG);
    scratch_folder_remove();
}

static void test_missing_folder_cannot_be_made(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("gone/notes.db");

    CHECK_EQ(symlink("/proc/self/nothing", scratch_folder_path("gone")), 0);
    CHECK(notebook_open_fails(path, &notebook_schema, false) != OK);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_files_are_private), TEST(test_existing_folder_keeps_its_mode),
           TEST(test_open_files_are_refused), TEST(test_open_folder_is_refused),
           TEST(test_foreign_owner_is_refused), TEST(test_links_are_refused),
           TEST(test_strange_paths_are_refused), TEST(test_path_length),
           TEST(test_missing_folder_cannot_be_made))
