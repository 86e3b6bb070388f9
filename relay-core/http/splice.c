/* The happy path:
 *  1. The request's body goes from the server's end to the client's, the answer's heads
 *     and body the other way, piece by piece as they come.
 *  2. Where more than EXCHANGE_HIGH_WATER waits to leave, the other end is paused until
 *     on_drain.
 *  3. The answer is complete: both ends are closed, then on_done.
 *
 * What can go wrong:
 *  - The server's end breaks: both are closed, there is nobody left to answer.
 *  - The client's end breaks, or splice_abort: the client's end is closed.  If the server's
 *    has no final head yet it is kept, paused, and handed over in on_done.
 *  - The answer is complete before the request is: that is the answer, the rest of the
 *    request is not worth reading.
 *  - An owner who cancels inside one of our events: freed later, by the task. */
#include "http/splice.h"

#include "base/mem.h"
#include "http/exchange_impl.h"

#include <stdio.h>

enum splice_state { SPLICE_RUNNING, SPLICE_ENDING, SPLICE_CANCELLED };

struct splice {
    struct loop *loop;       /* borrowed for ever */
    struct exchange *server; /* owned; NULL after its on_closed */
    struct exchange *client; /* owned; NULL after its on_closed */
    const struct splice_events *events;
    void *owner;
    enum splice_state state;
    bool hands_over; /* the server's end is kept for the receiver of on_done */
    struct defer_task task;
    enum err why;
    char detail[160];
};

/* --- ends --- */

static void free_later(struct defer_task *task)
{
    mem_free(CONTAINER_OF(task, struct splice, task));
}

static void finish_if_over(struct splice *s)
{
    if (s->state != SPLICE_ENDING || s->client || (s->server && !s->hands_over))
        return;
    if (s->server) {
        exchange_own(s->server, NULL, NULL);
        exchange_resume(s->server);
    }
    s->events->on_done(s->owner, s->why, s->detail, s->server);
    mem_free(s);
}

static void close_client(struct splice *s)
{
    if (s->client)
        exchange_close(s->client);
}

static void close_server(struct splice *s)
{
    s->hands_over = false;
    if (s->server)
        exchange_close(s->server);
}

static void end(struct splice *s, enum err why, const char *detail)
{
    if (s->state != SPLICE_RUNNING)
        return;
    s->state = SPLICE_ENDING;
    s->why = why;
    (void)snprintf(s->detail, sizeof s->detail, "%s", detail);
    s->hands_over = why != OK && !s->server->head_sent;
    if (s->hands_over)
        exchange_pause(s->server);
    else
        close_server(s);
    close_client(s);
}

static bool is_running(const struct splice *s)
{
    return s->state == SPLICE_RUNNING;
}

/* --- the request --- */

static void end_if_not_sent(struct splice *s, enum err e)
{
    if (e)
        end(s, e, "the request could not be passed on");
}

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    struct splice *s = owner;

    if (is_running(s) && s->events->on_request_body)
        s->events->on_request_body(s->owner, data, len);
    if (!is_running(s))
        return;
    end_if_not_sent(s, exchange_send_body(s->client, data, len));
    if (is_running(s) && exchange_queued(s->client) > EXCHANGE_HIGH_WATER)
        exchange_pause(s->server);
}

static void on_request_complete(void *owner)
{
    struct splice *s = owner;

    if (is_running(s) && s->events->on_request_complete)
        s->events->on_request_complete(s->owner);
    if (is_running(s) && !s->client->sent) /* it may have had none to send */
        end_if_not_sent(s, exchange_send_end(s->client));
}

static void on_request_drain(void *owner)
{
    struct splice *s = owner;

    if (is_running(s))
        exchange_resume(s->server);
}

/* --- the answer --- */

static void end_if_not_answered(struct splice *s, enum err e)
{
    if (e)
        end(s, e, "the answer could not be passed on");
}

