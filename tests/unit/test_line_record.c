#include "relay-client/view/line_record.h"

#include "base/mem.h"
#include "relay-client/view/delivery_view.h"
#include "tests/unit/check.h"

#include <time.h>

#define NOW 1795262400000u /* 2026-11-21T12:00:00Z */

/* Answered by the bot in 12 ms. */
static struct journal_row sample(void)
{
    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    return (struct journal_row){
        .id = 7,
        .received_ms = NOW,
        .arrived_ms = NOW + 40,
        .webhook = true,
        .answered = true,
        .status = 200,
        .by = JOURNAL_BY_BOT,
        .bot_status = 200,
        .attempts = 1,
        .stored_us = 1000,
        .handler_us = 12000,
        .total_us = 13000,
        .has_reply_token = true,
        .event_ms = NOW - 300,
    };
}

static void check(struct journal_row row, const char *of, const char *without)
{
    char buf[LINE_RECORD_SIZE];

    CHECK_STR(line_record_of(buf, &row), of);
    CHECK_STR(line_record_without(buf, &row), without);
}

/* ---- the statistics ---- */

static void test_answered_by_the_bot(void)
{
    struct journal_row row = sample();

    check(row, "OK", "");
    row.status = row.bot_status = 299;
    check(row, "OK", "");
    row.status = row.bot_status = 300;
    check(row, "error_status_code 300", "");
    row.status = 199;
    check(row, "error_status_code 199", "");
    row.status = 200;
    row.total_us = LINE_RECORD_TIMEOUT_US;
    check(row, "OK", "");
    row.total_us = LINE_RECORD_TIMEOUT_US + 1; /* --answer=bot */
    check(row, "request_timeout", "");
    row.answered_us = 900000; /* this counts, if it is known */
    check(row, "OK", "");
    row.answered = false;
    check(row, "", "");
}

static void test_answered_by_the_guard(void)
{
    struct journal_row row = sample();

    row.by = JOURNAL_BY_GUARD;
    row.answered_us = 1500000;
    row.handler_us = row.total_us = LINE_RECORD_TIMEOUT_US + 1;
    check(row, "OK", "request_timeout");
    row.handler_us = LINE_RECORD_TIMEOUT_US; /* the guard was careful */
    check(row, "OK", "OK");
    row.bot_status = 500;
    check(row, "OK", "error_status_code 500");
    row.attempts = 2; /* the first one had no answer */
    check(row, "OK", "request_timeout");
    row.is_unreachable = true;
    check(row, "OK", "could_not_connect");
    row.attempts = 1;
    row.bot_status = 0;
    row.outcome = JOURNAL_PENDING;
    check(row, "OK", "could_not_connect");
    row.is_unreachable = false;
    check(row, "OK", "request_timeout");
    row.attempts = 0; /* it waits behind others */
    check(row, "OK", "");
}

static void test_answered_by_others(void)
{
    struct journal_row row = sample();

    row.by = JOURNAL_BY_INBOX;
    row.was_answered = true;
    row.total_us = 3600000000;
    check(row, "OK", "could_not_connect");
    row.by = JOURNAL_BY_AGENT;
    row.status = 401;
    row.total_us = 2000;
    check(row, "error_status_code 401", "");
    row.by = JOURNAL_BY_NOBODY;
    row.status = 0;
    check(row, "", "");
}

/* ---- reply tokens ---- */

static void test_tokens_of_direct_ones(void)
{
    struct journal_row row = sample();

    CHECK(!line_record_was_token_dead(&row));
    row.received_ms = NOW - 100000; /* the clocks differ, no more */
    CHECK(!line_record_was_token_dead(&row));
    row.called_us = 60000000;
    CHECK(!line_record_was_token_dead(&row));
    row.called_us = 60001000;
    CHECK(line_record_was_token_dead(&row));
    row.has_reply_token = false;
    CHECK(!line_record_was_token_dead(&row));
}

