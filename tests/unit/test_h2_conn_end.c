/* How connections end: in good order, by time limits, or because the other side went
 * away or misbehaved. */
#include "unit/check.h"
#include "unit/support/h2_world.h"

static struct h2_world w;

static void open_world(void)
{
    h2_world_init(&w);
    CHECK(h2_world_open(&w, 16384));
    h2_world_settle(&w);
}

static struct h2_call *request(const char *target, size_t body)
{
    struct h2_call *call = h2_world_request(&w, target, body, NULL);

    CHECK(call);
    return call;
}

static void test_server_shuts_down(void)
{
    enum err e;

    open_world();
    w.server.is_silent = true;
    struct h2_call *first = request("/first", 0);
    h2_world_settle(&w);
    h2_conn_shutdown(w.server.conn);
    /* on its way while the notice is: still served */
    struct h2_call *second = request("/second", 0);
    h2_world_settle(&w);
    CHECK_EQ(w.client.goaways, 1);
    CHECK(h2_world_find(&w, "/second"));
    CHECK(!h2_world_request(&w, "/third", 0, &e));
    CHECK_EQ(e, ERR_CLOSED);
    h2_world_pass(&w, 3);
    CHECK(w.client.conn && w.server.conn && w.client.lost == 0);
    h2_world_answer(h2_world_find(&w, "/first"), 70000);
    h2_world_end(h2_world_find(&w, "/first"));
    h2_world_settle(&w);
    CHECK(first->is_complete && first->received == 70000 && w.server.conn);
    h2_world_answer(h2_world_find(&w, "/second"), 0);
    h2_world_end(h2_world_find(&w, "/second"));
    h2_world_settle(&w);
    h2_world_pass(&w, 2);
    CHECK(second->is_complete && !second->is_aborted);
    CHECK(!w.server.conn && w.server.lost == 0);
    CHECK(!w.client.conn && w.client.lost == 1);
    CHECK_EQ(w.client.why, ERR_EOF);
    h2_world_close(&w);
}

static void test_client_shuts_down(void)
{
    enum err e;

    open_world();
    w.server.is_silent = true;
    struct h2_call *call = request("/call", 10);
    h2_world_settle(&w);
    h2_conn_shutdown(w.client.conn);
    CHECK(!h2_world_request(&w, "/late", 0, &e));
    CHECK_EQ(e, ERR_CLOSED);
    h2_world_pass(&w, 5);
    CHECK_EQ(w.server.goaways, 1);
    CHECK(w.client.conn && w.server.conn);
    h2_world_answer(h2_world_find(&w, "/call"), 100);
    h2_world_end(h2_world_find(&w, "/call"));
    h2_world_pass(&w, 2);
    CHECK(call->is_complete);
    CHECK(!w.client.conn && w.client.lost == 0);
    CHECK(!w.server.conn && w.server.why == ERR_EOF);
    h2_world_close(&w);
}

/* With nothing under way there is nothing to wait for. */
static void test_idle_connection_shuts_down(void)
{
    open_world();
    h2_conn_shutdown(w.server.conn);
    h2_world_settle(&w);
    CHECK(!w.server.conn && !w.client.conn);
    CHECK(w.server.lost == 0 && w.client.lost == 1);
    CHECK_EQ(w.client.why, ERR_EOF);
    h2_world_close(&w);

    open_world();
    h2_conn_shutdown(w.client.conn);
    h2_world_settle(&w);
    CHECK(!w.client.conn && w.client.lost == 0);
    h2_world_close(&w);
}

static void test_peer_goes_away(void)
{
    open_world();
    w.server.is_silent = true;
    struct h2_call *call = request("/call", 10);
    h2_world_settle(&w);
    h2_conn_close(w.server.conn);
    h2_world_settle(&w);
    CHECK(call->is_aborted);
    CHECK_EQ(call->why, ERR_EOF);
    CHECK_EQ(w.client.lost, 1);
    CHECK_EQ(w.client.why, ERR_EOF);
    CHECK_STR(w.client.detail, "the peer closed the connection");
    CHECK_EQ(w.server.lost, 0);
    CHECK(h2_world_find(&w, "/call")->is_aborted);
    CHECK_EQ(h2_world_find(&w, "/call")->why, ERR_CLOSED);
    h2_world_close(&w);
}

static void test_owner_that_keeps_an_exchange_keeps_the_connection(void)
{
    open_world();
    w.client.keeps = true;
    struct h2_call *call = request("/call", 0);
    h2_world_settle(&w);
    CHECK(call->is_complete && call->x);
    h2_conn_close(w.client.conn);
    h2_world_settle(&w);
    CHECK(w.client.conn && !call->is_aborted);
    h2_world_end(call);
    h2_world_settle(&w);
    CHECK(!w.client.conn);
    h2_world_close(&w);
}

