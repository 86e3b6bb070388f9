/* The request of a replay: what was recorded, our marks, and what is to be changed. */
#include "relay-client/replay/replay_request.h"

#include "base/mem.h"
#include "relay-client/agent/agent_context.h"
#include "unit/check.h"
#include "unit/disk_faults.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/replay_rig.h"

/* --- as it was --- */

static void test_unchanged(void)
{
    replay_rig_begin("POST");
    replay_rig_field("content-type", "application/json");
    replay_rig_field("content-length", "5");
    replay_rig_field("x-line-signature", "c2lnbmF0dXJl");
    replay_rig_field("x-dup", "1");
    replay_rig_field("x-dup", "2");
    replay_rig_record("hello");
    CHECK_EQ(replay_rig_make((struct replay_plan){
                 .body = journal_exchange_request_body(replay_rig.exchange)}),
             OK);
    CHECK(span_is(replay_rig.request.head.method, SPAN("POST")));
    CHECK(span_is(replay_rig.request.head.target, SPAN("/callback?a=%20")));
    CHECK(span_is(replay_rig.request.head.authority, SPAN("mybot.relay.example.com")));
    CHECK(span_is(replay_rig.request.body, SPAN("hello")));
    replay_rig_check_field(AGENT_FIELD_REPLAY_OF, "1");
    replay_rig_check_field(AGENT_FIELD_TARGET, NULL);
    replay_rig_check_field("content-length", "5");
    replay_rig_check_field("content-type", "application/json");
    replay_rig_check_field("x-line-signature",
                           "c2lnbmF0dXJl"); /* the recorded one, right or wrong */
    CHECK_EQ(http_head_count(&replay_rig.request.head, "x-dup"), 2);
    replay_rig_end();
}

static void test_length_is_the_new_bodys(void)
{
    replay_rig_begin("POST");
    replay_rig_field("Content-Length", "5");
    replay_rig_record("hello");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("hello, world")}), OK);
    replay_rig_check_field("content-length", "12");
    CHECK(span_is(replay_rig.request.body, SPAN("hello, world")));
    replay_rig_end();
}

/* It had no body, so it says nothing of one. */
static void test_no_body(void)
{
    replay_rig_begin("GET");
    replay_rig_record("");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("")}), OK);
    replay_rig_check_field("content-length", NULL);
    replay_rig_end();
    replay_rig_begin("POST");
    replay_rig_field("content-length", "0");
    replay_rig_record("");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("")}), OK);
    replay_rig_check_field("content-length", "0");
    replay_rig_end();
}

static void test_target(void)
{
    replay_rig_begin("POST");
    replay_rig_record("x");
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("x"), .target = "staging"}), OK);
    replay_rig_check_field(AGENT_FIELD_TARGET, "staging");
    replay_rig_end();
}

static void test_fullest_head(void)
{
    for (int extra = 0; extra <= 1; extra++) {
        replay_rig_begin("POST");
        for (unsigned i = 0; i < HTTP_FIELDS_MAX - 3 + (unsigned)extra; i++)
            replay_rig_field("x-field", "value");
        replay_rig_record("x");
        CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("x"), .target = "staging"}),
                 extra ? ERR_HEADERS_TOO_LARGE : OK);
        replay_rig_end();
    }
}

static void record_line(void)
{
    replay_rig_begin("POST");
    replay_rig_field("x-line-signature", "old");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record("{\"a\":1}");
}

/* --- other fields --- */

#define FIELD(name_, value_)                                                                   \
    {                                                                                          \
        .name = {(name_), sizeof(name_) - 1}, .value = {(value_), sizeof(value_) - 1 }         \
    }

static void test_other_fields(void)
{
    static const struct http_field given[] = {
        FIELD("X-New", "1"),
        FIELD("x-new", ""),
        FIELD("Content-Length", "9"),
        FIELD("Host", "elsewhere"),
        FIELD("connection", "close"),
        FIELD("Transfer-Encoding", "chunked"),
        FIELD("expect", "100-continue"),
    };

    replay_rig_begin("POST");
    replay_rig_field("x-old", "1");
    replay_rig_field("content-length", "1");
    replay_rig_record("x");
    CHECK_EQ(replay_rig_make(
                 (struct replay_plan){.body = SPAN("x"), .fields = given, .fields_len = 7}),
             OK);
    CHECK_EQ(http_head_count(&replay_rig.request.head, "x-new"), 2);
    replay_rig_check_field("content-length", "1");
    replay_rig_check_field("x-old", NULL);
    replay_rig_check_field("host", NULL);
    replay_rig_check_field("connection", NULL);
    replay_rig_check_field("transfer-encoding", NULL);
    replay_rig_check_field("expect", NULL);
    CHECK(span_is(replay_rig.request.head.authority, SPAN("mybot.relay.example.com")));
    replay_rig_end();
}

