/* How an agent ends: what is under way may finish, for 30 s; and it may be told to end in
 * any of its events. */
#include "net/local_socket.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_world.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <unistd.h>

#define DELIVERY "01KAAAAAAAAAAAAAAAAAAAAAAA"
#define BODY     "{\"events\":[]}"

static struct exchange_log log_;

static void open_linked(void)
{
    exchange_log_init(&log_);
    agent_world_open(true);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_await(AGENT_LINKED);
}

/* A webhook that the spy has and does not answer. */
static void open_with_held_webhook(void)
{
    open_linked();
    agent_world.spy.holds = true;
    CHECK_EQ(agent_world_webhook(&log_, DELIVERY, BODY), OK);
    agent_world_wait(&agent_world.spy.requests, 1);
}

static void close_log(void)
{
    if (log_.x)
        exchange_close(log_.x);
    while (log_.x)
        agent_world_advance(1000);
    exchange_log_fini(&log_);
}

static void pass(unsigned seconds)
{
    while (seconds-- > 0)
        agent_world_advance(1000);
}

static void await_end(void)
{
    for (int i = 0; i < 100 && !agent_world.closed; i++)
        agent_world_advance(1000);
    CHECK_EQ(agent_world.closed, 1);
}

/* --- shutdown --- */

static void test_nothing_under_way(void)
{
    struct stream *stream;

    exchange_log_init(&log_);
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
    agent_shutdown(agent_world.agent);
    CHECK_EQ(agent_world.closed, 0); /* never from inside the call */
    CHECK_EQ(
        local_socket_connect(agent_world.loop, agent_world.options.control_socket, &stream),
        ERR_NOT_FOUND);
    await_end();
    close_log();
    agent_world_close();
}

/* A client that keeps its connection holds up nobody. */
static void test_idle_local_connection(void)
{
    exchange_log_init(&log_);
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK_EQ(agent_world.client.ended, 0);
    agent_shutdown(agent_world.agent);
    agent_world_wait(&agent_world.client.ended, 1);
    net_peer_close(&agent_world.client);
    agent_world_wait(&agent_world.closed, 1);
    close_log();
    agent_world_close();
}

static void test_idle_link(void)
{
    open_linked();
    agent_shutdown(agent_world.agent);
    agent_world_wait(&fake_relay_last(agent_world.relay)->goaways, 1);
    await_end();
    CHECK_EQ(agent_world.relay->linked, 1);
    close_log();
    agent_world_close();
}

static void test_webhook_finishes(void)
{
    open_with_held_webhook();
    agent_shutdown(agent_world.agent);
    pass(20);
    CHECK_EQ(agent_world.closed, 0);
    spy_handler_answer(&agent_world.spy);
    agent_world_wait(&log_.completes, 1);
    CHECK_EQ(log_.status, 200);
    exchange_close(log_.x);
    await_end();
    close_log();
    agent_world_close();
}

