#include "relay-client/inspector/stream/feed_gap.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/exchanges/exchange_gap_json.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/journal/journal_gaps.h"

struct gap_job {
    struct inspector_job job;
    struct bytes json; /* the thread's own until `done` */
    enum err rc;
};

/* --- on the reader's thread --- */

/* The latest comes first. */
static bool take(void *owner, const struct journal_gap *gap)
{
    struct gap_job *g = owner;
    struct json_writer w;

    json_writer_init(&w, &g->json);
    exchange_gap_json(&w, gap);
    g->rc = json_writer_end(&w);
    return false;
}

static enum err run(struct inspector_job *job, struct journal_reader *reader)
{
    struct gap_job *g = CONTAINER_OF(job, struct gap_job, job);
    enum err rc = journal_gaps_list(reader, 0, UINT64_MAX / 2, take, g);

    return rc == OK ? g->rc : rc;
}

/* --- on the loop --- */

static void done(struct inspector_job *job, enum err rc)
{
    struct gap_job *g = CONTAINER_OF(job, struct gap_job, job);
    struct inspector *i = job->inspector;

    if (rc == OK && bytes_len(&g->json) > 0)
        inspector_publish(i, "mark", bytes_span(&g->json));
    bytes_fini(&g->json);
    mem_free(g);
    inspector_release(i);
}

void feed_gap_tell(struct inspector *i)
{
    struct gap_job *g = feed_hub_has_streams(&i->feed) ? mem_alloc(sizeof *g) : NULL;

    if (!g)
        return; /* nobody listens, or the page learns of it with its next list */
    bytes_init(&g->json, 4096);
    g->job.run = run;
    g->job.done = done;
    inspector_hold(i);
    if (inspector_job_start(i, &g->job) == OK)
        return;
    mem_free(g);
    inspector_release(i);
}