static void test_tokens_of_kept_ones(void)
{
    struct journal_row row = sample();

    row.was_answered = true;
    row.by = JOURNAL_BY_INBOX;
    row.received_ms = row.arrived_ms + 1 - 60000; /* and 1 ms until it was stored */
    CHECK(!line_record_was_token_dead(&row));
    row.received_ms--;
    CHECK(line_record_was_token_dead(&row));
    row.is_redelivery = true;
    row.received_ms = row.arrived_ms;
    row.event_ms = row.arrived_ms + 1 - 1200000;
    CHECK(!line_record_was_token_dead(&row));
    row.event_ms--;
    CHECK(line_record_was_token_dead(&row));
}

static void test_tokens_of_what_did_not_arrive(void)
{
    struct journal_row row = sample();

    row.called_us = 90000000;
    row.bot_status = 0; /* it was called, and said nothing */
    CHECK(line_record_was_token_dead(&row));
    row.attempts = 0; /* refused, or repeated */
    CHECK(!line_record_was_token_dead(&row));
    CHECK(!line_record_is_token_dead(&row, row.event_ms, false, NOW + 1000000));
    row.outcome = JOURNAL_PENDING;
    row.attempts = 3;
    CHECK(!line_record_was_token_dead(&row)); /* not yet */
    CHECK(!line_record_is_token_dead(&row, row.event_ms, false, NOW + 60040));
    CHECK(line_record_is_token_dead(&row, row.event_ms, false, NOW + 60041));
    row.outcome = JOURNAL_DROPPED;
    CHECK(!line_record_is_token_dead(&row, row.event_ms, false, NOW + 1000000));
}

static void test_tokens_of_replays(void)
{
    struct journal_row row = sample();

    row.replay_of = 3;
    row.event_ms = row.arrived_ms - 70000;
    CHECK(line_record_was_token_dead(&row));
    row.event_ms = row.arrived_ms - 50000;
    CHECK(!line_record_was_token_dead(&row));
    row.event_ms = 0; /* nothing is known */
    CHECK(!line_record_was_token_dead(&row));
}

/* ---- as `show` says it ---- */

static void check_view(struct journal_row row, const char *want)
{
    char text[2048];
    struct bytes out;
    struct page p;

    bytes_init(&out, sizeof(text) - 1);
    page_init(&p, &out, false);
    delivery_view_print(&p, &row, 0);
    CHECK_EQ(page_end(&p), OK);
    memcpy(text, bytes_peek(&out), bytes_len(&out));
    text[bytes_len(&out)] = '\0';
    bytes_fini(&out);
    CHECK_STR(text, want);
    CHECK_EQ(mem_live(), 0);
}

static void test_view_of_the_bot(void)
{
    struct journal_row row = sample();

    check_view(row, "LINE got      200 from the bot after 13 ms\n");
    row.total_us = 3200000;
    check_view(row, "LINE got      200 from the bot after 3.2 s: LINE has recorded "
                    "request_timeout\n");
    row.by = JOURNAL_BY_AGENT;
    row.status = 401;
    row.total_us = 2000;
    row.attempts = row.bot_status = 0;
    check_view(row, "LINE got      401 from Hookline after 2.0 ms: LINE has recorded "
                    "error_status_code 401\n"
                    "The bot       was not called\n");
    row.replay_of = 1;
    check_view(row, "");
    row.replay_of = 0;
    row.webhook = false;
    check_view(row, "");
}

