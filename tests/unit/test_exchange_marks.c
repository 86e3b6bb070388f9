/* Who answered, and what became of an exchange, in its row. */
#include "relay-client/display/exchange_marks.h"

#include "base/mem.h"
#include "tests/unit/check.h"

#include <time.h>

#define NOON_MS 1795262400000u /* 2026-11-21T12:00:00Z */

static struct exchange_line sample(void)
{
    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    return (struct exchange_line){
        .id = 128,
        .arrived_ms = NOON_MS + 400000,
        .method = SPAN("POST"),
        .target = SPAN("/callback"),
        .webhook = true,
        .verdict = VERDICT_VALID,
        .status = 200,
        .total_us = 12400,
        .event_type = SPAN("message"),
        .message_type = SPAN("text"),
        .event_text = SPAN("こんにちは"),
        .events_len = 1,
    };
}

static const char *print(size_t columns, bool colour, const struct exchange_line *x)
{
    static char text[65536];
    struct exchange_layout layout;
    struct bytes out;
    struct page p;

    bytes_init(&out, sizeof(text) - 1);
    page_init(&p, &out, colour);
    exchange_line_layout(&layout, columns, 999);
    exchange_line_print(&p, &layout, x);
    CHECK_EQ(page_end(&p), OK);
    memcpy(text, bytes_peek(&out), bytes_len(&out));
    text[bytes_len(&out)] = '\0';
    bytes_fini(&out);
    CHECK_EQ(mem_live(), 0);
    return text;
}

static void check_line(size_t columns, struct exchange_line x, const char *want)
{
    CHECK_STR(print(columns, false, &x), want);
}

static const char *mark(struct exchange_line x)
{
    static char line[1024];
    char *at, *end;

    (void)snprintf(line, sizeof(line), "%s", print(0, false, &x));
    at = strstr(line, "\" ");
    CHECK(at);
    at += 2;
    end = strstr(at, "  ");
    CHECK(end);
    while (end > at && end[-1] == ' ')
        end--;
    *end = '\0';
    return at;
}

static void test_marks(void)
{
    struct exchange_line x = sample();

    x.by = JOURNAL_BY_BOT;
    x.bot_status = 200;
    x.attempts = 1;
    CHECK_STR(mark(x), "");
    x.total_us = 2500000; /* the column TOOK says it */
    CHECK_STR(mark(x), "");
    x.by = JOURNAL_BY_GUARD;
    CHECK_STR(mark(x), "guard, late");
    x.bot_status = 500;
    CHECK_STR(mark(x), "guard, late, bot 500");
    CHECK(exchange_line_is_failed(&x));
    x.total_us = 12000; /* --answer=now */
    CHECK_STR(mark(x), "guard, bot 500");
    x.bot_status = 201;
    CHECK_STR(mark(x), "guard");
    x.by = JOURNAL_BY_INBOX;
    CHECK_STR(mark(x), "inbox");
    CHECK(!exchange_line_is_failed(&x));
    x.by = JOURNAL_BY_AGENT; /* --answer=bot, and the bot came too late */
    x.status = 502;
    CHECK_STR(mark(x), "late");
    x.bot_status = 0;
    CHECK_STR(mark(x), "");
    x.duplicate_of = 12;
    x.has_dead_token = true;
    CHECK_STR(mark(x), "duplicate of 12, token expired");
}

static void test_unfinished(void)
{
    struct exchange_line x = sample();

    x.by = JOURNAL_BY_GUARD;
    x.outcome = JOURNAL_PENDING;
    x.attempts = 3;
    x.next_ms = NOON_MS + 1000;
    x.error = SPAN("connection refused");
    CHECK_STR(mark(x), "guard, pending");
    CHECK(!exchange_line_is_failed(&x));
    check_line(100, x,
               "12:06:40  \u2713    128  POST /callback   text \"こんにちは\" guard, pending"
               "                   200         \n"
               "                    Attempt 3 failed, the next one is at 12:00:01: "
               "connection refused\n");
    x.next_ms = 0;
    CHECK(strstr(print(0, false, &x),
                 " Attempt 3 failed, it waits for its turn: connection refused\n"));
    x.attempts = 0;
    x.error = SPAN("");
    CHECK(strstr(print(0, false, &x),
                 " The bot has not been called yet, it waits for its turn.\n"));
    x.outcome = JOURNAL_ASIDE;
    x.attempts = 1;
    x.error = SPAN("no answer for 24 hours");
    CHECK_STR(mark(x), "guard, set aside");
    CHECK(strstr(print(0, false, &x), " Set aside after 1 attempt: no answer for 24 hours\n"));
    CHECK(exchange_line_is_failed(&x));
    x.outcome = JOURNAL_DROPPED;
    CHECK_STR(mark(x), "guard, dropped");
    CHECK(strstr(print(0, false, &x), " no answer for 24 hours\n"));
    x.outcome = JOURNAL_PENDING;
    x.is_under_way = true; /* nothing is known yet */
    CHECK_STR(mark(x), "guard");
}

/* Short ones stand in the row, long ones below it; the longest that there can be fits. */
static void test_place_of_marks(void)
{
    struct exchange_line x = sample();

    x.by = JOURNAL_BY_INBOX;
    CHECK(strstr(print(80, false, &x), "\" inbox "));
    x.outcome = JOURNAL_DROPPED;
    x.has_dead_token = true;
    x.bot_status = 599;
    x.duplicate_of = UINT64_MAX;
    CHECK(strstr(print(80, false, &x),
                 "    12 ms\n                    inbox, dropped, bot 599, "
                 "duplicate of 18446744073709551615,\n"
                 "                    token expired\n"));
    CHECK(strstr(print(0, false, &x), "\" inbox, dropped, bot 599, duplicate of "
                                      "18446744073709551615, token expired"));
}

CHECK_MAIN(TEST(test_marks), TEST(test_unfinished), TEST(test_place_of_marks))
