#include "unit/support/splice_rig.h"

#include "base/mem.h"
#include "http/problem.h"
#include "net/pipe_stream.h"
#include "unit/check.h"

static void tell_hook(struct splice_rig *rig, const char *event)
{
    rig->events++;
    if (rig->hook)
        rig->hook(rig, event);
}

/* --- the splice --- */

static bool on_answer(void *owner, struct http_head *head)
{
    struct splice_rig *rig = owner;
    bool passes = rig->on_answer ? rig->on_answer(rig, head) : true;

    tell_hook(rig, "answer");
    return passes;
}

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    struct splice_rig *rig = owner;

    (void)data;
    rig->request_bytes += len;
    tell_hook(rig, "request body");
}

static void on_answer_body(void *owner, const uint8_t *data, size_t len)
{
    struct splice_rig *rig = owner;

    (void)data;
    rig->answer_bytes += len;
    tell_hook(rig, "answer body");
}

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    static const struct problem bad_gateway = {
        .status = 502, .title = "Bad Gateway", .detail = "no answer"};
    struct splice_rig *rig = owner;

    CHECK(why != OK || !server);
    rig->dones++;
    rig->splice = NULL;
    rig->why = why;
    (void)snprintf(rig->detail, sizeof rig->detail, "%s", detail);
    rig->handed_over = server != NULL;
    tell_hook(rig, "done");
    if (server)
        problem_refuse(server, &bad_gateway);
}

static const struct splice_events splice_events = {
    .on_answer = on_answer,
    .on_request_body = on_request_body,
    .on_answer_body = on_answer_body,
    .on_done = on_done,
};

/* --- the connections --- */

static enum err start(struct splice_rig *rig, struct exchange *x, const struct http_head *head,
                      bool end)
{
    struct exchange *client;
    enum err e = rig->client
                     ? h1_client_conn_request(rig->client, head, end, NULL, NULL, &client)
                     : ERR_CLOSED;

    if (e)
        return e;
    rig->ends[0] = x;
    rig->ends[1] = client;
    e = splice_start(rig->loop, x, client, &splice_events, rig, &rig->splice);
    if (e)
        exchange_let_go(client);
    return e;
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct splice_rig *rig = owner;

    rig->starts++;
    if (start(rig, x, head, end) != OK) {
        rig->starts--;
        exchange_let_go(x);
    }
}

static void on_server_closed(void *owner)
{
    struct splice_rig *rig = owner;

    rig->server = NULL;
}

static void on_idle(void *owner)
{
    struct splice_rig *rig = owner;

    rig->idles++;
}

static void on_client_closed(void *owner)
{
    struct splice_rig *rig = owner;

    rig->client = NULL;
}

static const struct http_server_conn_events server_events = {on_request, on_server_closed};
static const struct h1_client_conn_events client_events = {on_idle, on_client_closed};

/* --- */

void splice_rig_open(struct splice_rig *rig, size_t chunk)
{
    struct stream *server, *client;

    rig->live = mem_live();
    clock_fake_init(&rig->clock, 1700000000000);
    CHECK_EQ(loop_new(&rig->clock.base, &rig->loop), OK);
    CHECK_EQ(pipe_stream_pair(rig->loop, chunk, &rig->public_side, &server), OK);
    CHECK_EQ(pipe_stream_pair(rig->loop, chunk, &client, &rig->bot_side), OK);
    while (!stream_is_open(rig->public_side) || !stream_is_open(client) ||
           !stream_is_open(server) || !stream_is_open(rig->bot_side))
        loop_turn(rig->loop, false);
    CHECK_EQ(h1_server_conn_open(rig->loop, server, "https", &server_events, rig, &rig->server),
             OK);
    CHECK_EQ(h1_client_conn_open(rig->loop, client, &client_events, rig, &rig->client), OK);
}

void splice_rig_run(struct splice_rig *rig)
{
    loop_run(rig->loop);
}

void splice_rig_close(struct splice_rig *rig)
{
    if (rig->server)
        h1_server_conn_close(rig->server);
    if (rig->client)
        h1_client_conn_close(rig->client);
    splice_rig_run(rig);
    CHECK(!rig->server && !rig->client && !rig->splice);
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}
