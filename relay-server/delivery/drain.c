/* The happy path:
 *   1. drain_run: the link is open and something is kept: the next batch is fetched
 *   2. on_fetched: each record becomes a stream; the batch is forgotten
 *   3. the agent says *stored*: the record is removed, its stream reset (LINE had its
 *      answer long ago), and drain_run fetches more
 *   4. nothing is kept: new deliveries go straight over the link again
 * What can go wrong:
 *   - a link, or a new try after a stall, while a batch is on its way: the batch is dropped,
 *     step 1
 *   - nothing of a batch could be sent, because its records are gone or unsendable: step 1
 *   - no stream, no memory: stalled, tried again later
 *   - the agent cannot store: stalled (dispatch.c), from the oldest again
 *   - the agent answers 4xx: it will never take it.  Counted, stalled; the third time the
 *     record is set aside
 *   - the link ends: dispatch.c counts it for the oldest that was on its way
 *   - a record is damaged: the inbox has set it aside, the others go on
 *   - restored ones are older than what was sent: when nothing younger is left, the next
 *     batch begins with the oldest again */
#include "relay-server/delivery/drain.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "relay-server/delivery/dispatch.h"
#include "relay-server/delivery/room.h"
#include "relay-server/delivery/transmit.h"
#include "relay-server/delivery/webhook.h"

#include <inttypes.h>
#include <stdio.h>

/* The largest record: its reserve must do for a batch, which has one record at least. */
#define RECORD_MAX (WEBHOOK_BODY_MAX + HTTP_HEAD_MAX + HTTP_TARGET_MAX)

/* One record on its way. */
struct drained {
    struct transmit transmit;
    struct dispatch *dispatch; /* borrowed: it waits for this */
    unsigned answered;
    size_t held; /* in drain.bytes, and in the room */
};

static struct drained *from_transmit(struct transmit *t)
{
    return CONTAINER_OF(t, struct drained, transmit);
}

static void drained_free(struct drained *d, enum err why)
{
    d->dispatch->drain.bytes -= d->held;
    room_give(d->dispatch->relay, d->held);
    transmit_end(&d->transmit, why);
    mem_free(d);
}

/* --- its end --- */

static void warn(const struct dispatch *p, const char *what, enum err rc)
{
    if (rc != OK)
        log_warn("inbox", "tunnel=%s %s: %s", p->tunnel->name, what, err_text(rc));
}

static void on_stored(struct transmit *t)
{
    struct drained *d = from_transmit(t);
    struct dispatch *p = d->dispatch;

    dispatch_confirmed(p, t);
    if (p->relay->inbox)
        warn(p, "a delivered webhook was not removed, it will be sent again",
             inbox_remove(p->relay->inbox, t->seq, true));
    drained_free(d, d->answered ? ERR_CANCELLED : ERR_IO);
}

/* It will say the same every time; but only the third time is it certain. */
static void count_refusal(struct dispatch *p, const struct transmit *t)
{
    unsigned attempts = t->attempts + 1;
    bool is_aside = attempts >= DISPATCH_ATTEMPTS_MAX;
    char reason[80];

    if (!p->relay->inbox)
        return;
    (void)snprintf(reason, sizeof reason, "the agent refused it %u times, the last with %u",
                   attempts, t->status);
    if (is_aside)
        log_warn("inbox", "tunnel=%s a delivery was set aside: %s", p->tunnel->name, reason);
    warn(p, "an attempt was not noted",
         inbox_note(p->relay->inbox, t->seq, attempts, is_aside ? reason : NULL));
}

static void on_answer(struct transmit *t)
{
    struct drained *d = from_transmit(t);

    if (transmit_is_final_no(t->status))
        count_refusal(d->dispatch, t);
    dispatch_failed(d->dispatch, t, ERR_FAILED);
    drained_free(d, ERR_IO);
}

static void on_failed(struct transmit *t, enum err why, const char *detail)
{
    struct drained *d = from_transmit(t);

    (void)detail;
    dispatch_failed(d->dispatch, t, why);
    drained_free(d, ERR_IO);
}

static const struct transmit_events transmit_events = {
    .on_stored = on_stored,
    .on_answer = on_answer,
    .on_failed = on_failed,
};

/* --- its start --- */

/* No link and no agent makes it any better. */
static bool is_unsendable(enum err rc)
{
    return rc == ERR_SYNTAX || rc == ERR_URI_TOO_LONG || rc == ERR_HEADERS_TOO_LARGE;
}

static enum err set_aside(struct dispatch *p, const struct inbox_delivery *d, enum err why)
{
    log_warn("inbox", "tunnel=%s a delivery was set aside: it cannot be sent: %s",
             p->tunnel->name, err_text(why));
    return inbox_note(p->relay->inbox, d->seq, d->attempts + 1, "it cannot be sent");
}

static enum err send_record(struct dispatch *p, struct drained *d,
                            const struct inbox_record *record)
{
    const struct inbox_delivery *delivery = &record->delivery;
    uint64_t kept = inbox_counts_of(p->relay->inbox, p->tunnel->name).kept;
    uint64_t ahead = p->in_flight_len + 1;
    struct transmit_request request = {
        .head = &record->head,
        .info = {.delivery = delivery->id,
                 .attempt = delivery->attempts + 1,
                 .received_ms = delivery->received_ms,
                 .answered = delivery->answered,
                 .kept = kept > ahead ? kept - ahead : 0},
        .body = delivery->body,
    };

    d->transmit.seq = delivery->seq;
    d->transmit.attempts = delivery->attempts;
    return dispatch_send(p, &d->transmit, &request, &transmit_events);
}

