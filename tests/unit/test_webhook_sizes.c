/* How large a webhook and its answer may be: 1 MiB each. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

#define MIB ((size_t)1024 * 1024)

static struct exchange_log log_;

static const struct agent_rig_request small = {.body = {"{\"events\":[]}", 13}};

static void send_and_finish(const struct agent_rig_request *request)
{
    CHECK_EQ(agent_rig_send(&log_, request), OK);
    agent_rig_finish(&log_);
}

static void stop(void)
{
    exchange_log_fini(&log_);
    agent_rig_stop();
}

/* What there was of the answer is recorded, and that it is not all. */
static void check_too_large(void)
{
    CHECK_EQ(log_.interims, 1);
    CHECK_EQ(log_.status, 502);
    CHECK_EQ(agent_rig.last.status, 502);
    CHECK(strstr(agent_rig.last.error, "more than 1 MiB"));
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    CHECK_EQ(journal_exchange_answer(x)->status, 200);
    CHECK_EQ(journal_exchange_answer_body(x).len, MIB);
    CHECK(journal_exchange_row(x)->answer_truncated);
    journal_exchange_free(x);
    agent_rig_end();
}

static void send_body(size_t len)
{
    static char body[2 * 1024 * 1024];

    memset(body, 'x', sizeof body);
    CHECK(agent_rig_link(16384));
    send_and_finish(&(struct agent_rig_request){.body = span_of(body, len)});
}

static void test_largest_body(void)
{
    agent_rig_open();
    send_body(MIB);
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(bytes_len(&agent_rig.spy.body), MIB);
    CHECK_EQ(agent_rig.spy.verdict, VERDICT_VALID);
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    CHECK_EQ(journal_exchange_request_body(x).len, MIB);
    CHECK(!journal_exchange_row(x)->body_truncated);
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_too_large_a_body(void)
{
    agent_rig_open();
    send_body(MIB + 1);
    CHECK_EQ(log_.interims, 0);
    CHECK_EQ(log_.status, 413);
    CHECK_EQ(agent_rig.spy.calls, 0);
    stop();
    CHECK_EQ(journal_rig_count(NULL), 0);
    agent_rig_end();
}

static void answer_with(size_t len)
{
    static char body[2 * 1024 * 1024];

    memset(body, 'y', sizeof body);
    agent_rig_open();
    agent_rig.spy.answer = span_of(body, len);
    CHECK(agent_rig_link(16384));
    send_and_finish(&small);
}

static void test_largest_answer(void)
{
    answer_with(MIB);
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(log_.body_len, MIB);
    stop();
    agent_rig_end();
}

static void test_too_large_an_answer(void)
{
    answer_with(MIB + 1);
    check_too_large();
}

/* Not read to its end, which may never come. */
static void test_endless_answer(void)
{
    static char piece[64 * 1024];

    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\n\r\n");
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    for (int i = 0; i < 200 && agent_rig.bot.connections[0].stream; i++) {
        handler_bot_write(&agent_rig.bot.connections[0], piece, sizeof piece);
        agent_rig_settle();
    }
    agent_rig_finish(&log_);
    check_too_large();
}

CHECK_MAIN(TEST(test_largest_body), TEST(test_too_large_a_body), TEST(test_largest_answer),
           TEST(test_too_large_an_answer), TEST(test_endless_answer))
