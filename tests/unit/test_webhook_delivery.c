/* A webhook's way through the agent when nothing breaks: journal first, then the signature,
 * then the handler; what the handler gets, and what is told. */
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/agent_rig.h"
#include "unit/support/journal_rig.h"

static struct exchange_log log_;

static const char *event_body(void)
{
    return journal_rig_body("01KEVENT000000000000000000", "こんにちは");
}

static void send_and_finish(const struct agent_rig_request *request)
{
    CHECK_EQ(agent_rig_send(&log_, request), OK);
    agent_rig_finish(&log_);
}

/* Is `part` in what the relay heard? */
static bool heard(const char *part)
{
    struct span all = bytes_span(&log_.text);

    return span_find_span(all, span_text(part)) < all.len;
}

static void stop_and_end(void)
{
    exchange_log_fini(&log_);
    agent_rig_stop();
    agent_rig_end();
}

/* --- the usual way --- */

static const struct agent_rig_request *expected;

/* The handler is called when the journal has it on disk and the relay has been told. */
static void look_at_the_journal(struct spy_handler *s)
{
    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);

    CHECK(s->webhook);
    CHECK(span_is(row->delivery, SPAN(AGENT_RIG_DELIVERY)));
    CHECK(!row->answered);
    CHECK(span_is(journal_exchange_request_body(x), expected->body));
    journal_exchange_free(x);
    clock_fake_advance(&agent_rig.clock, 1500);
}

static void test_stored_then_handled_then_answered(void)
{
    const struct agent_rig_request request = {.body = span_text(event_body())};

    expected = &request;
    agent_rig_open();
    agent_rig.spy.on_request = look_at_the_journal;
    CHECK(agent_rig_link(4096));
    send_and_finish(&request);
    CHECK_EQ(log_.interims, 1);
    CHECK(heard("102\n200 content-type=text/plain"));
    CHECK(span_ends(bytes_span(&log_.text), SPAN("\nok")));
    CHECK_EQ(agent_rig.spy.requests, 1);
    CHECK_EQ(agent_rig.spy.verdict, VERDICT_VALID);
    CHECK_STR(agent_rig.spy.delivery, AGENT_RIG_DELIVERY);
    CHECK_EQ(agent_rig.spy.replay_of, 0);
    stop_and_end();
}

static void test_what_is_recorded_and_told(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    send_and_finish(
        &(struct agent_rig_request){.body = span_text(event_body()),
                                    .target = "/callback?from=line",
                                    .fields = {{"hookline-received-ms", "1795894304960"},
                                               {"x-forwarded-for", "147.92.150.194"}}});
    const struct agent_rig_summary *told = &agent_rig.last;
    CHECK_EQ(agent_rig.summaries, 1);
    CHECK_EQ(told->id, 1);
    CHECK(told->webhook);
    CHECK_STR(told->method, "POST");
    CHECK_STR(told->target, "/callback?from=line");
    CHECK_EQ(told->verdict, VERDICT_VALID);
    CHECK_EQ(told->status, 200);
    CHECK_EQ(told->events_len, 1);
    CHECK_STR(told->event_type, "message");
    CHECK_STR(told->event_text, "こんにちは");
    CHECK_STR(told->user_id, "Ufedcba9876543210fedcba9876543210");
    CHECK_STR(told->error, "");
    exchange_log_fini(&log_);
    agent_rig_stop();

    struct journal_exchange *x = agent_rig_read("last");
    const struct journal_row *row = journal_exchange_row(x);
    CHECK(row->webhook && row->answered);
    CHECK_EQ(row->status, 200);
    CHECK_EQ(row->verdict, VERDICT_VALID);
    CHECK(span_is(row->provider, SPAN("line")));
    CHECK(span_is(row->secret_label, SPAN("secret 1")));
    CHECK(span_is(row->handler, SPAN("spy")));
    CHECK(span_is(row->peer, SPAN("147.92.150.194")));
    CHECK(span_is(row->tunnel, SPAN("mybot")));
    CHECK_EQ(row->received_ms, 1795894304960u);
    CHECK_EQ(row->arrived_ms, AGENT_RIG_NOW_MS);
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    CHECK_EQ(journal_exchange_answer(x)->status, 200);
    journal_exchange_free(x);
    agent_rig_end();
}

