#include "relay-client/journal/writer/journal_retention.h"

#include "base/container.h"
#include "relay-client/journal/search/journal_search_text.h"

#define CALLS     " (SELECT id FROM call WHERE exchange = ?1 AND exchange <> 0)"
#define ROW_BYTES 1024 /* what an exchange takes beside its body, roughly */

enum err journal_retention_init(struct journal_retention *r, struct database *db)
{
    /* Parents last. */
    static const char *const deletes[JOURNAL_RETENTION_TABLES] = {
        "DELETE FROM call_chat WHERE call IN" CALLS,
        "DELETE FROM call_body WHERE call IN" CALLS,
        "DELETE FROM call WHERE exchange = ?1 AND exchange <> 0",
        "DELETE FROM event WHERE id >= ?1 * 128 AND id < (?1 + 1) * 128",
        "DELETE FROM answer WHERE exchange = ?",
        "DELETE FROM summary WHERE exchange = ?",
        "DELETE FROM search WHERE exchange = ?",
        "DELETE FROM mark WHERE exchange = ?",
        "DELETE FROM deletion WHERE exchange = ?",
        "DELETE FROM request WHERE exchange = ?",
        "DELETE FROM exchange WHERE id = ?",
    };

    *r = (struct journal_retention){0};
    enum err rc = journal_call_retention_init(&r->calls, db);
    if (rc)
        return rc;
    /* with: is it a webhook that nobody has answered, or pending, or set aside; or pinned? */
    rc = statement_init(
        &r->oldest, db,
        "SELECT x.id, x.arrived_ms, x.body_len,"
        "  EXISTS (SELECT 1 FROM mark m WHERE m.exchange = x.id AND m.pinned)"
        "  OR CASE WHEN a.exchange IS NULL THEN x.webhook <> 0 AND x.replay_of = 0"
        "   AND x.simulated = 0"
        "  ELSE a.outcome IN (1, 2) END,"
        "  (SELECT total(c.size) FROM call c WHERE c.exchange = x.id AND c.exchange <> 0)"
        " FROM exchange x LEFT JOIN answer a ON a.exchange = x.id WHERE x.id > ?"
        "  AND x.id < (SELECT max(id) FROM exchange) ORDER BY x.id");
    for (size_t i = 0; !rc && i < ARRAY_LEN(deletes); i++)
        rc = statement_init(&r->erase[i], db, deletes[i]);
    return rc;
}

void journal_retention_fini(struct journal_retention *r)
{
    journal_call_retention_fini(&r->calls);
    statement_fini(&r->oldest);
    for (size_t i = 0; i < ARRAY_LEN(r->erase); i++)
        statement_fini(&r->erase[i]);
}

static enum err measure_excess(struct database *db, uint64_t keep_bytes, uint64_t *out)
{
    struct database_size size;
    enum err rc = database_measure(db, &size);

    if (!rc)
        *out = keep_bytes > 0 && size.used > keep_bytes ? size.used - keep_bytes : 0;
    return rc;
}

/* What is to go, and how far was looked for it. */
struct haul {
    uint64_t ids[JOURNAL_RETENTION_ROWS];
    size_t len, looks;
    uint64_t freed; /* bytes, roughly */
    uint64_t seen;  /* the last that was looked at */
    uint64_t at_ms; /* when the last that is to go arrived */
    bool is_over;   /* nothing behind it is to go */
};

static bool is_full(const struct haul *h)
{
    return h->len == JOURNAL_RETENTION_ROWS || h->looks == JOURNAL_RETENTION_LOOKS ||
           h->freed >= JOURNAL_RETENTION_BYTES;
}

/* A young row ends it, even if older ones are behind it: the wall clock was moved, and
 * which of them is right cannot be told. */
static void look(struct haul *h, const struct statement *oldest, uint64_t excess,
                 uint64_t expired_ms)
{
    h->is_over = h->freed >= excess && statement_u64(oldest, 1) >= expired_ms;
    if (h->is_over)
        return;
    h->looks++;
    h->seen = statement_u64(oldest, 0);
    if (statement_u64(oldest, 3) != 0)
        return;
    h->ids[h->len++] = h->seen;
    h->at_ms = statement_u64(oldest, 1);
    uint64_t body_len = statement_u64(oldest, 2);
    h->freed += statement_u64(oldest, 4) +
                (body_len <= JOURNAL_SEARCH_TEXT_MAX ? 2 * body_len : body_len) + ROW_BYTES;
}

static enum err find(struct statement *oldest, uint64_t after, uint64_t excess,
                     uint64_t expired_ms, struct haul *out)
{
    bool has_row = true;
    enum err rc = OK;

    statement_bind_u64(oldest, 1, after);
    while (!rc && !out->is_over && !is_full(out)) {
        rc = statement_step(oldest, &has_row);
        if (!rc && has_row)
            look(out, oldest, excess, expired_ms);
        else
            out->is_over = true;
    }
    statement_reset(oldest);
    return rc;
}

enum err journal_retention_erase(struct journal_retention *r, uint64_t exchange)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < ARRAY_LEN(r->erase); i++) {
        statement_bind_u64(&r->erase[i], 1, exchange);
        rc = statement_run(&r->erase[i]);
    }
    return rc;
}

static enum err delete_all(struct journal_retention *r, struct database *db,
                           const struct haul *h)
{
    enum err rc = h->len > 0 ? database_begin(db) : OK;

    if (rc || h->len == 0)
        return rc;
    for (size_t i = 0; !rc && i < h->len; i++)
        rc = journal_retention_erase(r, h->ids[i]);
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

enum err journal_retention_step(struct journal_retention *r, struct database *db,
                                const struct journal_limits *limits, uint64_t wall_ms,
                                bool *more)
{
    struct haul h = {.seen = r->passed};
    uint64_t excess = 0;
    uint64_t expired_ms =
        limits->keep_ms > 0 && wall_ms > limits->keep_ms ? wall_ms - limits->keep_ms : 0;
    enum err rc = measure_excess(db, limits->keep_bytes, &excess);

    if (!rc)
        rc = find(&r->oldest, r->passed, excess, expired_ms, &h);
    if (!rc)
        rc = delete_all(r, db, &h);
    r->passed = rc || h.is_over ? 0 : h.seen;
    *more = !rc && (h.len > 0 || !h.is_over);
    if (rc)
        return rc;
    /* What belongs to none goes with those of its time; on its own if there are none. */
    uint64_t until_ms = h.at_ms > expired_ms ? h.at_ms : expired_ms;
    if (excess > 0 && h.len == 0 && h.is_over)
        until_ms = UINT64_MAX;
    return journal_call_retention_step(&r->calls, db, until_ms, more);
}
