/* What the handler never answered is tried again: what counts as no answer, in which order,
 * and what the sender hears. */
#include "base/container.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/pending_bot.h"

/* --- one that fails --- */

/* Each of them is no answer; the sender learns no more than that. */
static void test_what_is_tried_again(void)
{
    static const struct {
        enum err why;
        unsigned status;
    } failures[] = {{ERR_REFUSED, 502}, {ERR_NOT_FOUND, 502}, {ERR_EOF, 502},
                    {ERR_TIMEOUT, 504}, {ERR_PROTOCOL, 502},  {ERR_TLS, 502},
                    {ERR_DENIED, 502},  {ERR_IO, 502},        {ERR_NOMEM, 502}};

    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        pending_bot_open();
        pending_bot.fate['A'] = failures[i].why;
        pending_bot_send('A');
        pending_bot_check_unanswered(failures[i].status);
        CHECK_EQ(agent_rig.last.outcome, JOURNAL_PENDING);
        CHECK_EQ(agent_rig.last.attempts, 1);
        CHECK(!agent_rig.last.is_again);
        CHECK_EQ(agent_rig.context.counts.unfinished.pending, 1);
        pending_bot.fate['A'] = OK;
        agent_rig_drain();
        pending_bot_check_asked("AA");
        CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
        CHECK_EQ(agent_rig.last.attempts, 2);
        CHECK(agent_rig.last.is_again);
        CHECK_STR(agent_rig.last.error, "");
        CHECK_EQ(agent_rig.context.counts.unfinished.pending, 0);
        CHECK_EQ(agent_rig.context.counts.delivered, 1);
        pending_bot_stop();
        pending_bot_check_row(1, JOURNAL_FINAL, 2);
        agent_rig_end();
    }
}

/* These are answers, if bad ones. */
static void test_what_is_not(void)
{
    static const enum err whys[] = {ERR_FAILED, ERR_BODY_TOO_LARGE};

    for (size_t i = 0; i < ARRAY_LEN(whys); i++) {
        pending_bot_open();
        pending_bot.fate['A'] = whys[i];
        pending_bot_send('A');
        CHECK(pending_bot.log.status == 500 || pending_bot.log.status == 502);
        CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
        CHECK(!pending_queue_is_waiting(&agent_rig.queue));
        pending_bot_stop_and_end();
    }
    pending_bot_open();
    agent_rig.spy.status = 503;
    pending_bot_send('A');
    CHECK_EQ(pending_bot.log.status, 503);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    pending_bot_stop_and_end();
}

/* No attempt was made, so it counts for none. */
static void test_handler_takes_no_more(void)
{
    pending_bot_open();
    agent_rig.spy.refuses = ERR_BUSY;
    pending_bot_send('A');
    pending_bot_check_unanswered(503);
    CHECK_EQ(agent_rig.last.attempts, 0);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_PENDING);
    agent_rig.spy.refuses = OK;
    agent_rig_drain();
    CHECK_EQ(agent_rig.last.attempts, 1);
    pending_bot_stop_and_end();
}

static void test_retry_off(void)
{
    pending_bot_open();
    agent_rig.options.no_retry = true;
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    CHECK_EQ(pending_bot.log.status, 502);
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_AGENT);
    CHECK(!pending_queue_is_waiting(&agent_rig.queue));
    pending_bot_stop_and_end();
}

/* What nobody waits for stands in the line for its first call; after that it is over. */
static void test_retry_off_out_of_the_inbox(void)
{
    struct agent_rig_request r = pending_bot_request('A');

    pending_bot_open();
    agent_rig.options.no_retry = true;
    pending_bot.fate['A'] = ERR_REFUSED;
    r.fields[0][0] = "hookline-answered";
    r.fields[0][1] = "200";
    CHECK_EQ(agent_rig_send(&pending_bot.log, &r), OK);
    agent_rig_finish(&pending_bot.log);
    agent_rig_drain();
    pending_bot_check_asked("A");
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    CHECK_STR(agent_rig.last.error, "the spy failed");
    CHECK_EQ(agent_rig.context.counts.unfinished.pending, 0);
    pending_bot_stop_and_end();
}

/* --- the line --- */

static void test_in_order_and_one_at_a_time(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    for (const char *name = "ABCD"; *name; name++) {
        pending_bot_send(*name);
        pending_bot_check_unanswered(*name == 'A' ? 502 : 503);
    }
    agent_rig_quiet();
    CHECK_EQ(agent_rig.context.counts.unfinished.pending, 4);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    pending_bot.fate['A'] = OK;
    agent_rig.spy.holds = true;
    agent_rig_advance(200);
    agent_rig_wait(&agent_rig.spy.requests, 2);
    for (int calls = 2; calls <= 5; calls++) {
        agent_rig_settle();
        agent_rig_advance(10000);
        CHECK_EQ(agent_rig.spy.calls, calls);
        if (calls == 4)
            pending_bot_send('E'); /* there is a line still */
        spy_handler_answer(&agent_rig.spy);
        if (calls < 5)
            agent_rig_wait(&agent_rig.spy.requests, calls + 1);
    }
    agent_rig_wait(&agent_rig.spy.requests, 6);
    spy_handler_answer(&agent_rig.spy);
    agent_rig.spy.holds = false;
    agent_rig_drain();
    pending_bot_check_asked("ABCDE");
    pending_bot_send('F'); /* nobody waits: at once */
    CHECK_EQ(pending_bot.log.status, 200);
    pending_bot_stop_and_end();
}

/* Nobody is there: the line waits for its head, whatever comes after it. */
static void test_head_holds_the_line(void)
{
    pending_bot_open();
    pending_bot.fate['A'] = ERR_REFUSED;
    pending_bot_send('A');
    pending_bot_send('B');
    for (int i = 0; i < 20; i++) {
        agent_rig_advance(60000);
        agent_rig_quiet();
    }
    CHECK(strspn(pending_bot.asked, "A") == strlen(pending_bot.asked) &&
          strlen(pending_bot.asked) == 21);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    pending_bot.fate['A'] = OK;
    agent_rig_drain();
    pending_bot_check_asked("AB");
    pending_bot_stop_and_end();
}

/* Two were with the bot at once; the younger one failed first. */
static void test_late_failure_finds_its_place(void)
{
    struct exchange_log first = {0};
    struct agent_rig_request a = pending_bot_request('A');
    struct exchange *x;

    pending_bot_open();
    agent_rig.spy.holds = true;
    CHECK_EQ(agent_rig_send(&first, &a), OK);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    agent_rig.spy.holds = false;
    pending_bot.fate['B'] = ERR_REFUSED;
    pending_bot_send('B');
    x = first.x;
    CHECK(x != NULL);
    agent_rig.spy.fails = ERR_EOF;
    spy_handler_answer(&agent_rig.spy);
    agent_rig_finish(&first);
    exchange_log_fini(&first);
    memset(pending_bot.asked, 0, sizeof pending_bot.asked);
    pending_bot.fate['B'] = OK;
    agent_rig_drain();
    pending_bot_check_asked("AB");
    pending_bot_stop_and_end();
}

CHECK_MAIN(TEST(test_what_is_tried_again), TEST(test_what_is_not),
           TEST(test_handler_takes_no_more), TEST(test_retry_off),
           TEST(test_retry_off_out_of_the_inbox), TEST(test_in_order_and_one_at_a_time),
           TEST(test_head_holds_the_line), TEST(test_late_failure_finds_its_place))
