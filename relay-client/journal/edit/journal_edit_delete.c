/* The happy path:
 *  1. some of the exchanges go to the worker thread as a task, which hides each of them that
 *     is there and finished: a row in `deletion`
 *  2. the next ones, with what is recorded meanwhile in between, until all were looked at
 *  3. `done`; a chore takes them off the disk when JOURNAL_UNDO_MS have passed
 *
 * What can go wrong:
 *  - A step fails: what was hidden by earlier ones stays so, and can be undone. */
#include "relay-client/journal/journal_edit.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_impl.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/writer/journal_backlog.h"

#define STEP 1024u

_Static_assert(JOURNAL_FLAG_PENDING == 512 && JOURNAL_FLAG_RUNNING == 262144,
               "SQL says them literally");

struct erasure {
    struct journal_task task;
    struct journal_delete *caller; /* borrowed until `done` */
    uint64_t deleted_ms;
    size_t looked;            /* at so many, committed */
    uint64_t undo, step_undo; /* committed; of the step that is being done */
    size_t step, step_count, step_left;
};

static enum err take_number(struct database *db, uint64_t *out)
{
    enum err rc = database_exec(db, "UPDATE progress SET undo = undo + 1");

    return rc ? rc : statement_query_u64(db, "SELECT undo FROM progress", out);
}

static enum err hide(struct erasure *e, struct journal_backlog *b, struct statement *hiding,
                     uint64_t exchange)
{
    bool has_row = false;

    statement_bind_u64(hiding, 1, exchange);
    statement_bind_u64(hiding, 2, e->step_undo);
    statement_bind_u64(hiding, 3, e->deleted_ms);
    enum err rc = statement_step(hiding, &has_row);
    statement_reset(hiding);
    if (rc || !has_row)
        return rc;
    e->step_count++;
    return journal_changes_add(b->derived->changes, exchange);
}

static enum err look(struct erasure *e, struct journal_backlog *b, struct statement *looking,
                     struct statement *hiding, uint64_t exchange)
{
    bool has_row = false;

    statement_bind_u64(looking, 1, exchange);
    enum err rc = statement_step(looking, &has_row);
    bool is_unfinished = !rc && has_row && statement_u64(looking, 0) != 0;
    statement_reset(looking);
    if (rc || !has_row)
        return rc;
    e->step_left += is_unfinished;
    if (is_unfinished)
        return OK;
    rc = e->step_undo == 0 ? take_number(b->db, &e->step_undo) : OK;
    return rc ? rc : hide(e, b, hiding, exchange);
}

static enum err look_at_some(struct erasure *e, struct journal_backlog *b,
                             struct statement *looking, struct statement *hiding)
{
    const struct journal_delete *d = e->caller;
    enum err rc = OK;

    for (size_t i = 0; !rc && i < e->step; i++)
        rc = look(e, b, looking, hiding, d->exchanges[e->looked + i]);
    return rc;
}

static enum err run_delete(struct journal_task *t, struct journal_backlog *b)
{
    struct erasure *e = CONTAINER_OF(t, struct erasure, task);
    struct statement looking, hiding = {0};

    e->step = e->caller->len - e->looked < STEP ? e->caller->len - e->looked : STEP;
    e->step_undo = e->undo;
    e->step_count = e->step_left = 0;
    enum err rc = statement_init(&looking, b->db,
                                 "SELECT flags & (512 | 262144) FROM summary x"
                                 "  WHERE x.exchange = ?1 AND NOT EXISTS"
                                 "  (SELECT 1 FROM deletion d WHERE d.exchange = ?1)");
    if (!rc)
        rc = statement_init(&hiding, b->db,
                            "INSERT INTO deletion (exchange, undo, deleted_ms)"
                            "  VALUES (?, ?, ?) RETURNING exchange");
    if (!rc)
        rc = look_at_some(e, b, &looking, &hiding);
    statement_fini(&looking);
    statement_fini(&hiding);
    return rc;
}

static void take_step(struct erasure *e)
{
    e->looked += e->step;
    e->undo = e->step_undo;
    e->caller->count += e->step_count;
    e->caller->left += e->step_left;
}

static void on_deleted(struct journal_task *t, struct journal *j, enum err rc)
{
    struct erasure *e = CONTAINER_OF(t, struct erasure, task);
    struct journal_delete *caller = e->caller;

    if (!rc)
        take_step(e);
    if (!rc && e->looked < caller->len) {
        rc = journal_task_submit(j, t);
        if (!rc)
            return;
    }
    caller->undo = e->undo;
    mem_free(e);
    caller->done(caller, rc);
}

enum err journal_edit_delete(struct journal *j, struct journal_delete *d)
{
    if (d->len > JOURNAL_DELETE_MAX)
        return ERR_LIMIT;
    struct erasure *e = mem_alloc(sizeof(*e));
    if (!e)
        return ERR_NOMEM;
    d->count = d->left = 0;
    d->undo = 0;
    e->task.run = run_delete;
    e->task.done = on_deleted;
    e->caller = d;
    e->deleted_ms = clock_wall_ms(loop_clock(j->loop));
    enum err rc = journal_task_submit(j, &e->task);
    if (rc)
        mem_free(e);
    return rc;
}
