/* A client's connection when anything may fail or end at any moment: every allocation, every
 * event. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "http/h1/h1_client_conn.h"
#include "net/pipe_stream.h"

#define ANSWER                                                                                 \
    "HTTP/1.1 103 Early Hints\r\n\r\n"                                                         \
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"

enum action {
    EXCHANGE_CLOSE,
    EXCHANGE_LET_GO,
    EXCHANGE_PAUSE,
    CONN_CLOSE,
    SERVER_CLOSE,
    SERVER_FINISH,
    SERVER_RESET,
    ACTIONS,
};

struct scene {
    struct loop *loop;
    struct stream *server;
    struct h1_client_conn *conn;
    struct exchange *exchange;
    int events, act_at; /* the action happens inside this event */
    enum action action;
    int closed, asked, completes, idles;
    int heard_ends; /* of requests, by the server */
    size_t matched;
};

/* --- the server: nothing that it does allocates, but its answer --- */

static void ignore(void *owner)
{
    (void)owner;
}

/* The first request ends with its head, the second one with its last chunk. */
static bool is_end(struct scene *s, uint8_t byte)
{
    const char *end = s->heard_ends == 0 ? "\r\n\r\n" : "0\r\n\r\n";

    s->matched = byte == (uint8_t)end[s->matched] ? s->matched + 1 : byte == (uint8_t)end[0];
    if (end[s->matched] != '\0')
        return false;
    s->matched = 0;
    s->heard_ends++;
    return true;
}

static void on_server_data(void *owner, const uint8_t *data, size_t len)
{
    struct scene *s = owner;
    bool ended = false;

    for (size_t i = 0; i < len; i++)
        ended = is_end(s, data[i]) || ended;
    if (!ended)
        return;
    if (stream_write(s->server, ANSWER, strlen(ANSWER)) != OK)
        stream_close(s->server);
}

static void on_server_end(void *owner, enum err why)
{
    struct scene *s = owner;

    (void)why;
    stream_close(s->server);
}

static void on_server_closed(void *owner)
{
    struct scene *s = owner;

    s->server = NULL;
}

static const struct stream_events server_events = {
    .on_open = ignore,
    .on_data = on_server_data,
    .on_drain = ignore,
    .on_end = on_server_end,
    .on_closed = on_server_closed,
};

static void act_on_server(struct scene *s)
{
    if (!s->server)
        return;
    if (s->action == SERVER_CLOSE)
        stream_close(s->server);
    else if (s->action == SERVER_FINISH)
        stream_finish(s->server);
    else if (s->action == SERVER_RESET)
        stream_reset(s->server);
}

/* --- the client --- */

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
    else if (s->action == EXCHANGE_PAUSE && s->exchange)
        exchange_pause(s->exchange);
    else if (s->action == EXCHANGE_LET_GO)
        let_go(s);
    else if (s->action == CONN_CLOSE && s->conn)
        h1_client_conn_close(s->conn);
    else
        act_on_server(s);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)head;
    (void)end;
    on_event(owner);
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
    if (s->exchange)
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

static void ask(struct scene *s)
{
    struct http_head head;
    bool end = s->asked++ == 0;

    http_head_init_request(&head, SPAN("POST"), SPAN("/"));
    head.authority = SPAN("a");
    if (h1_client_conn_request(s->conn, &head, end, &exchange_events, s, &s->exchange) != OK) {
        if (s->conn)
            h1_client_conn_close(s->conn);
        return;
    }
    if (end)
        return;
    enum err e = exchange_send_body(s->exchange, "hello", 5);
    if (!e)
        e = exchange_send_end(s->exchange);
    if (e && s->exchange)
        exchange_close(s->exchange);
}

static void on_idle(void *owner)
{
    struct scene *s = owner;

    CHECK(!s->exchange);
    s->idles++;
    on_event(s);
    if (s->asked < 2)
        ask(s);
    else
        h1_client_conn_close(s->conn);
}

static void on_closed(void *owner)
{
    struct scene *s = owner;

    CHECK(!s->exchange);
    s->conn = NULL;
    s->closed++;
}

static const struct h1_client_conn_events conn_events = {on_idle, on_closed};

/* --- */

static void settle(struct scene *s)
{
    if (s->exchange)
        exchange_resume(s->exchange);
    loop_run(s->loop);
    if (s->server)
        stream_close(s->server);
    loop_run(s->loop);
}

static void play(struct scene *s, size_t chunk, unsigned long fail_at)
{
    unsigned long live = mem_live();
    struct stream *client;

    CHECK_EQ(loop_new(clock_system(), &s->loop), OK);
    CHECK_EQ(pipe_stream_pair(s->loop, chunk, &client, &s->server), OK);
    stream_own(s->server, &server_events, s);
    loop_turn(s->loop, false);
    mem_fail_at(fail_at);
    enum err e = h1_client_conn_open(s->loop, client, &conn_events, s, &s->conn);
    if (e)
        stream_let_go(client);
    else
        ask(s);
    loop_run(s->loop);
    mem_fail_at(0);
    settle(s);
    CHECK_EQ(s->closed, e ? 0 : 1);
    CHECK(!s->server && !s->exchange);
    loop_free(s->loop);
    CHECK_EQ(mem_live(), live);
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
        struct scene whole = {.act_at = -1};

        play(&whole, chunks[i], 0);
        CHECK_EQ(whole.completes, 2);
        CHECK_EQ(whole.idles, 2);
        for (int at = 1; at <= whole.events; at++)
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
            if (s.completes < 2)
                incomplete++, complete = 0;
            else
                complete++;
        }
        CHECK(incomplete >= 8);
    }
}

CHECK_MAIN(TEST(test_close_in_every_event), TEST(test_every_allocation_fails))
