/* The happy path:
 *  1. The damaged file is opened under the writer's lock, and looked at; when nothing is
 *     found, that was all.
 *  2. A new file is begun beside it.  Through SQLite all records come over whose checksums
 *     fit; when pages are damaged, the rest is looked for page by page: records first, then
 *     their contents.  What lacks one of both is dropped again, and said.
 *  3. Notes, tunnels and the count of deliveries follow, as far as they can be read.
 *  4. The new file is closed, the old one gets another name, the new one its name.
 *
 * What can go wrong: the disk is full, or the process dies.  The old file is in its place
 * then; what was begun beside it is deleted by the next repair. */
#include "relay-server/inbox/sqlite/inbox_repair.h"

#include "base/container.h"
#include "relay-server/inbox/sqlite/inbox_schema_table.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_write.h"
#include "relay-server/inbox/sqlite/inbox_torn.h"
#include "store/database_upkeep.h"

#include <stdio.h>
#include <unistd.h>

#define GROUP         1000u /* records in one transaction */
#define NEW_PATH_SIZE (DATABASE_PATH_MAX + 16)

struct repair {
    struct inbox_repair *report;
    struct database *old, *new; /* owned */
    struct inbox_sqlite_read read;
    struct inbox_sqlite_write write;
    uint64_t written; /* in this transaction */
};

/* ---- through SQLite ---- */

/* Between two of them the log is bounded. */
static enum err next_group(struct repair *r)
{
    enum err rc = database_commit(r->new);

    if (!rc)
        rc = database_upkeep_log(r->new);
    return rc ? rc : database_begin(r->new);
}

/* What cannot be read of the old file is no failure of ours. */
static enum err excuse(enum err rc)
{
    return rc == ERR_CORRUPT || rc == ERR_IO || rc == ERR_NOT_FOUND ? OK : rc;
}

static enum err excuse_old(const struct repair *r, enum err rc)
{
    return database_is_broken(r->new) ? rc : excuse(rc);
}

/* A damaged note says nothing about its record, which is kept without it. */
static enum err copy_record(void *owner, const struct inbox_found *f)
{
    struct repair *r = owner;
    struct inbox_found whole;
    enum err rc = inbox_sqlite_read_one(&r->read, f->row.seq, false, &whole);

    if (!rc && whole.damage <= INBOX_NOTE_DAMAGED) {
        whole.row.attempts = 0; /* notes come later */
        rc = inbox_sqlite_write_put(&r->write, &whole.row);
        r->written += rc == OK;
        if (rc == ERR_CONFLICT) /* a torn page may show it twice */
            rc = OK;
    }
    inbox_sqlite_read_done(&r->read);
    if (!rc && r->written == GROUP) {
        r->written = 0;
        rc = next_group(r);
    }
    return excuse_old(r, rc);
}

static enum err copy_notes(struct repair *r)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, r->old, "SELECT seq, attempts, reason, sum FROM note");

    while (!rc && has_row) {
        struct inbox_sqlite_note note;

        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        inbox_sqlite_read_note(&s, 0, &note);
        if (note.is_good)
            rc = inbox_sqlite_write_note(&r->write, note.seq, note.attempts, note.reason);
    }
    statement_fini(&s);
    return excuse_old(r, rc);
}

static enum err copy_tunnel(void *owner, const struct inbox_tunnel *t)
{
    struct repair *r = owner;

    return inbox_sqlite_write_tunnel(&r->write, t);
}

static enum err copy_mark(struct repair *r)
{
    uint64_t mark = 0, highest = 0;
    enum err rc = statement_query_u64(r->new, "SELECT max(seq) FROM record", &highest);

    if (rc)
        return rc;
    if (statement_query_u64(r->old, "SELECT seq FROM mark WHERE id = 1", &mark) ||
        mark > INBOX_SEQ_MAX || mark < highest)
        mark = highest;
    return inbox_sqlite_write_mark(&r->write, mark);
}

static enum err copy_records(struct repair *r)
{
    enum err rc = inbox_sqlite_read_init(&r->read, r->old);

    if (!rc)
        rc = inbox_sqlite_read_records(r->old, copy_record, r);
    inbox_sqlite_read_fini(&r->read);
    return excuse_old(r, rc);
}

static enum err copy_rest(struct repair *r)
{
    size_t damaged;
    enum err rc = copy_notes(r);

    if (!rc)
        rc = excuse_old(r, inbox_sqlite_read_tunnels(r->old, copy_tunnel, r, &damaged));
    return rc ? rc : copy_mark(r);
}

/* ---- all together ---- */

static enum err count(struct repair *r)
{
    struct inbox_repair *report = r->report;
    uint64_t all = 0;
    enum err rc = statement_query_u64(r->new, "SELECT count(*) FROM record", &all);

    if (!rc)
        rc = statement_query_u64(r->new, "SELECT count(*) FROM note WHERE reason IS NOT NULL",
                                 &report->aside);
    report->kept = all - report->aside;
    return rc;
}

