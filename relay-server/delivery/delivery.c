/* The happy path (guard; docs/delivery.md has the other modes):
 *   1. the request goes over the link (dispatch.h)
 *   2. 102: the agent has it on its disk
 *   3. the bot's answer comes within 1.5 s and is passed on
 * What can go wrong:
 *   - no link, or something is ahead: to the inbox; 200 when it is on the disk
 *   - 1.5 s pass: 200 if it is confirmed; else it goes to the inbox too, and 200 then
 *   - the link breaks, or the agent cannot store: before 102 to the inbox, after it 200
 *   - the tunnel's owner does not want that (--answer=bot, --offline=refuse): 5xx
 *   - the inbox is full or its disk refuses: 503
 *   - the sender goes away: the delivery goes on, only nobody is answered
 * It is freed when nobody waits any more: no sender, no stream, no write. */
#include "relay-server/delivery/delivery.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "relay-server/delivery/delivery_problem.h"
#include "relay-server/delivery/dispatch.h"
#include "relay-server/delivery/parcel.h"
#include "relay-server/delivery/sender.h"
#include "relay-server/problem_table.h"

#include <assert.h>

/* On which disk it is. */
enum delivery_state {
    DELIVERY_LOOSE,     /* none; perhaps it is on its way over a link */
    DELIVERY_KEEPING,   /* the inbox writes it */
    DELIVERY_KEPT,      /* the inbox's */
    DELIVERY_CONFIRMED, /* the agent's */
    DELIVERY_DROPPED,   /* none, for ever; nobody was told otherwise */
};

struct delivery {
    struct list_node in_relay;
    struct relay_state *relay; /* borrowed */
    struct dispatch *dispatch; /* borrowed: it waits for this */
    enum delivery_state state;
    enum link_answer mode; /* as the tunnel's were when it came */
    enum link_offline offline;
    struct parcel parcel;
    struct sender sender;
    struct transmit transmit;
    struct deadline guard;
    struct inbox_ticket ticket;
    bool is_writing; /* the ticket is out */
};

static void move(struct delivery *d, enum delivery_state to)
{
    static const bool allowed[][5] = {
        [DELIVERY_LOOSE] =
            {[DELIVERY_KEEPING] = true, [DELIVERY_CONFIRMED] = true, [DELIVERY_DROPPED] = true},
        [DELIVERY_KEEPING] = {[DELIVERY_LOOSE] = true,
                              [DELIVERY_KEPT] = true,
                              [DELIVERY_CONFIRMED] = true,
                              [DELIVERY_DROPPED] = true},
        [DELIVERY_KEPT] = {[DELIVERY_CONFIRMED] = true},
        [DELIVERY_CONFIRMED] = {0},
        [DELIVERY_DROPPED] = {0},
    };

    assert(allowed[d->state][to]);
    d->state = to;
    if (to >= DELIVERY_KEPT) /* what it says is on a disk, or of no use */
        parcel_fini(&d->parcel);
}

/* For the log. */
static const char *state_text(enum delivery_state state)
{
    return state == DELIVERY_CONFIRMED ? "lost its answer" : "was not stored";
}

static bool is_waited_for(const struct delivery *d)
{
    return d->sender.state != SENDER_GONE;
}

static bool is_on_link(const struct delivery *d)
{
    return !transmit_is_over(&d->transmit);
}

static void free_if_over(struct delivery *d)
{
    if (is_waited_for(d) || is_on_link(d) || d->is_writing)
        return;
    list_remove(&d->in_relay);
    d->dispatch->deliveries--;
    deadline_clear(d->relay->loop, &d->guard);
    parcel_fini(&d->parcel);
    mem_free(d);
}

/* --- what the sender is told --- */

/* I1: who hears 2xx forgets the webhook.  Every 2xx to a webhook is said here, and only for
 * what is on a disk: the agent has said *stored*, or the inbox has it.  `a`, which is taken
 * over, is the bot's answer; NULL: 200 in the relay's own name. */
static void answer(struct delivery *d, struct answer *a)
{
    bool is_success = !a || (a->head.status >= 200 && a->head.status < 300);
    bool is_safe = d->state == DELIVERY_KEPT || d->state == DELIVERY_CONFIRMED;

    if (is_success && !is_safe) {
        answer_free(a);
        sender_refuse(&d->sender, &problem_not_stored);
    } else if (a) {
        sender_pass_on(&d->sender, a);
    } else {
        sender_accept(&d->sender);
    }
}

/* Confirmed, and nobody waits for the bot: its agent hears what became of the sender. */
static void end_stream(struct delivery *d)
{
    transmit_end(&d->transmit, d->sender.is_accepted ? ERR_CANCELLED : ERR_IO);
}

