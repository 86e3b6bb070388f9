/* The happy path, of each of the four calls:
 *  1. a task is made, and goes to the worker thread in line with what is recorded
 *  2. the thread does it with journal_backlog.h, in the transaction of its batch
 *  3. after the commit the caller is told, on the loop, and the task is freed
 *
 * What can go wrong:
 *  - The transaction fails, by whatever entry of the batch: every task of it is told so,
 *    and nothing of it was done.
 *  - All that are unfinished are too many for one transaction: journal_pending_settle
 *    goes through them in steps, with what is recorded meanwhile in between. */
#include "relay-client/journal/journal_pending.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_task.h"
#include "relay-client/journal/writer/journal_backlog.h"
#include "relay-client/journal/writer/journal_stored.h"

/* ---- find ---- */

struct find {
    struct journal_task task;
    struct journal_pending_query *query; /* borrowed until `found` */
    uint64_t after;
    size_t max;
    bool is_start;
    struct journal_unfinished unfinished;
    size_t len;
    struct journal_pending found[];
};

static enum err run_find(struct journal_task *t, struct journal_backlog *b)
{
    struct find *f = CONTAINER_OF(t, struct find, task);
    enum err rc = f->is_start ? journal_backlog_recover(b) : OK;

    if (!rc)
        rc = journal_backlog_find(b, f->after, f->max, f->found, &f->len);
    return rc ? rc : journal_backlog_count(b, &f->unfinished);
}

static void on_found(struct journal_task *t, struct journal *j, enum err rc)
{
    struct find *f = CONTAINER_OF(t, struct find, task);
    struct journal_pending_query *q = f->query;

    (void)j;
    q->unfinished = rc ? (struct journal_unfinished){0} : f->unfinished;
    q->found(q, rc, f->found, rc ? 0 : f->len);
    mem_free(f);
}

enum err journal_pending_find(struct journal *j, struct journal_pending_query *q)
{
    size_t max = q->max < JOURNAL_PENDING_MAX ? q->max : JOURNAL_PENDING_MAX;
    struct find *f = mem_alloc(sizeof(*f) + max * sizeof(f->found[0]));

    if (!f)
        return ERR_NOMEM;
    f->task.run = run_find;
    f->task.done = on_found;
    f->query = q;
    f->after = q->after;
    f->is_start = q->is_start;
    f->max = max;
    enum err rc = journal_task_submit(j, &f->task);
    if (rc)
        mem_free(f);
    return rc;
}

/* ---- begin ---- */

struct begin {
    struct journal_task task;
    struct journal_begin *caller; /* borrowed until `done` */
    uint64_t exchange;
    unsigned attempts;
};

static enum err run_begin(struct journal_task *t, struct journal_backlog *b)
{
    struct begin *begin = CONTAINER_OF(t, struct begin, task);

    return journal_backlog_begin(b, begin->exchange, begin->attempts, &t->rc);
}

static void on_begun(struct journal_task *t, struct journal *j, enum err rc)
{
    struct begin *begin = CONTAINER_OF(t, struct begin, task);
    struct journal_begin *caller = begin->caller;

    (void)j;
    mem_free(begin);
    caller->done(caller, rc);
}

enum err journal_pending_begin(struct journal *j, struct journal_begin *b)
{
    struct begin *begin = mem_alloc(sizeof(*begin));

    if (!begin)
        return ERR_NOMEM;
    begin->task.run = run_begin;
    begin->task.done = on_begun;
    begin->caller = b;
    begin->exchange = b->exchange;
    begin->attempts = b->attempts;
    enum err rc = journal_task_submit(j, &begin->task);
    if (rc)
        mem_free(begin);
    return rc;
}

/* ---- load ---- */

struct load {
    struct journal_task task;
    struct journal_load *caller; /* borrowed until `loaded` */
    uint64_t exchange;
    struct journal_stored *stored; /* owned; NULL until run, and after a failure */
};

static enum err run_load(struct journal_task *t, struct journal_backlog *b)
{
    struct load *load = CONTAINER_OF(t, struct load, task);
    bool has_row = false;

    statement_bind_u64(&b->load, 1, load->exchange);
    enum err rc = statement_step(&b->load, &has_row);
    if (!rc)
        t->rc = has_row ? journal_stored_new(&b->load, &load->stored) : ERR_NOT_FOUND;
    statement_reset(&b->load);
    return rc;
}

static void on_loaded(struct journal_task *t, struct journal *j, enum err rc)
{
    struct load *load = CONTAINER_OF(t, struct load, task);
    struct journal_load *caller = load->caller;
    struct journal_stored *stored = load->stored;

    (void)j;
    mem_free(load);
    if (rc) {
        caller->loaded(caller, rc, NULL, JOURNAL_FINAL);
    } else {
        stored->answer.exchange = caller->exchange;
        stored->answer.loaded = caller->loaded;
        *caller = stored->answer;
        caller->loaded(caller, OK, &stored->request, stored->outcome);
    }
    journal_stored_free(stored);
}

enum err journal_pending_load(struct journal *j, struct journal_load *l)
{
    struct load *load = mem_alloc(sizeof(*load));

    if (!load)
        return ERR_NOMEM;
    load->task.run = run_load;
    load->task.done = on_loaded;
    load->caller = l;
    load->exchange = l->exchange;
    enum err rc = journal_task_submit(j, &load->task);
    if (rc)
        mem_free(load);
    return rc;
}

/* ---- settle ---- */

struct settle {
    struct journal_task task;
    struct journal_settle *caller; /* borrowed until `settled` */
    uint64_t exchange;
    enum journal_decision decision;
    struct journal_backlog_sweep sweep; /* committed */
    struct journal_backlog_sweep step;  /* being done */
};

static enum err run_settle(struct journal_task *t, struct journal_backlog *b)
{
    struct settle *s = CONTAINER_OF(t, struct settle, task);

    if (s->exchange > 0)
        return journal_backlog_settle(b, s->exchange, s->decision, &t->rc);
    s->step = s->sweep;
    return journal_backlog_settle_step(b, s->decision, &s->step);
}

static void on_settled(struct journal_task *t, struct journal *j, enum err rc)
{
    struct settle *s = CONTAINER_OF(t, struct settle, task);
    struct journal_settle *caller = s->caller;

    if (!rc && s->exchange > 0)
        s->sweep.count = 1;
    else if (!rc)
        s->sweep = s->step;
    if (!rc && s->exchange == 0 && !s->sweep.is_over) {
        rc = journal_task_submit(j, t);
        if (!rc)
            return;
    }
    uint64_t count = s->sweep.count;
    mem_free(s);
    caller->settled(caller, rc, count);
}

enum err journal_pending_settle(struct journal *j, struct journal_settle *caller)
{
    struct settle *s = mem_alloc(sizeof(*s));

    if (!s)
        return ERR_NOMEM;
    s->task.run = run_settle;
    s->task.done = on_settled;
    s->caller = caller;
    s->exchange = caller->exchange;
    s->decision = caller->decision;
    enum err rc = journal_task_submit(j, &s->task);
    if (rc)
        mem_free(s);
    return rc;
}
