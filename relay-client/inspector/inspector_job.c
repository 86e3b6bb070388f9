/* 1. inspector_job_start: the first one starts the thread
 * 2. on it: the journal is opened, or opened again if its file is another one; the job runs
 * 3. on the loop: `done`
 * What can go wrong:
 *   - too many jobs wait: ERR_BUSY, at once
 *   - the journal cannot be opened: the job ends with that error and has not run */
#include "relay-client/inspector/inspector_job.h"

#include "base/container.h"
#include "relay-client/inspector/inspector_impl.h"

#include <sys/stat.h>

_Static_assert(sizeof(struct worker_job) <= sizeof((struct inspector_job *)0)->internal,
               "a worker's job fits into ours");

static struct worker_job *base_of(struct inspector_job *job)
{
    return (struct worker_job *)(void *)job->internal;
}

static struct inspector_job *job_of(struct worker_job *base)
{
    return CONTAINER_OF(base, struct inspector_job, internal);
}

/* --- step 2 --- */

/* One that was damaged is renamed while we run, and a new one begun. */
static enum err open_journal(struct inspector_job_reader *r)
{
    char detail[512] = "";
    struct stat st;

    if (stat(r->journal_path, &st) != 0)
        st.st_ino = 0;
    if (r->journal && r->journal_file == st.st_ino)
        return OK;
    journal_reader_close(r->journal);
    r->journal = NULL;
    enum err rc = journal_reader_open(r->journal_path, &r->journal, detail);
    if (rc == OK)
        r->journal_file = st.st_ino;
    return rc == ERR_NOT_FOUND ? ERR_IO : rc;
}

static void run(struct worker_job *base)
{
    struct inspector_job *job = job_of(base);
    struct inspector_job_reader *r = &job->inspector->reader;

    job->rc = open_journal(r);
    if (job->rc == OK)
        job->rc = job->run(job, r->journal);
    if (job->rc != ERR_CORRUPT && job->rc != ERR_IO)
        return;
    journal_reader_close(r->journal); /* the next one opens it anew */
    r->journal = NULL;
}

/* --- step 3 --- */

static void done(struct worker_job *base)
{
    struct inspector_job *job = job_of(base);

    job->done(job, job->rc);
}

/* --- step 1 --- */

static enum err open_worker(struct inspector_job_reader *r)
{
    const struct worker_options options = {
        .name = "inspector", .threads = 1, .queue_max = INSPECTOR_JOB_QUEUE};

    return r->worker ? OK : worker_open(r->loop, &options, &r->worker);
}

enum err inspector_job_start(struct inspector *i, struct inspector_job *job)
{
    struct inspector_job_reader *r = &i->reader;

    if (r->is_closing)
        return ERR_CLOSED;
    enum err rc = open_worker(r);
    job->inspector = i;
    return rc == OK ? worker_submit(r->worker, base_of(job), run, done) : rc;
}

/* --- life --- */

void inspector_job_reader_init(struct inspector_job_reader *r, struct loop *l,
                               const char *journal_path)
{
    *r = (struct inspector_job_reader){.loop = l, .journal_path = journal_path};
}

static void on_worker_closed(void *owner)
{
    struct inspector_job_reader *r = owner;

    r->worker = NULL;
    journal_reader_close(r->journal);
    r->journal = NULL;
    r->on_closed(r->owner);
}

bool inspector_job_reader_close(struct inspector_job_reader *r, void (*on_closed)(void *owner),
                                void *owner)
{
    r->is_closing = true;
    r->on_closed = on_closed;
    r->owner = owner;
    if (!r->worker)
        return false;
    worker_close(r->worker, on_worker_closed, r);
    return true;
}