/* --- the inbox --- */

static void on_kept(struct inbox_ticket *ticket, enum err rc)
{
    struct delivery *d = CONTAINER_OF(ticket, struct delivery, ticket);

    d->is_writing = false;
    if (d->state == DELIVERY_KEEPING && rc == OK) {
        move(d, DELIVERY_KEPT);
        answer(d, NULL);
        if (!is_on_link(d))
            dispatch_kick(d->dispatch);
    } else if (d->state == DELIVERY_KEEPING) {
        move(d, is_on_link(d) ? DELIVERY_LOOSE : DELIVERY_DROPPED);
        sender_refuse(&d->sender, delivery_problem_not_kept(rc));
    }
    free_if_over(d);
}

static enum err put(struct delivery *d)
{
    if (!dispatch_is_agent_expected(d->dispatch))
        return ERR_DENIED;
    d->ticket.stored = on_kept;
    return parcel_put(&d->parcel, d->dispatch->tunnel->name, is_waited_for(d) ? 200 : 0,
                      &d->ticket);
}

/* The sender gets 200 when it is on the disk; or hears now why it will not be. */
static void keep(struct delivery *d)
{
    enum err rc = put(d);

    sender_wait_safe(&d->sender);
    if (rc == OK) {
        d->is_writing = true;
        move(d, DELIVERY_KEEPING);
        return;
    }
    sender_refuse(&d->sender, delivery_problem_not_kept(rc));
    if (!is_on_link(d))
        move(d, DELIVERY_DROPPED);
}

static void remove_kept(struct delivery *d, bool is_delivered)
{
    bool is_kept = d->state == DELIVERY_KEEPING || d->state == DELIVERY_KEPT;
    enum err rc = OK;

    if (is_kept && d->relay->inbox)
        rc = inbox_remove(d->relay->inbox, d->parcel.seq, is_delivered);
    if (rc != OK)
        log_warn("inbox", "delivery=%s was not removed, it will be sent again: %s",
                 d->parcel.id, err_text(rc));
}

/* --- events of the link --- */

static struct delivery *from_transmit(struct transmit *t)
{
    return CONTAINER_OF(t, struct delivery, transmit);
}

static void on_stored(struct transmit *t)
{
    struct delivery *d = from_transmit(t);

    dispatch_confirmed(d->dispatch, t);
    remove_kept(d, true);
    move(d, DELIVERY_CONFIRMED);
    if (d->sender.state == SENDER_WAITS_SAFE)
        answer(d, NULL);
    if (!is_waited_for(d))
        end_stream(d);
    free_if_over(d);
}

/* Its owner wants the bot's word or none. */
static bool may_keep(const struct delivery *d)
{
    return d->mode != LINK_ANSWER_BOT && d->offline == LINK_OFFLINE_KEEP;
}

/* Nothing is left of it.  The sender hears `a`, which is taken over, or `problem`. */
static void drop(struct delivery *d, struct answer *a, const struct problem *problem)
{
    remove_kept(d, false);
    move(d, DELIVERY_DROPPED);
    if (a)
        answer(d, a);
    else
        sender_refuse(&d->sender, problem);
}

/* A final answer without 102.  What is in the inbox goes out again from there. */
static void on_refused(struct delivery *d, struct answer *a)
{
    bool is_loose = d->state == DELIVERY_LOOSE;

    if (transmit_is_final_no(d->transmit.status) && (is_loose || is_waited_for(d))) {
        dispatch_declined(d->dispatch, &d->transmit);
        drop(d, a, NULL);
        return;
    }
    dispatch_failed(d->dispatch, &d->transmit, ERR_FAILED);
    if (is_loose && !may_keep(d)) {
        drop(d, a, NULL);
        return;
    }
    answer_free(a);
    if (is_loose)
        keep(d);
}

static void on_answer(struct transmit *t)
{
    struct delivery *d = from_transmit(t);
    struct answer *a = transmit_take_answer(t);

    if (d->state != DELIVERY_CONFIRMED) {
        on_refused(d, a);
    } else if (a->is_unanswered && d->mode != LINK_ANSWER_BOT) {
        answer_free(a);
        answer(d, NULL);
    } else {
        answer(d, a);
    }
    free_if_over(d);
}

/* The agent has it, but what its bot says cannot be had. */
static void on_answer_lost(struct delivery *d, enum err why)
{
    if (d->mode == LINK_ANSWER_BOT || delivery_problem_is_bad_answer(why))
        sender_refuse(&d->sender, delivery_problem_no_answer(why));
    else
        answer(d, NULL);
}

