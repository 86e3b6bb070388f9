/* Who answered the sender, and when: for each --answer, whatever becomes of the stream. */
#include "base/container.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static const struct agent_rig_request small = {.body = {"{\"events\":[]}", 13}};
static const struct agent_rig_request kept = {
    .body = {"{\"events\":[]}", 13},
    .fields = {{"hookline-answered", "200"}, {"hookline-kept", "7"}}};

static void open_as(enum link_answer answer)
{
    memset(&log_, 0, sizeof log_);
    agent_rig_open();
    agent_rig.options.answer = answer;
    CHECK(agent_rig_link(4096));
}

static void send(const struct agent_rig_request *request)
{
    CHECK_EQ(agent_rig_send(&log_, request), OK);
}

static void check_row(enum journal_answerer by, unsigned status, uint64_t answered_us)
{
    struct journal_exchange *x = agent_rig_read("1");
    const struct journal_row *row = journal_exchange_row(x);

    CHECK_EQ(row->by, by);
    CHECK_EQ(row->status, status);
    CHECK_EQ(row->answered_us, answered_us);
    journal_exchange_free(x);
}

/* What was told of it last is what the journal has. */
static void end(enum journal_answerer by, unsigned status, uint64_t answered_us)
{
    CHECK_EQ(agent_rig.last.by, by);
    CHECK_EQ(agent_rig.last.status, status);
    exchange_log_fini(&log_);
    agent_rig_stop();
    check_row(by, status, answered_us);
    agent_rig_end();
}

static bool has_field(const char *field)
{
    struct span all = bytes_span(&log_.text);

    return span_find_span(all, span_text(field)) < all.len;
}

/* --- in time --- */

static const enum link_answer answers[] = {LINK_ANSWER_GUARD, LINK_ANSWER_NOW, LINK_ANSWER_BOT};

static void take_a_second(struct spy_handler *s)
{
    (void)s;
    clock_fake_advance(&agent_rig.clock, 1000000);
}

static void test_bot_answers_in_time(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        bool is_now = answers[i] == LINK_ANSWER_NOW;
        open_as(answers[i]);
        agent_rig.spy.on_request = take_a_second;
        agent_rig.spy.status = 404;
        send(&small);
        agent_rig_finish(&log_);
        CHECK_EQ(log_.status, 404);
        CHECK_EQ(agent_rig.last.bot_status, 404);
        CHECK_EQ(agent_rig.context.counts.delivered, 1);
        end(is_now ? JOURNAL_BY_GUARD : JOURNAL_BY_BOT, is_now ? 200 : 404,
            is_now ? 0 : 1000000);
    }
}

static void test_refused_by_us(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        bool is_now = answers[i] == LINK_ANSWER_NOW;
        open_as(answers[i]);
        send(&(struct agent_rig_request){.body = small.body, .secret = "another"});
        agent_rig_finish(&log_);
        CHECK_EQ(log_.status, 401);
        CHECK(!has_field("hookline-unanswered"));
        CHECK_EQ(agent_rig.context.counts.delivered, 0);
        end(is_now ? JOURNAL_BY_GUARD : JOURNAL_BY_AGENT, is_now ? 200 : 401, 0);
    }
}

/* The relay then says 200 for it, unless only the bot may. */
static void test_bot_fails(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        bool is_bot = answers[i] == LINK_ANSWER_BOT;
        open_as(answers[i]);
        agent_rig.spy.fails = ERR_EOF;
        send(&small);
        agent_rig_finish(&log_);
        CHECK_EQ(log_.status, 502);
        CHECK(has_field("hookline-unanswered=1"));
        CHECK_EQ(agent_rig.last.outcome, JOURNAL_PENDING);
        agent_rig.spy.fails = OK;
        agent_rig_drain();
        CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
        CHECK_EQ(agent_rig.last.bot_status, 200);
        end(is_bot ? JOURNAL_BY_AGENT : JOURNAL_BY_GUARD, is_bot ? 502 : 200, 0);
    }
}

/* --- the inbox answered before --- */

