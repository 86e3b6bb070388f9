/* What can break around a webhook: the disk, the link, the handler. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static const struct agent_rig_request small = {.body = {"{\"events\":[]}", 13}};

static bool heard(const char *part)
{
    struct span all = bytes_span(&log_.text);

    return span_find_span(all, span_text(part)) < all.len;
}

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

static void stop_and_end(void)
{
    stop();
    agent_rig_end();
}

/* --- the disk --- */

/* Nothing was stored, so nobody says so and nobody is called; later it goes on. */
static void test_disk_refuses(void)
{
    static const struct {
        enum disk_step step;
        int error;
    } faults[] = {{DISK_SYNC, EIO}, {DISK_WRITE, ENOSPC}, {DISK_WRITE, EIO}};

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        agent_rig_open();
        CHECK(agent_rig_link(4096));
        disk_faults_at(1, faults[i].step, faults[i].error, true);
        send_and_finish(&small);
        CHECK(disk_faults_has_failed());
        CHECK_EQ(log_.interims, 0);
        CHECK_EQ(log_.status, 503);
        CHECK(heard("retry-after=10"));
        CHECK_EQ(agent_rig.spy.calls, 0);
        CHECK_EQ(agent_rig.last.id, 0);
        CHECK_EQ(agent_rig.last.status, 503);
        CHECK(agent_rig.last.error[0]);
        disk_faults_at(0, DISK_ANY, 0, false);
        exchange_log_fini(&log_);
        /* the relay's second try, the same delivery */
        send_and_finish(&(struct agent_rig_request){.body = small.body,
                                                    .fields = {{"hookline-resume", "1"}}});
        CHECK_EQ(log_.interims, 1);
        CHECK_EQ(log_.status, 200);
        CHECK_EQ(agent_rig.spy.calls, 1);
        stop();
        CHECK_EQ(journal_rig_count(NULL), 1);
        agent_rig_end();
    }
}

/* Sender gone as well as disk: nobody to tell but the user. */
static void test_disk_refuses_and_the_link_breaks(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    disk_faults_at(1, DISK_SYNC, EIO, true);
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_cut();
    exchange_close(log_.x);
    agent_rig_wait(&log_.closeds, 1);
    stop();
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(journal_rig_count(NULL), 0);
    agent_rig_end();
}

/* --- the link --- */

static void cut_and_close(void)
{
    agent_rig_cut();
    CHECK_EQ(log_.aborts, 1);
    exchange_close(log_.x);
    agent_rig_wait(&log_.closeds, 1);
}

/* Nothing was promised: the webhook is forgotten. */
static void test_link_breaks_in_the_body(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_begin(&log_, &small), OK);
    CHECK_EQ(exchange_send_body(log_.x, "{\"eve", 5), OK);
    agent_rig_settle();
    CHECK(!list_is_empty(&agent_rig.context.deliveries));
    cut_and_close();
    CHECK(list_is_empty(&agent_rig.context.deliveries));
    CHECK_EQ(agent_rig.quiet, 1);
    stop();
    CHECK_EQ(agent_rig.spy.calls + agent_rig.summaries, 0);
    CHECK_EQ(journal_rig_count(NULL), 0);
    agent_rig_end();
}

/* The bot's answer is there; the sender got 200 of the relay, or nothing of anybody. */
static void check_recorded_without_sender(enum journal_answerer by)
{
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);
    CHECK(row->answered);
    CHECK_EQ(row->by, by);
    CHECK_EQ(row->status, by == JOURNAL_BY_GUARD ? 200 : 0);
    CHECK_EQ(row->outcome, JOURNAL_FINAL);
    CHECK_EQ(row->verdict, VERDICT_VALID);
    CHECK(span_is(row->handler, SPAN("spy")));
    CHECK_EQ(row->error.len > 0, by == JOURNAL_BY_NOBODY);
    CHECK_EQ(journal_exchange_answer(x)->status, 200);
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    journal_exchange_free(x);
    agent_rig_end();
}

/* It is complete, and goes on to the bot: the journal's answer is awaited in any case. */
static void test_link_breaks_before_it_is_stored(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    disk_faults_hold();
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    while (atomic_load(&disk_faults_waiting) == 0)
        loop_turn(agent_rig.loop, false);
    agent_rig_cut();
    CHECK_EQ(log_.interims, 0);
    disk_faults_release();
    agent_rig_wait(&agent_rig.spy.requests, 1);
    agent_rig_wait(&agent_rig.summaries, 1);
    exchange_close(log_.x);
    agent_rig_wait(&log_.closeds, 1);
    check_recorded_without_sender(JOURNAL_BY_NOBODY);
}

static void test_link_breaks_while_the_bot_works(void)
{
    agent_rig_open();
    agent_rig.spy.holds = true;
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    CHECK_EQ(log_.interims, 1);
    cut_and_close();
    CHECK_EQ(agent_rig.summaries, 0);
    CHECK_EQ(agent_rig.spy.gone, 0); /* the bot is not interrupted */
    spy_handler_answer(&agent_rig.spy);
    agent_rig_wait(&agent_rig.summaries, 1);
    CHECK_EQ(agent_rig.last.status, 200);
    CHECK_EQ(agent_rig.last.by, JOURNAL_BY_GUARD);
    check_recorded_without_sender(JOURNAL_BY_GUARD);
}

