/* A server's connection when anything may fail or end at any moment: every allocation, every
 * event. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "http/h1/h1_server_conn.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"

#define REQUESTS                                                                               \
    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"                            \
    "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"   \
    "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

enum action {
    EXCHANGE_CLOSE,
    EXCHANGE_LET_GO,
    CONN_CLOSE,
    CONN_SHUTDOWN,
    CLIENT_CLOSE,
    CLIENT_FINISH,
    CLIENT_RESET,
    ACTIONS,
};

struct scene {
    struct loop *loop;
    struct stream *client;
    struct h1_server_conn *conn;
    struct exchange *exchange;
    int events, act_at; /* the action happens inside this event */
    enum action action;
    int closed, requests, completes, answers;
};

/* --- the client: nothing that it does allocates --- */

static void ignore(void *owner)
{
    (void)owner;
}

static void ignore_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_client_end(void *owner, enum err why)
{
    struct scene *s = owner;

    (void)why;
    stream_close(s->client);
}

static void on_client_closed(void *owner)
{
    struct scene *s = owner;

    s->client = NULL;
}

static const struct stream_events client_events = {
    .on_open = ignore,
    .on_data = ignore_data,
    .on_drain = ignore,
    .on_end = on_client_end,
    .on_closed = on_client_closed,
};

static void act_on_client(struct scene *s)
{
    if (!s->client)
        return;
    if (s->action == CLIENT_CLOSE)
        stream_close(s->client);
    else if (s->action == CLIENT_FINISH)
        stream_finish(s->client);
    else if (s->action == CLIENT_RESET)
        stream_reset(s->client);
}

/* --- the server --- */

static void let_go(struct scene *s)
{
    struct exchange *x = s->exchange;

    s->exchange = NULL;
    exchange_let_go(x);
}

static void on_event(struct scene *s)
{
    if (++s->events != s->act_at)
        return;
    if (s->action == EXCHANGE_CLOSE && s->exchange)
        exchange_close(s->exchange);
    else if (s->action == EXCHANGE_LET_GO)
        let_go(s);
    else if (s->action == CONN_CLOSE && s->conn)
        h1_server_conn_close(s->conn);
    else if (s->action == CONN_SHUTDOWN && s->conn)
        h1_server_conn_shutdown(s->conn);
    else
        act_on_client(s);
}

static void answer(struct scene *s)
{
    struct http_head head;

    http_head_init_response(&head, 200);
    enum err e = exchange_send_head(s->exchange, &head, false);
    if (!e)
        e = exchange_send_body(s->exchange, "hello", 5);
    if (!e)
        e = exchange_send_end(s->exchange);
    s->answers += !e;
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
    CHECK(false); /* a server's exchange has none */
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)data;
    (void)len;
    on_event(owner);
}

static void on_complete(void *owner)
{
    struct scene *s = owner;

    s->completes++;
    on_event(s);
    if (!s->exchange)
        return;
    answer(s);
    exchange_close(s->exchange);
}

static void on_drain(void *owner)
{
    on_event(owner);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct scene *s = owner;

    CHECK(why != OK && detail);
    on_event(s);
    if (s->exchange)
        exchange_close(s->exchange);
}

static void on_exchange_closed(void *owner)
{
    struct scene *s = owner;

    s->exchange = NULL;
    on_event(s);
}

static const struct exchange_events exchange_events = {on_head,  on_body,  on_complete,
                                                       on_drain, on_abort, on_exchange_closed};

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct scene *s = owner;

    (void)head;
    (void)end;
    CHECK(!s->exchange);
    s->exchange = x;
    s->requests++;
    exchange_own(x, &exchange_events, s);
    on_event(s);
}

static void on_closed(void *owner)
{
    struct scene *s = owner;

    CHECK(!s->exchange);
    s->conn = NULL;
    s->closed++;
}

static const struct http_server_conn_events conn_events = {on_request, on_closed};

/* --- */

static enum err open_scene(struct scene *s, struct stream *server)
{
    enum err e = h1_server_conn_open(s->loop, server, "https", &conn_events, s, &s->conn);

    if (e)
        stream_let_go(server);
    return e;
}

/* Everything must end when the client is gone. */
static void play(struct scene *s, size_t chunk, unsigned long fail_at)
{
    unsigned long live = mem_live();
    struct clock_fake clock;
    struct stream *server;

    clock_fake_init(&clock, 1700000000000);
    CHECK_EQ(loop_new(&clock.base, &s->loop), OK);
    CHECK_EQ(pipe_stream_pair(s->loop, chunk, &s->client, &server), OK);
    stream_own(s->client, &client_events, s);
    loop_turn(s->loop, false);
    CHECK_EQ(stream_write(s->client, REQUESTS, strlen(REQUESTS)), OK);
    mem_fail_at(fail_at);
    enum err e = open_scene(s, server);
    loop_run(s->loop);
    mem_fail_at(0);
    if (s->client)
        stream_close(s->client);
    loop_run(s->loop);
    clock_fake_advance(&clock, 1000000000);
    deadline_run_due(s->loop);
    loop_run(s->loop);
    CHECK_EQ(s->closed, e ? 0 : 1);
    CHECK(!s->client && !s->exchange);
    loop_free(s->loop);
    CHECK_EQ(mem_live(), live);
}

static int events_of(size_t chunk)
{
    struct scene s = {.act_at = -1};

    play(&s, chunk, 0);
    CHECK_EQ(s.requests, 3);
    CHECK_EQ(s.completes, 3);
    CHECK_EQ(s.answers, 3);
    return s.events;
}

static void do_everything_at(int at, size_t chunk)
{
    for (unsigned action = 0; action < ACTIONS; action++) {
        struct scene s = {.act_at = at, .action = (enum action)action};

        play(&s, chunk, 0);
    }
}

static void test_close_in_every_event(void)
{
    static const size_t chunks[] = {1, 50, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        int events = events_of(chunks[i]);

        CHECK(events >= 11);
        for (int at = 1; at <= events; at++)
            do_everything_at(at, chunks[i]);
    }
}

static void test_every_allocation_fails(void)
{
    static const size_t chunks[] = {7, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        int incomplete = 0, complete = 0;

        for (unsigned long n = 1; complete < 20; n++) {
            struct scene s = {.act_at = -1};

            play(&s, chunks[i], n);
            if (s.answers < 3)
                incomplete++, complete = 0;
            else
                complete++;
        }
        CHECK(incomplete > 10);
    }
}

CHECK_MAIN(TEST(test_close_in_every_event), TEST(test_every_allocation_fails))