static void test_out_of_the_inbox(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        open_as(answers[i]);
        send(&kept);
        agent_rig_finish(&log_);
        CHECK_EQ(log_.interims, 1);
        CHECK_EQ(log_.status, 503);
        CHECK(has_field("hookline-unanswered=1"));
        CHECK_EQ(agent_rig.context.counts.kept, 7);
        agent_rig_drain();
        CHECK_EQ(agent_rig.summaries, 1); /* it did not have to wait */
        CHECK(!agent_rig.last.is_again);
        end(JOURNAL_BY_INBOX, 200, 0);
    }
}

static void test_out_of_the_inbox_and_wrong(void)
{
    struct agent_rig_request wrong = kept;

    wrong.secret = "another";
    open_as(LINK_ANSWER_GUARD);
    send(&wrong);
    agent_rig_finish(&log_);
    CHECK_EQ(agent_rig.spy.calls, 0);
    end(JOURNAL_BY_INBOX, 200, 0);
}

/* The last one says nothing of others; a new one that is not out of the inbox neither. */
static void test_kept_goes_down(void)
{
    open_as(LINK_ANSWER_GUARD);
    agent_rig.context.counts.kept = 1;
    send(&small);
    agent_rig_finish(&log_);
    exchange_log_fini(&log_);
    CHECK_EQ(agent_rig.context.counts.kept, 1);
    send(&(struct agent_rig_request){.body = small.body,
                                     .delivery = "01KAAAAAAAAAAAAAAAAAAAAAAB",
                                     .fields = {{"hookline-answered", "200"}}});
    agent_rig_finish(&log_);
    CHECK_EQ(agent_rig.context.counts.kept, 0);
    agent_rig_drain();
    exchange_log_fini(&log_);
    agent_rig_stop();
    agent_rig_end();
}

static void test_odd_words_of_the_relay(void)
{
    static const char *const odd[] = {
        "", "0", "99", "600", "2e2", "-200", "18446744073709551616"};

    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        open_as(LINK_ANSWER_GUARD);
        send(&(struct agent_rig_request){.body = small.body,
                                         .fields = {{"hookline-answered", odd[i]}}});
        agent_rig_finish(&log_);
        CHECK_EQ(log_.status, 200);
        end(JOURNAL_BY_BOT, 200, 0);
    }
}

/* --- the stream ends early --- */

enum ending { ANSWERED_BY_RELAY, SENDER_GONE, LINK_LOST };

static void end_stream(enum ending how)
{
    if (how == ANSWERED_BY_RELAY)
        exchange_close(log_.x);
    else if (how == SENDER_GONE)
        exchange_close_because(log_.x, ERR_IO);
    else
        agent_rig_cut();
    if (log_.x)
        exchange_close(log_.x); /* again: nothing */
    agent_rig_wait(&log_.closeds, 1);
    agent_rig_settle();
}

/* After *stored*. */
static bool relay_answers(enum link_answer answer, enum ending how)
{
    return answer == LINK_ANSWER_NOW || (answer == LINK_ANSWER_GUARD && how != SENDER_GONE);
}

/* The bot answers late, or fails and answers when it is tried again. */
static void check_after_stored(enum link_answer answer, enum ending how, bool fails)
{
    bool is_told = relay_answers(answer, how);
    uint64_t answered_us = !is_told || answer == LINK_ANSWER_NOW ? 0 : 1500000;

    open_as(answer);
    agent_rig.spy.holds = true;
    send(&small);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    agent_rig_wait(&log_.interims, 1);
    clock_fake_advance(&agent_rig.clock, 1500000);
    end_stream(how);
    clock_fake_advance(&agent_rig.clock, 1700000);
    agent_rig.spy.fails = fails ? ERR_EOF : OK;
    spy_handler_answer(&agent_rig.spy);
    agent_rig_wait(&agent_rig.summaries, 1);
    CHECK_EQ(agent_rig.last.outcome, fails ? JOURNAL_PENDING : JOURNAL_FINAL);
    agent_rig.spy.fails = OK;
    agent_rig.spy.holds = false;
    agent_rig_drain();
    CHECK_EQ(agent_rig.last.outcome, JOURNAL_FINAL);
    CHECK_EQ(agent_rig.last.bot_status, 200);
    CHECK_EQ(agent_rig.spy.requests, fails ? 2 : 1);
    end(is_told ? JOURNAL_BY_GUARD : JOURNAL_BY_NOBODY, is_told ? 200 : 0, answered_us);
}

