/* What stream.h promises, of every kind of stream: plain and TLS (1.3, 1.2, with
 * handshakes on threads: thread-test), over pipes and over TCP. */
#include "net/stream.h"

#include "base/container.h"
#include "check.h"
#include "unit/support/net_world.h"

#define BIG ((size_t)3 << 20)

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 131 + (i >> 8));
}

static void check_pattern(const struct net_peer *p, size_t len)
{
    CHECK_EQ(p->got_len, len);
    for (size_t i = 0; i < len; i++)
        CHECK_EQ(p->got[i], pattern(i));
}

/* --- roles --- */

struct source {
    size_t sent, total;
    bool then_finish;
};

/* Writes pieces of growing size while the backpressure rule allows it. */
static void produce(struct net_peer *p)
{
    struct source *source = p->context;
    uint8_t piece[20000];

    while (p->stream && source->sent < source->total &&
           stream_queued(p->stream) <= STREAM_HIGH_WATER) {
        size_t len = source->sent % 19997 + 1;
        len = len < source->total - source->sent ? len : source->total - source->sent;
        for (size_t i = 0; i < len; i++)
            piece[i] = pattern(source->sent + i);
        CHECK_EQ(stream_write(p->stream, piece, len), OK);
        source->sent += len;
    }
    if (source->then_finish && source->sent == source->total)
        stream_finish(p->stream);
}

static void source_hook(struct net_peer *p, enum net_event event)
{
    if (event == NET_OPEN || event == NET_DRAIN)
        produce(p);
}

/* Pauses at every third piece, and goes on when the loop has turned. */
struct sink {
    struct defer_task resume;
    struct net_peer *peer;
    unsigned pieces;
};

static void on_resume(struct defer_task *task)
{
    struct sink *sink = CONTAINER_OF(task, struct sink, resume);

    if (sink->peer->stream)
        stream_resume(sink->peer->stream);
}

static void sink_hook(struct net_peer *p, enum net_event event)
{
    struct sink *sink = p->context;

    if (event != NET_DATA || ++sink->pieces % 3 != 0)
        return;
    sink->peer = p;
    stream_pause(p->stream);
    defer_post(p->loop, &sink->resume, on_resume);
}

/* --- bytes --- */

static void transfer(unsigned kind, size_t chunk, size_t total)
{
    struct net_world w;
    struct source source = {.total = total, .then_finish = true};
    struct sink sink = {0};

    net_world_open(&w, kind);
    w.chunk = chunk;
    w.client.hook = source_hook;
    w.client.context = &source;
    w.server.hook = sink_hook;
    w.server.context = &sink;
    net_world_join(&w);
    net_peer_wait(&w.server, &w.server.ended, 1);
    CHECK_EQ(w.server.end, ERR_EOF);
    check_pattern(&w.server, total);
    CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_CLOSED);
    CHECK_EQ(stream_queued(w.client.stream), 0);

    /* The other direction is still open. */
    net_peer_say(&w.server, "thanks");
    net_peer_wait_bytes(&w.client, 6);
    CHECK_MEM(w.client.got, "thanks", 6);
    net_world_close(&w);
}

static void test_transfer_then_finish(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        transfer(net_world_kinds[k], 4096, BIG);
}

static void test_chunk_sizes(void)
{
    static const unsigned kinds[] = {NET_PLAIN, NET_TLS, NET_TLS | NET_TLS12,
                                     NET_TLS | NET_WORKER};
    static const size_t chunks[] = {1, 2, 3, 4, 5, 6, 7, 16, 333, 16384, 99999};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t c = 0; c < ARRAY_LEN(chunks); c++)
            transfer(kinds[k], chunks[c], 5000);
}

static void test_empty_stream(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        transfer(net_world_kinds[k], 4096, 0);
}

static void test_write_of_nothing(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        net_world_open(&w, net_world_kinds[k]);
        net_world_join(&w);
        CHECK_EQ(stream_write(w.client.stream, "", 0), OK);
        net_peer_say(&w.client, "a");
        net_peer_wait_bytes(&w.server, 1);
        CHECK_EQ(w.server.got_len, 1);
        net_world_close(&w);
    }
}