static void on_failed(struct transmit *t, enum err why, const char *detail)
{
    struct delivery *d = from_transmit(t);

    log_info("delivery", "delivery=%s %s: %s %s", d->parcel.id, state_text(d->state),
             err_text(why), LOG_TEXT(span_text(detail)));
    transmit_end(t, why); /* a part of the answer, perhaps */
    if (d->state == DELIVERY_CONFIRMED) {
        on_answer_lost(d, why);
    } else {
        dispatch_failed(d->dispatch, t, why);
        if (d->state == DELIVERY_LOOSE && may_keep(d))
            keep(d);
        else if (d->state == DELIVERY_LOOSE)
            drop(d, NULL, delivery_problem_not_stored(why));
    }
    free_if_over(d);
}

static const struct transmit_events transmit_events = {
    .on_stored = on_stored,
    .on_answer = on_answer,
    .on_failed = on_failed,
};

/* --- the sender goes, time passes --- */

static void on_sender_gone(struct sender *s)
{
    struct delivery *d = CONTAINER_OF(s, struct delivery, sender);

    if (d->state == DELIVERY_CONFIRMED)
        end_stream(d);
    free_if_over(d);
}

static void on_guard(struct deadline *deadline)
{
    struct delivery *d = CONTAINER_OF(deadline, struct delivery, guard);

    sender_wait_safe(&d->sender);
    if (!is_waited_for(d))
        return;
    if (d->state == DELIVERY_LOOSE) {
        keep(d);
    } else if (d->state == DELIVERY_CONFIRMED) {
        answer(d, NULL);
        end_stream(d);
    }
    free_if_over(d);
}

void delivery_settle_all(struct relay_state *relay)
{
    struct list_node *next;

    for (struct list_node *n = list_first(&relay->deliveries); n; n = next) {
        struct delivery *d = CONTAINER_OF(n, struct delivery, in_relay);

        next = list_next(&relay->deliveries, n);
        if (is_waited_for(d) && d->state == DELIVERY_LOOSE)
            keep(d);
        free_if_over(d);
    }
}

/* --- the start --- */

static enum err send(struct delivery *d)
{
    struct transmit_request request = parcel_transmit(&d->parcel);

    d->transmit.seq = d->parcel.seq;
    return dispatch_send(d->dispatch, &d->transmit, &request, &transmit_events);
}

static void choose_way(struct delivery *d)
{
    const struct tunnel *tunnel = d->dispatch->tunnel;
    bool is_refused = !tunnel->link && d->offline == LINK_OFFLINE_REFUSE;

    if (is_refused) {
        drop(d, NULL, d->relay->links.closing ? &problem_shutdown : &problem_no_agent);
    } else if (dispatch_is_direct(d->dispatch) && send(d) == OK) {
        if (d->mode == LINK_ANSWER_NOW)
            sender_wait_safe(&d->sender);
    } else {
        keep(d);
    }
}

static enum err init(struct delivery *d, struct relay_state *relay, struct tunnel *tunnel,
                     const struct parcel_request *request)
{
    uint64_t now_ms = clock_wall_ms(loop_clock(relay->loop));
    enum err rc = parcel_init(&d->parcel, relay, request);

    if (rc != OK)
        return rc;
    d->relay = relay;
    d->dispatch = dispatch_of(relay, tunnel);
    d->mode = tunnel->answer;
    d->offline = tunnel->offline;
    d->parcel.seq = dispatch_next_seq(relay);
    d->parcel.received_ms = now_ms;
    ulid_make(&relay->ids, now_ms, relay->random, d->parcel.id);
    if (d->mode != LINK_ANSWER_BOT)
        rc = deadline_set(relay->loop, &d->guard, DELIVERY_GUARD_MS, on_guard);
    return rc;
}

void delivery_start(struct relay_state *relay, struct tunnel *tunnel, struct exchange *sender,
                    const struct delivery_request *request)
{
    struct delivery *d = mem_alloc(sizeof *d);
    struct parcel_request parcel = {.head = request->head,
                                    .route = request->route,
                                    .peer = exchange_peer(sender),
                                    .body = request->body};
    enum err rc = d ? init(d, relay, tunnel, &parcel) : ERR_NOMEM;

    if (rc != OK) {
        if (d)
            parcel_fini(&d->parcel);
        mem_free(d);
        problem_refuse(sender, delivery_problem_not_begun(rc));
        return;
    }
    sender_init(&d->sender, sender, on_sender_gone);
    d->dispatch->deliveries++;
    list_append(&relay->deliveries, &d->in_relay);
    choose_way(d);
    free_if_over(d);
}
