/* Requests that are no webhooks: recorded, then streamed to the handler and back. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static const struct agent_rig_request get = {
    .method = "GET", .target = "/liff/index.html?a=1", .unsigned_ = true};

static bool heard(const char *part)
{
    struct span all = bytes_span(&log_.text);

    return span_find_span(all, span_text(part)) < all.len;
}

static void open_spy(void)
{
    agent_rig_open();
    agent_rig.plain = true;
    CHECK(agent_rig_link(4096));
}

static void open_bot(enum handler_bot_manner manner, const char *says)
{
    agent_rig_open_bot(manner);
    agent_rig.plain = true;
    if (says)
        handler_bot_say(&agent_rig.bot, says);
    CHECK(agent_rig_link(4096));
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

/* --- the usual way --- */

static void look_at_the_journal(struct spy_handler *s)
{
    struct journal_exchange *x = agent_rig_read("last");

    CHECK(!s->webhook);
    CHECK(!journal_exchange_row(x)->webhook && !journal_exchange_row(x)->answered);
    journal_exchange_free(x);
}

static void test_get(void)
{
    open_spy();
    agent_rig.spy.on_request = look_at_the_journal;
    send_and_finish(&get);
    CHECK_EQ(log_.status, 200);
    CHECK(heard("\nok"));
    CHECK(strncmp(agent_rig.spy.head, "GET /liff/index.html?a=1\n", 25) == 0);
    CHECK_EQ(agent_rig.spy.verdict, VERDICT_UNCHECKED);
    CHECK_STR(agent_rig.spy.delivery, AGENT_RIG_DELIVERY);
    CHECK(!agent_rig.last.webhook);
    CHECK_EQ(agent_rig.last.status, 200);
    CHECK_STR(agent_rig.last.event_type, "");
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);
    CHECK(row->answered && !row->webhook);
    CHECK_EQ(row->status, 200);
    CHECK(span_is(row->handler, SPAN("spy")));
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_post(void)
{
    open_spy();
    send_and_finish(&(struct agent_rig_request){
        .target = "/api", .body = {"a\0b\xff", 4}, .unsigned_ = true});
    CHECK_EQ(log_.status, 200);
    CHECK(span_is(bytes_span(&agent_rig.spy.body), span_of("a\0b\xff", 4)));
    stop_and_end();
}

/* What the bot gets has a path of its own; the webhooks' is not for these. */
static void test_paths_pass_as_they_are(void)
{
    open_bot(HANDLER_BOT_ECHO, NULL);
    send_and_finish(&get);
    CHECK_EQ(log_.status, 200);
    CHECK(strncmp(agent_rig.bot.connections[0].head, "GET /liff/index.html?a=1\n", 25) == 0);
    stop_and_end();
}

/* --- answers without a body, answers without an end --- */

static void test_head(void)
{
    open_bot(HANDLER_BOT_SAYS, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    send_and_finish(
        &(struct agent_rig_request){.method = "HEAD", .target = "/", .unsigned_ = true});
    CHECK_EQ(log_.status, 200);
    CHECK(heard("content-length=1000000 end\n") || heard("Content-Length=1000000 end\n"));
    CHECK_EQ(log_.body_len, 0);
    stop_and_end();
}

static void test_no_content(void)
{
    static const char *const answers[] = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t i = 0; i < 3; i++) {
        open_bot(HANDLER_BOT_SAYS, answers[i]);
        send_and_finish(&get);
        CHECK_EQ(log_.body_len, 0);
        CHECK_EQ(log_.heads, 1);
        CHECK_STR(agent_rig.last.error, "");
        stop_and_end();
    }
}

