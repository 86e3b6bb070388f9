#include "tests/unit/support/notebook.h"

#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/stat.h>

static const char *const steps[] = {
    "CREATE TABLE note (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB) STRICT",
    "ALTER TABLE note ADD COLUMN extra INTEGER NOT NULL DEFAULT 7",
    "CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE note (id INTEGER)",
};
const struct database_schema notebook_schema = {"notebook", 0x1234567, steps, 1};
const struct database_schema notebook_schema_2 = {"notebook", 0x1234567, steps, 2};
const struct database_schema notebook_schema_bad = {"notebook", 0x1234567, steps, 3};
const struct database_schema notebook_schema_other = {"notebook", 0x7654321, steps, 1};

char notebook_detail[DETAIL_MAX];

enum err notebook_try_open(const char *path, const struct database_schema *schema,
                           bool is_reader, struct database **out)
{
    struct database_options options = {.path = path,
                                       .schema = schema,
                                       .clock = clock_system(),
                                       .is_reader = is_reader,
                                       .sets_aside = true};

    return database_open(&options, out, notebook_detail);
}

struct database *notebook_open(const char *path, bool is_reader)
{
    struct database *db = NULL;
    enum err rc = notebook_try_open(path, &notebook_schema, is_reader, &db);

    if (rc)
        (void)fprintf(stderr, "%s\n", notebook_detail);
    CHECK_EQ(rc, OK);
    return db;
}

enum err notebook_open_fails(const char *path, const struct database_schema *schema,
                             bool is_reader)
{
    struct database *db = NULL;
    enum err rc = notebook_try_open(path, schema, is_reader, &db);

    CHECK(rc != OK);
    CHECK(!db);
    CHECK(notebook_detail[0] != '\0');
    return rc;
}

enum err notebook_insert(struct database *db, const char *name, struct span body)
{
    struct statement s;
    enum err rc = statement_init(&s, db, "INSERT INTO note (name, body) VALUES (?, ?)");

    if (!rc) {
        statement_bind_text(&s, 1, span_text(name));
        statement_bind_blob(&s, 2, body);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

uint64_t notebook_count(struct database *db)
{
    uint64_t n = 0;

    CHECK_EQ(statement_query_u64(db, "SELECT count(*) FROM note", &n), OK);
    return n;
}

bool notebook_is_intact(struct database *db)
{
    struct statement s;
    bool has_row = false;

    CHECK_EQ(statement_init(&s, db, "PRAGMA integrity_check"), OK);
    CHECK_EQ(statement_step(&s, &has_row), OK);
    bool intact = has_row && span_is(statement_span(&s, 0), SPAN("ok"));
    statement_fini(&s);
    return intact;
}

struct span notebook_zeroes(size_t len)
{
    static const char bytes[1 << 20];

    return span_of(bytes, len);
}

off_t notebook_file_size(const char *name)
{
    struct stat st;

    return stat(scratch_folder_path(name), &st) == 0 ? st.st_size : -1;
}
