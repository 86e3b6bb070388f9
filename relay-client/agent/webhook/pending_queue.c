/* The happy path:
 *   1. what is unfinished is found in the journal (pending_search.h)
 *   2. the first in the line is tried (pending_attempt.h)
 *   3. the handler answers: it leaves the line, on with the next
 * What can go wrong:
 *   - nobody is there: the line waits, 0.2 s doubling to 60 s
 *   - the handler takes it and gives no answer: the same, and the third time the webhook
 *     steps out of the line; it is tried by its own clock from then on
 *   - there is no answer for 24 hours: it is set aside
 *   - the journal cannot be read: again in a second */
#include "relay-client/agent/webhook/pending_queue.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-client/agent/link/backoff.h"

#include <stdio.h>

#define AGAIN_MS 1000u /* after what had nothing to do with the handler */

void pending_queue_init(struct pending_queue *q, struct agent_context *agent)
{
    *q = (struct pending_queue){.agent = agent};
    pending_line_init(&q->entries);
    pending_search_init(&q->search, q);
    q->line.queue = q->strays.queue = q;
}

void pending_queue_fini(struct pending_queue *q)
{
    pending_line_fini(&q->entries);
}

bool pending_queue_is_waiting(const struct pending_queue *q)
{
    return !pending_line_is_empty(&q->entries);
}

static bool is_stuck(const struct pending_queue *q)
{
    const struct pending_entry *head = pending_line_head(&q->entries);

    return head && head->failures > 0;
}

/* --- step 3: how an attempt ended --- */

static void leave(struct pending_queue *q, struct pending_entry *e,
                  enum journal_outcome outcome)
{
    pending_search_count(&q->search, outcome == JOURNAL_PENDING ? 0 : -1,
                         outcome == JOURNAL_ASIDE ? 1 : 0);
    pending_line_remove(&q->entries, e);
}

static bool is_too_old(const struct pending_queue *q, const struct pending_entry *e)
{
    uint64_t now_ms = clock_wall_ms(loop_clock(q->agent->loop));

    return now_ms > e->arrived_ms && now_ms - e->arrived_ms >= PENDING_QUEUE_DAY_MS;
}

static enum journal_outcome decide(const struct pending_queue *q, const struct pending_entry *e,
                                   enum bot_call_result result)
{
    if (e->is_dropped)
        return JOURNAL_DROPPED;
    if (q->is_stopped)
        return JOURNAL_PENDING;
    if (q->agent->options->no_retry && result != BOT_CALL_NOT_MADE)
        return JOURNAL_FINAL;
    return is_too_old(q, e) ? JOURNAL_ASIDE : JOURNAL_PENDING;
}

/* The wall clock of its next attempt. */
static uint64_t put_off(struct pending_queue *q, struct pending_entry *e, uint64_t ms)
{
    e->due_ms = loop_now_ms(q->agent->loop) + ms;
    return clock_wall_ms(loop_clock(q->agent->loop)) + ms;
}

static uint64_t back_off(struct pending_queue *q, struct pending_entry *e)
{
    e->failures++;
    return put_off(
        q, e, backoff_ms(q->agent->options->random, e->failures, PENDING_QUEUE_RETRY_MAX_MS));
}

static void fail(struct pending_queue *q, struct pending_entry *e, struct pending_attempt *a,
                 const struct pending_attempt_end *how)
{
    char aged[512];
    struct recording_end end = {.error = how->bot->detail};

    e->attempts = how->attempts;
    e->is_suspect = true;
    e->reached += how->bot->result == BOT_CALL_SILENT;
    end.outcome = decide(q, e, how->bot->result);
    if (end.outcome == JOURNAL_ASIDE) {
        snprintf(aged, sizeof aged, "no answer for 24 hours; at last: %s", how->bot->detail);
        end.error = aged;
    }
    if (end.outcome == JOURNAL_PENDING && !q->is_stopped)
        end.next_ms = back_off(q, e);
    end.is_silent = end.outcome == JOURNAL_PENDING && e->was_told;
    e->was_told = true;
    pending_attempt_finish(a, &end);
    if (end.outcome != JOURNAL_PENDING)
        leave(q, e, e->is_dropped ? JOURNAL_PENDING : end.outcome);
    else if (e->reached >= PENDING_QUEUE_REACHED_MAX && !pending_line_step_out(&q->entries, e))
        log_warn("agent", "exchange=%llu holds up the line: too many stand beside it",
                 (unsigned long long)e->exchange);
}

static void retry_soon(struct pending_queue *q, struct pending_entry *e,
                       struct pending_attempt *a)
{
    struct recording_end end = {.outcome = JOURNAL_PENDING, .error = "", .is_silent = true};

    (void)put_off(q, e, AGAIN_MS);
    pending_attempt_finish(a, &end);
}

static void set_aside_damaged(struct pending_queue *q, struct pending_entry *e,
                              struct pending_attempt *a)
{
    struct recording_end end = {.outcome = JOURNAL_ASIDE,
                                .error = "its record in the journal is damaged"};

    pending_attempt_finish(a, &end);
    leave(q, e, end.outcome);
}

static void go_on(struct defer_task *task);