static void test_idle_server(void)
{
    open_world();
    (void)request("/one", 0);
    h2_world_pass(&w, 73);
    (void)request("/two", 0);
    h2_world_pass(&w, 73);
    CHECK(w.server.conn);
    h2_world_pass(&w, 5);
    CHECK(!w.server.conn && w.server.lost == 0);
    CHECK_EQ(w.client.goaways, 1);
    h2_world_close(&w);

    open_world();
    h2_conn_keep_idle(w.server.conn);
    h2_world_pass(&w, 200);
    CHECK(w.server.conn && w.client.conn);
    h2_world_close(&w);
}

static struct stream *open_with_raw_client(void)
{
    h2_world_init(&w);
    return h2_world_open_server(&w);
}

static void write_raw(struct stream *s, const void *data, size_t len)
{
    CHECK_EQ(stream_write(s, data, len), OK);
    h2_world_settle(&w);
}

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"

static void test_no_preface(void)
{
    struct stream *raw = open_with_raw_client();

    write_raw(raw, PREFACE, 24);
    h2_world_pass(&w, 4);
    write_raw(raw, &PREFACE[24], 5);
    CHECK(w.server.conn);
    h2_world_pass(&w, 2);
    CHECK(!w.server.conn);
    CHECK_EQ(w.server.why, ERR_TIMEOUT);
    CHECK_STR(w.server.detail, "no HTTP/2 preface within 5 s");
    stream_close(raw);
    h2_world_close(&w);

    raw = open_with_raw_client();
    write_raw(raw, PREFACE, 33);
    h2_world_pass(&w, 20);
    CHECK(w.server.conn);
    stream_close(raw);
    h2_world_close(&w);
}

static void test_broken_protocol(void)
{
    struct stream *raw = open_with_raw_client();

    write_raw(raw, PREFACE, 33);
    stream_pause(raw);
    write_raw(raw, "\0\0\0\0\0\0\0\0\0", 9); /* DATA on stream 0 */
    CHECK_EQ(w.server.why, ERR_PROTOCOL);
    CHECK(strstr(w.server.detail, "DATA"));
    CHECK(w.server.conn); /* the GOAWAY may still be under way */
    h2_world_pass(&w, 9);
    CHECK(w.server.conn);
    h2_world_pass(&w, 2);
    CHECK(!w.server.conn); /* nobody takes it */
    stream_close(raw);
    h2_world_close(&w);
}

static size_t taken;

static void count(void *owner, const uint8_t *data, size_t len)
{
    (void)owner, (void)data;
    taken += len;
}

static void ignore(void *owner)
{
    (void)owner;
}

static void ignore_end(void *owner, enum err why)
{
    (void)owner, (void)why;
}

/* The last bytes take their time: the second begins when they have left. */
static void test_end_that_leaves_slowly(void)
{
    static const struct stream_events events = {ignore, count, ignore, ignore_end, ignore};
    struct stream *raw = open_with_raw_client();

    taken = 0;
    stream_own(raw, &events, NULL);
    write_raw(raw, PREFACE, 33);
    stream_pause(raw);
    size_t before = taken;
    for (int i = 0; i < 10; i++)
        write_raw(raw, "\0\0\10\6\0\0\0\0\0abcdefgh", 17);
    write_raw(raw, "\0\0\0\0\0\0\0\0\0", 9);
    CHECK_EQ(w.server.why, ERR_PROTOCOL);
    h2_world_pass(&w, 5);
    CHECK(w.server.conn && taken == before);
    stream_resume(raw);
    h2_world_settle(&w);
    CHECK(taken - before > 10 * 17 + 17); /* the GOAWAY too */
    CHECK(w.server.conn);
    h2_world_pass(&w, 2);
    CHECK(!w.server.conn);
    stream_close(raw);
    h2_world_close(&w);
}

static void send_some(struct h2_call *call, size_t len)
{
    static const uint8_t bytes[4096];

    CHECK_EQ(exchange_send_body(call->x, bytes, len), OK);
}

static void test_slow_body(void)
{
    open_world();
    w.client.keeps = w.server.is_silent = true;
    struct h2_call *slow = h2_world_begin(&w, "/slow");
    struct h2_call *steady = h2_world_begin(&w, "/steady");
    struct h2_call *paused = h2_world_begin(&w, "/paused");

    for (int i = 0; i < 5; i++) {
        send_some(slow, 511);
        send_some(steady, 512);
        h2_world_settle(&w);
        if (i == 0)
            exchange_pause(h2_world_find(&w, "/paused")->x);
        CHECK(!slow->is_complete);
        h2_world_pass(&w, 1);
    }
    CHECK(slow->is_complete && slow->status == 408);
    CHECK(h2_world_find(&w, "/slow")->is_aborted);
    CHECK_EQ(h2_world_find(&w, "/slow")->why, ERR_TIMEOUT);
    CHECK(!steady->is_complete && !paused->is_complete);
    CHECK_EQ(h2_world_find(&w, "/steady")->received, 5 * 512);
    h2_world_pass(&w, 10);
    CHECK(steady->is_complete && steady->status == 408);
    CHECK(!paused->is_complete); /* it is not the peer's fault */
    h2_world_close(&w);

    open_world();
    h2_conn_keep_idle(w.server.conn);
    w.client.keeps = true;
    slow = h2_world_begin(&w, "/slow");
    h2_world_pass(&w, 60);
    CHECK(!slow->is_complete && !slow->is_aborted);
    h2_world_close(&w);
}

