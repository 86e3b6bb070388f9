#include "relay-client/journal/insight/journal_withdrawal.h"

#include "base/container.h"
#include "relay-client/journal/journal_insight.h"

_Static_assert(JOURNAL_FLAG_WITHDRAWN == 32768 && JOURNAL_FLAG_PENDING == 512 &&
                   JOURNAL_FLAG_RUNNING == 262144,
               "SQL says them literally");

enum err journal_withdrawal_init(struct journal_withdrawal *w, struct database *db)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        /* A simulated event takes back what is simulated, and nothing of anybody real. */
        {&w->find, "SELECT m.id / 128 FROM event u JOIN event m"
                   "  ON m.message_id = u.message_id AND m.message_id <> ''"
                   "  JOIN exchange x ON x.id = m.id / 128"
                   "  WHERE u.id >= ?1 * 128 AND u.id < (?1 + 1) * 128 AND u.type = 'unsend'"
                   "  AND m.type <> 'unsend'"
                   "  AND x.simulated >= (SELECT simulated FROM exchange WHERE id = ?1)"},
        {&w->mark, "UPDATE summary SET flags = flags | 32768 WHERE exchange = ?"},
        /* Purged with the next chore: deleted long ago. */
        {&w->hide, "INSERT OR REPLACE INTO deletion (exchange, undo, deleted_ms)"
                   "  SELECT exchange, 0, 0 FROM summary WHERE exchange = ?"
                   "  AND flags & 32768 <> 0 AND flags & (512 | 262144) = 0"},
    };
    enum err rc = OK;

    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc;
}

void journal_withdrawal_fini(struct journal_withdrawal *w)
{
    statement_fini(&w->find);
    statement_fini(&w->mark);
    statement_fini(&w->hide);
}

enum err journal_withdrawal_finish(struct journal_withdrawal *w, uint64_t exchange)
{
    if (!w->purges)
        return OK;
    statement_bind_u64(&w->hide, 1, exchange);
    return statement_run(&w->hide);
}

static enum err take_back(struct journal_withdrawal *w, uint64_t exchange,
                          struct journal_changes *changes)
{
    statement_bind_u64(&w->mark, 1, exchange);
    enum err rc = statement_run(&w->mark);
    if (!rc)
        rc = journal_withdrawal_finish(w, exchange);
    return rc ? rc : journal_changes_add(changes, exchange);
}

enum err journal_withdrawal_apply(struct journal_withdrawal *w, uint64_t exchange,
                                  struct journal_changes *changes)
{
    bool has_row = true;
    enum err rc;

    statement_bind_u64(&w->find, 1, exchange);
    rc = statement_step(&w->find, &has_row);
    while (!rc && has_row) {
        rc = take_back(w, statement_u64(&w->find, 0), changes);
        if (!rc)
            rc = statement_step(&w->find, &has_row);
    }
    statement_reset(&w->find);
    return rc;
}
