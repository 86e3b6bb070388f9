/* Two connections talk over a pipe: requests, backpressure, the end, and what happens
 * when somebody closes inside any event or memory is out at any allocation. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_world.h"

static struct h2_world w;

static void open_world(size_t chunk)
{
    h2_world_init(&w);
    CHECK(h2_world_open(&w, chunk));
}

static struct h2_call *request(const char *target, size_t body)
{
    struct h2_call *call = h2_world_request(&w, target, body, NULL);

    CHECK(call);
    return call;
}

static void test_requests_in_any_pieces(void)
{
    static const size_t chunks[] = {1, 7, 4096, 16384};

    for (size_t i = 0; i < 4; i++) {
        open_world(chunks[i]);
        w.server.answer = 50000;
        struct h2_call *a = request("/a", 0);
        struct h2_call *b = request("/b", 30000);
        struct h2_call *c = request("/c", 1);

        h2_world_settle(&w);
        CHECK(a->is_complete && b->is_complete && c->is_complete);
        CHECK_EQ(a->received + b->received + c->received, 150000);
        CHECK_EQ(h2_world_find(&w, "/b")->received, 30000);
        CHECK_EQ(h2_world_find(&w, "/c")->received, 1);
        CHECK(!a->x && !b->x && !c->x && !a->is_aborted);
        CHECK_EQ(a->status, 200);
        CHECK_EQ(h2_conn_open_streams(w.client.conn), 0);
        CHECK_EQ(h2_conn_open_streams(w.server.conn), 0);
        CHECK(w.client.heard > 0 && w.server.heard > 0);
        h2_world_close(&w);
    }
}

static void test_interim_answers(void)
{
    struct http_head head;

    open_world(4096);
    w.server.is_silent = true;
    struct h2_call *call = request("/stored", 10);
    h2_world_settle(&w);
    http_head_init_response(&head, 102);
    struct h2_call *at_server = h2_world_find(&w, "/stored");
    CHECK_EQ(exchange_send_head(at_server->x, &head, false), OK);
    h2_world_settle(&w);
    CHECK_EQ(call->interims, 1);
    CHECK(!call->is_complete);
    h2_world_answer(at_server, 5);
    h2_world_settle(&w);
    CHECK_EQ(call->status, 200);
    CHECK_EQ(call->received, 5);
    h2_world_close(&w);
}

/* A consumer that stands still holds up its own stream and nobody else. */
static void test_stalled_server(void)
{
    open_world(16384);
    w.server.pauses = w.server.keeps = true;
    struct h2_call *big = request("/big", 2000000);
    h2_world_settle(&w);
    struct h2_call *at_server = h2_world_find(&w, "/big");
    CHECK(at_server && at_server->received == 0);
    CHECK(big->left > 1000000 && exchange_queued(big->x) > 0);

    w.server.pauses = false;
    struct h2_call *other = request("/other", 100000);
    h2_world_settle(&w);
    CHECK_EQ(h2_world_find(&w, "/other")->received, 100000);
    CHECK(other->is_complete);

    h2_world_pass(&w, 5);
    exchange_resume(at_server->x);
    h2_world_settle(&w);
    CHECK_EQ(at_server->received, 2000000);
    CHECK(at_server->is_complete && big->is_complete && big->drains > 0);
    w.server.keeps = false;
    h2_world_end(at_server);
    h2_world_close(&w);
}

static void test_stalled_client(void)
{
    open_world(4096);
    w.client.pauses = w.client.keeps = true;
    w.server.answer = 1000000;
    struct h2_call *slow = request("/slow", 0);
    h2_world_settle(&w);
    CHECK_EQ(slow->status, 200); /* heads are not held back */
    CHECK_EQ(slow->received, 0);
    CHECK(h2_world_find(&w, "/slow")->left > 0);
    w.client.pauses = false;
    struct h2_call *quick = request("/quick", 0);
    h2_world_settle(&w);
    CHECK(quick->is_complete && quick->received == 1000000);
    exchange_resume(slow->x);
    h2_world_settle(&w);
    CHECK(slow->is_complete && slow->received == 1000000);
    h2_world_end(slow);
    h2_world_end(quick);
    h2_world_close(&w);
}

/* A short answer that arrives complete while its reader is paused is not lost, even
 * though the stream is long gone. */