static void test_local_request_finishes(void)
{
    exchange_log_init(&log_);
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
    agent_world.spy.holds = true;
    agent_world_connect();
    net_peer_say(&agent_world.client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    agent_world_wait(&agent_world.spy.requests, 1);
    agent_shutdown(agent_world.agent);
    pass(5);
    CHECK_EQ(agent_world.closed, 0);
    spy_handler_answer(&agent_world.spy);
    agent_world_wait(&agent_world.client.ended, 1);
    CHECK(agent_world_heard("\r\n\r\nok"));
    net_peer_close(&agent_world.client);
    agent_world_wait(&agent_world.closed, 1);
    close_log();
    agent_world_close();
}

/* The relay is let go after 30 s; the bot's answer is still recorded. */
static void test_webhook_takes_too_long(void)
{
    open_with_held_webhook();
    agent_shutdown(agent_world.agent);
    pass(29);
    CHECK_EQ(log_.aborts, 0);
    pass(2);
    CHECK_EQ(log_.aborts, 1);
    exchange_close(log_.x);
    pass(5);
    CHECK_EQ(agent_world.closed, 0);
    CHECK_EQ(agent_world.exchanges, 0);
    spy_handler_answer(&agent_world.spy);
    agent_world_wait(&agent_world.closed, 1);
    CHECK_EQ(agent_world.exchanges, 1);
    close_log();
    agent_world_close();
}

static void test_bot_never_answers(void)
{
    open_with_held_webhook();
    agent_shutdown(agent_world.agent);
    pass(31);
    exchange_close(log_.x);
    pass(27);
    CHECK_EQ(agent_world.closed, 0);
    pass(2); /* a minute since the bot was asked */
    agent_world_wait(&agent_world.closed, 1);
    CHECK_EQ(agent_world.spy.gone, 1);
    close_log();
    agent_world_close();
}

static void test_second_word_cuts(void)
{
    open_with_held_webhook();
    agent_shutdown(agent_world.agent);
    agent_world_settle();
    CHECK_EQ(log_.aborts, 0);
    agent_shutdown(agent_world.agent);
    agent_world_wait(&log_.aborts, 1);
    exchange_close(log_.x);
    agent_world_settle();
    CHECK_EQ(agent_world.closed, 0); /* the bot has it */
    spy_handler_answer(&agent_world.spy);
    agent_world_wait(&agent_world.closed, 1);
    close_log();
    agent_world_close();
}

/* A plain request is worth nothing without the one who asked. */
static void test_plain_request_is_cut(void)
{
    struct http_head head;

    open_linked();
    agent_world.spy.holds = true;
    http_head_init_request(&head, SPAN("GET"), SPAN("/events"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    CHECK_EQ(fake_relay_request(fake_relay_last(agent_world.relay), &log_, &head, NULL), OK);
    agent_world_wait(&agent_world.spy.requests, 1);
    agent_shutdown(agent_world.agent);
    pass(31);
    CHECK_EQ(log_.aborts, 1);
    exchange_close(log_.x);
    agent_world_wait(&agent_world.closed, 1);
    CHECK_EQ(agent_world.spy.gone, 1);
    close_log();
    agent_world_close();
}

static void test_half_a_body_is_cut(void)
{
    exchange_log_init(&log_);
    agent_world_open(false);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_connect();
    net_peer_say(&agent_world.client,
                 "POST /callback HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    agent_world_settle();
    agent_shutdown(agent_world.agent);
    await_end();
    CHECK_EQ(agent_world.spy.calls, 0);
    close_log();
    agent_world_close();
}

/* --- in every event --- */

static bool is_over(void)
{
    return !agent_world.agent ||
           (agent_world.shut_at && agent_world.events >= agent_world.shut_at);
}

static bool wait_or_over(const int *flag, int count)
{
    for (int i = 0; i < 300 && *flag < count && !is_over(); i++) {
        agent_world_fence();
        agent_world_advance(200);
    }
    return *flag >= count && !is_over();
}

/* Link, webhook, local request, GOAWAY, the next link, its loss. */
static void live(void)
{
    struct fake_relay *relay = agent_world.relay;

    if (!wait_or_over(&relay->linked, 1) || agent_world_webhook(&log_, DELIVERY, BODY) != OK ||
        !wait_or_over(&log_.completes, 1))
        return;
    agent_world_connect();
    net_peer_say(&agent_world.client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    if (!wait_or_over(&agent_world.exchanges, 2) || !fake_relay_last(relay)->session)
        return;
    link_session_shutdown(fake_relay_last(relay)->session);
    exchange_close(log_.x);
    if (!wait_or_over(&relay->linked, 2) || !fake_relay_last(relay)->session)
        return;
    agent_world_settle();
    if (fake_relay_last(relay)->session)
        link_session_close(fake_relay_last(relay)->session);
    (void)wait_or_over(&agent_world.statuses, 8);
}

static void test_shutdown_inside_each_event(void)
{
    bool is_untouched = false;

    for (int at = 1; !is_untouched; at++) {
        exchange_log_init(&log_);
        agent_world_open(true);
        agent_world.shut_at = at;
        CHECK_EQ(agent_world_start(), OK);
        live();
        is_untouched = agent_world.events < at;
        CHECK(at < 50);
        close_log();
        if (!is_untouched)
            await_end();
        agent_world_close();
    }
}

/* --- memory --- */

static bool is_recorded(void)
{
    struct journal_reader *reader = journal_rig_reader();
    size_t count = journal_rig_count_delivery(reader, DELIVERY);

    journal_reader_close(reader);
    return count == 1;
}

/* Somewhere in a life the n-th allocation fails: what the relay was told is true, and
 * nothing is left. */
static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n += 1 + n / 64) {
        uint8_t *room;

        agent_world_open(true);
        exchange_log_init(&log_);
        CHECK_EQ(bytes_reserve(&log_.text, 4096, &room), OK);
        mem_fail_at(n);
        enum err rc = agent_world_start();
        CHECK(rc == OK || rc == ERR_NOMEM);
        if (rc == OK && wait_or_over(&agent_world.relay->linked, 1) &&
            agent_world_webhook(&log_, DELIVERY, BODY) == OK)
            (void)wait_or_over(&log_.completes, 1);
        is_untouched = mem_sweep_is_over(n);
        CHECK(!is_untouched || log_.status == 200);
        CHECK(!log_.interims || is_recorded());
        close_log();
        agent_world_close();
    }
}

CHECK_MAIN(TEST(test_nothing_under_way), TEST(test_idle_local_connection), TEST(test_idle_link),
           TEST(test_webhook_finishes), TEST(test_local_request_finishes),
           TEST(test_webhook_takes_too_long), TEST(test_bot_never_answers),
           TEST(test_second_word_cuts), TEST(test_plain_request_is_cut),
           TEST(test_half_a_body_is_cut), TEST(test_shutdown_inside_each_event),
           TEST(test_memory_runs_out))
