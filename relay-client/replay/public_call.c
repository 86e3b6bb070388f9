/* 1. dial
 * 2. TLS on top; the certificate must be the public address's
 * 3. the request and its answer (agent_call.h)
 * What can go wrong, each is the result's:
 *   - the name is unknown, nobody answers, the certificate is not right
 *   - the answer is none of HTTP, or does not come in time
 *   - it is cancelled, at any time */
#include "relay-client/replay/public_call.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/defer.h"
#include "net/dial.h"
#include "net/tls/tls_stream.h"

#include <stdio.h>
#include <string.h>

#define DIAL_MS 10000u

struct public_call {
    struct loop *loop;
    struct dial *dial;       /* owned in step 1 */
    struct agent_call *call; /* owned from step 3 on */
    struct tls_context *tls; /* counted */
    char *host;              /* owned */
    struct agent_call_request request;
    uint64_t began_us;
    enum err why; /* of the end before step 3 */
    char detail[256];
    struct defer_task end_task;
    void (*done)(void *owner, const struct agent_call_result *result);
    void *owner;
};

static void free_call(struct public_call *c)
{
    tls_context_put(c->tls);
    mem_free(c->host);
    mem_free(c);
}

static void tell(struct public_call *c, struct agent_call_result *result)
{
    result->took_us = clock_us(loop_clock(c->loop)) - c->began_us;
    c->done(c->owner, result);
    free_call(c);
}

static void on_end(struct defer_task *task)
{
    struct public_call *c = CONTAINER_OF(task, struct public_call, end_task);

    tell(c, &(struct agent_call_result){.why = c->why, .detail = c->detail});
}

/* The first reason counts. */
static void fail(struct public_call *c, enum err why, const char *detail)
{
    if (c->why != OK)
        return;
    c->why = why;
    (void)snprintf(c->detail, sizeof c->detail, "%s", *detail ? detail : err_text(why));
    defer_post(c->loop, &c->end_task, on_end);
}

/* --- step 3 --- */

static void on_answer(void *owner, const struct agent_call_result *result)
{
    struct agent_call_result copy = *result;

    tell(owner, &copy);
}

/* --- step 2 --- */

static void on_connected(void *owner, struct stream *tcp)
{
    struct public_call *c = owner;
    struct stream *stream;

    c->dial = NULL;
    enum err rc = tls_stream_wrap(c->loop, tcp, c->tls, c->host, &stream);
    if (rc != OK) {
        stream_let_go(tcp);
        fail(c, rc, "TLS could not be set up");
        return;
    }
    rc = agent_call_start(c->loop, stream, &c->request, on_answer, c);
    if (rc == OK)
        return;
    stream_let_go(stream);
    fail(c, rc, "");
}

static void on_dial_failed(void *owner, enum err why, const char *detail)
{
    struct public_call *c = owner;

    c->dial = NULL;
    fail(c, why, detail);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_dial_failed,
};

/* --- step 1 --- */

enum err public_call_start(struct loop *l, const struct public_call_place *place,
                           const struct agent_call_request *request,
                           void (*done)(void *owner, const struct agent_call_result *result),
                           void *owner, struct public_call **out)
{
    const struct dial_options dial = {
        .host = place->host, .port = place->port, .timeout_ms = DIAL_MS};
    struct public_call *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->request = *request;
    c->request.timeout_ms = PUBLIC_CALL_MS - DIAL_MS + request->drip_ms;
    c->request.peer = "the relay";
    c->request.handle = &c->call;
    c->began_us = clock_us(loop_clock(l));
    c->done = done;
    c->owner = owner;
    c->tls = tls_context_get(place->tls);
    c->host = mem_text(place->host, strlen(place->host));
    enum err rc = c->host ? dial_start(l, &dial, &dial_events, c, &c->dial) : ERR_NOMEM;
    if (rc != OK) {
        free_call(c);
        return rc;
    }
    *out = c;
    return OK;
}

void public_call_cancel(struct public_call *c)
{
    if (c->call) {
        agent_call_cancel(c->call);
        return;
    }
    if (c->dial)
        dial_cancel(c->dial);
    c->dial = NULL;
    fail(c, ERR_CANCELLED, "");
}
