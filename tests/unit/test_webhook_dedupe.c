/* --dedupe: an event that the bot has had is kept from it; whatever else came of the first
 * one, the bot gets the second. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static void open_deduping(void)
{
    memset(&log_, 0, sizeof log_);
    agent_rig_open();
    agent_rig.options.dedupe = true;
    CHECK(agent_rig_link(4096));
}

static void send(const char *delivery, const char *event)
{
    exchange_log_fini(&log_);
    memset(&log_, 0, sizeof log_);
    struct agent_rig_request request = {.delivery = delivery,
                                        .body = span_text(journal_rig_body(event, "x"))};
    CHECK_EQ(agent_rig_send(&log_, &request), OK);
}

static void first(void)
{
    send("01KAAAAAAAAAAAAAAAAAAAAAA1", "01KEVENT");
    agent_rig_finish(&log_);
}

static void second(void)
{
    send("01KAAAAAAAAAAAAAAAAAAAAAA2", "01KEVENT");
    agent_rig_finish(&log_);
}

static void check_skipped(void)
{
    CHECK_EQ(log_.interims, 1);
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_AGENT);
    CHECK_EQ(agent_rig.last.status, 200);
    CHECK_EQ(agent_rig.last.bot_status, 0);
    CHECK_EQ(agent_rig.last.attempts, 0);
    CHECK_EQ(agent_rig.last.duplicate_of, 1);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    CHECK_STR(agent_rig.last.error, "");
}

static void end(int calls)
{
    CHECK_EQ(agent_rig.spy.calls, calls);
    exchange_log_fini(&log_);
    agent_rig_drain();
    agent_rig_stop();
    CHECK_EQ(journal_rig_count(NULL), 2);
    agent_rig_end();
}

static void test_answered_with_2xx(void)
{
    open_deduping();
    first();
    second();
    check_skipped();
    end(1);
}

static void test_answered_with_an_error(void)
{
    open_deduping();
    agent_rig.spy.status = 500;
    first();
    agent_rig.spy.status = 201;
    second();
    CHECK_EQ(log_.status, 201);
    CHECK_EQ(agent_rig.last.duplicate_of, 1); /* it is one, but the bot had no luck with it */
    end(2);
}

/* It will get the first one. */
static void test_pending(void)
{
    open_deduping();
    agent_rig.spy.fails = ERR_REFUSED;
    first();
    second();
    check_skipped();
    agent_rig.spy.fails = OK;
    agent_rig_drain();
    CHECK_EQ(agent_rig.last.id, 1);
    CHECK_EQ(agent_rig.last.bot_status, 200);
    end(2);
}

static int settled;

static void on_settled(struct journal_settle *s, enum err rc, uint64_t count)
{
    CHECK_EQ(rc, OK);
    CHECK_EQ(count, 1);
    pending_queue_settled(&agent_rig.queue, s->exchange, s->decision);
    settled++;
}

static void test_dropped(void)
{
    struct journal_settle s = {.exchange = 1, .decision = JOURNAL_DROP, .settled = on_settled};

    open_deduping();
    agent_rig.spy.fails = ERR_REFUSED;
    first();
    agent_rig_quiet();
    settled = 0;
    CHECK_EQ(journal_pending_settle(agent_rig.journal, &s), OK);
    agent_rig_wait(&settled, 1);
    agent_rig_drain();
    agent_rig.spy.fails = OK;
    second();
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_BOT);
    end(2);
}

/* Nobody knows yet what the bot says to it. */
static void test_with_the_bot_right_now(void)
{
    struct exchange_log early;

    open_deduping();
    agent_rig.spy.holds = true;
    send("01KAAAAAAAAAAAAAAAAAAAAAA1", "01KEVENT");
    agent_rig_wait(&agent_rig.spy.requests, 1);
    early = log_;
    exchange_own(early.x, &exchange_log_events, &early);
    memset(&log_, 0, sizeof log_);
    agent_rig.spy.holds = false;
    second();
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_BOT);
    spy_handler_answer(&agent_rig.spy);
    agent_rig_finish(&early);
    exchange_log_fini(&early);
    end(2);
}

static void test_another_event(void)
{
    open_deduping();
    first();
    send("01KAAAAAAAAAAAAAAAAAAAAAA2", "01KOTHER");
    agent_rig_finish(&log_);
    CHECK_EQ(agent_rig.last.duplicate_of, 0);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_BOT);
    end(2);
}

/* Whoever guesses an event's id learns nothing. */
static void test_not_signed(void)
{
    open_deduping();
    first();
    exchange_log_fini(&log_);
    memset(&log_, 0, sizeof log_);
    CHECK_EQ(agent_rig_send(&log_,
                            &(struct agent_rig_request){
                                .delivery = "01KAAAAAAAAAAAAAAAAAAAAAA2",
                                .secret = "another",
                                .body = span_text(journal_rig_body("01KEVENT", "x"))}),
             OK);
    agent_rig_finish(&log_);
    CHECK_EQ(log_.status, 401);
    end(1);
}

static void test_off(void)
{
    open_deduping();
    agent_rig.options.dedupe = false;
    first();
    second();
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_BOT);
    CHECK_EQ(agent_rig.last.duplicate_of, 1);
    end(2);
}

/* A replay is somebody's explicit wish. */
static void test_replay(void)
{
    const char *body = journal_rig_body("01KEVENT", "x");
    char text[2048];

    open_deduping();
    first();
    (void)snprintf(text, sizeof text,
                   "POST /callback HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n"
                   "Hookline-Replay-Of: 1\r\n\r\n%s",
                   strlen(body), body);
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client, text);
    agent_rig_wait(&agent_rig.summaries, 2);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_BOT);
    end(2);
}

CHECK_MAIN(TEST(test_answered_with_2xx), TEST(test_answered_with_an_error), TEST(test_pending),
           TEST(test_dropped), TEST(test_with_the_bot_right_now), TEST(test_another_event),
           TEST(test_not_signed), TEST(test_off), TEST(test_replay))