static void test_paused_over_the_end(void)
{
    open_world(4096);
    w.client.pauses = true;
    w.server.answer = 1000;
    struct h2_call *call = request("/late", 0);
    h2_world_settle(&w);
    CHECK_EQ(h2_conn_open_streams(w.client.conn), 0);
    CHECK(!call->is_complete && call->received == 0);
    exchange_resume(call->x);
    CHECK_EQ(call->received, 0); /* not from inside the call */
    h2_world_settle(&w);
    CHECK(call->is_complete && call->received == 1000 && !call->x);
    h2_world_close(&w);
}

static void pause_again(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    (void)side;
    exchange_pause(call->x);
    world->act_at = 0;
}

static void test_pause_inside_delivery(void)
{
    open_world(16384);
    w.client.pauses = true;
    w.server.answer = 200000;
    struct h2_call *call = request("/twice", 0);
    h2_world_settle(&w);
    w.act = pause_again;
    w.act_at = w.events + 1;
    exchange_resume(call->x);
    h2_world_settle(&w);
    CHECK(call->received > 0 && call->received < 200000);
    exchange_resume(call->x);
    h2_world_settle(&w);
    CHECK(call->is_complete && call->received == 200000);
    h2_world_close(&w);
}

static void test_either_side_gives_up(void)
{
    open_world(4096);
    w.server.is_silent = true;
    struct h2_call *mine = request("/mine", 100);
    struct h2_call *theirs = request("/theirs", 100);
    h2_world_settle(&w);
    h2_world_end(mine);
    h2_world_end(h2_world_find(&w, "/theirs"));
    h2_world_settle(&w);
    CHECK(!mine->x && !mine->is_aborted);
    CHECK(h2_world_find(&w, "/mine")->is_aborted);
    CHECK_EQ(h2_world_find(&w, "/mine")->why, ERR_CANCELLED);
    CHECK(theirs->is_aborted);
    CHECK_EQ(theirs->why, ERR_CANCELLED);
    CHECK(strstr(theirs->detail, "reset by the peer"));
    CHECK_EQ(h2_conn_open_streams(w.client.conn), 0);
    CHECK_EQ(h2_conn_open_streams(w.server.conn), 0);
    h2_world_close(&w);
}

/* The server answers before it has read the request and closes: the client gets the
 * whole answer, and its further body is swallowed. */
static void test_answer_without_reading(void)
{
    open_world(4096);
    w.server.pauses = w.server.is_silent = true;
    w.client.keeps = true;
    struct h2_call *call = request("/upload", 5000000);
    h2_world_settle(&w);
    struct h2_call *at_server = h2_world_find(&w, "/upload");
    h2_world_answer(at_server, 40000);
    h2_world_end(at_server);
    h2_world_settle(&w);
    CHECK(call->is_complete && !call->is_aborted);
    CHECK_EQ(call->received, 40000);
    CHECK_EQ(call->left, 0);
    h2_world_end(call);
    h2_world_close(&w);
}

static void test_limit_of_streams(void)
{
    enum err e;

    open_world(4096);
    w.server.is_silent = true;
    for (int i = 0; i < 100; i++)
        (void)request("/slot", 0);
    CHECK(!h2_world_request(&w, "/slot", 0, &e));
    CHECK_EQ(e, ERR_BUSY);
    h2_world_settle(&w);
    CHECK_EQ(w.server.calls_len, 100);
    h2_world_answer(&w.server.calls[0], 0);
    h2_world_settle(&w);
    CHECK(h2_world_request(&w, "/slot", 0, NULL));
    h2_world_close(&w);
}

/* With the window of a link: streams whose reader has gone to sleep, some of them complete
 * at this end, hold up nobody else, and no more of them begin than the window is made for. */
static void test_readers_that_sleep(void)
{
    enum err e;

    h2_world_init(&w);
    w.client_options.connection_window = 100 * w.client_options.stream_window;
    CHECK(h2_world_open(&w, 16384));
    w.client.pauses = w.client.keeps = true;
    for (int i = 0; i < 99; i++) {
        w.server.answer = i % 2 ? 300000 : 250000;
        (void)request("/asleep", 0);
        h2_world_settle(&w);
    }
    w.client.pauses = false;
    w.server.answer = 400000;
    struct h2_call *awake = request("/awake", 0);
    h2_world_settle(&w);
    CHECK(awake->is_complete && awake->received == 400000);
    CHECK(!h2_world_request(&w, "/more", 0, &e));
    CHECK_EQ(e, ERR_BUSY);
    h2_world_end(awake);
    h2_world_settle(&w);
    awake = request("/awake", 0);
    h2_world_settle(&w);
    CHECK(awake->is_complete);
    h2_world_close(&w);
}

