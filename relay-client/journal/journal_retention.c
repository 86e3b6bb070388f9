#include "relay-client/journal/journal_retention.h"

#include "base/container.h"

#define ROW_BYTES 1024 /* what an exchange takes beside its body, roughly */

enum err journal_retention_init(struct journal_retention *r, struct database *db)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&r->oldest, "SELECT id, arrived_ms, body_len FROM exchange"
                     "  WHERE id < (SELECT max(id) FROM exchange) ORDER BY id LIMIT ?"},
        {&r->delete_event, "DELETE FROM event WHERE id < ? * 128"},
        {&r->delete_answer, "DELETE FROM answer WHERE exchange < ?"},
        {&r->delete_request, "DELETE FROM request WHERE exchange < ?"},
        {&r->delete_exchange, "DELETE FROM exchange WHERE id < ?"},
    };
    enum err rc = OK;

    *r = (struct journal_retention){0};
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc;
}

void journal_retention_fini(struct journal_retention *r)
{
    statement_fini(&r->oldest);
    statement_fini(&r->delete_event);
    statement_fini(&r->delete_answer);
    statement_fini(&r->delete_request);
    statement_fini(&r->delete_exchange);
}

static enum err measure_excess(struct database *db, uint64_t keep_bytes, uint64_t *out)
{
    struct database_size size;
    enum err rc = database_measure(db, &size);

    if (!rc)
        *out = keep_bytes > 0 && size.used > keep_bytes ? size.used - keep_bytes : 0;
    return rc;
}

/* The first id that stays, 0: all do.  A young row ends it, even if older ones are
 * behind it: the wall clock was moved, and which of them is right cannot be told. */
static enum err find_cut(struct statement *oldest, uint64_t excess, uint64_t expired_ms,
                         uint64_t *cut)
{
    uint64_t freed = 0;
    bool has_row = true;
    enum err rc = OK;

    *cut = 0;
    statement_bind_u64(oldest, 1, JOURNAL_RETENTION_ROWS);
    while (!rc && has_row && freed < JOURNAL_RETENTION_BYTES) {
        rc = statement_step(oldest, &has_row);
        if (rc || !has_row)
            break;
        if (freed >= excess && statement_u64(oldest, 1) >= expired_ms)
            break;
        *cut = statement_u64(oldest, 0) + 1;
        freed += statement_u64(oldest, 2) + ROW_BYTES;
    }
    statement_reset(oldest);
    return rc;
}

/* Parents last. */
static enum err delete_before(struct journal_retention *r, struct database *db, uint64_t cut)
{
    struct statement *const all[] = {&r->delete_event, &r->delete_answer, &r->delete_request,
                                     &r->delete_exchange};
    enum err rc = database_begin(db);

    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++) {
        statement_bind_u64(all[i], 1, cut);
        rc = statement_run(all[i]);
    }
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

enum err journal_retention_step(struct journal_retention *r, struct database *db,
                                const struct journal_limits *limits, uint64_t wall_ms,
                                bool *more)
{
    uint64_t excess = 0, cut = 0;
    uint64_t expired_ms =
        limits->keep_ms > 0 && wall_ms > limits->keep_ms ? wall_ms - limits->keep_ms : 0;
    enum err rc = measure_excess(db, limits->keep_bytes, &excess);

    if (!rc)
        rc = find_cut(&r->oldest, excess, expired_ms, &cut);
    *more = !rc && cut > 0;
    return *more ? delete_before(r, db, cut) : rc;
}
