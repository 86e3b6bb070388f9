#include "store/database.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/notebook.h"
#include "tests/unit/support/scratch_folder.h"

struct image {
    uint8_t *bytes;
    size_t len;
};

static struct image make_image(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    char name[16];

    CHECK_EQ(database_begin(db), OK);
    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(name, sizeof(name), "note %u", i);
        CHECK_EQ(notebook_insert(db, name, notebook_zeroes(i % 50 ? 100 : 10000)), OK);
    }
    CHECK_EQ(database_commit(db), OK);
    CHECK_EQ(database_exec(db, "DELETE FROM note WHERE id % 50 = 7 OR id > 290"), OK);
    database_close(db);

    struct image image = {.len = (size_t)notebook_file_size("notes.db")};
    image.bytes = malloc(image.len);
    FILE *file = fopen(path, "re");
    CHECK(image.bytes && file);
    CHECK_EQ(fread(image.bytes, 1, image.len, file), image.len);
    (void)fclose(file);
    scratch_folder_remove();
    return image;
}

/* The name of the file that was set aside, in the scratch folder. */
static const char *name_aside(void)
{
    const char *at = strstr(notebook_detail, "notes.db.damaged-");
    static char name[64];

    CHECK(at && strstr(notebook_detail, "sqlite3 '") && strstr(notebook_detail, ".recover"));
    (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "'"), at);
    return name;
}

static void check_same(const char *name, const struct image *image)
{
    FILE *file = fopen(scratch_folder_path(name), "re");
    uint8_t *bytes = malloc(image->len + 1);

    CHECK(file && bytes);
    CHECK_EQ(fread(bytes, 1, image->len + 1, file), image->len);
    CHECK_MEM(bytes, image->bytes, image->len);
    (void)fclose(file);
    free(bytes);
}

/* True if the damage was found at once.  Either way there is a database to work with. */
static bool survives(const struct image *image)
{
    struct database *db = NULL;

    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    database_close(notebook_open(path, false)); /* the lock says that it was ours */
    (void)scratch_folder_write("notes.db", image->bytes, image->len, 0600);
    enum err rc = notebook_try_open(path, &notebook_schema, false, &db);
    bool is_found = notebook_detail[0] != '\0';
    if (rc == ERR_VERSION) { /* the damage says that it is from the future */
        scratch_folder_remove();
        return true;
    }
    CHECK_EQ(rc, OK);
    if (is_found) {
        check_same(name_aside(), image);
        CHECK_EQ(notebook_count(db), 0);
        CHECK_EQ(notebook_insert(db, "new", SPAN("body")), OK);
        CHECK(notebook_is_intact(db));
    } else {
        rc = notebook_insert(db, "new", SPAN("body"));
        CHECK(rc == OK || rc == ERR_CORRUPT);
    }
    database_close(db);
    scratch_folder_remove();
    return is_found;
}

static void test_damage_everywhere(void)
{
    struct image image = make_image();
    uint8_t saved[24];
    size_t found = 0, tried = 0;

    for (size_t at = 0; at + sizeof(saved) <= image.len; at += at < 120 ? 8 : 508) {
        memcpy(saved, image.bytes + at, sizeof(saved));
        memset(image.bytes + at, 0xff, sizeof(saved));
        found += survives(&image);
        memcpy(image.bytes + at, saved, sizeof(saved));
        tried++;
    }
    CHECK(found > 20 && found < tried); /* what notes say has no check of its own */
    free(image.bytes);
}

static void test_truncation(void)
{
    struct image image = make_image();
    const size_t full = image.len, cuts[] = {2, 15, 99, 100, 4095, 4096, full / 2, full - 4096};

    CHECK(!survives(&image)); /* one byte would be an empty database to SQLite */
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        image.len = cuts[i];
        CHECK(survives(&image));
    }
    free(image.bytes);
}

static void test_set_aside_twice_in_a_second(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    struct clock_fake clock;
    struct database_options options = {
        .path = path, .schema = &notebook_schema, .clock = &clock.base, .sets_aside = true};

    clock_fake_init(&clock, 1795894305000);
    for (unsigned i = 0; i < 3; i++) {
        database_close(db);
        (void)scratch_folder_write_text("notes.db", "rubbish, long enough", 0600);
        CHECK_EQ(database_open(&options, &db, notebook_detail), OK);
    }
    CHECK(strstr(notebook_detail, "notes.db.damaged-20261128T193145Z-3'"));
    CHECK_EQ(notebook_insert(db, "last words", SPAN("")), OK);
    CHECK_EQ(database_set_aside(db, notebook_detail), OK); /* found later, with its log */
    CHECK(strstr(notebook_detail, "notes.db.damaged-20261128T193145Z-4'"));
    CHECK(notebook_file_size("notes.db.damaged-20261128T193145Z-4-wal") > 0);
    CHECK_EQ(notebook_file_size("notes.db"), -1);
    db = notebook_open(path, false);
    CHECK_EQ(notebook_count(db), 0);
    database_close(db);
    scratch_folder_remove();
}

static void test_not_set_aside_unless_asked(void)
{
    (void)scratch_folder_make();
    const char *path = scratch_folder_path("notes.db");
    struct database *db = notebook_open(path, false);
    struct database_options options = {
        .path = path, .schema = &notebook_schema, .clock = clock_system()};

    database_close(db);
    db = NULL;
    (void)scratch_folder_write_text("notes.db", "rubbish, long enough", 0600);
    CHECK_EQ(database_open(&options, &db, notebook_detail), ERR_CORRUPT);
    CHECK(!db);
    CHECK_STR(scratch_folder_read("notes.db"), "rubbish, long enough");
    CHECK_EQ(notebook_open_fails(path, &notebook_schema, true), ERR_CORRUPT);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_damage_everywhere), TEST(test_truncation),
           TEST(test_set_aside_twice_in_a_second), TEST(test_not_set_aside_unless_asked))
