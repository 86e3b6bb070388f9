/* The happy path:
 *  1. submit hands an op to the one worker thread, which takes all that wait as one batch.
 *  2. The thread makes the changes of the batch in one transaction, and fetches where they
 *     stand between them, and commits: one fsync for all.
 *  3. `done` of each op is called on the loop, in order.
 *  4. close lets the thread finish everything, close the file as its last job, and leave.
 *
 * What can go wrong:
 *  - The disk refuses: every change of the batch has failed, and nothing of it is kept.
 *    A broken connection is closed, and opened again before the next op.
 *  - A record proves to be damaged: the fetch ends there and names it, nothing else
 *    suffers.  So does one whose page is damaged, and the file is verified anew.
 *  - The file is found damaged when it is opened again: all ops fail until it is repaired. */
#include "relay-server/inbox/inbox_engine.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/http/http_head_text.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_file.h"
#include "store/database_upkeep.h"

#include <string.h>

#define MARK_STEP 1000u /* so seldom the highest seq is written */

struct inbox_engine {
    struct worker *worker; /* owned */
    struct worker_job last_job;
    void (*on_closed)(void *owner);
    void *owner; /* borrowed until on_closed */

    /* the worker thread's */
    struct inbox_sqlite_file file;
    bool is_last_batch;
    struct inbox_op *first, **last; /* changes of the batch */
    uint64_t highest;               /* seq put in it, or the file's mark */
    bool is_in_transaction;
    enum err rc;
};

/* ---- on the worker thread: changes ---- */

static char *failure_text(const struct inbox_engine *e)
{
    return e->file.failure[0] ? mem_text(e->file.failure, strlen(e->file.failure)) : NULL;
}

static enum err begin_transaction(struct inbox_engine *e)
{
    if (e->file.db && database_upkeep_log(e->file.db))
        inbox_sqlite_file_fail(&e->file);
    enum err rc = inbox_sqlite_file_revive(&e->file);
    if (!rc)
        rc = database_begin(e->file.db);
    e->is_in_transaction = !rc;
    e->highest = e->file.mark;
    return rc;
}

/* ERR_CONFLICT is this op's own affair. */
static void run_change(struct inbox_engine *e, struct inbox_op *op)
{
    op->next = NULL;
    *e->last = op;
    e->last = &op->next;
    if (!e->rc && !e->is_in_transaction)
        e->rc = begin_transaction(e);
    if (e->rc)
        return;
    op->rc = inbox_sqlite_write_op(&e->file.write, op);
    if (op->rc != ERR_CONFLICT)
        e->rc = op->rc;
    if (!op->rc && op->kind == INBOX_PUT && op->put.row.seq > e->highest)
        e->highest = op->put.row.seq;
}

static enum err commit(struct inbox_engine *e)
{
    uint64_t mark = e->file.mark;
    enum err rc = OK;

    if (e->highest > mark) {
        mark = e->highest + MARK_STEP;
        rc = inbox_sqlite_write_mark(&e->file.write, mark);
    }
    if (!rc)
        rc = database_commit(e->file.db);
    if (!rc)
        e->file.mark = mark;
    return rc;
}

static enum err end_transaction(struct inbox_engine *e)
{
    if (!e->is_in_transaction)
        return e->rc;
    if (!e->rc)
        e->rc = commit(e);
    if (e->rc)
        database_rollback(e->file.db);
    return e->rc;
}

static void fail_batch(struct inbox_engine *e)
{
    bool is_doubtful = e->is_in_transaction && database_is_broken(e->file.db);

    if (e->is_in_transaction)
        inbox_sqlite_file_fail(&e->file);
    for (struct inbox_op *op = e->first; op; op = op->next) {
        op->rc = e->rc;
        if (is_doubtful && op->kind == INBOX_PUT)
            e->file.doubtful[e->file.doubtful_len++] = op->put.row.seq;
    }
    if (e->first)
        e->first->detail = failure_text(e);
}

/* ---- on the worker thread: reading ---- */

