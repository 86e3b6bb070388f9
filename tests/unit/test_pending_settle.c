/* The user's word on what waits: try it now, or never; whatever is going on with it. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/pending_bot.h"

static uint64_t count;

static const struct journal_unfinished *counts(void)
{
    return &agent_rig.context.counts.unfinished;
}

static void settle(uint64_t exchange, enum journal_decision decision, uint64_t want)
{
    CHECK_EQ(pending_bot_settle(exchange, decision, &count), OK);
    CHECK_EQ(count, want);
    agent_rig_settle();
}

/* So many wait in a line whose head the bot refuses; the next try is some time away. */
static void open_with_line(const char *names)
{
    pending_bot_open();
    for (const char *name = names; *name; name++) {
        pending_bot.fate[(unsigned char)*name] = ERR_REFUSED;
        pending_bot_send(*name);
    }
    agent_rig_quiet();
    for (int i = 0; i < 8; i++)
        pending_bot_pass(60000);
    for (const char *name = names; *name; name++)
        pending_bot.fate[(unsigned char)*name] = OK;
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
}

/* One that was set aside, after a day without an answer. */
static void open_with_aside(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_pass(86400000);
    pending_bot_check_asked("AA");
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_ASIDE);
    CHECK_EQ(counts()->aside, 1);
    pending_bot.fate['A'] = OK;
}

/* --- retry --- */

static void test_retry_one_that_waits(void)
{
    open_with_line("AB");
    settle(1, JOURNAL_RETRY, 1);
    agent_rig_quiet();
    pending_bot_check_asked("AB");
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop_and_end();
}

/* Not out of its turn, but the line goes on at once when the head does. */
static void test_retry_one_behind_the_head(void)
{
    open_with_line("AB");
    settle(2, JOURNAL_RETRY, 1);
    agent_rig_quiet();
    pending_bot_check_asked("");
    CHECK_EQ(counts()->pending, 2);
    pending_bot_pass(60000);
    pending_bot_check_asked("AB");
    pending_bot_stop_and_end();
}

static void test_retry_one_that_was_set_aside(void)
{
    open_with_aside();
    settle(1, JOURNAL_RETRY, 1);
    agent_rig_quiet();
    pending_bot_check_asked("A");
    CHECK_EQ(counts()->aside, 0);
    CHECK_EQ(counts()->pending, 0);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    pending_bot_stop_and_end();
}

static void test_retry_all(void)
{
    open_with_aside();
    pending_bot.fate['B'] = ERR_REFUSED;
    pending_bot_send('B');
    pending_bot_send('C');
    agent_rig_quiet();
    for (int i = 0; i < 8; i++)
        pending_bot_pass(60000);
    CHECK_EQ(counts()->pending, 2);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    pending_bot.fate['B'] = OK;
    settle(0, JOURNAL_RETRY, 3);
    agent_rig_quiet();
    agent_rig_drain();
    pending_bot_check_asked("ABC");
    CHECK_EQ(counts()->pending + counts()->aside, 0);
    pending_bot_stop_and_end();
}

/* It is with the bot: no second call. */
static void test_retry_one_under_way(void)
{
    open_with_line("A");
    agent_rig.spy.holds = true;
    int calls = agent_rig.spy.calls + 1;
    agent_rig_advance(60000);
    agent_rig_wait(&agent_rig.spy.requests, calls);
    settle(1, JOURNAL_RETRY, 1);
    CHECK_EQ(agent_rig.spy.calls, calls);
    spy_handler_answer(&agent_rig.spy);
    agent_rig_quiet();
    CHECK_EQ(agent_rig.spy.calls, calls);
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop();
    pending_bot_check_row(1, JOURNAL_FINAL, (unsigned)calls);
    agent_rig_end();
}

static void begin_held(char name)
{
    struct agent_rig_request r = pending_bot_request(name);
    int requests = agent_rig.spy.requests;

    agent_rig.spy.holds = true;
    CHECK_EQ(agent_rig_send(&pending_bot.log, &r), OK);
    agent_rig_wait(&agent_rig.spy.requests, requests + 1);
}

/* Its first call, which nobody but itself knows of. */
static void test_retry_one_that_came_just_now(void)
{
    pending_bot_open();
    begin_held('A');
    settle(1, JOURNAL_RETRY, 1);
    settle(0, JOURNAL_RETRY, 0);
    CHECK_EQ(agent_rig.spy.calls, 1);
    spy_handler_answer(&agent_rig.spy);
    agent_rig_finish(&pending_bot.log);
    agent_rig_quiet();
    CHECK_EQ(agent_rig.spy.calls, 1);
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    pending_bot_stop_and_end();
}

/* --- drop --- */

static void test_drop_one_that_waits(void)
{
    open_with_line("ABC");
    settle(2, JOURNAL_DROP, 1);
    agent_rig_drain();
    pending_bot_check_asked("AC");
    CHECK_EQ(counts()->pending, 0);
    pending_bot_stop();
    pending_bot_check_row(2, JOURNAL_DROPPED, 0);
    agent_rig_end();
}

