/* The happy path:
 *  1. journal_record copies the request into an entry and submits it to the one worker
 *     thread, which takes all that wait as one batch.
 *  2. The thread inserts the entries of the batch and commits: one fsync for all.
 *  3. on_entry_done calls `stored` for each, on the loop, in order.
 *  4. A second after the first entry, and again while there is traffic, a chore goes the
 *     same way: what was deleted goes off the disk, retention; in a quiet second also
 *     giving back space.
 *  5. journal_close lets the thread finish everything, close the file as its last job,
 *     and leave.
 *
 * What can go wrong:
 *  - The disk refuses: `stored` says so to every request of the batch, as `done` to every
 *    task (journal_pending.c).  Answers, which nobody awaits, are postponed and tried again
 *    with each chore, unless a later one to the same exchange came through.
 *  - Requests that were recorded before the loop heard of that would leave a gap if they were
 *    stored: the thread refuses them untried.  And until the last of them has been told,
 *    nothing is recorded: ERR_BUSY.
 *  - The disk is slow: at most JOURNAL_ENTRIES_MAX requests and JOURNAL_WAITING_MAX
 *    bytes wait, then ERR_BUSY.
 *  - `stored` closes the journal, or records again: nothing is touched after the call. */
#include "relay-client/journal/journal_impl.h"

#include "base/container.h"
#include "base/mem.h"

#include <assert.h>

#define JOURNAL_ENTRIES_MAX 4096u /* of each kind but tasks */
#define JOURNAL_WAITING_MAX (64u * 1024 * 1024)
#define BATCH_MAX           512u

#define CHORE_MS      1000u  /* while there is traffic */
#define CHORE_MORE_MS 25u    /* until the next step, under traffic */
#define CHORE_IDLE_MS 60000u /* for what gets too old, and to say that somebody is there */

/* ---- on the worker thread ---- */

static void before_batch(void *context)
{
    struct journal *j = context;

    journal_writer_begin(j->writer);
}

static void after_batch(void *context)
{
    struct journal *j = context;

    journal_writer_end(j->writer);
    if (!j->is_last_batch)
        return;
    journal_writer_close(j->writer);
    j->writer = NULL;
}

/* Its batch may hold entries: the file is closed behind them. */
static void run_last(struct worker_job *job)
{
    CONTAINER_OF(job, struct journal, last_job)->is_last_batch = true;
}

static void on_last_done(struct worker_job *job)
{
    (void)job; /* on_worker_closed follows */
}

static void run_entry(struct worker_job *job)
{
    struct journal_entry *e = CONTAINER_OF(job, struct journal_entry, job);

    journal_writer_add(e->journal->writer, e);
}

static void run_chore(struct worker_job *job)
{
    struct journal *j = CONTAINER_OF(job, struct journal, chore_job);

    journal_writer_maintain(j->writer, &j->chore);
}

/* ---- reports ---- */

static void take_report(struct journal *j, struct journal_report *report, enum err rc)
{
    if (report->notice)
        detail_write(j->notice, "%s", report->notice);
    if (rc == OK)
        j->detail[0] = '\0';
    else if (report->failure)
        detail_write(j->detail, "%s", report->failure);
    else if (j->detail[0] == '\0')
        detail_write(j->detail, "%s", err_text(rc));
    journal_report_fini(report);
}

const char *journal_detail(const struct journal *j)
{
    return j->detail[0] ? j->detail : j->notice;
}

/* ---- chores ---- */

static void on_chore_due(struct deadline *d);

static void schedule_chore(struct journal *j, uint64_t after_ms)
{
    if (j->is_closing || j->is_chore_running)
        return;
    enum err rc = deadline_set(j->loop, &j->chore_due, after_ms, on_chore_due);
    (void)rc; /* out of memory: the next entry tries again */
}

static void on_chore_done(struct worker_job *job)
{
    struct journal *j = CONTAINER_OF(job, struct journal, chore_job);

    j->is_chore_running = false;
    if (j->chore.rc)
        take_report(j, &j->chore.report, j->chore.rc);
    else if (j->chore.has_gap)
        journal_watch_tell_gap(j);
    if (j->chore.has_more)
        schedule_chore(j, j->has_traffic ? CHORE_MORE_MS : 1);
    else
        schedule_chore(j, j->chore.is_idle && !j->has_traffic ? CHORE_IDLE_MS : CHORE_MS);
}

/* ---- entries ---- */

static void on_entry_done(struct worker_job *job);

