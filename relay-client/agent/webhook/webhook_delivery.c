/* A webhook's way:
 *   1. its body is read whole (at most 1 MiB)
 *   2. journal_record; when it is on disk: *stored* (102) goes back
 *   3. the signature is checked; a wrong or missing one is answered 401, with the cause
 *   4. the handler gets head and body
 *   5. its answer is collected, recorded, and sent back
 * What can go wrong:
 *   - the body is too large: 413, nothing is recorded
 *   - the disk refuses: 503, nothing was stored and nobody says so
 *   - the link breaks: before 2 the webhook is dropped (nobody was told that we have it);
 *     after 2 everything goes on, only the answer reaches nobody
 *   - the handler does not answer, or not in HTTP: 500, 502 or 504, recorded with the
 *     reason, which is not told to the sender */
#include "relay-client/agent/webhook/webhook_delivery.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "relay-client/agent/recording.h"

#include <stdio.h>

/* From the call of the handler to the last byte of its answer.  The handler has a
 * shorter one for the first byte. */
#define ANSWER_MS 60000u

struct webhook {
    struct recording recording;
    struct exchange *server; /* owned; NULL once it broke or has its answer */
    struct exchange *client; /* owned; NULL before 4 and after 5 */
    struct journal_ticket ticket;
    struct deadline answer;
};

/* --- the end, whatever led to it --- */

static void finish(struct webhook *w, unsigned status, const char *handler, const char *error)
{
    recording_finish(&w->recording, status, handler, error);
    deadline_clear(w->recording.agent->loop, &w->answer);
    exchange_let_go(w->client);
    exchange_let_go(w->server);
    recording_fini(&w->recording);
    mem_free(w);
}

/* `error` is for the journal, and for a sender on this machine. */
static void refuse_because(struct webhook *w, const struct problem *public, const char *handler,
                           const char *error)
{
    struct problem p = recording_problem(&w->recording, public, error);
    unsigned status = w->server ? p.status : 0;

    if (w->server)
        problem_refuse(w->server, &p);
    w->server = NULL;
    finish(w, status, handler, error);
}

static void refuse(struct webhook *w, const struct problem *p, const char *handler)
{
    refuse_because(w, p, handler, p->detail);
}

static const char *handler_of(const struct webhook *w)
{
    return recording_handler_name(&w->recording);
}

/* --- step 5: the handler's answer --- */

static const struct problem no_memory = {
    .status = 503,
    .title = "The agent is out of memory",
    .detail = "the handler's answer could not be kept",
};

static void on_answer_head(void *owner, const struct http_head *head, bool end)
{
    struct webhook *w = owner;

    (void)end;
    if (head->status >= 200 && recording_keep_answer(&w->recording, head) != OK)
        refuse(w, &no_memory, handler_of(w));
}

/* An answer that is too large is not read to its end, which may never come. */
static void on_answer_body(void *owner, const uint8_t *data, size_t len)
{
    struct webhook *w = owner;
    static const struct problem too_large = {
        .status = 502,
        .title = "The bot's answer is too large",
        .detail = "the handler answered a webhook with more than 1 MiB; LINE reads only the "
                  "status, so answer 200 with an empty body",
    };

    if (recording_keep_answer_body(&w->recording, data, len))
        return;
    bool is_full = bytes_len(&w->recording.answer_body) == RECORDING_BODY_MAX;
    refuse(w, is_full ? &too_large : &no_memory, handler_of(w));
}

static enum err send_answer(struct webhook *w)
{
    struct recording *r = &w->recording;
    struct span body = bytes_span(&r->answer_body);
    enum err rc = exchange_send_head(w->server, &r->answer, body.len == 0);

    if (rc == OK && body.len > 0)
        rc = exchange_send_body(w->server, body.ptr, body.len);
    if (rc == OK && body.len > 0)
        rc = exchange_send_end(w->server);
    return rc;
}

static void on_answer_complete(void *owner)
{
    struct webhook *w = owner;
    bool is_sent = w->server && send_answer(w) == OK;

    finish(w, is_sent ? w->recording.answer.status : 0, handler_of(w),
           is_sent ? "" : "the link was gone: the bot's answer reached nobody");
}

static void on_handler_failed(void *owner, enum err why, const char *detail)
{
    struct problem p = {
        .status = recording_failure_status(why),
        .title = "The bot gave no usable answer",
        .detail = "The webhook was recorded. Why: `hookline show last` on the bot's machine.",
    };

    refuse_because(owner, &p, handler_of(owner), detail);
}

static void nothing(void *owner)
{
    (void)owner;
}

static const struct exchange_events client_events = {
    .on_head = on_answer_head,
    .on_body = on_answer_body,
    .on_complete = on_answer_complete,
    .on_drain = nothing, /* the body was sent in one piece, there is no more */
    .on_abort = on_handler_failed,
    .on_closed = nothing,
};

/* --- step 4 --- */

static void on_answer_late(struct deadline *d)
{
    on_handler_failed(CONTAINER_OF(d, struct webhook, answer), ERR_TIMEOUT,
                      "the handler's answer was not complete within 60 s");
}

static enum err call_handler(struct webhook *w)
{
    struct recording *r = &w->recording;
    struct span body = bytes_span(&r->body);
    struct handler_request request = {
        .head = &r->head,
        .end = body.len == 0,
        .webhook = true,
        .verdict = r->check.verdict,
        .replay_of = r->replay_of,
        .delivery = r->delivery,
    };
    enum err rc = deadline_set(r->agent->loop, &w->answer, ANSWER_MS, on_answer_late);

