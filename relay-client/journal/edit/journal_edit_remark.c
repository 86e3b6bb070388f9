#include "relay-client/journal/journal_edit.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_row.h"
#include "relay-client/journal/journal_task.h"
#include "relay-client/journal/writer/journal_backlog.h"

#include <string.h>

_Static_assert(JOURNAL_FLAG_PINNED == 64 && JOURNAL_FLAG_NOTE == 128,
               "SQL says them literally");

struct remark {
    struct journal_task task;
    struct journal_remark *caller; /* borrowed until `done` */
};

static enum err is_there(struct database *db, uint64_t exchange, bool *out)
{
    struct statement s;
    enum err rc = statement_init(
        &s, db, "SELECT 1 FROM exchange x WHERE x.id = ? AND " JOURNAL_ROW_IS_THERE);

    if (!rc) {
        statement_bind_u64(&s, 1, exchange);
        rc = statement_step(&s, out);
    }
    statement_fini(&s);
    return rc;
}

/* What is not said stays. */
static enum err write_mark(struct database *db, const struct journal_remark *r)
{
    static const char summary_sql[] =
        "UPDATE summary SET flags = (flags & ~192) | (SELECT (pinned <> 0) * 64"
        "  + (note <> '') * 128 FROM mark WHERE exchange = ?1) WHERE exchange = ?1";
    static const char *const sql[] = {
        "INSERT INTO mark (exchange, pinned, note)"
        "  VALUES (?1, coalesce(?2, 0), coalesce(?3, '')) ON CONFLICT (exchange)"
        "  DO UPDATE SET pinned = coalesce(?2, pinned), note = coalesce(?3, note)",
        summary_sql,
        "DELETE FROM mark WHERE exchange = ?1 AND pinned = 0 AND note = ''",
    };
    enum err rc = OK;

    for (size_t i = 0; !rc && i < ARRAY_LEN(sql); i++) {
        struct statement s;

        rc = statement_init(&s, db, sql[i]);
        if (!rc) {
            statement_bind_u64(&s, 1, r->exchange);
            if (i == 0 && r->sets_pinned)
                statement_bind_u64(&s, 2, r->pinned);
            if (i == 0 && r->note)
                statement_bind_text(&s, 3, span_text(r->note));
            rc = statement_run(&s);
        }
        statement_fini(&s);
    }
    return rc;
}

static enum err run_remark(struct journal_task *t, struct journal_backlog *b)
{
    const struct journal_remark *r = CONTAINER_OF(t, struct remark, task)->caller;
    bool has_row = false;
    enum err rc = is_there(b->db, r->exchange, &has_row);

    t->rc = has_row ? OK : ERR_NOT_FOUND;
    if (rc || !has_row)
        return rc;
    rc = write_mark(b->db, r);
    if (!rc && r->note)
        rc = journal_search_refresh(&b->derived->search, r->exchange);
    return rc ? rc : journal_changes_add(b->derived->changes, r->exchange);
}

static void on_remarked(struct journal_task *t, struct journal *j, enum err rc)
{
    struct remark *remark = CONTAINER_OF(t, struct remark, task);
    struct journal_remark *caller = remark->caller;

    (void)j;
    mem_free(remark);
    caller->done(caller, rc);
}

enum err journal_edit_remark(struct journal *j, struct journal_remark *r)
{
    if (r->note && strlen(r->note) > JOURNAL_NOTE_MAX)
        return ERR_LIMIT;
    struct remark *remark = mem_alloc(sizeof(*remark));
    if (!remark)
        return ERR_NOMEM;
    remark->task.run = run_remark;
    remark->task.done = on_remarked;
    remark->caller = r;
    enum err rc = journal_task_submit(j, &remark->task);
    if (rc)
        mem_free(remark);
    return rc;
}
