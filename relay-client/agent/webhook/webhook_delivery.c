/* A webhook's way:
 *   1. its body is read whole (at most 1 MiB)
 *   2. in its turn (intake.h) journal_record; when it is on disk: *stored* (102) goes back
 *   3. the signature is checked; a wrong or missing one is answered 401, with the cause
 *   4. the handler gets head and body (bot_call.h)
 *   5. its answer is recorded and sent back
 * What can go wrong:
 *   - the body is too large: 413, nothing is recorded
 *   - the disk refuses, or memory is out: 503 without *stored*, and so for whatever follows
 *     on this link, until the relay begins anew
 *   - the stream breaks before its end: as that, but nobody is answered
 *   - it breaks later: everything goes on, only the answer goes nowhere
 *   - others wait for the handler, or nobody waits for the answer: it joins their line
 *     (pending_queue.h), and the relay hears that it is stored and unanswered
 *   - the handler gives no answer: the same; unless it is not to be tried again, then 500,
 *     502 or 504 is the end of it.  The reason is recorded, and not told to the sender
 *   - the handler answers, but too much, or breaks off: that was its answer; 502 */
#include "relay-client/agent/webhook/webhook_delivery.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/link_handshake.h"
#include "relay-client/agent/announced.h"
#include "relay-client/agent/recording_problem.h"
#include "relay-client/agent/webhook/pending_queue.h"
#include "relay-client/agent/webhook/webhook_check.h"
#include "relay-client/agent/webhook/webhook_end.h"

/* --- step 4 and 5 --- */

static bool may_try_again(const struct recording *r)
{
    return r->origin == AGENT_FROM_LINK && r->agent->queue && !r->agent->options->no_retry;
}

static void on_bot_end(struct bot_call *c, const struct bot_call_end *end)
{
    struct webhook *w = CONTAINER_OF(c, struct webhook, call);
    struct problem p = {
        .status = end->status,
        .title = "The bot gave no usable answer",
        .detail = "The webhook was recorded. Why: `hookline show last` on the bot's machine.",
    };

    if (end->result == BOT_CALL_ANSWERED)
        webhook_end_answer(w);
    else if (end->result != BOT_CALL_SPOILT && may_try_again(&w->recording))
        webhook_end_in_line(w, &p, end);
    else
        webhook_end_refuse(w, &p, recording_handler_name(&w->recording), end->detail);
}

static void call_bot(struct webhook *w)
{
    struct bot_call_end end;

    if (bot_call_start(&w->call, &w->recording, on_bot_end, &end) != OK)
        on_bot_end(&w->call, &end);
}

static void hand_over(struct webhook *w)
{
    static const struct problem in_line = {
        .status = 503,
        .title = "The webhook waits for the bot",
        .detail = "It is recorded, and handed to the bot behind earlier ones.",
    };
    const struct recording *r = &w->recording;
    const struct pending_queue *queue = r->origin == AGENT_FROM_LINK ? r->agent->queue : NULL;
    bool is_kept = r->sender.by == JOURNAL_BY_INBOX;

    if (queue && (is_kept || pending_queue_is_waiting(queue)))
        webhook_end_in_line(w, &in_line, NULL);
    else
        call_bot(w);
}

/* --- step 3 --- */

static void end_unchecked(struct webhook *w)
{
    static const struct problem no_memory = {
        .status = 503,
        .title = "The agent is out of memory",
        .detail = "The webhook was recorded, but its signature could not be checked.",
    };
    static const struct bot_call_end not_made = {
        .result = BOT_CALL_NOT_MADE,
        .detail = "out of memory: the signature could not be checked",
    };

    if (may_try_again(&w->recording))
        webhook_end_in_line(w, &no_memory, &not_made);
    else
        webhook_end_refuse(w, &no_memory, "hookline", not_made.detail);
}

static void check(struct webhook *w)
{
    /* The cause is for the journal: a stranger who guesses must not be told more. */
    static const struct problem not_valid = {
        .status = 401,
        .title = "The signature is not valid",
        .detail =
            "The webhook was recorded, but not handed to the bot. Why: `hookline show last` "
            "on the bot's machine.",
    };
    struct recording *r = &w->recording;
    bool is_to_skip = w->ticket.is_repeated && r->agent->options->dedupe && r->announced == 0;

    if (webhook_check_verify(r) != OK)
        end_unchecked(w);
    else if (!webhook_check_may_pass(r))
        webhook_end_refuse(w, &not_valid, "hookline", ""); /* the verdict says it */
    else if (is_to_skip && r->origin == AGENT_FROM_LINK)
        webhook_end_ok(w, "");
    else
        hand_over(w);
}

/* --- step 2 --- */

/* The relay sends a delivery again when it did not hear that we have it: the journal
 * has one row, and whoever has that goes on with it. */
static void end_known(struct webhook *w)
{
    struct recording *r = &w->recording;

    if (r->sender.by == JOURNAL_BY_INBOX)
        recording_correct_sender(r->agent, r->id, r->sender.status);
    r->id = 0; /* nothing else to add to the first row */
    webhook_end_ok(w, "this delivery is in the journal already");
}