/* Every byte there is, NUL first, in pieces of any size: to the handler and the journal. */
static void test_body_is_byte_exact(void)
{
    static uint8_t body[3 * 256 + 1];

    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (uint8_t)i;
    for (size_t chunk = 1; chunk <= 16384; chunk = chunk * 5 + 2) {
        agent_rig_open();
        CHECK(agent_rig_link(chunk));
        send_and_finish(&(struct agent_rig_request){.body = span_of(body, sizeof body)});
        CHECK_EQ(log_.status, 200);
        CHECK_EQ(agent_rig.spy.verdict, VERDICT_VALID);
        CHECK(span_is(bytes_span(&agent_rig.spy.body), span_of(body, sizeof body)));
        exchange_log_fini(&log_);
        agent_rig_stop();
        struct journal_exchange *x = agent_rig_read("last");
        CHECK(span_is(journal_exchange_request_body(x), span_of(body, sizeof body)));
        journal_exchange_free(x);
        agent_rig_end();
    }
}

static void test_empty_body(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    send_and_finish(&(struct agent_rig_request){.body = {0}});
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.spy.verdict, VERDICT_VALID);
    CHECK_EQ(bytes_len(&agent_rig.spy.body), 0);
    stop_and_end();
}

static void test_answers_pass_as_they_are(void)
{
    static const struct {
        unsigned status;
        struct span body;
    } answers[] = {{200, {"", 0}},   {204, {"", 0}},       {302, {"moved", 5}},
                   {404, {"no", 2}}, {500, {"\0\xff", 2}}, {599, {"odd", 3}}};

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        agent_rig_open();
        CHECK(agent_rig_link(4096));
        agent_rig.spy.status = answers[i].status;
        agent_rig.spy.answer = answers[i].body;
        send_and_finish(&(struct agent_rig_request){.body = SPAN("{}")});
        CHECK_EQ(log_.status, answers[i].status);
        CHECK_EQ(log_.body_len, answers[i].body.len);
        CHECK(span_ends(bytes_span(&log_.text), answers[i].body));
        CHECK_EQ(agent_rig.last.status, answers[i].status);
        stop_and_end();
    }
}

/* --- verdicts --- */

static void test_wrong_signature(void)
{
    agent_rig_open();
    CHECK(agent_rig_link(4096));
    send_and_finish(&(struct agent_rig_request){.body = span_text(event_body()),
                                                .secret = "another secret"});
    CHECK_EQ(log_.interims, 1); /* recorded nevertheless */
    CHECK_EQ(log_.status, 401);
    CHECK_EQ(agent_rig.spy.calls, 0);
    CHECK_EQ(agent_rig.last.verdict, VERDICT_INVALID);
    CHECK_EQ(agent_rig.last.status, 401);
    CHECK(agent_rig.last.explanation[0]);
    CHECK_STR(agent_rig.last.error, "");
    CHECK_STR(agent_rig.last.event_type, "message");
    /* The cause is not for strangers. */
    CHECK(!heard(agent_rig.last.explanation));
    exchange_log_fini(&log_);
    agent_rig_stop();
    struct journal_exchange *x = agent_rig_read("last");
    CHECK_EQ(journal_exchange_row(x)->verdict, VERDICT_INVALID);
    CHECK(journal_exchange_row(x)->explanation.len > 0);
    CHECK(span_is(journal_exchange_row(x)->handler, SPAN("hookline")));
    CHECK(journal_exchange_answer(x) == NULL);
    journal_exchange_free(x);
    agent_rig_end();
}

static void check_verdict(const struct agent_rig_request *request, enum verdict want,
                          unsigned status)
{
    CHECK(agent_rig_link(4096));
    send_and_finish(request);
    CHECK_EQ(log_.status, status);
    CHECK_EQ(agent_rig.last.verdict, want);
    CHECK_EQ(agent_rig.spy.calls, status == 200);
    CHECK(status != 200 || agent_rig.spy.verdict == want);
    stop_and_end();
}

static void test_missing_signature(void)
{
    agent_rig_open();
    check_verdict(&(struct agent_rig_request){.body = SPAN("{}"), .unsigned_ = true},
                  VERDICT_MISSING, 401);
}