static void on_attempt_end(void *owner, struct pending_attempt *a,
                           const struct pending_attempt_end *end)
{
    struct pending_lane *lane = owner;
    struct pending_queue *q = lane->queue;
    struct pending_entry *e = lane->trying;

    lane->trying = NULL;
    lane->attempt = NULL;
    e->is_trying = false;
    if (!q->is_stopped)
        defer_post(q->agent->loop, &q->task, go_on);
    switch (end->result) {
    case PENDING_ATTEMPT_OVER:
        pending_attempt_finish(a, NULL);
        leave(q, e, e->is_dropped ? JOURNAL_PENDING : JOURNAL_FINAL);
        break;
    case PENDING_ATTEMPT_FAILED:
        fail(q, e, a, end);
        break;
    case PENDING_ATTEMPT_GONE:
        pending_attempt_finish(a, NULL);
        pending_line_remove(&q->entries, e);
        pending_search_again(&q->search); /* how many there are, too */
        break;
    case PENDING_ATTEMPT_DAMAGED:
        set_aside_damaged(q, e, a);
        break;
    case PENDING_ATTEMPT_NOT_MADE:
        retry_soon(q, e, a);
        break;
    }
}

/* --- step 2 --- */

static void on_due(struct deadline *d)
{
    struct pending_queue *q = CONTAINER_OF(d, struct pending_lane, due)->queue;

    defer_post(q->agent->loop, &q->task, go_on);
}

static void wait_for(struct pending_lane *lane, const struct pending_entry *e)
{
    struct loop *l = lane->queue->agent->loop;
    uint64_t now_ms = loop_now_ms(l);
    uint64_t left_ms = e->due_ms > now_ms ? e->due_ms - now_ms : 0;

    if (deadline_set(l, &lane->due, left_ms, on_due) != OK)
        log_error("agent", "out of memory: pending webhooks wait for the next one");
}

static void try_next(struct pending_lane *lane, struct pending_entry *e)
{
    struct pending_queue *q = lane->queue;

    if (lane->trying || !e)
        return;
    if (e->due_ms > loop_now_ms(q->agent->loop)) {
        wait_for(lane, e);
        return;
    }
    struct pending_attempt_options options = {
        .exchange = e->exchange,
        .attempts = e->attempts,
        .is_suspect = e->is_suspect,
        .was_told = e->was_told,
        .on_end = on_attempt_end,
        .owner = lane,
    };
    if (pending_attempt_start(q->agent, &options, &lane->attempt) != OK) {
        (void)put_off(q, e, AGAIN_MS);
        wait_for(lane, e);
        return;
    }
    lane->trying = e;
    e->is_trying = true;
}

static void go_on(struct defer_task *task)
{
    struct pending_queue *q = CONTAINER_OF(task, struct pending_queue, task);

    if (q->is_stopped)
        return;
    try_next(&q->line, pending_line_head(&q->entries));
    try_next(&q->strays, pending_line_stray(&q->entries));
    if (q->entries.line_len == 0)
        pending_search_more(&q->search);
}

void pending_queue_go_on(struct pending_queue *q)
{
    if (!q->is_stopped)
        defer_post(q->agent->loop, &q->task, go_on);
}

/* --- who joins --- */

static void enter(struct pending_queue *q, struct pending_entry *e, const struct recording *r,
                  const struct bot_call_end *last, struct pending_place *place)
{
    e->is_filled = true;
    e->arrived_ms = r->arrived_ms;
    e->attempts = r->attempts;
    e->is_suspect = r->attempts > 0;
    e->was_told = place->is_worth_telling;
    if (!last)
        return;
    e->reached = last->result == BOT_CALL_SILENT;
    uint64_t next_ms = back_off(q, e);
    if (pending_line_head(&q->entries) == e)
        place->next_ms = next_ms;
}

struct pending_place pending_queue_join(struct pending_queue *q, const struct recording *r,
                                        const struct bot_call_end *last)
{
    struct pending_place place = {.is_worth_telling = last || is_stuck(q)};

    pending_search_count(&q->search, 1, 0);
    if (q->is_stopped)
        return place;
    struct pending_entry *e = pending_search_put(&q->search, r->id);
    if (e)
        enter(q, e, r, last, &place);
    pending_queue_go_on(q);
    return place;
}

/* --- the user --- */

static void renew(struct pending_queue *q, struct pending_entry *e)
{
    e->failures = e->reached = 0;
    e->due_ms = loop_now_ms(q->agent->loop);
}

static void drop(struct pending_queue *q, struct pending_entry *e)
{
    if (e->is_trying)
        e->is_dropped = true;
    else
        pending_line_remove(&q->entries, e);
}

static void settle(struct pending_queue *q, struct pending_entry *e,
                   enum journal_decision decision)
{
    if (e && decision == JOURNAL_RETRY)
        renew(q, e);
    else if (e)
        drop(q, e);
}

void pending_queue_settled(struct pending_queue *q, uint64_t exchange,
                           enum journal_decision decision)
{
    if (q->is_stopped)
        return;
    if (exchange != 0) {
        settle(q, pending_line_find(&q->entries, exchange), decision);
    } else {
        settle(q, q->line.trying, decision);
        settle(q, q->strays.trying, decision);
        pending_line_forget(&q->entries);
    }
    pending_search_again(&q->search);
    pending_queue_go_on(q);
}

/* --- life --- */

void pending_queue_start(struct pending_queue *q, void (*on_ready)(struct agent_context *agent))
{
    pending_search_start(&q->search, on_ready);
}

void pending_queue_stop(struct pending_queue *q)
{
    struct loop *l = q->agent->loop;

    q->is_stopped = true;
    defer_cancel(l, &q->task);
    deadline_clear(l, &q->line.due);
    deadline_clear(l, &q->strays.due);
    pending_search_stop(&q->search);
    if (q->line.attempt)
        pending_attempt_stop(q->line.attempt);
    if (q->strays.attempt)
        pending_attempt_stop(q->strays.attempt);
}