static void test_view_of_the_guard(void)
{
    struct journal_row row = sample();

    row.by = JOURNAL_BY_GUARD;
    row.answered_us = 1500000;
    row.handler_us = row.total_us = 3200000;
    check_view(row, "LINE got      200 from the relay after 1.5 s: the bot was not in time\n"
                    "The bot       said 200 after 3.2 s\n"
                    "Without us    LINE would have recorded request_timeout\n");
    row.answered_us = 2000;
    row.handler_us = row.total_us = 12000;
    check_view(row, "LINE got      200 from the relay after 2.0 ms: it does not wait for the "
                    "bot\n"
                    "The bot       said 200 after 12 ms\n"
                    "Without us    LINE would have recorded OK\n");
    row.attempts = 2; /* the first one failed at once */
    check_view(row, "LINE got      200 from the relay after 2.0 ms: the bot was not in time\n"
                    "The bot       said 200 after 12 ms, at attempt 2\n"
                    "Without us    LINE would have recorded request_timeout\n");
    row.attempts = 1;
    row.bot_status = 0;
    row.outcome = JOURNAL_PENDING;
    row.is_unreachable = true;
    row.next_ms = NOW + 8000;
    check_view(row, "LINE got      200 from the relay after 2.0 ms: the bot had not got it\n"
                    "The bot       gave no answer at 1 attempt: the next attempt is at "
                    "2026-11-21 12:00:08\n"
                    "Without us    LINE would have recorded could_not_connect\n");
}

/* Told by nobody: Hookline was gone when the relay answered. */
static void test_view_of_a_guard_that_was_not_seen(void)
{
    struct journal_row row = sample();

    row.by = JOURNAL_BY_GUARD;
    row.attempts = 2;
    row.handler_us = row.total_us = 9000000;
    check_view(row,
               "LINE got      200 from the relay, as far as is known here: the bot was not "
               "in time\n"
               "The bot       said 200 after 9.0 s, at attempt 2\n"
               "Without us    LINE would have recorded request_timeout\n");
}

static void test_view_of_the_inbox(void)
{
    struct journal_row row = sample();
    const char *first = "LINE got      200 from the relay, which kept it while no agent could "
                        "take it\n";
    const char *last = "Without us    LINE would have recorded could_not_connect\n";
    char want[512];

    row.by = JOURNAL_BY_INBOX;
    row.attempts = 4;
    row.handler_us = 7000000;
    (void)snprintf(want, sizeof(want), "%sThe bot       said 200 after 7.0 s, at attempt 4\n%s",
                   first, last);
    check_view(row, want);
    row.outcome = JOURNAL_ASIDE;
    row.bot_status = 0;
    (void)snprintf(want, sizeof(want),
                   "%sThe bot       gave no answer at 4 attempts: set aside\n%s", first, last);
    check_view(row, want);
    row.outcome = JOURNAL_DROPPED;
    (void)snprintf(want, sizeof(want), "%sThe bot       does not get it: you dropped it\n%s",
                   first, last);
    check_view(row, want);
    row.outcome = JOURNAL_PENDING;
    row.attempts = 0;
    (void)snprintf(want, sizeof(want),
                   "%sThe bot       has not been called yet: it waits for its turn\n%s", first,
                   last);
    check_view(row, want);
}

static void test_view_of_nobody(void)
{
    struct journal_row row = sample();

    row.by = JOURNAL_BY_NOBODY;
    row.status = 0;
    check_view(row, "LINE got      no answer: it was gone by then\n"
                    "The bot       said 200 after 12 ms\n");
    row.crashes = 1;
    row.bot_status = 0;
    row.outcome = JOURNAL_PENDING;
    check_view(row, "LINE got      not known here: Hookline ended before it was told\n"
                    "The bot       gave no answer at 1 attempt: it waits for its turn\n");
    row.answered = false;
    check_view(row, "LINE got      no answer yet, as far as is known here\n"
                    "The bot       has not answered yet\n");
}

CHECK_MAIN(TEST(test_answered_by_the_bot), TEST(test_answered_by_the_guard),
           TEST(test_answered_by_others), TEST(test_tokens_of_direct_ones),
           TEST(test_tokens_of_kept_ones), TEST(test_tokens_of_what_did_not_arrive),
           TEST(test_tokens_of_replays), TEST(test_view_of_the_bot),
           TEST(test_view_of_the_guard), TEST(test_view_of_a_guard_that_was_not_seen),
           TEST(test_view_of_the_inbox), TEST(test_view_of_nobody))