static void copy_head(struct http_head *out, const struct http_head *h)
{
    http_head_init_response(out, h->status);
    memcpy(out->fields, h->fields, h->fields_len * sizeof h->fields[0]);
    out->fields_len = h->fields_len;
}

static void on_answer_head(void *owner, const struct http_head *head, bool is_end)
{
    struct splice *s = owner;
    struct http_head copy;
    bool passes = true;

    copy_head(&copy, head);
    if (is_running(s) && s->events->on_answer)
        passes = s->events->on_answer(s->owner, &copy);
    if (is_running(s) && (passes || head->status >= 200))
        end_if_not_answered(s, exchange_send_head(s->server, &copy, is_end));
}

static void on_answer_body(void *owner, const uint8_t *data, size_t len)
{
    struct splice *s = owner;

    if (is_running(s) && s->events->on_answer_body)
        s->events->on_answer_body(s->owner, data, len);
    if (!is_running(s))
        return;
    end_if_not_answered(s, exchange_send_body(s->server, data, len));
    if (is_running(s) && exchange_queued(s->server) > EXCHANGE_HIGH_WATER)
        exchange_pause(s->client);
}

static void on_answer_complete(void *owner)
{
    struct splice *s = owner;

    if (is_running(s) && !s->server->sent)
        end_if_not_answered(s, exchange_send_end(s->server));
    end(s, OK, "");
}

static void on_answer_drain(void *owner)
{
    struct splice *s = owner;

    if (is_running(s))
        exchange_resume(s->client);
}

/* --- both ends --- */

static void on_server_abort(void *owner, enum err why, const char *detail)
{
    struct splice *s = owner;

    end(s, why, detail);
    close_server(s);
}

static void on_client_abort(void *owner, enum err why, const char *detail)
{
    end(owner, why, detail);
}

static void on_server_closed(void *owner)
{
    struct splice *s = owner;

    s->server = NULL;
    finish_if_over(s);
}

static void on_client_closed(void *owner)
{
    struct splice *s = owner;

    s->client = NULL;
    finish_if_over(s);
}

/* A server's exchange gets no head: the request's came with it. */
static const struct exchange_events server_events = {
    .on_body = on_request_body,
    .on_complete = on_request_complete,
    .on_drain = on_answer_drain,
    .on_abort = on_server_abort,
    .on_closed = on_server_closed,
};

static const struct exchange_events client_events = {
    .on_head = on_answer_head,
    .on_body = on_answer_body,
    .on_complete = on_answer_complete,
    .on_drain = on_request_drain,
    .on_abort = on_client_abort,
    .on_closed = on_client_closed,
};

/* --- life --- */

/* What happened before there was a splice does not happen again. */
static void catch_up(struct splice *s)
{
    if (s->server->state != EXCHANGE_OPEN)
        on_server_abort(s, ERR_CLOSED, "the request was already over");
    else if (s->client->state != EXCHANGE_OPEN)
        end(s, ERR_CLOSED, "the answer was already over");
    else if (s->server->received && !s->client->sent)
        end_if_not_sent(s, exchange_send_end(s->client));
    if (is_running(s))
        exchange_resume(s->server);
}

enum err splice_start(struct loop *l, struct exchange *server, struct exchange *client,
                      const struct splice_events *events, void *owner, struct splice **out)
{
    struct splice *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    s->loop = l;
    s->server = server;
    s->client = client;
    s->events = events;
    s->owner = owner;
    exchange_own(server, &server_events, s);
    exchange_own(client, &client_events, s);
    catch_up(s);
    *out = s;
    return OK;
}

void splice_abort(struct splice *s, enum err why, const char *detail)
{
    end(s, why, detail);
}

void splice_cancel(struct splice *s)
{
    if (s->state == SPLICE_CANCELLED)
        return;
    s->state = SPLICE_CANCELLED;
    exchange_let_go(s->server);
    exchange_let_go(s->client);
    s->server = s->client = NULL;
    defer_post(s->loop, &s->task, free_later);
}