static void test_no_write_before_open(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        net_world_open(&w, net_world_kinds[k]);
        net_world_connect(&w);
        CHECK(!stream_is_open(w.client.stream));
        CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_CLOSED);
        stream_finish(w.client.stream); /* does nothing */
        net_peer_wait(&w.client, &w.client.opened, 1);
        net_peer_say(&w.client, "x");
        net_peer_wait_bytes(&w.server, 1);
        net_world_close(&w);
    }
}

/* Full duplex: each side sends and reads everything at the same time. */
static void test_both_directions(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        struct source a = {.total = BIG}, b = {.total = BIG};
        net_world_open(&w, net_world_kinds[k]);
        w.client.hook = w.server.hook = source_hook;
        w.client.context = &a;
        w.server.context = &b;
        net_world_join(&w);
        net_peer_wait_bytes(&w.client, BIG);
        net_peer_wait_bytes(&w.server, BIG);
        check_pattern(&w.client, BIG);
        check_pattern(&w.server, BIG);
        net_world_close(&w);
    }
}

/* --- pause --- */

struct pauser {
    size_t at;     /* pause when so much has come */
    size_t during; /* what came while paused */
};

static void pauser_hook(struct net_peer *p, enum net_event event)
{
    struct pauser *pauser = p->context;

    if (event == NET_DATA && p->got_len >= pauser->at && pauser->during == 0) {
        stream_pause(p->stream);
        pauser->during = p->got_len;
    }
}

static void pause_at(unsigned kind, size_t at, size_t total)
{
    struct net_world w;
    struct source source = {.total = total, .then_finish = true};
    struct pauser pauser = {.at = at};

    net_world_open(&w, kind);
    w.chunk = 61;
    w.client.hook = source_hook;
    w.client.context = &source;
    w.server.hook = pauser_hook;
    w.server.context = &pauser;
    net_world_join(&w);
    while (pauser.during == 0)
        loop_turn(w.loop, true);
    for (int i = 0; i < 20; i++)
        loop_turn(w.loop, false);
    CHECK_EQ(w.server.got_len, pauser.during);
    CHECK_EQ(w.server.ended, 0); /* the end waits too */
    stream_resume(w.server.stream);
    CHECK_EQ(w.server.got_len, pauser.during); /* no event inside the call */
    net_peer_wait(&w.server, &w.server.ended, 1);
    check_pattern(&w.server, total);
    net_world_close(&w);
}

static void test_pause_stops_at_once(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        for (size_t at = 1; at <= 30000; at = at * 3 + 1)
            pause_at(net_world_kinds[k], at, 30000);
}

/* Paused before it opens: it opens, and nothing comes. */
static void test_pause_before_open(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        struct source source = {.total = 1000, .then_finish = true};
        net_world_open(&w, net_world_kinds[k]);
        w.server.hook = source_hook;
        w.server.context = &source;
        net_world_connect(&w);
        stream_pause(w.client.stream);
        net_peer_wait(&w.client, &w.client.opened, 1);
        net_peer_wait(&w.server, &w.server.opened, 1);
        for (int i = 0; i < 20; i++)
            loop_turn(w.loop, false);
        CHECK_EQ(w.client.got_len, 0);
        CHECK_EQ(w.client.ended, 0);
        stream_resume(w.client.stream);
        net_peer_wait(&w.client, &w.client.ended, 1);
        check_pattern(&w.client, 1000);
        net_world_close(&w);
    }
}

/* --- closing --- */

struct closer {
    enum net_event at;
    bool reset;
};

static void closer_hook(struct net_peer *p, enum net_event event)
{
    const struct closer *closer = p->context;

    if (event == NET_CLOSED)
        return;
    bool speaks = event == NET_OPEN || (event == NET_DATA && p->got_len == 5);
    if (speaks && event != closer->at && stream_write(p->stream, "hello", 5) != OK)
        stream_close(p->stream); /* the other one has gone */
    if (event == closer->at && closer->reset)
        stream_reset(p->stream);
    else if (event == closer->at || event == NET_END || p->got_len == 10)
        stream_close(p->stream);
    if (!p->stream || stream_is_open(p->stream))
        return;
    stream_close(p->stream); /* again: nothing happens */
    stream_pause(p->stream);
    stream_resume(p->stream);
    CHECK_EQ(stream_queued(p->stream), 0);
    if (p->opened)
        CHECK_EQ(stream_write(p->stream, "x", 1), ERR_CLOSED);
}

