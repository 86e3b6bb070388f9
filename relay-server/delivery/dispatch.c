/* The happy path:
 *   1. a link is up and nothing waits: new deliveries go over it at once, in order
 *   2. no link: they go to the inbox
 *   3. a link comes: drain.c sends the oldest; new ones queue in the inbox behind
 *   4. the inbox is empty: as at 1
 * What can go wrong:
 *   - something ends without 102.  Its link may be breaking, which is told later in this
 *     turn; so it is judged in a task:
 *     - the link is gone: the next one begins with the oldest.  If it was the peer who
 *       ended it, the delivery that was the oldest on its way is a suspect: counted
 *     - the link lives: the agent could not store.  Stalled: nothing new is sent, what is
 *       under way ends (the agent refuses it), a pause, then the oldest with a mark
 *   - a link is replaced while deliveries are on their way over it: new ones queue until
 *     those have ended, or DISPATCH_TAKEOVER_MS have passed */
#include "relay-server/delivery/dispatch.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-server/delivery/transmit.h"

#include <assert.h>

static void move(struct dispatch *p, enum dispatch_state to)
{
    static const bool allowed[][3] = {
        [DISPATCH_OPEN] = {[DISPATCH_OPEN] = true, [DISPATCH_STALLED] = true},
        [DISPATCH_STALLED] = {[DISPATCH_OPEN] = true, [DISPATCH_PAUSED] = true},
        [DISPATCH_PAUSED] = {[DISPATCH_OPEN] = true},
    };

    assert(allowed[p->state][to]);
    p->state = to;
}

static struct transmit *from_node(struct list_node *n)
{
    return CONTAINER_OF(n, struct transmit, in_flight);
}

/* --- the way --- */

static uint64_t kept(const struct dispatch *p)
{
    return p->relay->inbox ? inbox_counts_of(p->relay->inbox, p->tunnel->name).kept : p->left;
}

void dispatch_leave_inbox(struct dispatch *p)
{
    p->left = kept(p);
}

/* Streams of different links may overtake each other. */
static bool is_all_on_this_link(const struct dispatch *p)
{
    struct list_node *n = list_first(&p->in_flight);

    return !n || from_node(n)->epoch == p->epoch;
}

bool dispatch_is_open(const struct dispatch *p)
{
    return p->tunnel->link && p->state == DISPATCH_OPEN && !p->failure.is_set &&
           is_all_on_this_link(p);
}

bool dispatch_is_direct(const struct dispatch *p)
{
    return dispatch_is_open(p) && kept(p) == 0;
}

bool dispatch_is_agent_expected(const struct dispatch *p)
{
    return tokens_is_live(p->relay->tokens, p->tunnel->token_id,
                          clock_wall_ms(loop_clock(p->relay->loop)));
}

/* An inbox that was closed and opened again counts from what is in it, but some that were
 * counted are still on their way. */
uint64_t dispatch_next_seq(struct relay_state *relay)
{
    uint64_t seq = relay->last_seq + 1;

    while (relay->inbox && (seq = inbox_next_seq(relay->inbox)) <= relay->last_seq)
        continue;
    relay->last_seq = seq;
    return seq;
}

bool dispatch_is_in_flight(const struct dispatch *p, uint64_t seq)
{
    for (struct list_node *n = list_first(&p->in_flight); n; n = list_next(&p->in_flight, n))
        if (from_node(n)->seq == seq)
            return true;
    return false;
}

enum err dispatch_send(struct dispatch *p, struct transmit *t,
                       const struct transmit_request *request,
                       const struct transmit_events *events)
{
    struct transmit_request stamped = *request;

    if (!p->tunnel->link)
        return ERR_CLOSED;
    stamped.info.resume = p->resumes;
    enum err rc = transmit_start(t, p->relay, p->tunnel->link, &stamped, events);
    if (rc != OK)
        return rc;
    p->resumes = false;
    t->epoch = p->epoch;
    if (t->seq > p->sent)
        p->sent = t->seq;
    list_append(&p->in_flight, &t->in_flight);
    p->in_flight_len++;
    return OK;
}

/* --- how it ended --- */

static void leave(struct dispatch *p, struct transmit *t)
{
    list_remove(&t->in_flight);
    p->in_flight_len--;
    dispatch_kick(p);
}

void dispatch_confirmed(struct dispatch *p, struct transmit *t)
{
    p->stalls = 0;
    leave(p, t);
}

void dispatch_declined(struct dispatch *p, struct transmit *t)
{
    leave(p, t);
}

void dispatch_failed(struct dispatch *p, struct transmit *t, enum err why)
{
    bool is_oldest = list_first(&p->in_flight) == &t->in_flight;

    if (t->epoch == p->epoch && !p->failure.is_set)
        p->failure = (struct dispatch_failure){.is_set = true,
                                               .why = why,
                                               .has_suspect = is_oldest,
                                               .suspect = t->seq,
                                               .attempts = t->attempts};
    leave(p, t);
}

/* --- a link that ended --- */

