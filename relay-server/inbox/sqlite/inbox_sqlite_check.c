#include "relay-server/inbox/sqlite/inbox_sqlite_check.h"

#include "relay-server/inbox/sqlite/inbox_schema_table.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PAGE_FINDINGS "20" /* as many of SQLite's: one bad page makes hundreds */

void inbox_sqlite_check_note(struct inbox_sqlite_check *c, const char *format, ...)
{
    char line[DETAIL_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    c->findings++;
    c->found(c->owner, line);
}

/* Damage is a finding, anything else ends the check. */
static enum err judge(struct inbox_sqlite_check *c, struct database *db, enum err rc,
                      const char *where)
{
    if (rc != ERR_CORRUPT)
        return rc;
    c->is_torn = true;
    inbox_sqlite_check_note(c, "%s: %.300s", where, database_detail(db));
    return OK;
}

/* ---- pages ---- */

static enum err check_pages(struct inbox_sqlite_check *c, struct database *db)
{
    struct statement s;
    bool has_row = true;
    enum err rc = statement_init(&s, db, "PRAGMA integrity_check(" PAGE_FINDINGS ")");

    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        struct span text = !rc && has_row ? statement_span(&s, 0) : SPAN("ok");

        if (span_is(text, SPAN("ok")))
            continue;
        c->is_torn = true;
        inbox_sqlite_check_note(c, "pages: %.*s", (int)text.len, text.ptr);
    }
    statement_fini(&s);
    return judge(c, db, rc, "pages");
}

/* ---- records ---- */

struct checking {
    struct inbox_sqlite_check *check;
    struct inbox_sqlite_read read;
};

static enum err check_record(void *owner, const struct inbox_found *f)
{
    struct checking *k = owner;
    struct inbox_sqlite_check *c = k->check;
    struct inbox_found whole;
    uint64_t seq = f->row.seq;
    enum err rc = inbox_sqlite_read_one(&k->read, seq, false, &whole);

    if (rc == ERR_NOT_FOUND) { /* it is there, but not where it belongs */
        whole.damage = INBOX_RECORD_DAMAGED;
        rc = OK;
    }
    if (!rc && !whole.damage) {
        c->records++;
        c->aside += whole.is_aside;
        c->bytes += whole.row.content_len + INBOX_RECORD_EXTRA;
    } else if (!rc) {
        c->damaged++;
        inbox_sqlite_check_note(c, "delivery %" PRIu64 ": %s", seq,
                                inbox_damage_text(whole.damage));
    }
    inbox_sqlite_read_done(&k->read);
    return rc;
}

static enum err check_records(struct inbox_sqlite_check *c, struct database *db)
{
    struct checking k = {.check = c};
    enum err rc = inbox_sqlite_read_init(&k.read, db);

    if (!rc)
        rc = inbox_sqlite_read_records(db, check_record, &k);
    inbox_sqlite_read_fini(&k.read);
    return judge(c, db, rc, "deliveries");
}

/* ---- all else ---- */

static enum err count(struct inbox_sqlite_check *c, struct database *db, const char *sql,
                      const char *what)
{
    uint64_t found = 0;
    enum err rc = statement_query_u64(db, sql, &found);

    if (!rc && found > 0)
        inbox_sqlite_check_note(c, "%" PRIu64 " %s", found, what);
    return judge(c, db, rc, what);
}

static enum err check_mark(struct inbox_sqlite_check *c, struct database *db)
{
    uint64_t mark = 0, highest = 0;
    enum err rc = statement_query_u64(db, "SELECT seq FROM mark WHERE id = 1", &mark);

    if (!rc)
        rc = statement_query_u64(db, "SELECT max(seq) FROM record", &highest);
    if (rc == ERR_NOT_FOUND || (!rc && (mark > INBOX_SEQ_MAX || mark < highest))) {
        inbox_sqlite_check_note(c, "the count of deliveries is damaged");
        return OK;
    }
    return judge(c, db, rc, "the count of deliveries");
}

static enum err ignore_tunnel(void *owner, const struct inbox_tunnel *t)
{
    (void)owner;
    (void)t;
    return OK;
}

static enum err check_tunnels(struct inbox_sqlite_check *c, struct database *db)
{
    size_t damaged = 0;
    enum err rc = inbox_sqlite_read_tunnels(db, ignore_tunnel, NULL, &damaged);

    if (damaged > 0)
        inbox_sqlite_check_note(c, "%zu tunnels: their checksums do not fit", damaged);
    return judge(c, db, rc, "tunnels");
}

static enum err check_all(struct inbox_sqlite_check *c, struct database *db)
{
    enum err rc = check_pages(c, db);

    if (!rc)
        rc = check_records(c, db);
    if (!rc)
        rc = count(c, db,
                   "SELECT count(*) FROM content WHERE seq NOT IN (SELECT seq FROM record)",
                   "contents belong to no delivery");
    if (!rc)
        rc = count(c, db, "SELECT count(*) FROM note WHERE seq NOT IN (SELECT seq FROM record)",
                   "notes belong to no delivery");
    if (!rc)
        rc = check_mark(c, db);
    return rc ? rc : check_tunnels(c, db);
}

/* In one transaction, so that a relay at work does not change what is compared. */
enum err inbox_sqlite_check_run(struct inbox_sqlite_check *c, struct database *db)
{
    c->records = c->aside = c->bytes = c->damaged = c->findings = 0;
    c->is_torn = false;
    enum err rc = database_exec(db, "BEGIN");

    if (!rc)
        rc = check_all(c, db);
    database_rollback(db);
    return rc;
}