/* All texts of a record in one allocation, each with a NUL behind it. */
static enum err keep_record(const struct inbox_found *f, struct inbox_search *s)
{
    const struct inbox_row *r = &f->row;
    struct inbox_record *out = &s->records[s->records_len];
    size_t id_len = r->id.len < ULID_LEN ? r->id.len : ULID_LEN;
    struct span parts[] = {r->tunnel, f->reason, r->head, r->body};
    size_t size = ARRAY_LEN(parts);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        size += parts[i].len;
    char *at = mem_alloc(size);
    if (!at)
        return ERR_NOMEM;
    s->storage[s->records_len++] = at;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len > 0)
            memcpy(at, parts[i].ptr, parts[i].len);
        parts[i].ptr = at;
        at += parts[i].len + 1;
    }
    out->delivery = (struct inbox_delivery){
        .seq = r->seq,
        .tunnel = parts[0].ptr,
        .received_ms = r->received_ms,
        .body = parts[3],
        .attempts = r->attempts,
        .answered = r->answered,
    };
    if (id_len > 0)
        memcpy(out->delivery.id, r->id.ptr, id_len);
    out->reason = parts[1].ptr;
    return http_head_text_parse(parts[2], &out->head);
}

/* What is set aside is given as far as it can be read. */
static enum err take_found(struct inbox_op *op, const struct inbox_found *found)
{
    struct inbox_search *s = op->search;
    enum err rc = keep_record(found, s);
    enum inbox_damage damage = rc == ERR_CORRUPT ? INBOX_HEAD_UNREADABLE : found->damage;

    if (rc == ERR_NOMEM)
        return rc;
    if (!damage || found->is_aside)
        return OK;
    s->records_len--; /* what was kept of it is freed with the op */
    s->damaged = found->row.seq;
    s->damage = damage;
    return ERR_CORRUPT;
}

static enum err fetch_one(struct inbox_engine *e, struct inbox_op *op, uint64_t seq)
{
    struct inbox_found found;
    enum err rc = inbox_sqlite_read_one(&e->file.read, seq, op->search->no_bodies, &found);

    if (!rc)
        rc = take_found(op, &found);
    inbox_sqlite_read_done(&e->file.read);
    return rc == ERR_NOT_FOUND ? OK : rc;
}

/* A damaged page is the fault of the record that it was read for; the file is looked at
 * before the next op.  In a transaction that is over then, as its changes are: SQLite may
 * have left it by itself. */
static void fail_fetch(struct inbox_engine *e, struct inbox_op *op, uint64_t seq)
{
    if (op->search->damaged) /* a checksum: the file is well */
        return;
    if (op->rc == ERR_CORRUPT)
        op->search->damaged = seq;
    else
        op->search->records_len = 0;
    if (database_is_broken(e->file.db)) {
        detail_write(e->file.failure, "%s", database_detail(e->file.db));
        op->detail = failure_text(e);
    }
    if (e->is_in_transaction)
        e->rc = op->rc;
    else
        inbox_sqlite_file_fail(&e->file);
}

static void run_fetch(struct inbox_engine *e, struct inbox_op *op)
{
    struct inbox_search *s = op->search;

    if (s->seqs_len == 0)
        return;
    op->rc = e->is_in_transaction && e->rc ? e->rc : inbox_sqlite_file_revive(&e->file);
    if (op->rc) {
        op->detail = failure_text(e);
        op->rc = op->rc == ERR_CORRUPT ? ERR_IO : op->rc; /* no single record's fault */
    }
    for (size_t i = 0; !op->rc && i < s->seqs_len; i++) {
        op->rc = fetch_one(e, op, s->seqs[i]);
        if (op->rc)
            fail_fetch(e, op, s->seqs[i]);
    }
}

static void run_rest(struct inbox_engine *e, struct inbox_op *op)
{
    op->has_more = false;
    op->rc = OK;
    if (e->first || !e->file.db)
        return;
    op->rc = database_upkeep_log(e->file.db);
    if (!op->rc)
        op->rc = database_upkeep_rest(e->file.db, &op->has_more);
    if (!op->rc)
        return;
    op->has_more = false;
    inbox_sqlite_file_fail(&e->file);
    op->detail = failure_text(e);
}