static bool is_by_peer(enum err why)
{
    return why == ERR_EOF || why == ERR_IO || why == ERR_TLS;
}

static void blame(struct dispatch *p, const struct dispatch_failure *f)
{
    unsigned attempts = f->attempts + 1;
    bool is_aside = attempts >= DISPATCH_ATTEMPTS_MAX;

    if (!f->has_suspect || !is_by_peer(f->why) || !p->relay->inbox)
        return;
    enum err rc = inbox_note(p->relay->inbox, f->suspect, attempts,
                             is_aside ? "the link ended three times while this delivery was "
                                        "on its way"
                                      : NULL);
    if (rc != OK)
        log_warn("inbox", "tunnel=%s an attempt was not noted: %s", p->tunnel->name,
                 err_text(rc));
    else if (is_aside)
        log_warn("inbox",
                 "tunnel=%s a delivery was set aside: the link ended three times while it was "
                 "on its way (`hookline-relay inbox list`)",
                 p->tunnel->name);
}

/* --- stalled --- */

void dispatch_stall(struct dispatch *p, const char *why)
{
    if (p->state != DISPATCH_OPEN)
        return;
    log_warn("link", "tunnel=%s stalled: %s", p->tunnel->name, why);
    move(p, DISPATCH_STALLED);
    dispatch_kick(p);
}

static void resume(struct dispatch *p)
{
    move(p, DISPATCH_OPEN);
    p->resumes = true;
    drain_restart(p);
    dispatch_kick(p);
}

static void on_retry(struct deadline *d)
{
    resume(CONTAINER_OF(d, struct dispatch, retry));
}

static void pause_after_stall(struct dispatch *p)
{
    uint64_t max = DISPATCH_RETRY_MS << (p->stalls < 5 ? p->stalls : 5);

    if (max > DISPATCH_RETRY_MAX_MS)
        max = DISPATCH_RETRY_MAX_MS;
    p->stalls++;
    move(p, DISPATCH_PAUSED);
    /* Out of memory: each try costs a round trip, that has to do for a pause. */
    if (deadline_set(p->relay->loop, &p->retry, random_below(p->relay->random, max) + 1,
                     on_retry) != OK)
        resume(p);
}

/* --- the task --- */

/* By now a link that broke has left the tunnel. */
static void judge(struct dispatch *p)
{
    struct dispatch_failure failure = p->failure;

    p->failure = (struct dispatch_failure){0};
    if (!failure.is_set)
        return;
    if (p->tunnel->link)
        dispatch_stall(p, "the agent did not store a webhook");
    else
        blame(p, &failure);
}

static void on_look(struct defer_task *task)
{
    struct dispatch *p = CONTAINER_OF(task, struct dispatch, task);

    judge(p);
    if (p->state == DISPATCH_STALLED && list_is_empty(&p->in_flight))
        pause_after_stall(p);
    drain_run(p);
}

void dispatch_kick(struct dispatch *p)
{
    defer_post(p->relay->loop, &p->task, on_look);
}

/* --- links come --- */

/* The network may have changed under the old link: its end could be 15 s away.  What was
 * given up is sent again; the agent knows it if it came after all. */
static void on_takeover_late(struct deadline *d)
{
    struct dispatch *p = CONTAINER_OF(d, struct dispatch, takeover);

    while (!is_all_on_this_link(p))
        transmit_give_up(from_node(list_first(&p->in_flight)), ERR_TIMEOUT,
                         "another link took over");
}

void dispatch_linked(struct dispatch *p)
{
    struct dispatch_failure failure = p->failure;

    p->failure = (struct dispatch_failure){0};
    if (failure.is_set)
        blame(p, &failure);
    deadline_clear(p->relay->loop, &p->retry);
    move(p, DISPATCH_OPEN);
    p->epoch++;
    p->stalls = 0;
    p->resumes = false;
    drain_restart(p);
    if (!list_is_empty(&p->in_flight) &&
        deadline_set(p->relay->loop, &p->takeover, DISPATCH_TAKEOVER_MS, on_takeover_late) !=
            OK)
        log_warn("link", "tunnel=%s out of memory: the link before ends in its own time",
                 p->tunnel->name);
    dispatch_kick(p);
}

/* --- life --- */

struct dispatch *dispatch_of(struct relay_state *relay, struct tunnel *tunnel)
{
    struct dispatch *p = &tunnel->dispatch;

    if (!p->relay) {
        p->relay = relay;
        p->tunnel = tunnel;
        list_init(&p->in_flight);
    }
    return p;
}

void dispatch_fini(struct dispatch *p)
{
    if (!p->relay)
        return;
    assert(dispatch_is_idle(p));
    deadline_clear(p->relay->loop, &p->retry);
    deadline_clear(p->relay->loop, &p->takeover);
    defer_cancel(p->relay->loop, &p->task);
}

bool dispatch_is_idle(const struct dispatch *p)
{
    return !p->relay || (p->deliveries == 0 && p->in_flight_len == 0 && !p->drain.is_fetching);
}
