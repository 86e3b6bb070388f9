#include "relay-client/journal/writer/journal_purge.h"

#include "relay-client/journal/journal_edit.h"

#define STEP 128u

/* What waits for the disk waits for this: a step is also over when it has enough bytes. */
static enum err find(struct database *db, uint64_t wall_ms, uint64_t out[static STEP],
                     size_t *len)
{
    struct statement s;
    bool has_row = true;
    uint64_t until_ms = wall_ms > JOURNAL_UNDO_MS ? wall_ms - JOURNAL_UNDO_MS : 0, bytes = 0;
    enum err rc = statement_init(
        &s, db,
        "SELECT d.exchange, coalesce(length(r.body), 0) + coalesce(length(a.body), 0)"
        "  FROM deletion d LEFT JOIN request r ON r.exchange = d.exchange"
        "  LEFT JOIN answer a ON a.exchange = d.exchange WHERE d.deleted_ms <= ? LIMIT ?");

    *len = 0;
    if (!rc) {
        statement_bind_u64(&s, 1, until_ms);
        statement_bind_u64(&s, 2, STEP);
        rc = statement_step(&s, &has_row);
    }
    while (!rc && has_row) {
        out[(*len)++] = statement_u64(&s, 0);
        bytes += statement_u64(&s, 1);
        if (*len == STEP || bytes >= JOURNAL_RETENTION_BYTES)
            break;
        rc = statement_step(&s, &has_row);
    }
    statement_fini(&s);
    return rc;
}

/* The numbers of those that go are not given again. */
static enum err erase_all(struct journal_retention *r, struct database *db, const uint64_t *ids,
                          size_t len)
{
    enum err rc = database_begin(db);

    if (rc)
        return rc;
    rc = database_exec(db, "UPDATE progress SET newest = max(newest,"
                           "  (SELECT coalesce(max(id), 0) FROM exchange))");
    for (size_t i = 0; !rc && i < len; i++)
        rc = journal_retention_erase(r, ids[i]);
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

enum err journal_purge_step(struct journal_retention *r, struct database *db, uint64_t wall_ms,
                            bool *more)
{
    uint64_t ids[STEP];
    size_t len = 0;
    enum err rc = find(db, wall_ms, ids, &len);

    *more = false;
    if (rc || len == 0)
        return rc;
    rc = database_exec(db, "PRAGMA secure_delete=ON");
    if (!rc)
        rc = erase_all(r, db, ids, len);
    if (!rc)
        rc = database_exec(db, "PRAGMA secure_delete=FAST");
    *more = !rc;
    return rc;
}