static enum err start(struct dispatch *p, const struct inbox_record *record)
{
    size_t held =
        sizeof(struct drained) + http_head_size(&record->head) + record->delivery.body.len;
    struct drained *d = mem_alloc(sizeof *d);

    if (!d || !room_take(p->relay, held)) {
        mem_free(d);
        return ERR_NOMEM;
    }
    d->dispatch = p;
    d->answered = record->delivery.answered;
    d->held = held;
    enum err rc = send_record(p, d, record);
    if (rc != OK) {
        room_give(p->relay, held);
        mem_free(d);
        return rc;
    }
    p->drain.bytes += held;
    return OK;
}

/* --- a batch --- */

static bool has_room(const struct dispatch *p)
{
    return p->in_flight_len < (p->drain.is_careful ? 1 : DRAIN_IN_FLIGHT_MAX);
}

/* False: no more of this batch. */
static bool take(struct dispatch *p, const struct inbox_record *record)
{
    if (dispatch_is_in_flight(p, record->delivery.seq))
        return true; /* it went straight over the link, and is kept as well */
    if (record->delivery.attempts > 0)
        p->drain.is_careful = true;
    if (!has_room(p))
        return false;
    p->drain.is_careful = record->delivery.attempts > 0;
    enum err rc = start(p, record);
    if (is_unsendable(rc))
        rc = set_aside(p, &record->delivery, rc);
    if (rc != OK)
        dispatch_stall(p, err_text(rc));
    return rc == OK;
}

static void begin_anew(struct dispatch *p)
{
    p->sent = 0;
    dispatch_kick(p);
}

static void on_fetched(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                       size_t len)
{
    struct drain *drain = CONTAINER_OF(f, struct drain, fetch);
    struct dispatch *p = CONTAINER_OF(drain, struct dispatch, drain);

    drain->is_fetching = false;
    room_give(p->relay, drain->reserved);
    if (rc != OK && rc != ERR_CORRUPT)
        dispatch_stall(p, "the inbox cannot be read");
    if (!dispatch_is_open(p) || drain->is_stale || !p->relay->inbox) {
        dispatch_kick(p);
        return;
    }
    for (size_t i = 0; i < len; i++)
        if (!take(p, &records[i]))
            break;
    if (rc == ERR_CORRUPT)
        dispatch_stall(p, "a damaged delivery was set aside (`hookline-relay inbox list`)");
    else if (p->in_flight_len == 0)
        begin_anew(p);
}

/* --- the next one --- */

static void tell(struct dispatch *p, uint64_t kept)
{
    if (kept > 0 && !p->drain.is_told)
        log_info("inbox", "tunnel=%s backlog kept=%" PRIu64, p->tunnel->name, kept);
    if (kept == 0 && p->drain.is_told)
        log_info("inbox", "tunnel=%s backlog delivered", p->tunnel->name);
    p->drain.is_told = kept > 0;
}

/* All batches together leave room for new webhooks. */
static bool reserve(struct dispatch *p)
{
    size_t wanted = DRAIN_BYTES_MAX - p->drain.bytes;

    if (p->relay->webhook_bodies > WEBHOOK_BODIES_MAX / 2)
        wanted = RECORD_MAX;
    if (p->relay->webhook_bodies + wanted > WEBHOOK_BODIES_MAX / 4 * 3)
        return false;
    p->drain.reserved = wanted;
    return room_take(p->relay, wanted);
}

static void fetch(struct dispatch *p)
{
    struct drain *drain = &p->drain;

    if (!reserve(p)) {
        dispatch_stall(p, "too much is under way in this relay");
        return;
    }
    drain->fetch = (struct inbox_fetch){
        .tunnel = p->tunnel->name,
        .after = p->sent,
        .records_max = drain->is_careful ? 1 : DRAIN_IN_FLIGHT_MAX - p->in_flight_len,
        .bytes_max = drain->reserved,
        .fetched = on_fetched,
    };
    drain->is_stale = false;
    drain->is_fetching = true;
    enum err rc = inbox_fetch(p->relay->inbox, &drain->fetch);
    if (rc == OK)
        return;
    drain->is_fetching = false;
    room_give(p->relay, drain->reserved);
    dispatch_stall(p, "the inbox cannot be read");
}

/* Half of what may be in flight is fetched at a time, not one by one. */
static bool is_due(const struct dispatch *p)
{
    size_t most = p->drain.is_careful ? 0 : DRAIN_IN_FLIGHT_MAX / 2;

    return dispatch_is_open(p) && !p->drain.is_fetching && p->in_flight_len <= most &&
           p->drain.bytes <= DRAIN_BYTES_MAX / 2;
}

void drain_run(struct dispatch *p)
{
    uint64_t kept;

    if (!p->relay->inbox || !is_due(p))
        return;
    kept = inbox_counts_of(p->relay->inbox, p->tunnel->name).kept;
    tell(p, kept);
    if (kept > 0)
        fetch(p);
}

void drain_restart(struct dispatch *p)
{
    p->sent = 0;
    p->drain.is_stale = true;
    p->drain.is_careful = false;
}