static void forget_entry(struct journal *j, struct journal_entry *e)
{
    j->entries[e->kind]--;
    j->waiting_bytes -= e->size;
    journal_entry_free(e);
}

/* Each of the postponed ones once more. */
static void retry_postponed(struct journal *j)
{
    struct journal_entry *e;

    while ((e = journal_answers_next(&j->answers))) {
        if (e->is_outdated || worker_submit(j->worker, &e->job, run_entry, on_entry_done))
            forget_entry(j, e); /* there is room for all of them */
        else
            journal_answers_enter(&j->answers, e);
    }
}

static void on_chore_due(struct deadline *d)
{
    struct journal *j = CONTAINER_OF(d, struct journal, chore_due);

    retry_postponed(j);
    j->chore = (struct journal_chore){.limits = j->limits,
                                      .wall_ms = clock_wall_ms(loop_clock(j->loop)),
                                      .is_idle = !j->has_traffic};
    j->has_traffic = false;
    j->is_chore_running = !worker_submit(j->worker, &j->chore_job, run_chore, on_chore_done);
}

/* ERR_CONFLICT: the exchange is gone, retention was faster. */
static bool is_answer_lost(const struct journal_entry *e)
{
    return e->kind == JOURNAL_ENTRY_ANSWER && e->rc != OK && e->rc != ERR_CONFLICT;
}

static void put_away(struct journal *j, struct journal_entry *e)
{
    if (is_answer_lost(e) && !j->is_closing) {
        journal_answers_postpone(&j->answers, e);
        return;
    }
    if (e->kind == JOURNAL_ENTRY_ANSWER)
        journal_answers_leave(&j->answers, e, !is_answer_lost(e));
    forget_entry(j, e);
}

/* The last touch: the journal may be closed by whoever is told. */
static void tell(struct journal *j, const struct journal_entry *done)
{
    struct journal_ticket *ticket = done->ticket;
    struct journal_task *task = done->task;

    switch (done->kind) {
    case JOURNAL_ENTRY_REQUEST:
        ticket->duplicate_of = done->rc ? 0 : done->duplicate_of;
        ticket->is_repeated = !done->rc && done->is_repeated;
        ticket->stored(ticket, done->rc, done->exchange);
        break;
    case JOURNAL_ENTRY_TASK:
        task->done(task, j, done->rc ? done->rc : task->rc);
        break;
    case JOURNAL_ENTRY_ANSWER:
    case JOURNAL_ENTRY_CALL:
    case JOURNAL_ENTRY_PERSON:
        break;
    }
}

/* A request was stored, or was not. */
static void note_failure(struct journal *j, enum err rc)
{
    if (rc != OK && rc != ERR_CONFLICT)
        j->is_refusing = true;
    if (!j->is_refusing || j->entries[JOURNAL_ENTRY_REQUEST] > 0)
        return;
    j->is_refusing = false;
    j->failures++;
}

static void on_entry_done(struct worker_job *job)
{
    struct journal_entry *e = CONTAINER_OF(job, struct journal_entry, job);
    struct journal *j = e->journal;
    struct journal_entry done = *e;

    e->changes = (struct journal_changes){0}; /* `done` has them */
    take_report(j, &e->report, done.rc == ERR_CONFLICT ? OK : done.rc);
    journal_watch_tell(j, &done);
    put_away(j, e);
    if (done.kind == JOURNAL_ENTRY_REQUEST)
        note_failure(j, done.rc);
    if (!deadline_is_set(&j->chore_due) || !j->has_traffic)
        schedule_chore(j, CHORE_MS);
    j->has_traffic = true;
    journal_changes_fini(&done.changes);
    tell(j, &done);
}

enum err journal_submit(struct journal *j, struct journal_entry *e)
{
    e->journal = j;
    enum err rc = worker_submit(j->worker, &e->job, run_entry, on_entry_done);

    if (rc) {
        journal_entry_free(e);
        return rc;
    }
    j->waiting_bytes += e->size;
    j->entries[e->kind]++;
    if (e->kind == JOURNAL_ENTRY_ANSWER)
        journal_answers_enter(&j->answers, e);
    return OK;
}

/* One that is larger than the limit goes through when it is alone. */
enum err journal_admit(const struct journal *j, enum journal_entry_kind kind)
{
    if (j->is_closing)
        return ERR_CLOSED;
    return j->entries[kind] >= JOURNAL_ENTRIES_MAX || j->waiting_bytes >= JOURNAL_WAITING_MAX
               ? ERR_BUSY
               : OK;
}