/* No secret: nothing can be checked, so everything passes. */
static void test_unchecked(void)
{
    for (int is_signed = 0; is_signed <= 1; is_signed++) {
        agent_rig_open();
        agent_rig.options.secrets_len = 0;
        check_verdict(&(struct agent_rig_request){.body = SPAN("{}"), .unsigned_ = !is_signed},
                      VERDICT_UNCHECKED, 200);
    }
}

static void test_pass_invalid(void)
{
    agent_rig_open();
    agent_rig.options.pass_invalid = true;
    check_verdict(&(struct agent_rig_request){.body = SPAN("{}"), .secret = "other"},
                  VERDICT_INVALID, 200);
    agent_rig_open();
    agent_rig.options.pass_invalid = true;
    check_verdict(&(struct agent_rig_request){.body = SPAN("{}"), .unsigned_ = true},
                  VERDICT_MISSING, 200);
}

static void test_second_secret(void)
{
    struct signature_secret secrets[2];

    agent_rig_open();
    secrets[0] = secrets[1] = agent_rig.secret;
    secrets[0].secret = SPAN("ffffffffffffffffffffffffffffffff");
    secrets[1].label = "secret 2";
    agent_rig.options.secrets = secrets;
    agent_rig.options.secrets_len = 2;
    CHECK(agent_rig_link(4096));
    send_and_finish(&(struct agent_rig_request){.body = SPAN("{}")});
    exchange_log_fini(&log_);
    agent_rig_stop();
    struct journal_exchange *x = agent_rig_read("last");
    CHECK(span_is(journal_exchange_row(x)->secret_label, SPAN("secret 2")));
    journal_exchange_free(x);
    agent_rig_end();
}

/* --- the same delivery again --- */

static void test_duplicate_delivery(void)
{
    const struct agent_rig_request request = {.body = span_text(event_body())};

    agent_rig_open();
    CHECK(agent_rig_link(4096));
    send_and_finish(&request);
    exchange_log_fini(&log_);
    for (int i = 0; i < 3; i++) {
        agent_rig.spy.status = 500; /* would be seen */
        send_and_finish(&request);
        exchange_log_check(&log_, "102\n200 end\n");
        exchange_log_fini(&log_);
    }
    CHECK_EQ(agent_rig.spy.calls, 1);
    CHECK_EQ(agent_rig.summaries, 1); /* nobody needs to hear of it */
    agent_rig_stop();
    CHECK_EQ(journal_rig_count(NULL), 1);
    struct journal_exchange *x = agent_rig_read("last");
    CHECK_EQ(journal_exchange_row(x)->status, 200);
    CHECK(span_is(journal_exchange_row(x)->handler, SPAN("spy")));
    CHECK_EQ(journal_exchange_row(x)->error.len, 0);
    journal_exchange_free(x);
    agent_rig_end();
}

/* The relay did not hear *stored*, and asks again while the bot still works. */
static void test_duplicate_while_the_first_is_under_way(void)
{
    const struct agent_rig_request request = {.body = span_text(event_body())};
    struct exchange_log second = {0};

    agent_rig_open();
    agent_rig.spy.holds = true;
    CHECK(agent_rig_link(4096));
    CHECK_EQ(agent_rig_send(&log_, &request), OK);
    agent_rig_wait(&agent_rig.spy.requests, 1);
    CHECK_EQ(agent_rig_send(&second, &request), OK);
    agent_rig_finish(&second);
    exchange_log_check(&second, "102\n200 end\n");
    exchange_log_fini(&second);
    spy_handler_answer(&agent_rig.spy);
    agent_rig_finish(&log_);
    CHECK_EQ(log_.status, 200);
    CHECK_EQ(agent_rig.spy.calls, 1);
    exchange_log_fini(&log_);
    agent_rig_stop();
    CHECK_EQ(journal_rig_count(NULL), 1);
    struct journal_exchange *x = agent_rig_read("last");
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    journal_exchange_free(x);
    agent_rig_end();
}

CHECK_MAIN(TEST(test_stored_then_handled_then_answered), TEST(test_what_is_recorded_and_told),
           TEST(test_body_is_byte_exact), TEST(test_empty_body),
           TEST(test_answers_pass_as_they_are), TEST(test_wrong_signature),
           TEST(test_missing_signature), TEST(test_unchecked), TEST(test_pass_invalid),
           TEST(test_second_secret), TEST(test_duplicate_delivery),
           TEST(test_duplicate_while_the_first_is_under_way))
