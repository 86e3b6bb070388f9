/* Both ends of a link on one loop whose clock moves by hand. */
#include "base/mem.h"
#include "link/link_handshake.h"
#include "link/link_session.h"
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "unit/check.h"

struct end {
    struct link_session *session; /* NULL after on_closed */
    struct exchange *x;
    unsigned requests, answers, goaways, takeovers, wakes, lost, aborted;
    size_t received;
    enum err why;
    char detail[96];
    bool is_silent;
};

static struct clock_fake fake;
static struct loop *loop;
static struct end relay, agent;

/* --- exchanges --- */

static void close_exchange(struct end *e)
{
    if (e->x)
        exchange_close(e->x);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)end;
    ((struct end *)owner)->answers += head->status == 200;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)data;
    ((struct end *)owner)->received += len;
}

static void answer(struct end *e)
{
    struct http_head head;

    http_head_init_response(&head, LINK_STATUS_STORED);
    CHECK_EQ(exchange_send_head(e->x, &head, false), OK);
    http_head_init_response(&head, 200);
    CHECK_EQ(exchange_send_head(e->x, &head, false), OK);
    CHECK_EQ(exchange_send_body(e->x, "OK", 2), OK);
    CHECK_EQ(exchange_send_end(e->x), OK);
    close_exchange(e);
}

static void on_complete(void *owner)
{
    struct end *e = owner;

    if (e == &agent && !e->is_silent)
        answer(e);
    else if (e == &relay)
        close_exchange(e);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct end *e = owner;

    (void)why, (void)detail;
    e->aborted++;
    close_exchange(e);
}

static void on_exchange_closed(void *owner)
{
    ((struct end *)owner)->x = NULL;
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
    .on_closed = on_exchange_closed,
};

/* --- sessions --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct end *e = owner;

    (void)end;
    CHECK(e == &agent && span_is(head->target, SPAN("/callback")));
    e->requests++;
    e->x = x;
    exchange_own(x, &exchange_events, e);
}

static void on_goaway(void *owner, bool taken_over)
{
    struct end *e = owner;

    e->goaways++;
    e->takeovers += taken_over;
}

static void on_wake(void *owner)
{
    ((struct end *)owner)->wakes++;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct end *e = owner;

    e->lost++;
    e->why = why;
    snprintf(e->detail, sizeof e->detail, "%s", detail);
}

static void on_closed(void *owner)
{
    ((struct end *)owner)->session = NULL;
}

static const struct link_session_events events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_wake = on_wake,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

static void settle(void)
{
    for (int i = 0; i < 200; i++)
        loop_turn(loop, false);
}

static void pass(unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        clock_fake_advance(&fake, 1000000);
        loop_turn(loop, false);
        deadline_run_due(loop);
        settle();
    }
}

static bool seat(struct stream *stream, enum link_side side, struct end *e)
{
    *e = (struct end){0};
    if (link_session_open(loop, stream, side, &events, e, &e->session) == OK)
        return true;
    stream_own(stream, NULL, NULL);
    stream_close(stream);
    return false;
}

static void start(void)
{
    clock_fake_init(&fake, 1700000000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
}

static void open_both(void)
{
    struct stream *a, *b;

    start();
    CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
    CHECK(seat(a, LINK_RELAY, &relay) && seat(b, LINK_AGENT, &agent));
    settle();
}

static void stop(void)
{
    if (relay.session)
        link_session_close(relay.session);
    if (agent.session)
        link_session_close(agent.session);
    close_exchange(&relay);
    close_exchange(&agent);
    settle();
    CHECK(!relay.session && !agent.session);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static enum err request(size_t body)
{
    static const uint8_t filler[1024 * 1024];
    struct http_head head;

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    head.authority = SPAN("mybot.relay.test");
    enum err e = link_session_request(relay.session, &head, body == 0, &exchange_events, &relay,
                                      &relay.x);
    if (e == OK && body > 0)
        e = exchange_send_body(relay.x, filler, body);
    return e == OK && body > 0 ? exchange_send_end(relay.x) : e;
}

static void test_request(void)
{
    open_both();
    CHECK_EQ(request(1024 * 1024), OK); /* the largest webhook, in one piece */
    settle();
    CHECK_EQ(agent.requests, 1);
    CHECK_EQ(agent.received, 1024 * 1024);
    CHECK_EQ(relay.answers, 1);
    CHECK_EQ(relay.received, 2);
    CHECK(!relay.x && !agent.x);
    stop();
}

static void test_round_trip(void)
{
    struct stream *a, *b;

    start();
    CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
    CHECK(seat(a, LINK_RELAY, &relay) && seat(b, LINK_AGENT, &agent));
    CHECK_EQ(link_session_rtt_us(relay.session), 0);
    clock_fake_advance(&fake, 1234);
    settle();
    CHECK_EQ(link_session_rtt_us(relay.session), 1234);
    CHECK_EQ(link_session_rtt_us(agent.session), 1234);
    stop();
}

