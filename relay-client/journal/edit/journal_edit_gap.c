#include "relay-client/journal/journal_edit.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_task.h"
#include "relay-client/journal/writer/journal_backlog.h"

#define GAPS_MAX 10000 /* kept; a link that is lost every minute has so many in a week */

struct gap {
    struct journal_task task;
    enum journal_gap_kind kind;
    uint64_t at_ms;
    bool ends;
};

static enum err run_one(struct database *db, const char *sql, const struct gap *g)
{
    struct statement s;
    enum err rc = statement_init(&s, db, sql);

    if (!rc) {
        statement_bind_u64(&s, 1, g->kind);
        statement_bind_u64(&s, 2, g->at_ms);
        statement_bind_u64(&s, 3, GAPS_MAX);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

/* One of a kind is open at most. */
static enum err run_gap(struct journal_task *t, struct journal_backlog *b)
{
    const struct gap *g = CONTAINER_OF(t, struct gap, task);

    b->derived->changes->has_gap = true;
    if (g->ends)
        return run_one(b->db,
                       "UPDATE gap SET to_ms = max(from_ms, ?2) WHERE kind = ?1 AND to_ms = 0"
                       "  AND ?3 > 0",
                       g);
    enum err rc = run_one(b->db,
                          "INSERT INTO gap (kind, from_ms, to_ms) SELECT ?1, ?2, 0"
                          "  WHERE ?3 > 0 AND NOT EXISTS"
                          "  (SELECT 1 FROM gap WHERE kind = ?1 AND to_ms = 0)",
                          g);
    return rc ? rc
              : run_one(b->db,
                        "DELETE FROM gap WHERE id <= (SELECT max(id) FROM gap) - ?3"
                        "  AND ?1 + ?2 > 0",
                        g);
}

static void on_noted(struct journal_task *t, struct journal *j, enum err rc)
{
    (void)j;
    (void)rc;
    mem_free(CONTAINER_OF(t, struct gap, task));
}

static void note(struct journal *j, enum journal_gap_kind kind, uint64_t at_ms, bool ends)
{
    struct gap *g = mem_alloc(sizeof(*g));

    if (!g)
        return;
    *g = (struct gap){.kind = kind, .at_ms = at_ms, .ends = ends};
    g->task.run = run_gap;
    g->task.done = on_noted;
    if (journal_task_submit(j, &g->task))
        mem_free(g);
}

void journal_edit_gap_begins(struct journal *j, enum journal_gap_kind kind, uint64_t from_ms)
{
    note(j, kind, from_ms, false);
}

void journal_edit_gap_ends(struct journal *j, enum journal_gap_kind kind, uint64_t to_ms)
{
    note(j, kind, to_ms, true);
}
