/* A server's connection over real sockets and TLS: what the client gets of an answer that
 * comes before its request is complete, and of the last one. */
#include "check.h"
#include "http/h1/h1_server_conn.h"
#include "unit/support/exchange_log.h"
#include "unit/support/net_world.h"

static struct exchange_log log_of;
static bool early;
static int closed;

static void answer(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_COMPLETE && !early)
        exchange_log_answer(log, 200, "complete");
    if (event == EXCHANGE_COMPLETE || event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
    log_of.hook = answer;
    exchange_log_own(&log_of, x);
    if (!early)
        return;
    exchange_log_answer(&log_of, 413, "early");
    exchange_close(x);
}

static void on_closed(void *owner)
{
    (void)owner;
    closed++;
}

static const struct http_server_conn_events events = {on_request, on_closed};

/* The peer's part of the world is played by the connection. */
static void take_over(struct net_world *w)
{
    struct h1_server_conn *conn;

    closed = 0;
    exchange_log_init(&log_of);
    net_world_join(w);
    CHECK_EQ(h1_server_conn_open(w->loop, w->server.stream, "https", &events, w, &conn), OK);
    w->server.stream = NULL;
}

static void leave(struct net_world *w)
{
    net_peer_close(&w->client);
    while (!closed)
        loop_turn(w->loop, true);
    exchange_log_fini(&log_of);
    net_world_close(w);
}

static bool got(struct net_peer *p, const char *part)
{
    return span_find_span(span_of(p->got, p->got_len), span_text(part)) < p->got_len;
}

static void send_megabyte(struct net_peer *p)
{
    static const char piece[65536];

    for (int i = 0; i < 16 && p->stream; i++) {
        enum err e = stream_write(p->stream, piece, sizeof piece);

        CHECK(e == OK || e == ERR_IO);
        while (stream_queued(p->stream) > STREAM_HIGH_WATER && !p->ended)
            loop_turn(p->loop, true);
    }
}

/* A5: a reset would take the answer away from a client that is still sending. */
static void test_early_answer_arrives(void)
{
    for (size_t i = 0; i < NET_WORLD_KINDS; i++) {
        struct net_world w;

        early = true;
        net_world_open(&w, net_world_kinds[i]);
        take_over(&w);
        net_peer_say(&w.client,
                     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
        send_megabyte(&w.client);
        net_peer_wait(&w.client, &w.client.ended, 1);
        CHECK_EQ(w.client.end, ERR_EOF);
        CHECK(got(&w.client, "HTTP/1.1 413 Content Too Large\r\n"));
        CHECK(got(&w.client, "\r\n\r\nearly"));
        leave(&w);
    }
}

static void test_last_answer_arrives(void)
{
    for (size_t i = 0; i < NET_WORLD_KINDS; i++) {
        struct net_world w;

        early = false;
        net_world_open(&w, net_world_kinds[i]);
        take_over(&w);
        net_peer_say(&w.client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        net_peer_wait(&w.client, &w.client.ended, 1);
        CHECK_EQ(w.client.end, ERR_EOF);
        CHECK(got(&w.client, "\r\n\r\ncomplete"));
        CHECK_EQ(log_of.closeds, 1);
        leave(&w);
    }
}

static void test_refusal_arrives(void)
{
    for (size_t i = 0; i < NET_WORLD_KINDS; i++) {
        struct net_world w;

        early = false;
        net_world_open(&w, net_world_kinds[i]);
        take_over(&w);
        net_peer_say(&w.client, "GET / HTTP/1.1\nHost: a\n\n");
        send_megabyte(&w.client);
        net_peer_wait(&w.client, &w.client.ended, 1);
        CHECK_EQ(w.client.end, ERR_EOF);
        CHECK(got(&w.client, "HTTP/1.1 400 Bad Request\r\n"));
        leave(&w);
    }
}

CHECK_MAIN(TEST(test_early_answer_arrives), TEST(test_last_answer_arrives),
           TEST(test_refusal_arrives))