/* The next one is not held up by its pauses. */
static void test_drop_the_head(void)
{
    open_with_line("AB");
    settle(1, JOURNAL_DROP, 1);
    agent_rig_quiet();
    pending_bot_check_asked("B");
    pending_bot_stop_and_end();
}

static void test_drop_one_that_was_set_aside(void)
{
    open_with_aside();
    settle(1, JOURNAL_DROP, 1);
    agent_rig_quiet();
    CHECK_EQ(counts()->aside, 0);
    CHECK_EQ(pending_bot_settle(1, JOURNAL_RETRY, &count), ERR_CONFLICT);
    CHECK_EQ(pending_bot_settle(1, JOURNAL_DROP, &count), ERR_CONFLICT);
    CHECK_EQ(pending_bot_settle(99, JOURNAL_DROP, &count), ERR_NOT_FOUND);
    pending_bot_check_asked("");
    pending_bot_stop_and_end();
}

static void test_drop_all(void)
{
    open_with_line("ABC");
    settle(0, JOURNAL_DROP, 3);
    agent_rig_quiet();
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    CHECK_EQ(counts()->pending, 0);
    pending_bot_send('D');
    CHECK_EQ(pending_bot.log.status, 200);
    pending_bot_check_asked("D");
    pending_bot_stop_and_end();
}

/* The bot has it: its answer is the truth, a failure the end of it. */
static void drop_under_way(enum err fails, uint64_t exchange)
{
    open_with_line("AB");
    agent_rig.spy.holds = true;
    int calls = agent_rig.spy.calls;
    agent_rig_advance(60000);
    agent_rig_wait(&agent_rig.spy.requests, calls + 1);
    settle(exchange, JOURNAL_DROP, exchange ? 1 : 2);
    agent_rig.spy.fails = fails;
    agent_rig.spy.holds = false;
    spy_handler_answer(&agent_rig.spy);
    agent_rig_drain();
    pending_bot_check_asked(exchange ? "AB" : "A");
    CHECK_EQ(counts()->pending, 0);
    CHECK_EQ(counts()->aside, 0);
    pending_bot_stop();
    pending_bot_check_row(1, fails ? JOURNAL_DROPPED : JOURNAL_FINAL, (unsigned)calls + 1);
    pending_bot_check_row(2, exchange ? JOURNAL_FINAL : JOURNAL_DROPPED, exchange ? 1 : 0);
    agent_rig_end();
}

static void test_drop_one_under_way(void)
{
    drop_under_way(OK, 1);
    drop_under_way(ERR_REFUSED, 1);
    drop_under_way(ERR_EOF, 1);
    drop_under_way(OK, 0);
    drop_under_way(ERR_REFUSED, 0);
}

/* In its first call. */
static void test_drop_one_that_came_just_now(void)
{
    for (int fails = 0; fails <= 1; fails++) {
        pending_bot_open();
        begin_held('A');
        settle(1, JOURNAL_DROP, 1);
        agent_rig.spy.fails = fails ? ERR_REFUSED : OK;
        agent_rig.spy.holds = false;
        spy_handler_answer(&agent_rig.spy);
        agent_rig_finish(&pending_bot.log);
        agent_rig_drain();
        CHECK_EQ(agent_rig.spy.calls, 1);
        CHECK_EQ(counts()->pending, 0);
        pending_bot_stop();
        pending_bot_check_row(1, fails ? JOURNAL_DROPPED : JOURNAL_FINAL, !fails);
        agent_rig_end();
    }
}

/* One that joins while all others are dropped stays. */
static void test_joins_meanwhile(void)
{
    for (int decision = 0; decision <= 1; decision++) {
        struct agent_rig_request r = pending_bot_request('C');
        struct exchange_log log = {0};
        open_with_line("AB");
        pending_bot.fate['A'] = ERR_REFUSED;
        disk_faults_hold();
        CHECK_EQ(agent_rig_send(&log, &r), OK);
        agent_rig_settle();
        disk_faults_release();
        settle(0, decision ? JOURNAL_DROP : JOURNAL_RETRY, 2);
        agent_rig_finish(&log);
        exchange_log_fini(&log);
        pending_bot.fate['A'] = OK;
        agent_rig_drain();
        CHECK_EQ(pending_bot.asked[strlen(pending_bot.asked) - 1], 'C');
        CHECK_EQ(counts()->pending, 0);
        pending_bot_stop_and_end();
    }
}

CHECK_MAIN(TEST(test_retry_one_that_waits), TEST(test_retry_one_behind_the_head),
           TEST(test_retry_one_that_was_set_aside), TEST(test_retry_all),
           TEST(test_retry_one_under_way), TEST(test_retry_one_that_came_just_now),
           TEST(test_drop_one_that_waits), TEST(test_drop_the_head),
           TEST(test_drop_one_that_was_set_aside), TEST(test_drop_all),
           TEST(test_drop_one_under_way), TEST(test_drop_one_that_came_just_now),
           TEST(test_joins_meanwhile))