static void close_in_events(unsigned kind, struct closer client, struct closer server)
{
    struct net_world w;

    net_world_open(&w, kind);
    w.chunk = 100;
    w.client.hook = w.server.hook = closer_hook;
    w.client.context = &client;
    w.server.context = &server;
    net_world_connect(&w);
    if (client.at == NET_NOTHING && server.at == NET_NOTHING)
        net_peer_close(&w.client); /* before anything has happened */
    net_world_run(&w);
    CHECK_EQ(w.client.closed, 1);
    net_world_close(&w);
}

static void test_close_sweep(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        for (int c = NET_NOTHING; c <= NET_END; c++)
            for (int s = NET_NOTHING; s <= NET_END; s++)
                for (int reset = 0; reset < 2; reset++)
                    close_in_events(net_world_kinds[k],
                                    (struct closer){(enum net_event)c, reset},
                                    (struct closer){(enum net_event)s, !reset});
}

/* Closed after every number of turns: in the middle of handshakes and jobs. */
static void test_close_at_every_turn(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        for (int turns = 0, done = 0; !done; turns++) {
            struct net_world w;
            net_world_open(&w, net_world_kinds[k]);
            w.chunk = 700;
            net_world_connect(&w);
            for (int i = 0; i < turns && !done; i++) {
                loop_turn(w.loop, true);
                done = w.client.opened && w.server.opened;
            }
            if (turns % 2 == 0)
                net_peer_close(&w.client);
            else
                net_peer_close(&w.server);
            net_world_close(&w);
        }
}

static void test_close_says_eof_and_reset_does_not(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++)
        for (int reset = 0; reset < 2; reset++) {
            struct net_world w;
            net_world_open(&w, net_world_kinds[k]);
            net_world_join(&w);
            net_peer_say(&w.client, "last words");
            net_peer_wait_bytes(&w.server, 10);
            if (reset)
                stream_reset(w.client.stream);
            else
                stream_close(w.client.stream);
            net_peer_wait(&w.server, &w.server.ended, 1);
            CHECK_EQ(w.server.end, reset ? ERR_IO : ERR_EOF);
            net_world_close(&w);
        }
}

/* What was written in the turn that closes still goes out. */
static void test_last_words(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        net_world_open(&w, net_world_kinds[k]);
        net_world_join(&w);
        net_peer_say(&w.client, "last words");
        stream_close(w.client.stream);
        net_peer_wait(&w.server, &w.server.ended, 1);
        CHECK_EQ(w.server.end, ERR_EOF);
        CHECK_EQ(w.server.got_len, 10);
        net_world_close(&w);
    }
}

/* --- owners --- */

static void test_change_of_hands(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        struct net_world w;
        struct net_peer heir = {0};
        net_world_open(&w, net_world_kinds[k]);
        net_world_join(&w);
        net_peer_say(&w.client, "one");
        net_peer_wait_bytes(&w.server, 3);
        net_peer_sit(&heir, w.loop, w.server.stream);
        w.server.stream = NULL;
        net_peer_say(&w.client, "two");
        net_peer_wait_bytes(&heir, 3);
        CHECK_MEM(heir.got, "two", 3);
        CHECK_EQ(w.server.got_len, 3);
        stream_let_go(heir.stream);
        heir.stream = NULL;
        net_peer_fini(&heir);
        net_peer_wait(&w.client, &w.client.ended, 1);
        net_world_close(&w);
    }
}

CHECK_MAIN(TEST(test_transfer_then_finish), TEST(test_chunk_sizes), TEST(test_empty_stream),
           TEST(test_write_of_nothing), TEST(test_no_write_before_open),
           TEST(test_both_directions), TEST(test_pause_stops_at_once),
           TEST(test_pause_before_open), TEST(test_close_sweep), TEST(test_close_at_every_turn),
           TEST(test_close_says_eof_and_reset_does_not), TEST(test_last_words),
           TEST(test_change_of_hands))