/* A reader that takes nothing for 10 s loses its stream, the others go on. */
static void test_stalled_reader(void)
{
    open_world();
    w.client.pauses = w.client.keeps = true;
    w.server.answer = 2000000;
    struct h2_call *stalled = request("/stalled", 0);
    h2_world_settle(&w);
    w.server.answer = 400000; /* all of it fits our queue: its owner is long gone */
    struct h2_call *forgotten = request("/forgotten", 0);
    h2_world_settle(&w);
    CHECK(!h2_world_find(&w, "/forgotten")->x);
    w.client.pauses = false;
    for (int i = 0; i < 8; i++) {
        h2_world_pass(&w, 1);
        h2_world_end(request("/quick", 0));
    }
    CHECK(!stalled->is_aborted);
    h2_world_pass(&w, 4);
    CHECK(stalled->is_aborted);
    CHECK_EQ(stalled->why, ERR_IO);
    CHECK(forgotten->is_aborted);
    CHECK_EQ(h2_conn_open_streams(w.server.conn), 0);
    h2_world_end(forgotten);
    CHECK(h2_world_find(&w, "/stalled")->is_aborted);
    CHECK_EQ(h2_world_find(&w, "/stalled")->why, ERR_TIMEOUT);
    CHECK(w.client.conn && w.server.conn);
    h2_world_end(stalled);
    h2_world_close(&w);
}

static void test_transport_that_takes_nothing(void)
{
    struct stream *raw = open_with_raw_client();
    uint8_t *flood = malloc((size_t)17 * 400);

    CHECK(flood);
    for (size_t i = 0; i < 400; i++)
        memcpy(flood + 17 * i, "\0\0\10\6\0\0\0\0\0abcdefgh", 17);
    write_raw(raw, PREFACE, 33);
    stream_pause(raw);
    write_raw(raw, flood, 17 * 400);
    h2_world_pass(&w, 9);
    CHECK(w.server.conn);
    h2_world_pass(&w, 3);
    CHECK(!w.server.conn);
    CHECK_EQ(w.server.why, ERR_TIMEOUT);
    CHECK_STR(w.server.detail, "the peer took nothing for 10 s");
    free(flood);
    stream_close(raw);
    h2_world_close(&w);
}

/* Why an exchange is closed reaches the other side in two words. */
static void test_the_reason_of_a_close(void)
{
    static const enum err reasons[][2] = {{ERR_CANCELLED, ERR_CANCELLED},
                                          {ERR_IO, ERR_IO},
                                          {ERR_TIMEOUT, ERR_IO},
                                          {ERR_NOMEM, ERR_IO}};

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        open_world();
        w.server.is_silent = true;
        struct h2_call *call = request("/", 10);
        h2_world_settle(&w);
        call->is_closing = true;
        exchange_close_because(call->x, reasons[i][0]);
        exchange_close(call->x); /* said once */
        h2_world_settle(&w);
        CHECK(h2_world_find(&w, "/")->is_aborted);
        CHECK_EQ(h2_world_find(&w, "/")->why, reasons[i][1]);
        h2_world_close(&w);
    }
}

/* A connection that is reset is no word of the peer about an exchange. */
static void test_reset_connection(void)
{
    /* HEADERS: GET https / with the authority a.test */
    static const char get[] = "\0\0\013\1\5\0\0\0\1\x82\x87\x84\1\6a.test";
    struct stream *raw = open_with_raw_client();

    w.server.is_silent = true;
    write_raw(raw, PREFACE, 33);
    write_raw(raw, get, sizeof get - 1);
    CHECK(h2_world_find(&w, "/") != NULL);
    stream_reset(raw);
    h2_world_settle(&w);
    CHECK_EQ(w.server.why, ERR_IO);
    CHECK_EQ(h2_world_find(&w, "/")->why, ERR_EOF);
    h2_world_close(&w);
}

CHECK_MAIN(TEST(test_reset_connection), TEST(test_the_reason_of_a_close),
           TEST(test_server_shuts_down), TEST(test_client_shuts_down),
           TEST(test_idle_connection_shuts_down), TEST(test_peer_goes_away),
           TEST(test_owner_that_keeps_an_exchange_keeps_the_connection), TEST(test_idle_server),
           TEST(test_no_preface), TEST(test_broken_protocol), TEST(test_end_that_leaves_slowly),
           TEST(test_slow_body), TEST(test_stalled_reader),
           TEST(test_transport_that_takes_nothing))