static void test_after_stored(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++)
        for (enum ending how = ANSWERED_BY_RELAY; how <= LINK_LOST; how++)
            for (int fails = 0; fails <= 1; fails++)
                check_after_stored(answers[i], how, fails != 0);
}

/* Nobody was told: nobody answers 200.  It is stored all the same. */
static void test_before_stored(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        for (enum ending how = ANSWERED_BY_RELAY; how <= LINK_LOST; how++) {
            open_as(answers[i]);
            disk_faults_hold();
            send(&small);
            while (atomic_load(&disk_faults_waiting) == 0)
                loop_turn(agent_rig.loop, false);
            end_stream(how);
            disk_faults_release();
            agent_rig_wait(&agent_rig.summaries, 1);
            CHECK_EQ(agent_rig.spy.requests, 1);
            end(JOURNAL_BY_NOBODY, 0, 0);
        }
    }
}

/* A local request has no relay behind it. */
static void test_local_one_goes(void)
{
    open_as(LINK_ANSWER_GUARD);
    agent_rig.spy.holds = true;
    CHECK(agent_rig_connect());
    net_peer_wait(&agent_rig.client, &agent_rig.client.opened, 1);
    net_peer_say(&agent_rig.client,
                 "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                 "Hookline-Replay-Of: 1\r\nHookline-Answered: 200\r\n\r\n{}");
    agent_rig_wait(&agent_rig.spy.requests, 1);
    net_peer_close(&agent_rig.client);
    agent_rig_settle();
    spy_handler_answer(&agent_rig.spy);
    agent_rig_wait(&agent_rig.summaries, 1);
    end(JOURNAL_BY_NOBODY, 0, 0);
}

/* --- the relay sends it again --- */

/* The link broke before it heard *stored*; meanwhile its inbox has answered. */
static void check_again(bool is_pending, bool is_under_way)
{
    open_as(LINK_ANSWER_BOT);
    agent_rig.spy.holds = is_under_way;
    agent_rig.spy.fails = is_pending ? ERR_REFUSED : OK;
    send(&small);
    if (is_under_way)
        agent_rig_wait(&agent_rig.spy.requests, 1);
    else
        agent_rig_wait(&agent_rig.summaries, 1);
    end_stream(LINK_LOST);
    exchange_log_fini(&log_);
    CHECK(agent_rig_link(4096));
    send(&kept);
    agent_rig_finish(&log_);
    CHECK_EQ(log_.interims, 1);
    CHECK_EQ(log_.status, 200);
    spy_handler_answer(&agent_rig.spy);
    agent_rig.spy.holds = false;
    agent_rig.spy.fails = OK;
    agent_rig_drain();
    exchange_log_fini(&log_);
    agent_rig_stop();
    CHECK_EQ(journal_rig_count(NULL), 1);
    struct journal_exchange *x = agent_rig_read("1");
    CHECK_EQ(journal_exchange_row(x)->by, JOURNAL_BY_INBOX);
    CHECK_EQ(journal_exchange_row(x)->status, 200);
    CHECK_EQ(journal_exchange_row(x)->outcome, JOURNAL_FINAL);
    CHECK_EQ(journal_exchange_row(x)->bot_status, 200);
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_sent_again(void)
{
    check_again(false, false);
    check_again(false, true);
    check_again(true, false);
}

CHECK_MAIN(TEST(test_bot_answers_in_time), TEST(test_refused_by_us), TEST(test_bot_fails),
           TEST(test_out_of_the_inbox), TEST(test_out_of_the_inbox_and_wrong),
           TEST(test_kept_goes_down), TEST(test_odd_words_of_the_relay),
           TEST(test_after_stored), TEST(test_before_stored), TEST(test_local_one_goes),
           TEST(test_sent_again))
