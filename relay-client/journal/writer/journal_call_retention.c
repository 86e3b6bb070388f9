#include "relay-client/journal/writer/journal_call_retention.h"

#include "base/container.h"

#define BYTES_MAX (4u * 1024 * 1024)

enum err journal_call_retention_init(struct journal_call_retention *r, struct database *db)
{
    /* Parents last. */
    static const char *const deletes[JOURNAL_CALL_RETENTION_TABLES] = {
        "DELETE FROM call_chat WHERE call = ?",
        "DELETE FROM call_body WHERE call = ?",
        "DELETE FROM call WHERE id = ?",
    };

    *r = (struct journal_call_retention){0};
    enum err rc = statement_init(&r->oldest, db,
                                 "SELECT id, size FROM call WHERE exchange = 0 AND at_ms < ?1"
                                 "  ORDER BY at_ms LIMIT ?2");
    for (size_t i = 0; !rc && i < ARRAY_LEN(deletes); i++)
        rc = statement_init(&r->erase[i], db, deletes[i]);
    return rc;
}

void journal_call_retention_fini(struct journal_call_retention *r)
{
    statement_fini(&r->oldest);
    for (size_t i = 0; i < ARRAY_LEN(r->erase); i++)
        statement_fini(&r->erase[i]);
}

static enum err find(struct statement *oldest, uint64_t until_ms,
                     uint64_t out[static JOURNAL_CALL_RETENTION_ROWS], size_t *len)
{
    uint64_t bytes = 0;
    bool has_row = true;
    enum err rc = OK;

    *len = 0;
    statement_bind_u64(oldest, 1, until_ms <= INT64_MAX ? until_ms : INT64_MAX);
    statement_bind_u64(oldest, 2, JOURNAL_CALL_RETENTION_ROWS);
    while (!rc && *len < JOURNAL_CALL_RETENTION_ROWS && bytes < BYTES_MAX) {
        rc = statement_step(oldest, &has_row);
        if (rc || !has_row)
            break;
        out[(*len)++] = statement_u64(oldest, 0);
        bytes += statement_u64(oldest, 1);
    }
    statement_reset(oldest);
    return rc;
}

static enum err erase(struct journal_call_retention *r, uint64_t call)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < ARRAY_LEN(r->erase); i++) {
        statement_bind_u64(&r->erase[i], 1, call);
        rc = statement_run(&r->erase[i]);
    }
    return rc;
}

enum err journal_call_retention_step(struct journal_call_retention *r, struct database *db,
                                     uint64_t until_ms, bool *more)
{
    uint64_t ids[JOURNAL_CALL_RETENTION_ROWS];
    size_t len = 0;
    enum err rc = find(&r->oldest, until_ms, ids, &len);

    if (rc || len == 0)
        return rc;
    rc = database_begin(db);
    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < len; i++)
        rc = erase(r, ids[i]);
    if (!rc)
        rc = database_commit(db);
    else
        database_rollback(db);
    *more |= !rc;
    return rc;
}
