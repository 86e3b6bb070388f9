/* Which protocol a server's connection speaks, and that both look the same from above. */
#include "http/http_server_conn.h"

#include "base/mem.h"
#include "check.h"
#include "http/h2/h2_conn.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "net/stream_impl.h"
#include "unit/support/exchange_log.h"
#include "unit/support/net_peer.h"

static struct {
    struct clock_fake clock;
    struct loop *loop;
    struct net_peer client, upgraded;
    struct http_server_conn *conn;
    struct exchange_log log;
    struct stream_ops ops; /* the pipe's, with another protocol */
    bool upgrades;
    enum err upgrade_result;
    int requests, closed;
    unsigned long live;
} t;

static void answer(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_COMPLETE)
        exchange_log_answer(log, 200, "hi");
    if (event == EXCHANGE_COMPLETE || event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static bool upgrade(struct exchange *x)
{
    struct http_head head;
    struct stream *out;

    http_head_init_response(&head, 101);
    t.upgrade_result = http_server_conn_upgrade(t.conn, x, &head, &out);
    if (t.upgrade_result)
        return false;
    net_peer_sit(&t.upgraded, t.loop, out);
    return true;
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    CHECK(owner == &t && end);
    CHECK(span_is(head->scheme, SPAN("https")));
    CHECK(span_is(head->authority, SPAN("a")));
    t.requests++;
    if (t.upgrades && upgrade(x))
        return;
    t.log.hook = answer;
    exchange_log_own(&t.log, x);
}

static void on_closed(void *owner)
{
    CHECK(owner == &t);
    t.closed++;
    t.conn = NULL;
}

static const struct http_server_conn_events events = {on_request, on_closed};

static const char *h2_protocol(const struct stream *s)
{
    (void)s;
    return "h2";
}

/* Makes both ends; the server's says that ALPN chose HTTP/2 if `alpn`. */
static void open_pipe(struct stream **client, struct stream **server, bool alpn)
{
    t.live = mem_live();
    clock_fake_init(&t.clock, 1700000000000);
    CHECK_EQ(loop_new(&t.clock.base, &t.loop), OK);
    CHECK_EQ(pipe_stream_pair(t.loop, 16384, client, server), OK);
    t.ops = *(*server)->ops;
    t.ops.protocol = h2_protocol;
    if (alpn)
        (*server)->ops = &t.ops;
    exchange_log_init(&t.log);
    t.requests = t.closed = 0;
    t.upgrades = false;
}

static void open_conn(struct stream *server, bool http2)
{
    struct http_server_conn_options options = {.scheme = "https", .http2 = http2};

    CHECK_EQ(http_server_conn_open(t.loop, server, &options, &events, &t, &t.conn), OK);
    loop_run(t.loop);
}

static void close_all(void)
{
    if (t.conn)
        http_server_conn_close(t.conn);
    net_peer_close(&t.client);
    loop_run(t.loop);
    CHECK_EQ(t.closed, 1);
    net_peer_fini(&t.client);
    exchange_log_fini(&t.log);
    loop_free(t.loop);
    CHECK_EQ(mem_live(), t.live);
}

static void open_raw(bool alpn, bool http2)
{
    struct stream *client, *server;

    open_pipe(&client, &server, alpn);
    net_peer_sit(&t.client, t.loop, client);
    open_conn(server, http2);
}

static bool heard(const char *part)
{
    return span_find_span(span_of(t.client.got, t.client.got_len), span_text(part)) <
           t.client.got_len;
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

static void test_http_1(void)
{
    open_raw(false, false);
    net_peer_say(&t.client, GET);
    loop_run(t.loop);
    CHECK_EQ(t.requests, 1);
    CHECK(heard("HTTP/1.1 200 OK\r\n"));
    http_server_conn_shutdown(t.conn);
    loop_run(t.loop);
    CHECK_EQ(t.client.end, ERR_EOF);
    close_all();
}

static void test_http_1_upgraded(void)
{
    open_raw(false, false);
    t.upgrades = true;
    net_peer_say(&t.client, GET);
    loop_run(t.loop);
    CHECK_EQ(t.upgrade_result, OK);
    CHECK_EQ(t.closed, 1);
    CHECK(heard("HTTP/1.1 101 Switching Protocols\r\n"));
    net_peer_close(&t.upgraded);
    loop_run(t.loop);
    net_peer_fini(&t.upgraded);
    close_all();
}

/* --- HTTP/2: the other end is an h2_conn --- */

static struct h2_conn *h2_client;

static void on_lost(void *owner, enum err why, const char *detail)
{
    (void)owner;
    (void)why;
    (void)detail;
}

static void on_h2_closed(void *owner)
{
    (void)owner;
    h2_client = NULL;
}

static const struct h2_conn_events h2_events = {.on_lost = on_lost, .on_closed = on_h2_closed};

static void close_when_complete(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_COMPLETE || event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void check_http_2(bool alpn, bool http2)
{
    struct h2_options options = {.role = H2_CLIENT,
                                 .streams_max = 10,
                                 .stream_window = 65536,
                                 .connection_window = 65536,
                                 .send_max = 65536};
    struct exchange_log log;
    struct stream *client, *server;
    struct http_head head;
    struct exchange *x;

    open_pipe(&client, &server, alpn);
    CHECK_EQ(h2_conn_open(t.loop, client, &options, &h2_events, &t, &h2_client), OK);
    open_conn(server, http2);
    CHECK(http_server_conn_is_h2(t.conn));
    t.upgrades = true;
    exchange_log_init(&log);
    log.hook = close_when_complete;
    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    head.scheme = SPAN("http"); /* a lie: see on_request */
    head.authority = SPAN("a");
    CHECK_EQ(h2_conn_request(h2_client, &head, true, &exchange_log_events, &log, &x), OK);
    log.x = x;
    loop_run(t.loop);
    CHECK_EQ(t.upgrade_result, ERR_UNSUPPORTED);
    CHECK_EQ(log.status, 200);
    CHECK_EQ(log.completes, 1);
    http_server_conn_shutdown(t.conn);
    loop_run(t.loop);
    if (h2_client) /* or the server's goodbye was enough */
        h2_conn_close(h2_client);
    loop_run(t.loop);
    exchange_log_fini(&log);
    CHECK(!h2_client);
    close_all();
}

static void test_http_2(void)
{
    check_http_2(true, false);
    check_http_2(false, true);
}

static void test_no_memory(void)
{
    for (int http2 = 0; http2 < 2; http2++) {
        struct http_server_conn_options options = {.scheme = "https", .http2 = http2};
        struct stream *client, *server;

        open_pipe(&client, &server, false);
        for (unsigned long n = 1;; n++) {
            mem_fail_at(n);
            enum err e = http_server_conn_open(t.loop, server, &options, &events, &t, &t.conn);
            mem_fail_at(0);
            if (!e)
                break;
            CHECK_EQ(e, ERR_NOMEM); /* and the stream is still ours */
        }
        stream_let_go(client);
        close_all();
    }
}

CHECK_MAIN(TEST(test_http_1), TEST(test_http_1_upgraded), TEST(test_http_2),
           TEST(test_no_memory))