/* Early hints pass; they are not what *stored* is. */
static void test_interim_answers_pass(void)
{
    open_bot(HANDLER_BOT_SAYS, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                               "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    send_and_finish(&get);
    CHECK_EQ(log_.interims, 2);
    CHECK(heard("103 link=</a>\n") || heard("103 Link=</a>\n"));
    CHECK_EQ(log_.status, 200);
    stop_and_end();
}

/* Server-sent events: each piece comes through when it is sent, the end may be hours away. */
static void test_events_stream(void)
{
    open_bot(HANDLER_BOT_SAYS,
             "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
    CHECK_EQ(agent_rig_send(&log_, &get), OK);
    while (log_.body_len < 9)
        loop_turn(agent_rig.loop, true);
    for (size_t i = 1; i < 20; i++) {
        agent_rig_advance(60000); /* nobody hurries it */
        handler_bot_write(&agent_rig.bot.connections[0], "data: 2\n\n", 9);
        while (log_.body_len < 9 * (i + 1) && !log_.aborts)
            loop_turn(agent_rig.loop, true);
        CHECK_EQ(log_.aborts, 0);
    }
    CHECK_EQ(agent_rig.summaries, 0);
    handler_bot_hang_up(&agent_rig.bot.connections[0]);
    agent_rig_finish(&log_);
    CHECK_EQ(log_.completes, 1);
    CHECK_EQ(agent_rig.last.status, 200);
    CHECK_EQ(agent_rig.last.total_us, 19u * 60000000u);
    stop_and_end();
}

/* --- what breaks --- */

static void check_error(const char *says)
{
    CHECK_EQ(agent_rig.summaries, 1);
    if (!strstr(agent_rig.last.error, says))
        (void)fprintf(stderr, "\"%s\" is not in \"%s\"\n", says, agent_rig.last.error);
    CHECK(strstr(agent_rig.last.error, says));
    stop();
    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);
    CHECK(row->answered);
    CHECK(span_find_span(row->error, span_text(says)) < row->error.len);
    journal_exchange_free(x);
    agent_rig_end();
}

static void test_disk_refuses(void)
{
    static const int errors[] = {EIO, ENOSPC};

    for (size_t i = 0; i < 2; i++) {
        open_spy();
        disk_faults_at(1, i == 0 ? DISK_SYNC : DISK_WRITE, errors[i], true);
        send_and_finish(&get);
        disk_faults_at(0, DISK_ANY, 0, false);
        CHECK_EQ(log_.interims, 0);
        CHECK_EQ(log_.status, 503);
        CHECK_EQ(agent_rig.spy.calls, 0);
        CHECK(agent_rig.last.error[0]);
        stop();
        CHECK_EQ(journal_rig_count(NULL), 0);
        agent_rig_end();
    }
}

static void test_handler_fails_before_its_answer(void)
{
    static const struct {
        enum err why;
        unsigned status;
    } failures[] = {{ERR_REFUSED, 502}, {ERR_TIMEOUT, 504}, {ERR_FAILED, 500}};

    for (size_t i = 0; i < 3; i++) {
        open_spy();
        agent_rig.spy.fails = failures[i].why;
        send_and_finish(&get);
        CHECK_EQ(log_.status, failures[i].status);
        CHECK(!heard("the spy failed"));
        check_error("the spy failed");
    }
}

static void test_handler_takes_no_more(void)
{
    open_spy();
    agent_rig.spy.refuses = ERR_BUSY;
    send_and_finish(&get);
    CHECK_EQ(log_.status, 503);
    check_error("too many requests");
}

/* Nobody may take half of it for the whole. */
static void test_handler_fails_in_its_answer(void)
{
    open_bot(HANDLER_BOT_SAYS_AND_CLOSES, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    send_and_finish(&get);
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(log_.aborts, 1);
    CHECK_EQ(log_.completes, 0);
    CHECK_EQ(agent_rig.last.status, 200);
    check_error("");
}

static void give_up(void)
{
    exchange_close(log_.x);
    agent_rig_wait(&log_.closeds, 1);
}

/* A page that nobody wants any more costs the bot no work. */
static void test_sender_gives_up(void)
{
    open_spy();
    agent_rig.spy.holds = true;
    CHECK_EQ(agent_rig_send(&log_, &get), OK);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    give_up();
    agent_rig_wait(&agent_rig.spy.gone, 1);
    agent_rig_wait(&agent_rig.summaries, 1);
    CHECK_EQ(agent_rig.last.status, 0);
    CHECK(agent_rig.last.error[0]);
    stop_and_end();
}

static void test_link_breaks_in_the_answer(void)
{
    open_bot(HANDLER_BOT_SAYS, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    CHECK_EQ(agent_rig_send(&log_, &get), OK);
    while (log_.body_len < 3)
        loop_turn(agent_rig.loop, true);
    agent_rig_cut();
    give_up();
    agent_rig_wait(&agent_rig.summaries, 1);
    agent_rig_wait(&agent_rig.bot.connections[0].ended, 1);
    CHECK_EQ(agent_rig.last.status, 200);
    check_error("");
}

static void test_link_breaks_in_the_body(void)
{
    open_spy();
    CHECK_EQ(agent_rig_begin(&log_, &get), OK);
    agent_rig_settle();
    agent_rig_cut();
    give_up();
    stop();
    CHECK_EQ(agent_rig.spy.calls + agent_rig.summaries, 0);
    CHECK_EQ(journal_rig_count(NULL), 0);
    agent_rig_end();
}

static void test_link_breaks_before_it_is_stored(void)
{
    open_spy();
    disk_faults_hold();
    CHECK_EQ(agent_rig_send(&log_, &get), OK);
    while (atomic_load(&disk_faults_waiting) == 0)
        loop_turn(agent_rig.loop, false);
    agent_rig_cut();
    disk_faults_release();
    agent_rig_wait(&agent_rig.summaries, 1);
    give_up();
    CHECK_EQ(agent_rig.spy.calls, 0);
    check_error("link");
}

CHECK_MAIN(TEST(test_get), TEST(test_post), TEST(test_paths_pass_as_they_are), TEST(test_head),
           TEST(test_no_content), TEST(test_interim_answers_pass), TEST(test_events_stream),
           TEST(test_disk_refuses), TEST(test_handler_fails_before_its_answer),
           TEST(test_handler_takes_no_more), TEST(test_handler_fails_in_its_answer),
           TEST(test_sender_gives_up), TEST(test_link_breaks_in_the_answer),
           TEST(test_link_breaks_in_the_body), TEST(test_link_breaks_before_it_is_stored))
