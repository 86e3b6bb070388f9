/* One webhook through the whole relay, while allocations fail and while ends close: no
 * crash, no leak, and no 2xx that nobody gave. */
#include "base/log.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

/* A 2xx only if the agent had the body, said so, and answered with one itself. */
static bool check_answer(void)
{
    struct public_client *c = front_rig_client(&rig, 0);
    const struct fake_agent *a = &rig.agents[0];

    (void)public_client_look(c);
    if (c->answer.status < 200 || c->answer.status > 299)
        return false;
    CHECK_EQ(a->calls_len, 1);
    CHECK(a->calls[0]->is_complete && a->calls[0]->is_stored && a->calls[0]->is_answered);
    CHECK_EQ(a->calls[0]->body_len, 5);
    CHECK_MEM(a->calls[0]->body, "hello", 5);
    return c->answer.is_complete;
}

/* --- allocations --- */

/* Everything of the round trip, from the link to the answer. */
static void round_trip(bool is_h2)
{
    struct public_request request = front_rig_webhook("hello");

    if (!front_rig_link(&rig, 0, "mybot", "token1") || !front_rig_call(&rig, 0, is_h2))
        return;
    (void)public_client_send(front_rig_client(&rig, 0), &request);
    front_rig_run(&rig);
}

/* True: the n-th allocation was never asked for. */
static bool fail_at(unsigned long n, bool is_h2)
{
    front_rig_open(&rig);
    mem_fail_at(n);
    round_trip(is_h2);
    mem_fail_at(0);
    bool good = check_answer();
    /* Who did not hear of a failure waits for the relay's deadlines. */
    front_rig_advance(&rig, good ? 1 : 100000);
    (void)check_answer();
    front_rig_close(&rig);
    return good;
}

static void sweep_allocations(bool is_h2)
{
    unsigned long n = 1, good = 0;

    log_set_level(LOG_ERROR);
    /* A failure may go by without a trace: untouched is what stays so. */
    for (; good < 20; n++)
        good = fail_at(n, is_h2) ? good + 1 : 0;
    CHECK(n > 60);
    (void)fprintf(stderr, "  %lu allocations\n", n - good);
}

static void test_allocations_fail_http1(void)
{
    sweep_allocations(false);
}

static void test_allocations_fail_http2(void)
{
    sweep_allocations(true);
}

/* Memory is short, and there again: the relay goes on serving. */
static void test_the_next_webhook_is_served(void)
{
    struct public_request request = front_rig_webhook("hello");

    log_set_level(LOG_ERROR);
    for (unsigned long n = 1; n < 40; n++) {
        front_rig_open(&rig);
        CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
        CHECK(front_rig_call(&rig, 1, true));
        mem_fail_at(n);
        (void)public_client_send(front_rig_client(&rig, 1), &request);
        front_rig_run(&rig);
        mem_fail_at(0);
        front_rig_end(&rig);
        fake_agent_fini(&rig.agents[0]);
        rig.state.links.closing = false;
        CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
        CHECK(front_rig_call(&rig, 0, false));
        front_rig_ask(&rig, 0, &request);
        CHECK(check_answer());
        front_rig_close(&rig);
    }
}

/* --- who closes, and when --- */

enum closer { CLIENT_LEAVES, AGENT_LEAVES, LINKS_CLOSE, LINKS_SHUT_DOWN, CONN_CLOSES, CLOSERS };

static enum closer closer;
static unsigned turns_left;

static void act(void)
{
    switch (closer) {
    case CLIENT_LEAVES:
        public_client_close(front_rig_client(&rig, 0));
        break;
    case AGENT_LEAVES:
        if (rig.agents[0].session)
            link_session_close(rig.agents[0].session);
        break;
    case LINKS_CLOSE:
        links_close(&rig.state.links);
        break;
    case LINKS_SHUT_DOWN:
        links_shutdown(&rig.state.links);
        break;
    case CONN_CLOSES:
        if (rig.callers[0].conn)
            http_server_conn_close(rig.callers[0].conn);
        break;
    case CLOSERS:
        break;
    }
}

/* After so many deferred tasks of the loop.  With pipes of one byte there is hardly a moment
 * between two tasks that is not between two events. */
static void on_turn(struct defer_task *task)
{
    if (turns_left > 0 && --turns_left == 0)
        act();
    if (turns_left > 0)
        defer_post(rig.loop, task, on_turn);
}

/* True: it was over before its time came. */
static bool close_at(unsigned turn, bool is_h2)
{
    struct public_request request = front_rig_webhook("hello");
    struct defer_task task = {0};

    front_rig_open(&rig);
    rig.chunk = 256;
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    CHECK(front_rig_call(&rig, 0, is_h2));
    CHECK(public_client_send(front_rig_client(&rig, 0), &request));
    turns_left = turn;
    defer_post(rig.loop, &task, on_turn);
    while (turns_left > 0 && !public_client_look(front_rig_client(&rig, 0)))
        loop_turn(rig.loop, false);
    defer_cancel(rig.loop, &task);
    front_rig_run(&rig);
    bool is_over = turns_left > 0;
    CHECK(check_answer() || !is_over);
    front_rig_advance(&rig, 35000);
    (void)check_answer();
    front_rig_close(&rig);
    return is_over;
}

static void sweep_closes(bool is_h2)
{
    unsigned turn = 1;

    log_set_level(LOG_ERROR);
    for (closer = CLIENT_LEAVES; closer < CLOSERS; closer++) {
        for (turn = 1; !close_at(turn, is_h2); turn++)
            CHECK(turn < 10000);
        CHECK(turn > 8);
    }
    (void)fprintf(stderr, "  %u moments\n", turn);
}

static void test_ends_close_http1(void)
{
    sweep_closes(false);
}

static void test_ends_close_http2(void)
{
    sweep_closes(true);
}

/* Inside the agent's own events too. */
static void on_agent_event(struct fake_call *call, enum fake_agent_event event)
{
    if (turns_left > 0 && --turns_left == 0)
        act();
    if (event == FAKE_COMPLETE)
        fake_call_finish(call);
    else if (event == FAKE_ABORT)
        exchange_close(call->x);
}

static void close_in_event(unsigned event, bool is_h2)
{
    struct public_request request = front_rig_webhook("hello");

    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    CHECK(front_rig_call(&rig, 0, is_h2));
    turns_left = event;
    rig.agents[0].hook = on_agent_event;
    CHECK(public_client_send(front_rig_client(&rig, 0), &request));
    front_rig_run(&rig);
    CHECK_EQ(turns_left, 0);
    (void)check_answer();
    front_rig_advance(&rig, 35000);
    (void)check_answer();
    front_rig_close(&rig);
}

static void test_ends_close_inside_the_agents_events(void)
{
    log_set_level(LOG_ERROR);
    for (closer = CLIENT_LEAVES; closer < CLOSERS; closer++)
        for (unsigned event = 1; event <= 3; event++) /* head, body, complete */
            for (int is_h2 = 0; is_h2 < 2; is_h2++)
                close_in_event(event, is_h2);
}

CHECK_MAIN(TEST(test_allocations_fail_http1), TEST(test_allocations_fail_http2),
           TEST(test_the_next_webhook_is_served), TEST(test_ends_close_http1),
           TEST(test_ends_close_http2), TEST(test_ends_close_inside_the_agents_events))
