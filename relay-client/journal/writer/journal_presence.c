#include "relay-client/journal/writer/journal_presence.h"

#include "base/container.h"
#include "relay-client/journal/journal_edit.h"
#include "store/statement.h"

_Static_assert(JOURNAL_GAP_LINK == 0 && JOURNAL_GAP_AGENT == 1, "SQL says it literally");

/* Each has the time now as its one parameter. */
static enum err run_all(struct database *db, const char *const *sql, size_t len, uint64_t now)
{
    enum err rc = database_begin(db);

    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < len; i++) {
        struct statement s;

        rc = statement_init(&s, db, sql[i]);
        if (!rc) {
            statement_bind_u64(&s, 1, now);
            rc = statement_run(&s);
        }
        statement_fini(&s);
    }
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

enum err journal_presence_begin(struct journal_presence *p, struct database *db,
                                uint64_t wall_ms, bool *has_gap)
{
    static const char *const sql[] = {
        "UPDATE gap SET to_ms = max(from_ms, (SELECT alive_ms FROM progress)) WHERE to_ms = 0"
        "  AND from_ms < ?1",
        "INSERT INTO gap (kind, from_ms, to_ms) SELECT 1, alive_ms, ?1 FROM progress"
        "  WHERE alive_ms > 0 AND ?1 - alive_ms > 60000",
        "UPDATE progress SET alive_ms = ?1",
    };
    enum err rc = run_all(db, sql, ARRAY_LEN(sql), wall_ms);

    if (rc)
        return rc;
    p->noted_ms = wall_ms;
    *has_gap = true; /* maybe */
    return OK;
}

/* A clock that was set back is noted like one that went on. */
enum err journal_presence_note(struct journal_presence *p, struct database *db,
                               uint64_t wall_ms, bool at_once)
{
    static const char *const sql[] = {"UPDATE progress SET alive_ms = ?1"};
    bool is_recent =
        wall_ms >= p->noted_ms && wall_ms - p->noted_ms < JOURNAL_PRESENCE_MS && !at_once;

    if (p->noted_ms == 0 || is_recent)
        return OK;
    enum err rc = run_all(db, sql, ARRAY_LEN(sql), wall_ms);
    if (!rc)
        p->noted_ms = wall_ms;
    return rc;
}
