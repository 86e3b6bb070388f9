#include "unit/support/client_rig.h"

#include "base/mem.h"
#include "net/pipe_stream.h"
#include "unit/check.h"

static void on_idle(void *owner)
{
    struct client_rig *rig = owner;

    CHECK(!rig->closed && !rig->log.x);
    CHECK(h1_client_conn_is_usable(rig->conn));
    rig->idles++;
}

static void on_closed(void *owner)
{
    struct client_rig *rig = owner;

    CHECK(!rig->log.x); /* the exchange first */
    CHECK(!h1_client_conn_is_usable(rig->conn));
    rig->closed++;
    rig->conn = NULL;
}

static const struct h1_client_conn_events events = {on_idle, on_closed};

static void on_event(struct exchange_log *log, enum exchange_event event)
{
    struct client_rig *rig = log->context;

    if (rig->hook)
        rig->hook(log, event);
    if (event == EXCHANGE_ABORT)
        rig->had_answer = h1_client_conn_has_answer(rig->conn);
    if (log->x && (event == EXCHANGE_ABORT || event == EXCHANGE_COMPLETE))
        exchange_close(log->x);
}

void client_rig_open(struct client_rig *rig, size_t chunk)
{
    struct stream *a, *b;

    *rig = (struct client_rig){.hook = rig->hook, .live = mem_live()};
    exchange_log_init(&rig->log);
    CHECK_EQ(loop_new(clock_system(), &rig->loop), OK);
    CHECK_EQ(pipe_stream_pair(rig->loop, chunk, &a, &b), OK);
    net_peer_sit(&rig->server, rig->loop, b);
    CHECK_EQ(h1_client_conn_open(rig->loop, a, &events, rig, &rig->conn), OK);
    client_rig_run(rig);
}

void client_rig_run(struct client_rig *rig)
{
    loop_run(rig->loop);
}

static enum err request(struct client_rig *rig, struct http_head *head, bool end)
{
    struct exchange *x;

    head->authority = SPAN("bot");
    enum err e =
        h1_client_conn_request(rig->conn, head, end, &exchange_log_events, &rig->log, &x);
    if (e)
        return e;
    exchange_log_fini(&rig->log);
    exchange_log_init(&rig->log);
    rig->log.hook = on_event;
    rig->log.context = rig;
    rig->log.x = x;
    client_rig_run(rig);
    return OK;
}

enum err client_rig_request(struct client_rig *rig, const char *method, bool end)
{
    struct http_head head;

    http_head_init_request(&head, span_text(method), SPAN("/x"));
    return request(rig, &head, end);
}

enum err client_rig_request_with(struct client_rig *rig, const char *method, const char *name,
                                 const char *value)
{
    struct http_head head;

    http_head_init_request(&head, span_text(method), SPAN("/x"));
    CHECK_EQ(http_head_add(&head, span_text(name), span_text(value)), OK);
    return request(rig, &head, false);
}

void client_rig_answer(struct client_rig *rig, const char *text)
{
    net_peer_say(&rig->server, text);
    client_rig_run(rig);
}

void client_rig_check(struct client_rig *rig, const char *want)
{
    CHECK_EQ(rig->server.got_len, strlen(want));
    CHECK_MEM(rig->server.got, want, strlen(want));
    rig->server.got_len = 0;
}

void client_rig_close(struct client_rig *rig)
{
    net_peer_close(&rig->server);
    client_rig_run(rig);
    if (rig->log.x)
        exchange_close(rig->log.x);
    client_rig_run(rig);
    CHECK_EQ(rig->closed, 1);
    exchange_log_fini(&rig->log);
    net_peer_fini(&rig->server);
    loop_free(rig->loop);
    CHECK_EQ(mem_live(), rig->live);
}