    if (rc == OK)
        rc = handler_request(r->handler, &request, &client_events, w, &w->client);
    if (rc == OK && body.len > 0)
        rc = exchange_send_body(w->client, body.ptr, body.len);
    if (rc == OK && body.len > 0)
        rc = exchange_send_end(w->client);
    return rc;
}

/* --- step 3 --- */

/* A replay is somebody's explicit wish; and a timestamp that was signed yesterday is too
 * old today. */
static bool may_pass(const struct webhook *w)
{
    enum verdict v = w->recording.check.verdict;

    return v == VERDICT_VALID || v == VERDICT_UNCHECKED || w->recording.replay_of != 0 ||
           w->recording.agent->options->pass_invalid;
}

static void verify_and_call(struct webhook *w)
{
    struct recording *r = &w->recording;
    const struct agent_options *o = r->agent->options;
    static const struct problem no_handler = {
        .status = 503,
        .title = "The handler cannot take the request",
        .detail = "too many requests are under way, or memory is out",
    };
    /* The cause is for the journal: a stranger who guesses must not be told more. */
    static const struct problem not_valid = {
        .status = 401,
        .title = "The signature is not valid",
        .detail =
            "The webhook was recorded, but not handed to the bot. Why: `hookline show last` "
            "on the bot's machine.",
    };
    enum err rc = signature_verify(&r->head, bytes_span(&r->body), o->secrets, o->secrets_len,
                                   r->received_ms, &r->check);

    if (rc == OK && r->check.verdict == VERDICT_VALID)
        secret_bots_learn(&r->agent->bots, r->check.matched, r->batch.destination);
    if (rc == OK && !may_pass(w)) {
        refuse_because(w, &not_valid, "hookline", ""); /* the verdict says it */
        return;
    }
    if (rc == OK)
        rc = call_handler(w);
    if (rc != OK)
        refuse(w, &no_handler, handler_of(w));
}

/* --- step 2 --- */

/* The relay sends a delivery again when it did not hear that we have it: the journal
 * has one row, and the answer is known to be owed to nobody. */
static void answer_known(struct webhook *w)
{
    struct http_head ok;

    http_head_init_response(&ok, 200);
    if (w->server && exchange_send_head(w->server, &ok, true) != OK)
        log_debug("agent", "delivery=%s known, but the link is gone", w->recording.delivery);
    w->recording.id = 0; /* nothing to add to the first row */
    finish(w, 200, "hookline", "this delivery is in the journal already");
}

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct webhook *w = CONTAINER_OF(t, struct webhook, ticket);
    const char *why = journal_detail(w->recording.agent->options->journal);
    struct problem p = {
        .status = 503,
        .title = "The agent cannot store the webhook",
        .detail = "Nothing was recorded. Why: what `hookline up` says on the bot's machine.",
        .retry_after = "10",
    };

    if (rc != OK && rc != ERR_CONFLICT) {
        refuse_because(w, &p, "hookline", *why ? why : err_text(rc));
        return;
    }
    if (recording_tell_stored(&w->recording, exchange, w->server) != OK)
        log_debug("agent", "delivery=%s stored, but the link is gone", w->recording.delivery);
    if (rc == ERR_CONFLICT)
        answer_known(w);
    else
        verify_and_call(w);
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
    static const struct problem no_room = {
        .status = 503,
        .title = "The agent is out of memory",
        .detail = "nothing was recorded; try again in a moment",
        .retry_after = "10",
    };

    if (recording_keep_body(&w->recording, data, len))
        return;
    bool is_full = bytes_len(&w->recording.body) == RECORDING_BODY_MAX;
    refuse(w, is_full ? &too_large : &no_room, "hookline");
}

static void on_request_complete(void *owner)
{
    struct webhook *w = owner;
    struct problem p = {
        .status = 503,
        .title = "The agent cannot store the webhook",
        .detail = "Nothing was recorded; try again in a moment.",
        .retry_after = "1",
    };

    w->ticket.stored = on_stored;
    enum err rc = recording_store(&w->recording, &w->ticket);
    if (rc != OK)
        refuse_because(w, &p, "hookline", err_text(rc));
}

/* The link broke.  Before the body is complete nothing was promised and the webhook
 * is forgotten; afterwards it goes on without us. */
static void on_link_gone(void *owner, enum err why, const char *detail)
{
    struct webhook *w = owner;

    (void)why;
    (void)detail;
    exchange_let_go(w->server);
    w->server = NULL;
    if (!w->ticket.stored) {
        recording_fini(&w->recording);
        mem_free(w);
    }
}

static void no_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
}

static const struct exchange_events server_events = {
    .on_head = no_head,
    .on_body = on_request_body,
    .on_complete = on_request_complete,
    .on_drain = nothing,
    .on_abort = on_link_gone,
    .on_closed = nothing,
};

void webhook_delivery_start(struct agent_context *agent, struct exchange *x,
                            const struct http_head *head, enum agent_origin origin)
{
    struct webhook *w = mem_alloc(sizeof *w);

    enum err rc = w ? recording_init(&w->recording, agent, head, origin) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(w);
        recording_refuse(x, rc);
        return;
    }
    w->recording.webhook = true;
    w->server = x;
    exchange_own(x, &server_events, w);
}