static enum err fill(struct repair *r, const char *path)
{
    struct inbox_repair *report = r->report;
    enum err rc = inbox_sqlite_write_init(&r->write, r->new);

    if (!rc)
        rc = database_begin(r->new);
    if (!rc)
        rc = copy_records(r);
    if (!rc && report->check.is_torn)
        rc = inbox_torn_salvage(r->new, &r->write, path, &report->check, &report->salvaged);
    if (!rc)
        rc = copy_rest(r);
    if (!rc)
        rc = database_commit(r->new);
    if (!rc)
        rc = count(r);
    if (!rc)
        rc = database_checkpoint(r->new, true);
    if (rc)
        detail_write(report->detail, "%s",
                     rc == ERR_NOMEM ? err_text(rc) : database_detail(r->new));
    inbox_sqlite_write_fini(&r->write);
    return rc;
}

/* Also what a repair that was interrupted has left. */
static void remove_new(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    char name[NEW_PATH_SIZE + 8];

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        (void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
        (void)unlink(name);
    }
}

/* Takes over the old database. */
static enum err make_new(struct repair *r, const char *path, const struct clock *clock)
{
    struct inbox_repair *report = r->report;
    char new_path[NEW_PATH_SIZE];
    const struct database_options options = {
        .path = new_path, .schema = &inbox_schema, .clock = clock};

    (void)snprintf(new_path, sizeof(new_path), "%s.repaired", path);
    remove_new(new_path);
    enum err rc = database_open(&options, &r->new, report->detail);
    if (!rc)
        rc = fill(r, path);
    database_close(r->new);
    if (!rc) {
        rc = database_set_aside_for(r->old, new_path, report->detail);
        r->old = NULL;
    }
    if (rc)
        remove_new(new_path);
    else
        detail_write(report->old_path, "%s", report->detail);
    return rc;
}

/* Does it have just the tables that this version makes, or none at all?  Then a number that
 * says otherwise is damaged. */
static enum err compare_tables(struct database *db, bool *out)
{
    const struct database_options options = {
        .path = ":memory:", .schema = &inbox_schema, .clock = clock_system()};
    static const char sql[] = "SELECT group_concat(sql) FROM sqlite_schema";
    char detail[DETAIL_MAX];
    struct statement ours = {0}, theirs = {0};
    struct database *memory = NULL;
    bool has_row;
    enum err rc = database_open(&options, &memory, detail);

    if (!rc)
        rc = statement_init(&ours, memory, sql);
    if (!rc)
        rc = statement_step(&ours, &has_row);
    if (!rc)
        rc = statement_init(&theirs, db, sql);
    if (!rc)
        rc = statement_step(&theirs, &has_row);
    *out = !rc && (statement_is_null(&theirs, 0) ||
                   span_is(statement_span(&ours, 0), statement_span(&theirs, 0)));
    statement_fini(&ours);
    statement_fini(&theirs);
    database_close(memory);
    return rc;
}

static enum err check_version(struct repair *r)
{
    struct inbox_repair *report = r->report;
    uint64_t kind = 0, version = 0;
    bool is_ours = false;
    enum err rc = statement_query_u64(r->old, "PRAGMA application_id", &kind);

    if (!rc)
        rc = statement_query_u64(r->old, "PRAGMA user_version", &version);
    if (rc || (kind == inbox_schema.application_id && version == inbox_schema.version))
        return excuse(rc);
    rc = excuse(compare_tables(r->old, &is_ours));
    if (rc)
        return rc;
    if (!is_ours) {
        detail_write(report->detail,
                     "it was written by another version of Hookline: repair it with that one");
        return ERR_VERSION;
    }
    inbox_sqlite_check_note(&report->check, "the mark of the file is damaged");
    return OK;
}

static enum err look(struct repair *r)
{
    enum err rc = inbox_sqlite_check_run(&r->report->check, r->old);

    if (rc == ERR_IO) { /* a sector that cannot be read */
        r->report->check.is_torn = true;
        inbox_sqlite_check_note(&r->report->check, "%s", database_detail(r->old));
        rc = OK;
    }
    if (rc)
        detail_write(r->report->detail, "%s",
                     rc == ERR_NOMEM ? err_text(rc) : database_detail(r->old));
    return rc ? rc : check_version(r);
}

enum err inbox_repair_run(struct inbox_repair *report, const char *path,
                          const struct clock *clock)
{
    struct repair r = {.report = report};
    const struct database_options options = {
        .path = path, .schema = &inbox_schema, .clock = clock, .is_rescuer = true};
    enum err rc = database_open(&options, &r.old, report->detail);

    report->is_done = false;
    if (!rc)
        rc = look(&r);
    if (!rc && report->check.findings > 0) {
        rc = make_new(&r, path, clock);
        report->is_done = !rc;
    }
    database_close(r.old);
    return rc;
}
