#include "store/database_connect.h"

#include "store/database_error.h"
#include "store/migrations.h"
#include "store/statement.h"

#include <assert.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BUSY_MS       5000
#define CHECKED_BYTES (64 * 1024 * 1024) /* read whole in about 0.1 s */

static enum err open_handle(struct database *db)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW |
                SQLITE_OPEN_EXRESCODE;

    /* Never SQLITE_OPEN_CREATE: private_file made the file, with its mode. */
    flags |= db->options.is_reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    return database_error_note(db, sqlite3_open_v2(db->path, &db->handle, flags, NULL));
}

/* The file may be hostile (somebody's journal from a bug report): no code in its schema
 * runs, and SQL cannot break the file format. */
static enum err harden(struct database *db)
{
    static const struct {
        int option, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && code == SQLITE_OK; i++)
        code = sqlite3_db_config(db->handle, settings[i].option, settings[i].value, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                                 (int)db->options.is_reader, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(db->handle, BUSY_MS);
    return database_error_note(db, code);
}

/* contains(bytes, part): what instr() tells, several times as fast. */
static void contains(sqlite3_context *context, int len, sqlite3_value **arguments)
{
    const void *bytes = sqlite3_value_blob(arguments[0]);
    const void *part = sqlite3_value_blob(arguments[1]);
    int bytes_len = sqlite3_value_bytes(arguments[0]);
    int part_len = sqlite3_value_bytes(arguments[1]);

    (void)len;
    sqlite3_result_int(context, bytes && part &&
                                    memmem(bytes, (size_t)bytes_len, part, (size_t)part_len));
}

static int on_commit(void *context, sqlite3 *handle, const char *name, int pages)
{
    struct database *db = context;

    (void)handle;
    (void)name;
    db->wal_size = (uint64_t)pages * 4096;
    return SQLITE_OK;
}

static enum err tune(struct database *db)
{
    /* Deleted messages are overwritten where that costs no extra page. */
    enum err e = database_exec(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                                   "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                                   "PRAGMA secure_delete=FAST; PRAGMA cache_size=-8192;"
                                   "PRAGMA journal_size_limit=8388608");
    if (e)
        return e;
    int code = sqlite3_create_function(db->handle, "contains", 2,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                       NULL, contains, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_wal_autocheckpoint(db->handle, 0);
    (void)sqlite3_wal_hook(db->handle, on_commit, db);
    return database_error_note(db, code);
}

/* auto_vacuum only acts on an empty file, and must come before the log. */
static enum err enable_log(struct database *db)
{
    struct statement s;
    bool has_row = false;
    enum err e = database_exec(db, "PRAGMA auto_vacuum=INCREMENTAL");

    if (e)
        return e;
    e = statement_init(&s, db, "PRAGMA journal_mode=WAL");
    if (!e)
        e = statement_step(&s, &has_row);
    if (!e && !db->is_memory && !(has_row && span_is(statement_span(&s, 0), SPAN("wal")))) {
        detail_write(db->detail,
                     "%s is on a file system that cannot keep it safely: choose another path",
                     db->path);
        e = ERR_UNSUPPORTED;
    }
    statement_fini(&s);
    return e;
}

/* The check also tells as a finding that it could not read a page, for whatever reason:
 * out of memory is no damage. */
static enum err judge(struct database *db, struct span finding)
{
    static const struct span mark = {"error code=", 11};
    size_t at = span_find_span(finding, mark);
    char text[160];
    uint64_t code = 0;

    if (at < finding.len)
        (void)span_parse_u64(span_slice(finding, at + mark.len, finding.len), &code);
    if (code > 0 && code < INT_MAX)
        return database_error_note(db, (int)code);
    (void)snprintf(text, sizeof(text), "%.*s", (int)finding.len, finding.ptr);
    return database_error_damaged(db, text);
}

static enum err check_pages(struct database *db)
{
    struct statement s;
    bool has_row = false;
    enum err e = statement_init(&s, db, "PRAGMA quick_check(1)");

    if (!e)
        e = statement_step(&s, &has_row);
    struct span text = !e && has_row ? statement_span(&s, 0) : SPAN("the check says nothing");
    if (!e && !span_is(text, SPAN("ok")))
        e = judge(db, text);
    statement_fini(&s);
    return e;
}

static bool is_checked(const struct database *db)
{
    struct stat st;

    return !db->is_memory && stat(db->path, &st) == 0 && st.st_size <= CHECKED_BYTES;
}

/* Cut to nothing.  One that its owner has deleted is begun anew. */
static enum err refuse_emptied(struct database *db, unsigned version)
{
    if (version > 0 || db->options.sets_aside || !db->had_file || !db->lock.had_writer)
        return OK;
    return database_error_damaged(db, "it is empty, although it was in use before");
}

static enum err prepare_writer(struct database *db)
{
    unsigned version = 0;
    enum err e = migrations_identify(db, &version);

    if (!e)
        e = refuse_emptied(db, version);
    if (!e)
        e = enable_log(db);
    if (!e && version > 0 && is_checked(db))
        e = check_pages(db);
    if (!e)
        e = migrations_run(db, version);
    if (e)
        return e;
    /* What a crash left in the log goes where it belongs, and is on the disk again. */
    e = database_checkpoint(db, true);
    return e == ERR_BUSY ? OK : e;
}

static enum err prepare_reader(struct database *db)
{
    unsigned version = 0;
    enum err e = migrations_identify(db, &version);

    if (e || version == db->options.schema->version)
        return e;
    if (version == 0) {
        detail_write(db->detail, "%s is still empty", db->path);
        return ERR_NOT_FOUND;
    }
    detail_write(db->detail,
                 "%s was written by an older version of Hookline: start its writer once, which "
                 "brings it up to date",
                 db->path);
    return ERR_VERSION;
}

/* `e` is how far it came.  With a damaged header it is the lock that says whose it is. */
static enum err prepare_rescuer(struct database *db, enum err e)
{
    unsigned version = 0;

    if (!e)
        e = migrations_identify(db, &version);
    bool is_known = !e || e == ERR_VERSION;
    if (is_known)
        e = database_checkpoint(db, true);
    if (!is_known && !db->lock.had_writer && e != ERR_NOMEM) {
        detail_write(db->detail, "%s cannot be read, and nothing shows that it is an %s",
                     db->path, db->options.schema->what);
        return ERR_CONFIG;
    }
    bool is_damage = e == ERR_CORRUPT || e == ERR_IO || e == ERR_BUSY || e == ERR_CONFIG;
    return is_damage ? OK : e;
}

enum err database_connect(struct database *db)
{
    db->is_broken = false;
    enum err e = open_handle(db);

    if (!e)
        e = harden(db);
    if (!e)
        e = tune(db);
    if (db->options.is_rescuer)
        return prepare_rescuer(db, e);
    if (e)
        return e;
    return db->options.is_reader ? prepare_reader(db) : prepare_writer(db);
}

void database_connect_end(struct database *db)
{
    if (!db->handle)
        return;
    if (db->is_broken)
        (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    int code = sqlite3_close(db->handle);
    assert(code == SQLITE_OK); /* else a statement is not finished */
    (void)code;
    db->handle = NULL;
    db->wal_size = 0;
}
