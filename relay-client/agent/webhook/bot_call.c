/* A call:
 *   1. the LINE API port is told of the events; the handler gets head and body in one piece
 *   2. its answer is collected in the recording: head, body, end
 *   3. on_end
 * What can go wrong, each ends in on_end too:
 *   - nobody listens, the handler is silent, breaks off, does not speak HTTP
 *   - the answer is too large, never ends, or finds no memory: whoever began to answer has
 *     done with the webhook, so these are answers as well, spoilt ones */
#include "relay-client/agent/webhook/bot_call.h"

#include "base/container.h"
#include "relay-client/agent/recording_problem.h"
#include "relay-client/agent/webhook/bot_guard.h"

static void stop(struct bot_call *c)
{
    deadline_clear(c->recording->agent->loop, &c->late);
    exchange_let_go(c->client);
    c->client = NULL;
    bot_guard_leave(c->recording, &c->is_guarded);
}

static void end(struct bot_call *c, const struct bot_call_end *how)
{
    stop(c);
    c->on_end(c, how);
}

/* --- why there is no answer --- */

static enum bot_call_result classify(enum err why, bool has_begun)
{
    if (has_begun)
        return BOT_CALL_SPOILT;
    if (why == ERR_FAILED || why == ERR_BODY_TOO_LARGE || why == ERR_SYNTAX)
        return BOT_CALL_SPOILT; /* a command that ended; what would never do */
    if (why == ERR_REFUSED || why == ERR_NOT_FOUND || why == ERR_DENIED || why == ERR_TLS)
        return BOT_CALL_UNREACHED;
    if (why == ERR_BUSY || why == ERR_NOMEM || why == ERR_CLOSED || why == ERR_CANCELLED)
        return BOT_CALL_NOT_MADE;
    return BOT_CALL_SILENT;
}

static void fail(struct bot_call *c, enum err why, const char *detail)
{
    struct recording *r = c->recording;
    struct bot_call_end how = {
        .result = classify(why, r->answer.status != 0),
        .status = recording_problem_status(why),
        .detail = detail,
    };

    if (how.result == BOT_CALL_UNREACHED && r->attempts == 1)
        r->is_unreachable = true;
    end(c, &how);
}

static void spoil(struct bot_call *c, unsigned status, const char *detail)
{
    struct bot_call_end how = {.result = BOT_CALL_SPOILT, .status = status, .detail = detail};

    end(c, &how);
}

/* --- step 2 --- */

static const char no_memory[] = "out of memory: the handler's answer could not be kept";

static void on_head(void *owner, const struct http_head *head, bool is_end)
{
    struct bot_call *c = owner;

    (void)is_end;
    if (head->status >= 200 && recording_keep_answer(c->recording, head) != OK)
        spoil(c, 503, no_memory);
}

/* An answer that is too large is not read to its end, which may never come. */
static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct bot_call *c = owner;
    struct recording *r = c->recording;

    if (recording_keep_answer_body(r, data, len))
        return;
    if (bytes_len(&r->answer_body) == RECORDING_BODY_MAX)
        spoil(
            c, 502,
            "the handler answered a webhook with more than 1 MiB; LINE reads only the status, "
            "so answer 200 with an empty body");
    else
        spoil(c, 503, no_memory);
}

static void on_complete(void *owner)
{
    struct bot_call_end how = {.result = BOT_CALL_ANSWERED, .detail = ""};

    end(owner, &how);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    fail(owner, why, *detail ? detail : err_text(why));
}

static const struct exchange_events client_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete, /* the body was sent in one piece, there is no more */
    .on_abort = on_failed,
};

static void on_late(struct deadline *d)
{
    fail(CONTAINER_OF(d, struct bot_call, late), ERR_TIMEOUT,
         "the handler's answer was not complete within 60 s");
}

/* --- step 1 --- */

static enum err send(struct bot_call *c)
{
    struct recording *r = c->recording;
    struct span body = bytes_span(&r->body);
    struct handler_request request = {
        .head = &r->head,
        .end = body.len == 0,
        .webhook = true,
        .verdict = r->check.verdict,
        .replay_of = r->replay_of,
        .delivery = r->delivery,
    };
    enum err rc = deadline_set(r->agent->loop, &c->late, BOT_CALL_MS, on_late);

    bot_guard_enter(r, &c->is_guarded);
    if (rc == OK)
        rc = handler_request(r->handler, &request, &client_events, c, &c->client);
    if (rc == OK && body.len > 0)
        rc = exchange_send_body(c->client, body.ptr, body.len);
    if (rc == OK && body.len > 0)
        rc = exchange_send_end(c->client);
    return rc;
}

enum err bot_call_start(struct bot_call *c, struct recording *r,
                        void (*on_end)(struct bot_call *c, const struct bot_call_end *end),
                        struct bot_call_end *how)
{
    c->recording = r;
    c->on_end = on_end;
    enum err rc = send(c);
    if (rc == OK) {
        r->attempts++;
        r->called_us = clock_us(loop_clock(r->agent->loop)) - r->arrived_us;
        return OK;
    }
    stop(c);
    how->result = classify(rc, false);
    how->status = 503;
    how->detail = rc == ERR_BUSY || rc == ERR_NOMEM
                      ? "too many requests are under way, or memory is out"
                      : err_text(rc);
    return rc;
}

void bot_call_cancel(struct bot_call *c)
{
    if (c->client)
        stop(c);
}
