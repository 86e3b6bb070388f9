#include "relay-client/agent/webhook/pending_search.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-client/agent/webhook/pending_queue.h"

#define AGAIN_MS 1000u

void pending_search_init(struct pending_search *s, struct pending_queue *q)
{
    s->queue = q;
}

/* --- what changes --- */

void pending_search_count(struct pending_search *s, int pending, int aside)
{
    struct agent_context *agent = s->queue->agent;

    if (pending == 0 && aside == 0)
        return;
    /* Less than none is more than all, and comes right when they are added up. */
    s->changed.pending += (uint64_t)(int64_t)pending;
    s->changed.aside += (uint64_t)(int64_t)aside;
    agent->counts.unfinished.pending += (uint64_t)(int64_t)pending;
    agent->counts.unfinished.aside += (uint64_t)(int64_t)aside;
    agent_context_tell_counts(agent);
}

static void miss(struct pending_search *s, uint64_t exchange)
{
    if (s->first_missing == 0 || exchange < s->first_missing)
        s->first_missing = exchange;
}

struct pending_entry *pending_search_put(struct pending_search *s, uint64_t exchange)
{
    struct pending_line *entries = &s->queue->entries;
    uint64_t known_to = entries->known_to;
    struct pending_entry *e = pending_line_put(entries, exchange);

    if (entries->known_to < known_to)
        miss(s, entries->known_to + 1);
    else if (!e)
        miss(s, exchange);
    return e;
}

/* --- the journal's answer --- */

static void ask(struct pending_search *s);

static void on_due(struct deadline *d)
{
    struct pending_search *s = CONTAINER_OF(d, struct pending_search, due);

    if (!s->is_asking)
        ask(s);
}

static void ask_later(struct pending_search *s, enum err why)
{
    const struct agent_context *agent = s->queue->agent;
    const char *detail = journal_detail(agent->options->journal);

    log_warn("agent", "pending webhooks cannot be read: %s", *detail ? detail : err_text(why));
    if (deadline_set(agent->loop, &s->due, AGAIN_MS, on_due) != OK)
        log_error("agent", "out of memory: pending webhooks wait for the next start");
}

static void add(struct pending_search *s, const struct journal_pending *found)
{
    struct pending_entry *e = pending_line_put(&s->queue->entries, found->exchange);

    if (!e || e->is_filled)
        return;
    e->is_filled = true;
    e->arrived_ms = found->arrived_ms;
    e->attempts = found->attempts;
    e->is_suspect = s->query.is_start || found->attempts > 0 || found->crashes > 0;
    e->was_told = true; /* earlier, or by an earlier run */
}

static void take(struct pending_search *s, const struct journal_pending *found, size_t len)
{
    struct agent_context *agent = s->queue->agent;
    uint64_t known_to = len < s->query.max ? PENDING_LINE_ALL : found[len - 1].exchange;

    if (s->first_missing != 0 && s->first_missing <= known_to)
        known_to = s->first_missing - 1;
    s->queue->entries.known_to = known_to;
    for (size_t i = 0; i < len; i++)
        add(s, &found[i]);
    agent->counts.unfinished.pending = s->query.unfinished.pending + s->changed.pending;
    agent->counts.unfinished.aside = s->query.unfinished.aside + s->changed.aside;
    agent_context_tell_counts(agent);
}

static void report_ready(struct pending_search *s)
{
    void (*on_ready)(struct agent_context * agent) = s->on_ready;

    s->on_ready = NULL;
    if (on_ready)
        on_ready(s->queue->agent);
}

static void on_found(struct journal_pending_query *query, enum err rc,
                     const struct journal_pending *found, size_t len)
{
    struct pending_search *s = CONTAINER_OF(query, struct pending_search, query);
    struct pending_queue *q = s->queue;

    s->is_asking = false;
    if (rc == OK)
        take(s, found, len);
    if (q->is_stopped) {
        /* that was all */
    } else if (rc != OK) {
        ask_later(s, rc);
    } else {
        report_ready(s);
        if (s->asks_again)
            pending_search_again(s);
        pending_queue_go_on(q);
    }
    agent_context_release(q->agent);
}

/* --- asking --- */

static void ask(struct pending_search *s)
{
    struct agent_context *agent = s->queue->agent;

    deadline_clear(agent->loop, &s->due);
    s->query = (struct journal_pending_query){
        .after = s->queue->entries.known_to,
        .is_start = s->on_ready != NULL,
        .max = JOURNAL_PENDING_MAX,
        .found = on_found,
    };
    s->changed = (struct journal_unfinished){0};
    s->first_missing = 0;
    enum err rc = journal_pending_find(agent->options->journal, &s->query);
    if (rc != OK) {
        ask_later(s, rc);
        return;
    }
    s->is_asking = true;
    agent_context_hold(agent);
}

void pending_search_start(struct pending_search *s,
                          void (*on_ready)(struct agent_context *agent))
{
    s->on_ready = on_ready;
    ask(s);
}

void pending_search_more(struct pending_search *s)
{
    if (!s->is_asking && !deadline_is_set(&s->due) &&
        s->queue->entries.known_to != PENDING_LINE_ALL)
        ask(s);
}

void pending_search_again(struct pending_search *s)
{
    s->asks_again = s->is_asking;
    if (s->is_asking || s->queue->is_stopped)
        return;
    s->queue->entries.known_to = 0;
    ask(s);
}

void pending_search_stop(struct pending_search *s)
{
    deadline_clear(s->queue->agent->loop, &s->due);
}