static void test_early_bytes(void)
{
    static const char nonsense[] = "this is not HTTP/2, not at all";

    open_world(4096);
    CHECK_EQ(h2_conn_feed_early(w.server.conn, nonsense, sizeof nonsense), OK);
    h2_world_settle(&w);
    CHECK_EQ(w.server.why, ERR_PROTOCOL);
    CHECK(w.server.lost && w.client.lost);
    h2_world_close(&w);
}

static void test_ping(void)
{
    open_world(7);
    CHECK_EQ(h2_conn_ping(w.client.conn, 77), OK);
    CHECK_EQ(h2_conn_ping(w.server.conn, 77), OK);
    h2_world_settle(&w);
    CHECK_EQ(w.client.pongs, 1);
    CHECK_EQ(w.server.pongs, 1);
    h2_world_close(&w);
}

/* --- sweeps --- */

static void close_exchange(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    (void)world, (void)side;
    if (call)
        h2_world_end(call);
}

static void close_own(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    (void)world, (void)call;
    if (side->conn)
        h2_conn_close(side->conn);
}

static void close_other(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    (void)call;
    struct h2_side *other = side == &world->client ? &world->server : &world->client;
    if (other->conn)
        h2_conn_close(other->conn);
}

static void close_everything(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    close_own(world, side, call);
    close_other(world, side, call);
    for (size_t i = 0; i < side->calls_len; i++)
        h2_world_end(&side->calls[i]);
}

static void shut_down(struct h2_world *world, struct h2_side *side, struct h2_call *call)
{
    (void)world, (void)call;
    if (side->conn)
        h2_conn_shutdown(side->conn);
}

static void live(void)
{
    if (w.client.conn)
        (void)h2_world_request(&w, "/one", 40000, NULL);
    if (w.client.conn)
        (void)h2_world_request(&w, "/two", 0, NULL);
    h2_world_settle(&w);
    for (size_t i = 0; i < w.client.calls_len; i++)
        if (w.client.calls[i].x && !w.client.calls[i].is_closing)
            exchange_resume(w.client.calls[i].x);
    h2_world_settle(&w);
    if (w.client.conn)
        h2_conn_shutdown(w.client.conn);
    h2_world_settle(&w);
    h2_world_pass(&w, 3);
}

static unsigned run_once(unsigned act_at,
                         void (*act)(struct h2_world *, struct h2_side *, struct h2_call *))
{
    h2_world_init(&w);
    w.act_at = act_at;
    w.act = act;
    w.server.answer = 100000;
    w.client.pauses = true;
    CHECK(h2_world_open(&w, 4096));
    live();
    unsigned events = w.events;
    h2_world_close(&w);
    return events;
}

static void test_close_inside_every_event(void)
{
    static void (*const acts[])(struct h2_world *, struct h2_side *, struct h2_call *) = {
        close_exchange, close_own, close_other, close_everything, shut_down};
    unsigned events = run_once(0, NULL);

    CHECK(events > 30);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        for (unsigned n = 1; n <= events; n++)
            (void)run_once(n, acts[i]);
}

static void test_out_of_memory_anywhere(void)
{
    unsigned long n = 0;

    for (int fine = 0; fine < 40;) {
        h2_world_init(&w);
        w.server.answer = 100000;
        w.client.pauses = true;
        mem_fail_at(++n);
        bool is_open = h2_world_open(&w, 4096);
        if (is_open)
            live();
        mem_fail_at(0);
        bool is_done = is_open && w.client.calls_len == 2 && w.client.calls[0].is_complete &&
                       w.client.calls[1].is_complete;
        fine = is_done ? fine + 1 : 0;
        h2_world_close(&w);
        CHECK(n < 5000);
    }
    CHECK(n > 100);
}

CHECK_MAIN(TEST(test_requests_in_any_pieces), TEST(test_interim_answers),
           TEST(test_stalled_server), TEST(test_stalled_client), TEST(test_paused_over_the_end),
           TEST(test_pause_inside_delivery), TEST(test_either_side_gives_up),
           TEST(test_answer_without_reading), TEST(test_limit_of_streams),
           TEST(test_readers_that_sleep), TEST(test_early_bytes), TEST(test_ping),
           TEST(test_close_inside_every_event), TEST(test_out_of_memory_anywhere))