/* What the page did not see stays: the n-th of a name for the n-th of that name. */
static void test_hidden_fields(void)
{
    static const struct http_field given[] = {
        {.name = {"Cookie", 6}, .secret = true},
        FIELD("cookie", "shown"),
        {.name = {"cookie", 6}, .secret = true},
        {.name = {"Authorization", 13}, .secret = true},
    };

    replay_rig_begin("POST");
    replay_rig_field("cookie", "one");
    replay_rig_field("cookie", "two");
    replay_rig_field("cookie", "three");
    replay_rig_record("x");
    CHECK_EQ(replay_rig_make(
                 (struct replay_plan){.body = SPAN("x"), .fields = given, .fields_len = 4}),
             OK);
    CHECK_EQ(replay_rig.request.head.fields_len, 3 + 2); /* our mark, and the length */
    CHECK(span_is(replay_rig.request.head.fields[0].value, SPAN("one")));
    CHECK(span_is(replay_rig.request.head.fields[1].value, SPAN("shown")));
    CHECK(span_is(replay_rig.request.head.fields[2].value, SPAN("three")));
    replay_rig_end();
}

static void test_fields_that_cannot_be(void)
{
    static const struct http_field bad[] = {
        FIELD("a", "x\r\ny: z"), FIELD("a", "x\n"),      FIELD("a", "x\ry"), FIELD("a", "x\0y"),
        FIELD("a", " x"),        FIELD("a\r\nb", "x"),   FIELD("a b", "x"),  FIELD("", "x"),
        FIELD("a:", "x"),        FIELD("\xc3\xa4", "x"),
    };
    static const struct http_field ours[] = {FIELD("Hookline-Target", "staging"),
                                             FIELD("hookline-replay-of", "7")};

    record_line();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(replay_rig_make((struct replay_plan){
                     .body = SPAN("x"), .fields = &bad[i], .fields_len = 1}),
                 ERR_SYNTAX);
        CHECK(*replay_rig.request.detail);
    }
    for (size_t i = 0; i < 2; i++)
        CHECK_EQ(replay_rig_make((struct replay_plan){
                     .body = SPAN("x"), .fields = &ours[i], .fields_len = 1}),
                 ERR_DENIED);
    replay_rig_end();
}

/* --- to the public address --- */

static void test_publicly(void)
{
    record_line();
    CHECK_EQ(
        replay_rig_make((struct replay_plan){.body = SPAN("{\"a\":1}"),
                                             .public_authority = SPAN("relay.example.com:8443"),
                                             .public_prefix = SPAN("/mybot")}),
        OK);
    CHECK(span_is(replay_rig.request.head.authority, SPAN("relay.example.com:8443")));
    CHECK(span_is(replay_rig.request.head.target, SPAN("/mybot/callback?a=%20")));
    replay_rig_check_field(AGENT_FIELD_REPLAY_OF, NULL);
    replay_rig_check_field("x-line-signature", "old");
    CHECK_EQ(
        replay_rig_make((struct replay_plan){
            .body = SPAN("{\"a\":1}"), .public_authority = SPAN("mybot.relay.example.com")}),
        OK);
    CHECK(span_is(replay_rig.request.head.target, SPAN("/callback?a=%20")));
    replay_rig_end();
}

/* --- new events --- */

#define EVENT                                                                                  \
    "{\"events\":[{\"replyToken\":\"x\",\"deliveryContext\":{\"isRedelivery\":false}}]}"

static void test_new_events_are_signed(void)
{
    replay_rig_begin("POST");
    replay_rig_field("x-line-signature", "old");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record(EVENT);
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN(EVENT), .is_fresh = true}), OK);
    CHECK_EQ(replay_rig.request.renewed, 1);
    CHECK_EQ(replay_rig_verdict(), VERDICT_VALID);
    CHECK(!span_is(replay_rig.request.body, SPAN(EVENT)));
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN(EVENT), .is_redelivery = true}),
             OK);
    CHECK_EQ(replay_rig.request.marked, 1);
    CHECK_EQ(replay_rig_verdict(), VERDICT_VALID);
    replay_rig_end();
}

/* A default that changes nothing where there is nothing; what cannot be is said. */
static void test_no_events(void)
{
    record_line();
    CHECK_EQ(replay_rig_make((struct replay_plan){.body = SPAN("no JSON"), .is_fresh = true}),
             OK);
    CHECK(span_is(replay_rig.request.body, SPAN("no JSON")));
    CHECK_EQ(
        replay_rig_make((struct replay_plan){.body = SPAN("no JSON"), .is_redelivery = true}),
        ERR_SYNTAX);
    replay_rig_end();
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    replay_rig_begin("POST");
    replay_rig_field("x-line-signature", "old");
    replay_rig_secret("line", REPLAY_RIG_SECRET);
    replay_rig_record(EVENT);
    for (unsigned long n = 1; !is_untouched; n++) {
        mem_fail_at(n);
        enum err rc =
            replay_rig_make((struct replay_plan){.body = SPAN(EVENT),
                                                 .is_fresh = true,
                                                 .public_authority = SPAN("a.example"),
                                                 .public_prefix = SPAN("/b")});
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
    }
    replay_rig_end();
}

CHECK_MAIN(TEST(test_unchanged), TEST(test_length_is_the_new_bodys), TEST(test_no_body),
           TEST(test_target), TEST(test_fullest_head), TEST(test_other_fields),
           TEST(test_hidden_fields), TEST(test_fields_that_cannot_be), TEST(test_publicly),
           TEST(test_new_events_are_signed), TEST(test_no_events), TEST(test_memory_runs_out))