/* ---- on the worker thread: batches ---- */

static void before_batch(void *context)
{
    struct inbox_engine *e = context;

    e->first = NULL;
    e->last = &e->first;
    e->is_in_transaction = false;
    e->rc = OK;
}

static void after_batch(void *context)
{
    struct inbox_engine *e = context;

    if (end_transaction(e))
        fail_batch(e);
    if (e->is_last_batch)
        inbox_sqlite_file_fini(&e->file);
}

static void run_op(struct worker_job *job)
{
    struct inbox_op *op = CONTAINER_OF(job, struct inbox_op, job);
    struct inbox_engine *e = op->engine;

    switch (op->kind) {
    case INBOX_PUT:
    case INBOX_REMOVE:
    case INBOX_NOTE:
    case INBOX_REMEMBER:
    case INBOX_FORGET:
        run_change(e, op);
        break;
    case INBOX_FETCH:
        run_fetch(e, op);
        break;
    case INBOX_REST:
        run_rest(e, op);
        break;
    }
}

/* Its batch may hold ops: the file is closed behind them. */
static void run_last(struct worker_job *job)
{
    CONTAINER_OF(job, struct inbox_engine, last_job)->is_last_batch = true;
}

/* ---- on the loop ---- */

static void on_op_done(struct worker_job *job)
{
    struct inbox_op *op = CONTAINER_OF(job, struct inbox_op, job);

    op->done(op);
}

static void on_last_done(struct worker_job *job)
{
    (void)job; /* on_worker_closed follows */
}

static enum err submit(struct inbox_engine *e, struct inbox_op *op)
{
    op->engine = e;
    mem_free(op->detail); /* of an earlier attempt */
    op->detail = NULL;
    op->rc = OK;
    return worker_submit(e->worker, &op->job, run_op, on_op_done);
}

/* ---- life ---- */

static void free_engine(struct inbox_engine *e)
{
    inbox_sqlite_file_fini(&e->file);
    mem_free(e);
}

static enum err start_worker(struct loop *l, struct inbox_engine *e)
{
    struct worker_options options = {
        .name = "inbox",
        .threads = 1,
        .queue_max = INBOX_OPS_MAX + 1, /* and the last job */
        .before_batch = before_batch,
        .after_batch = after_batch,
        .batch_max = INBOX_SQLITE_BATCH_MAX,
        .context = e,
    };

    return worker_open(l, &options, &e->worker);
}

static enum err open_engine(struct loop *l, const struct inbox_engine_options *options,
                            struct inbox_engine **out, uint64_t *last_seq,
                            char detail[static DETAIL_MAX])
{
    struct inbox_engine *e = mem_alloc(sizeof(*e));

    detail_write(detail, "%s", err_text(ERR_NOMEM));
    if (!e)
        return ERR_NOMEM;
    enum err rc = inbox_sqlite_file_init(&e->file, options->path, loop_clock(l));
    if (!rc)
        rc = inbox_sqlite_file_load(&e->file, options, last_seq);
    if (rc)
        detail_write(detail, "%s", e->file.failure[0] ? e->file.failure : err_text(rc));
    else
        rc = start_worker(l, e);
    if (rc) {
        free_engine(e);
        return rc;
    }
    detail[0] = '\0';
    *out = e;
    return OK;
}

static void on_worker_closed(void *owner)
{
    struct inbox_engine *e = owner;
    void (*on_closed)(void *owner) = e->on_closed;
    void *closed_for = e->owner;

    free_engine(e); /* closes the file if the last job found no place */
    on_closed(closed_for);
}

static void close_engine(struct inbox_engine *e, void (*on_closed)(void *owner), void *owner)
{
    e->on_closed = on_closed;
    e->owner = owner;
    enum err rc = worker_submit(e->worker, &e->last_job, run_last, on_last_done);
    (void)rc;
    worker_close(e->worker, on_worker_closed, e);
}

const struct inbox_engine_kind inbox_sqlite = {
    .open = open_engine,
    .submit = submit,
    .close = close_engine,
};
