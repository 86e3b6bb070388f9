#include "relay-client/journal/journal_edit.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_impl.h"
#include "relay-client/journal/writer/journal_backlog.h"

struct undoing {
    struct journal_task task;
    struct journal_undo *caller; /* borrowed until `done` */
    uint64_t since_ms;
    size_t count;
};

static enum err bring_back(struct undoing *u, struct journal_changes *changes,
                           struct statement *s)
{
    bool has_row = true;
    enum err rc = statement_step(s, &has_row);

    while (!rc && has_row) {
        u->count++;
        rc = journal_changes_add(changes, statement_u64(s, 0));
        if (!rc)
            rc = statement_step(s, &has_row);
    }
    return rc;
}

static enum err run_undo(struct journal_task *t, struct journal_backlog *b)
{
    struct undoing *u = CONTAINER_OF(t, struct undoing, task);
    struct statement s;
    enum err rc = statement_init(&s, b->db,
                                 "DELETE FROM deletion WHERE undo = ? AND undo > 0"
                                 "  AND deleted_ms > ? RETURNING exchange");

    u->count = 0;
    if (!rc) {
        statement_bind_u64(&s, 1, u->caller->undo);
        statement_bind_u64(&s, 2, u->since_ms);
        rc = bring_back(u, b->derived->changes, &s);
    }
    statement_fini(&s);
    t->rc = u->count > 0 ? OK : ERR_NOT_FOUND;
    return rc;
}

static void on_undone(struct journal_task *t, struct journal *j, enum err rc)
{
    struct undoing *u = CONTAINER_OF(t, struct undoing, task);
    struct journal_undo *caller = u->caller;

    (void)j;
    caller->count = rc ? 0 : u->count;
    mem_free(u);
    caller->done(caller, rc);
}

enum err journal_edit_undo(struct journal *j, struct journal_undo *u)
{
    struct undoing *undoing = mem_alloc(sizeof(*undoing));
    uint64_t now_ms = clock_wall_ms(loop_clock(j->loop));

    if (!undoing)
        return ERR_NOMEM;
    undoing->task.run = run_undo;
    undoing->task.done = on_undone;
    undoing->caller = u;
    undoing->since_ms = now_ms > JOURNAL_UNDO_MS ? now_ms - JOURNAL_UNDO_MS : 0;
    enum err rc = journal_task_submit(j, &undoing->task);
    if (rc)
        mem_free(undoing);
    return rc;
}