/* `answer`: NULL, or it is imported. */
static enum err record(struct journal *j, const struct journal_request *request,
                       const struct journal_answer *answer, struct journal_ticket *ticket)
{
    struct journal_entry *e;

    enum err rc = journal_admit(j, JOURNAL_ENTRY_REQUEST);
    if (!rc && j->is_refusing)
        rc = ERR_BUSY;
    if (!rc)
        rc = journal_entry_new_request(request, &e);
    if (rc)
        return rc;
    e->is_imported = answer != NULL;
    rc = answer ? journal_entry_new_answer(answer, &e->import) : OK;
    if (rc) {
        journal_entry_free(e);
        return rc;
    }
    e->ticket = ticket;
    e->failures = j->failures;
    return journal_submit(j, e);
}

enum err journal_record(struct journal *j, const struct journal_request *request,
                        struct journal_ticket *ticket)
{
    return record(j, request, NULL, ticket);
}

enum err journal_record_import(struct journal *j, const struct journal_request *request,
                               const struct journal_answer *answer,
                               struct journal_ticket *ticket)
{
    return record(j, request, answer, ticket);
}

enum err journal_answer(struct journal *j, const struct journal_answer *answer)
{
    struct journal_entry *e;
    enum err rc = journal_admit(j, JOURNAL_ENTRY_ANSWER);

    if (!rc)
        rc = journal_entry_new_answer(answer, &e);
    return rc ? rc : journal_submit(j, e);
}

enum err journal_task_submit(struct journal *j, struct journal_task *t)
{
    struct journal_entry *e;

    if (j->is_closing)
        return ERR_CLOSED;
    if (j->entries[JOURNAL_ENTRY_TASK] >= JOURNAL_TASKS_MAX)
        return ERR_BUSY;
    enum err rc = journal_entry_new_task(t, &e);
    return rc ? rc : journal_submit(j, e);
}

/* ---- life ---- */

static enum err start_worker(struct journal *j)
{
    struct worker_options options = {
        .name = "journal",
        .threads = 1,
        /* and a chore, and the last job */
        .queue_max = (JOURNAL_ENTRY_KINDS - 1) * JOURNAL_ENTRIES_MAX + JOURNAL_TASKS_MAX + 2,
        .before_batch = before_batch,
        .after_batch = after_batch,
        .batch_max = BATCH_MAX,
        .context = j,
    };

    return worker_open(j->loop, &options, &j->worker);
}

enum err journal_open(struct loop *l, const struct journal_options *options,
                      struct journal **out, char detail[static 512])
{
    struct journal *j = mem_alloc(sizeof(*j));

    detail_write(detail, "%s", err_text(ERR_NOMEM));
    if (!j)
        return ERR_NOMEM;
    j->loop = l;
    j->limits.keep_bytes = options->keep_bytes;
    j->limits.keep_ms = options->keep_ms;
    journal_answers_init(&j->answers);
    enum err rc = journal_writer_open(options, loop_clock(l), &j->writer, detail);
    if (!rc)
        rc = start_worker(j);
    if (rc) {
        if (detail[0] == '\0')
            detail_write(detail, "%s", err_text(rc));
        journal_writer_close(j->writer);
        mem_free(j);
        return rc;
    }
    detail_write(j->notice, "%s", detail);
    schedule_chore(j, CHORE_MS); /* what got too old while nobody was here */
    *out = j;
    return OK;
}

static void on_worker_closed(void *owner)
{
    struct journal *j = owner;
    void (*on_closed)(void *owner) = j->on_closed;
    void *closed_for = j->owner;

    for (size_t i = 0; i < JOURNAL_ENTRY_KINDS; i++)
        assert(j->entries[i] == 0);
    journal_writer_close(j->writer); /* if the last job found no place */
    journal_report_fini(&j->chore.report);
    mem_free(j);
    if (on_closed)
        on_closed(closed_for);
}

/* The last job cannot be refused for want of room, but a file that is closed late, on
 * the loop, is closed nevertheless. */
void journal_close(struct journal *j, void (*on_closed)(void *owner), void *owner)
{
    struct journal_entry *e;

    if (j->is_closing)
        return;
    retry_postponed(j);
    while ((e = journal_answers_give_up(&j->answers))) /* a later one is on its way */
        forget_entry(j, e);
    j->is_closing = true;
    j->on_closed = on_closed;
    j->owner = owner;
    deadline_clear(j->loop, &j->chore_due);
    enum err rc = worker_submit(j->worker, &j->last_job, run_last, on_last_done);
    (void)rc;
    worker_close(j->worker, on_worker_closed, j);
}