/* Idle for hours: the pings keep it up, nobody limits idleness. */
static void test_idle_link_stays(void)
{
    open_both();
    pass(2000);
    CHECK(relay.session && agent.session && !relay.lost && !agent.lost);
    CHECK_EQ(request(10), OK);
    settle();
    CHECK_EQ(relay.answers, 1);
    stop();
}

/* The other end of the pipe reads and never says a word. */
static void test_silent_peer(void)
{
    struct stream *a, *b;

    start();
    agent = (struct end){0};
    CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
    CHECK(seat(a, LINK_RELAY, &relay));
    settle();
    CHECK_EQ(request(10), OK);
    pass(14);
    CHECK(relay.session && !relay.lost);
    pass(1);
    CHECK_EQ(relay.lost, 1);
    CHECK_EQ(relay.why, ERR_TIMEOUT);
    CHECK_STR(relay.detail, "nothing was heard for 15 s");
    CHECK_EQ(relay.aborted, 1);
    CHECK(!relay.session);
    stream_close(b);
    stop();
}

static void test_wake(void)
{
    open_both();
    pass(2);
    clock_fake_jump(&fake, 3600 * 1000);
    pass(1);
    CHECK_EQ(relay.wakes, 1);
    CHECK_EQ(agent.wakes, 1);
    pass(20);
    CHECK(relay.session && agent.session);
    stop();
}

static void test_wake_of_a_dead_link(void)
{
    struct stream *a, *b;

    start();
    relay = (struct end){0};
    CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
    CHECK(seat(b, LINK_AGENT, &agent));
    pass(1);
    clock_fake_jump(&fake, 3600 * 1000);
    pass(1);
    CHECK_EQ(agent.wakes, 1);
    pass(2);
    CHECK(agent.session && !agent.lost);
    pass(1);
    CHECK_EQ(agent.lost, 1);
    stream_close(a);
    stop();
}

/* What is under way finishes. */
static void check_end(void (*end)(struct link_session *), unsigned takeovers)
{
    open_both();
    agent.is_silent = true;
    CHECK_EQ(request(10), OK);
    settle();
    end(relay.session);
    settle();
    CHECK(agent.goaways == 1 && agent.takeovers == takeovers);
    CHECK_EQ(request(0), ERR_CLOSED);
    pass(10);
    CHECK(relay.session && agent.session && agent.goaways == 1);
    answer(&agent);
    pass(2);
    CHECK_EQ(relay.answers, 1);
    CHECK(!relay.session && !relay.lost && !relay.aborted);
    CHECK(!agent.session && agent.why == ERR_EOF);
    stop();
}

static void test_shutdown_and_takeover(void)
{
    check_end(link_session_shutdown, 0);
    check_end(link_session_replace, 1);
}

static void test_shutdown_does_not_wait_for_ever(void)
{
    open_both();
    agent.is_silent = true;
    CHECK_EQ(request(10), OK);
    settle();
    link_session_shutdown(relay.session);
    pass(29);
    CHECK(relay.session && !relay.aborted);
    pass(2);
    CHECK(!relay.session && relay.aborted == 1 && !relay.lost);
    stop();
}

static void test_agent_shuts_down(void)
{
    open_both();
    link_session_shutdown(agent.session);
    pass(2);
    CHECK_EQ(relay.goaways, 1);
    CHECK(!relay.session && !agent.session && !agent.lost && relay.lost == 1);
    stop();
}

static void test_early_bytes(void)
{
    open_both();
    CHECK_EQ(link_session_feed_early(agent.session, "no HTTP/2", 9), OK);
    settle();
    CHECK_EQ(agent.why, ERR_PROTOCOL);
    stop();
}

static void test_out_of_memory_anywhere(void)
{
    unsigned long n = 0;

    for (int fine = 0; fine < 40; fine = relay.answers == 1 ? fine + 1 : 0) {
        struct stream *a = NULL, *b = NULL;

        start();
        relay = agent = (struct end){0};
        CHECK_EQ(pipe_stream_pair(loop, 16384, &a, &b), OK);
        mem_fail_at(++n);
        bool is_open = seat(a, LINK_RELAY, &relay);
        is_open = seat(b, LINK_AGENT, &agent) && is_open;
        settle();
        /* not through answer(), whose checks want success */
        agent.is_silent = true;
        if (is_open && relay.session && request(1000) == OK)
            settle();
        mem_fail_at(0);
        if (agent.x && agent.session)
            answer(&agent);
        pass(1);
        stop();
        CHECK(n < 5000);
    }
    CHECK(n > 60);
}

CHECK_MAIN(TEST(test_request), TEST(test_round_trip), TEST(test_idle_link_stays),
           TEST(test_silent_peer), TEST(test_wake), TEST(test_wake_of_a_dead_link),
           TEST(test_shutdown_and_takeover), TEST(test_shutdown_does_not_wait_for_ever),
           TEST(test_agent_shuts_down), TEST(test_early_bytes),
           TEST(test_out_of_memory_anywhere))
