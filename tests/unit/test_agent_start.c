/* An agent looks into its journal before it links: what is unfinished there comes first. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_world.h"
#include "unit/support/journal_rig.h"

#define BODY "{\"events\":[]}"

static struct exchange_log log_;

static int stored;

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    (void)t;
    CHECK_EQ(rc, OK);
    CHECK_EQ(exchange, 1);
    stored++;
}

/* With a webhook of which the bot has never heard: to say so takes a write. */
static void open_world(bool with_relay)
{
    struct journal_request request = journal_rig_request("01KAAAAAAAAAAAAAAAAAAAAAAA", BODY);
    struct journal_ticket ticket = {.stored = on_stored};

    exchange_log_init(&log_);
    agent_world_open(with_relay);
    stored = 0;
    CHECK_EQ(journal_record(agent_world.journal, &request, &ticket), OK);
    agent_world_wait(&stored, 1);
}

static void close_world(void)
{
    if (log_.x)
        exchange_close(log_.x);
    agent_world_settle();
    exchange_log_fini(&log_);
    agent_world_close();
}

/* No link, no further try before its time; then all goes on as if nothing had been. */
static void test_journal_cannot_be_read_yet(void)
{
    open_world(true);
    disk_faults_at(1, DISK_ANY, EIO, true);
    CHECK_EQ(agent_world_start(), OK);
    for (int i = 0; i < 3; i++) {
        while (!disk_faults_has_failed())
            loop_turn(agent_world.loop, true);
        agent_world_settle();
        CHECK_EQ(agent_world.statuses, 0);
        CHECK_EQ(agent_world.relay->accepted, 0);
        agent_world_advance(1000);
    }
    disk_faults_at(0, DISK_ANY, 0, false);
    while (agent_world.statuses == 0 || agent_world.state != AGENT_LINKED) {
        agent_world_advance(500);
        if (agent_world.statuses > 0)
            agent_world_await(AGENT_LINKED);
    }
    CHECK_EQ(agent_world_webhook(&log_, "01KAAAAAAAAAAAAAAAAAAAAAA1", BODY), OK);
    agent_world_wait(&log_.completes, 1);
    CHECK_EQ(log_.status, 200);
    close_world();
}

/* The end comes before the journal's answer. */
static void test_shutdown_while_it_looks(void)
{
    open_world(true);
    disk_faults_hold();
    CHECK_EQ(agent_world_start(), OK);
    agent_world_settle();
    agent_shutdown(agent_world.agent);
    agent_world_settle();
    disk_faults_release();
    agent_world_wait(&agent_world.closed, 1);
    CHECK_EQ(agent_world.relay->accepted, 0);
    close_world();
}

static void test_shutdown_before_the_next_look(void)
{
    open_world(true);
    disk_faults_at(1, DISK_ANY, EIO, true);
    CHECK_EQ(agent_world_start(), OK);
    while (!disk_faults_has_failed())
        loop_turn(agent_world.loop, true);
    agent_world_settle();
    disk_faults_at(0, DISK_ANY, 0, false);
    agent_shutdown(agent_world.agent);
    agent_world_wait(&agent_world.closed, 1);
    close_world();
}

/* Without a relay (a replay) what is unfinished is left to the next agent. */
static void test_without_a_relay(void)
{
    struct journal_unfinished left;

    open_world(false);
    CHECK_EQ(agent_world_start(), OK);
    agent_world_say("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    agent_world_advance(60000);
    CHECK_EQ(agent_world.spy.requests, 1);
    struct journal_reader *reader = journal_rig_reader();
    CHECK_EQ(journal_reader_count_unfinished(reader, &left), OK);
    journal_reader_close(reader);
    CHECK_EQ(left.pending, 1);
    close_world();
}

CHECK_MAIN(TEST(test_journal_cannot_be_read_yet), TEST(test_shutdown_while_it_looks),
           TEST(test_shutdown_before_the_next_look), TEST(test_without_a_relay))