static void refuse_unstored(struct webhook *w, const char *why)
{
    static const struct problem p = {
        .status = 503,
        .title = "The agent cannot store the webhook",
        .detail = "Nothing was recorded. Why: what `hookline up` says on the bot's machine.",
        .retry_after = "10",
    };

    intake_fail(&w->place);
    webhook_end_refuse(w, &p, "hookline", why);
}

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct webhook *w = CONTAINER_OF(t, struct webhook, ticket);
    const char *why = journal_detail(w->recording.agent->options->journal);

    if (rc != OK && rc != ERR_CONFLICT) {
        refuse_unstored(w, *why ? why : err_text(rc));
        return;
    }
    w->recording.duplicate_of = t->duplicate_of;
    if (recording_tell_stored(&w->recording, exchange, w->server) != OK)
        log_debug("agent", "delivery=%s stored, but the link is gone", w->recording.delivery);
    announced_stored(&w->recording);
    intake_leave(&w->place);
    if (rc == ERR_CONFLICT)
        end_known(w);
    else
        check(w);
}

/* One before it is missing; the relay has both, and begins again with that one. */
static void refuse_behind(struct exchange *server)
{
    static const struct problem p = {
        .status = 503,
        .title = "An earlier webhook was not stored",
        .detail = "This one was not recorded either, so that they stay in order.",
        .retry_after = "10",
    };

    problem_refuse(server, &p);
}

static void record(struct intake_place *place, bool is_refused)
{
    struct webhook *w = CONTAINER_OF(place, struct webhook, place);

    if (is_refused) {
        if (w->server)
            refuse_behind(w->server);
        w->server = NULL;
        webhook_end_quietly(w);
        return;
    }
    announced_recognise(&w->recording);
    w->ticket.stored = on_stored;
    enum err rc = recording_store(&w->recording, &w->ticket);
    if (rc != OK)
        refuse_unstored(w, err_text(rc));
}

/* --- step 1 --- */

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    struct webhook *w = owner;
    static const struct problem too_large = {
        .status = 413,
        .title = "The webhook is too large",
        .detail = "a webhook body may have at most 1 MiB (1,048,576 bytes)",
    };

    if (recording_keep_body(&w->recording, data, len))
        return;
    if (bytes_len(&w->recording.body) == RECORDING_BODY_MAX)
        webhook_end_refuse(w, &too_large, "hookline", too_large.detail);
    else
        refuse_unstored(w, err_text(ERR_NOMEM));
}

static void on_request_complete(void *owner)
{
    struct webhook *w = owner;

    intake_complete(&w->place);
}

/* Before the body is complete nothing can be kept, and nothing behind it; afterwards all
 * goes on without the sender, even if nobody has been told that it is stored, unless too
 * many such wait behind one that stays incomplete. */
static void on_sender_gone(void *owner, enum err why, const char *detail)
{
    struct webhook *w = owner;

    (void)detail;
    exchange_let_go(w->server);
    w->server = NULL;
    recording_note_gone(&w->recording, why);
    if (intake_sender_left(&w->place))
        return;
    intake_fail(&w->place);
    webhook_end_quietly(w);
}

static const struct exchange_events server_events = {
    .on_body = on_request_body,
    .on_complete = on_request_complete,
    .on_abort = on_sender_gone,
};

/* Only what comes out of the inbox says how many are behind it; the last one says nothing. */
static void note_kept(struct agent_context *agent, const struct http_head *head)
{
    uint64_t kept = 0;

    (void)span_parse_u64(http_head_value(head, LINK_FIELD_KEPT), &kept);
    if (kept == agent->counts.kept)
        return;
    agent->counts.kept = kept;
    agent_context_tell_counts(agent);
}

static void refuse_at_once(struct intake *intake, struct exchange *x, enum err why)
{
    if (intake)
        intake_break(intake);
    recording_problem_refuse(x, why);
}

static void enter(struct webhook *w, struct intake *intake, const struct http_head *head)
{
    w->recording.webhook = true;
    w->place.record = record;
    if (w->recording.sender.by == JOURNAL_BY_INBOX)
        note_kept(w->recording.agent, head);
    if (intake && !intake_enter(intake, &w->place, head)) {
        refuse_behind(w->server);
        w->server = NULL;
        webhook_end_quietly(w);
        return;
    }
    exchange_own(w->server, &server_events, w);
}

void webhook_delivery_start(struct agent_context *agent, struct intake *intake,
                            struct exchange *x, const struct http_head *head)
{
    enum agent_origin origin = intake ? AGENT_FROM_LINK : AGENT_FROM_HERE;
    struct webhook *w = mem_alloc(sizeof *w);
    enum err rc = w ? recording_init(&w->recording, agent, head, origin) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(w);
        refuse_at_once(intake, x, rc);
        return;
    }
    w->server = x;
    enter(w, intake, head);
}