/* In the very middle of its body, and of the answer's way back. */
static void test_link_breaks_while_the_bot_answers(void)
{
    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    agent_rig_settle();
    cut_and_close();
    handler_bot_write(&agent_rig.bot.connections[0], "def", 3);
    agent_rig_wait(&agent_rig.summaries, 1);
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("abcdef")));
    CHECK_EQ(journal_exchange_row(x)->status, 200);
    CHECK_EQ(journal_exchange_row(x)->by, JOURNAL_BY_GUARD);
    journal_exchange_free(x);
    agent_rig_end();
}

/* The relay has answered in the bot's place, the link stays. */
static void test_relay_has_answered(void)
{
    agent_rig_open();
    agent_rig.spy.holds = true;
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    exchange_close(log_.x);
    agent_rig_wait(&log_.closeds, 1);
    agent_rig_settle();
    spy_handler_answer(&agent_rig.spy);
    agent_rig_wait(&agent_rig.summaries, 1);
    CHECK(agent_rig.relay != NULL);
    check_recorded_without_sender(JOURNAL_BY_GUARD);
}

/* --- the handler, whose failures are final (--retry=off) --- */

static void open_without_retry(void)
{
    agent_rig_open();
    agent_rig.options.no_retry = true;
}

static void open_bot_without_retry(enum handler_bot_manner manner)
{
    agent_rig_open_bot(manner);
    agent_rig.options.no_retry = true;
}

/* The sender learns the status, the journal the reason. */
static void check_failure(unsigned status, const char *says)
{
    CHECK_EQ(log_.interims, 1);
    CHECK_EQ(log_.status, status);
    CHECK_EQ(agent_rig.last.status, status);
    if (!strstr(agent_rig.last.error, says))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", says, agent_rig.last.error);
    CHECK(strstr(agent_rig.last.error, says));
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);
    CHECK(row->answered);
    CHECK_EQ(row->outcome, JOURNAL_FINAL);
    CHECK_EQ(row->by, JOURNAL_BY_AGENT);
    CHECK_EQ(row->status, status);
    CHECK(span_find_span(row->error, span_text(says)) < row->error.len);
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_handler_fails(void)
{
    static const struct {
        enum err why;
        unsigned status;
    } failures[] = {{ERR_REFUSED, 502}, {ERR_EOF, 502},    {ERR_PROTOCOL, 502}, {ERR_TLS, 502},
                    {ERR_TIMEOUT, 504}, {ERR_FAILED, 500}, {ERR_NOMEM, 502}};

    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        open_without_retry();
        agent_rig.spy.fails = failures[i].why;
        CHECK(agent_rig_link(4096));
        send_and_finish(&small);
        CHECK(!heard("the spy failed")); /* not for strangers */
        check_failure(failures[i].status, "the spy failed");
    }
}

static void test_handler_takes_no_more(void)
{
    open_without_retry();
    agent_rig.spy.refuses = ERR_BUSY;
    CHECK(agent_rig_link(4096));
    send_and_finish(&small);
    check_failure(503, "too many requests");
}

static void test_nobody_listens(void)
{
    open_bot_without_retry(HANDLER_BOT_ECHO);
    handler_bot_stop_listening(&agent_rig.bot);
    agent_rig_settle();
    CHECK(agent_rig_link(4096));
    send_and_finish(&small);
    check_failure(502, "127.0.0.1");
}

static void test_bot_does_not_speak_http(void)
{
    open_bot_without_retry(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "220 mail.example.com ESMTP\r\n\r\n");
    CHECK(agent_rig_link(4096));
    send_and_finish(&small);
    check_failure(502, "HTTP");
}

static void test_bot_hangs_up_in_its_answer(void)
{
    open_bot_without_retry(HANDLER_BOT_SAYS_AND_CLOSES);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    CHECK(agent_rig_link(4096));
    send_and_finish(&small);
    check_failure(502, "");
}

static void test_bot_is_silent(void)
{
    open_bot_without_retry(HANDLER_BOT_SILENT);
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    agent_rig_advance(29999);
    CHECK_EQ(log_.status, 102);
    agent_rig_advance(1);
    agent_rig_finish(&log_);
    check_failure(504, "30 s");
}

static void test_answer_never_ends(void)
{
    open_bot_without_retry(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &small), OK);
    agent_rig_wait(&agent_rig.bot.requests, 1);
    agent_rig_settle();
    agent_rig_advance(59999);
    CHECK_EQ(log_.status, 102);
    agent_rig_advance(1);
    agent_rig_finish(&log_);
    check_failure(504, "60 s");
}

/* Interim answers of the bot are no answer, and stay here: 102 means something else. */
static void test_interim_answers(void)
{
    agent_rig_open_bot(HANDLER_BOT_SAYS);
    handler_bot_say(&agent_rig.bot,
                    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
                    "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi");
    CHECK(agent_rig_link(4096));
    send_and_finish(&small);
    CHECK_EQ(log_.interims, 1);
    CHECK_EQ(log_.status, 201);
    CHECK_EQ(agent_rig.last.status, 201);
    stop_and_end();
}

CHECK_MAIN(TEST(test_disk_refuses), TEST(test_disk_refuses_and_the_link_breaks),
           TEST(test_link_breaks_in_the_body), TEST(test_link_breaks_before_it_is_stored),
           TEST(test_link_breaks_while_the_bot_works),
           TEST(test_link_breaks_while_the_bot_answers), TEST(test_relay_has_answered),
           TEST(test_handler_fails), TEST(test_handler_takes_no_more),
           TEST(test_nobody_listens), TEST(test_bot_does_not_speak_http),
           TEST(test_bot_hangs_up_in_its_answer), TEST(test_bot_is_silent),
           TEST(test_answer_never_ends), TEST(test_interim_answers))
