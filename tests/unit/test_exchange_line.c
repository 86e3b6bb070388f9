#include "relay-client/display/exchange_line.h"

#include "base/mem.h"
#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/support/fake_terminal.h"

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

static void test_a_message(void)
{
    check_line(
        100, sample(),
        "12:06:40  \u2713    128  POST /callback   message.text \"こんにちは\"              "
        "            200    12 ms\n");
    check_line(80, sample(),
               "12:06:40  \u2713    128  /callback   text \"こんにちは\"                   200 "
               "   12 ms\n");
    check_line(0, sample(),
               "2026-11-21 12:06:40  valid       128  POST /callback    message.text "
               "\"こんにちは\"            200    12 ms\n");
}

static void test_heading_stands_above_its_columns(void)
{
    struct exchange_layout layout;
    struct bytes out;
    struct page p;

    bytes_init(&out, 4096);
    page_init(&p, &out, false);
    exchange_line_layout(&layout, 90, 999);
    exchange_line_heading(&p, &layout);
    CHECK_EQ(page_end(&p), OK);
    const char *want = "TIME      OK    ID  REQUEST       EVENT                                "
                       "    STATUS     TOOK\n";
    CHECK_EQ(bytes_len(&out), strlen(want));
    CHECK_MEM(bytes_peek(&out), want, strlen(want));
    bytes_fini(&out);
}

static void test_verdicts(void)
{
    struct exchange_line x = sample();

    x.verdict = VERDICT_INVALID;
    x.explanation = SPAN("The signature was made with another channel's secret.");
    CHECK(strstr(print(90, false, &x), "\u2717    128"));
    CHECK(strstr(print(90, false, &x), "\n                    The signature was made with"));
    CHECK(strstr(print(0, false, &x), "  invalid  "));
    x.verdict = VERDICT_MISSING;
    CHECK(strstr(print(90, false, &x), "?    128"));
    x.verdict = VERDICT_UNCHECKED;
    CHECK(strstr(print(90, false, &x), "-    128"));
    CHECK(!strstr(print(90, false, &x), "another channel"));
    x.verdict = VERDICT_MISSING; /* not a webhook: nobody expects a signature */
    x.webhook = false;
    CHECK(!strstr(print(90, false, &x), "?"));
    CHECK(!strstr(print(90, false, &x), "another channel"));
}

static void test_explanations_are_wrapped(void)
{
    struct exchange_line x = sample();

    x.verdict = VERDICT_INVALID;
    x.explanation = SPAN("one two three four five six seven eight nine ten eleven twelve");
    CHECK(strstr(print(60, false, &x),
                 "\n                    one two three four five six seven eight"
                 "\n                    nine ten eleven twelve\n"));
    CHECK(strstr(print(0, false, &x), "six seven eight nine ten eleven twelve\n"));
}

static void test_no_answer(void)
{
    struct exchange_line x = sample();

    x.status = 0;
    x.error = SPAN("connection refused");
    CHECK(strstr(print(90, false, &x),
                 "     -    12 ms\n                    connection refused\n"));
    CHECK(exchange_line_is_failed(&x));
    x.is_under_way = true;
    x.error = SPAN("");
    CHECK(strstr(print(90, false, &x), "    ..         \n"));
    CHECK(!exchange_line_is_failed(&x));
}

static void test_failed(void)
{
    struct exchange_line x = sample();

    CHECK(!exchange_line_is_failed(&x));
    x.status = 499;
    CHECK(!exchange_line_is_failed(&x));
    x.status = 500;
    CHECK(exchange_line_is_failed(&x));
    x.status = 200;
    x.error = SPAN("the bot closed the connection");
    CHECK(exchange_line_is_failed(&x));
}

static void test_replays_and_more_events_are_never_cut(void)
{
    struct exchange_line x = sample();

    x.event_text =
        SPAN("a text that is much longer than there is room for in a line, or in two");
    x.events_len = 3;
    x.replay_of = 97;
    for (size_t columns = 72; columns < 120; columns++)
        CHECK(strstr(print(columns, false, &x), " +2 replay of 97 "));
    CHECK(strstr(print(100, false, &x), "..\" +2 replay of 97 "));
    CHECK(strstr(print(0, false, &x), "or in two\" +2 replay of 97 "));
}

static void test_a_request_without_events_uses_their_column(void)
{
    struct exchange_line x = sample();

    x.webhook = false;
    x.events_len = 0;
    x.event_type = x.message_type = x.event_text = SPAN("");
    x.method = SPAN("GET");
    x.target = SPAN("/liff/index.html?liff.state=%2Fbooking");
    CHECK(strstr(print(90, false, &x), "GET /liff/index.html?liff.state=%2Fbooking  "));
    x.webhook = true;
    CHECK(strstr(print(90, false, &x), "no events  "));
}

static void test_late_and_wrong_have_colours(void)
{
    struct exchange_line x = sample();

    CHECK(!strstr(print(90, true, &x), "\x1b[33m"));
    CHECK(!strstr(print(90, true, &x), "\x1b[31m"));
    x.total_us = 1500000;
    CHECK(!strstr(print(90, true, &x), "\x1b[33m"));
    x.total_us = 1500001;
    CHECK(strstr(print(90, true, &x), "\x1b[33m  1.5 s"));
    x.by = JOURNAL_BY_INBOX; /* LINE had its answer long before */
    CHECK(strstr(print(90, true, &x), "\x1b[0m  1.5 s"));
    x.status = 500;
    CHECK(strstr(print(90, true, &x), "\x1b[31m   500"));
}

/* No line is ever wider than the terminal. */
static void check_width(const char *text, size_t columns)
{
    for (size_t len; *text; text += len + 1) {
        len = strcspn(text, "\n");
        if (text_columns(span_of(text, len)) > columns)
            (void)fprintf(stderr, "%zu columns: %.*s\n", columns, (int)len, text);
        CHECK(text_columns(span_of(text, len)) <= columns);
    }
}

static void test_every_width(void)
{
    struct exchange_line x = sample();

    x.verdict = VERDICT_INVALID;
    x.explanation =
        SPAN("署名が違います。 The signature was made with another channel's secret.");
    x.event_text = SPAN("請問今天有營業嗎？我想預約下午三點，兩位大人一位小孩，謝謝您");
    for (size_t columns = 40; columns <= 250; columns++) {
        x.replay_of = columns % 2 ? 12345678901u : 0;
        x.events_len = 1 + columns % 3;
        x.webhook = columns % 5 > 0;
        x.by = columns % 3 ? JOURNAL_BY_GUARD : JOURNAL_BY_BOT;
        x.outcome = (enum journal_outcome)(columns % 4);
        x.has_dead_token = columns % 7 == 0;
        check_width(print(columns, false, &x), columns);
    }
}

/* ---- from outside ---- */

static struct span piece(struct random *r, const uint8_t *raw, size_t size)
{
    size_t from = random_below(r, size);

    return span_of(raw + from, random_below(r, size - from));
}

static struct exchange_line hostile(struct random *r, const uint8_t *raw, size_t size)
{
    return (struct exchange_line){
        .id = random_below(r, UINT64_MAX),
        .arrived_ms = random_below(r, UINT64_MAX),
        .method = piece(r, raw, 12),
        .target = piece(r, raw, size),
        .webhook = random_below(r, 2),
        .is_under_way = random_below(r, 4) == 0,
        .verdict = (enum verdict)random_below(r, 4),
        .explanation = piece(r, raw, size),
        .error = piece(r, raw, size),
        .status = (unsigned)random_below(r, 1000),
        .total_us = random_below(r, UINT64_MAX),
        .replay_of = random_below(r, 3) ? 0 : random_below(r, UINT64_MAX),
        .by = (enum journal_answerer)random_below(r, 5),
        .outcome = (enum journal_outcome)random_below(r, 4),
        .bot_status = (unsigned)random_below(r, 1000),
        .attempts = (unsigned)random_below(r, 5),
        .next_ms = random_below(r, UINT64_MAX),
        .duplicate_of = random_below(r, 3) ? 0 : random_below(r, UINT64_MAX),
        .has_dead_token = random_below(r, 2),
        .event_type = piece(r, raw, 40),
        .message_type = piece(r, raw, 40),
        .event_text = piece(r, raw, size),
        .events_len = random_below(r, 5),
    };
}

static void test_random_bytes_are_safe(void)
{
    struct random_seeded r;
    uint8_t raw[300];

    random_seeded_init(&r, 7);
    for (unsigned round = 0; round < 5000; round++) {
        size_t columns = random_below(&r.base, 3) ? 60 + random_below(&r.base, 140) : 0;

        random_fill(&r.base, raw, sizeof(raw));
        const struct exchange_line x = hostile(&r.base, raw, sizeof(raw));
        const char *text = print(columns, false, &x);

        fake_terminal_check_plain(span_text(text));
        if (columns > 0)
            check_width(text, columns);
    }
}

static struct exchange_line of_summary(void)
{
    const struct summary s = {
        .id = 5,
        .arrived_ms = 6,
        .method = SPAN("PUT"),
        .target = SPAN("/a"),
        .webhook = true,
        .verdict = VERDICT_INVALID,
        .explanation = "why",
        .status = 401,
        .total_us = 7,
        .by = JOURNAL_BY_INBOX,
        .bot_status = 500,
        .outcome = JOURNAL_ASIDE,
        .attempts = 9,
        .next_ms = 8,
        .duplicate_of = 3,
        .has_dead_token = true,
        .replay_of = 4,
        .error = "err",
        .event_type = "message",
        .message_type = "image",
        .event_text = "t",
        .user_id = "U1",
        .events_len = 2,
    };

    return exchange_line_of_summary(&s);
}

static struct exchange_line of_row(void)
{
    const struct journal_row row = {
        .id = 5,
        .arrived_ms = 6,
        .method = SPAN("PUT"),
        .target = SPAN("/a"),
        .webhook = true,
        .answered = true,
        .verdict = VERDICT_INVALID,
        .explanation = SPAN("why"),
        .status = 401,
        .total_us = 7,
        .by = JOURNAL_BY_INBOX,
        .bot_status = 500,
        .outcome = JOURNAL_ASIDE,
        .attempts = 9,
        .next_ms = 8,
        .duplicate_of = 3,
        .has_reply_token = true, /* long expired: it is a replay */
        .event_ms = 1,
        .stored_us = 600000000,
        .replay_of = 4,
        .error = SPAN("err"),
        .event_type = SPAN("message"),
        .message_type = SPAN("image"),
        .event_text = SPAN("t"),
        .user_id = SPAN("U1"),
        .events_len = 2,
    };

    return exchange_line_of_row(&row);
}

static void test_of_summary_and_row_agree(void)
{
    const struct exchange_line a = of_summary();
    const struct exchange_line b = of_row();
    char first[1024];

    (void)snprintf(first, sizeof(first), "%s", print(0, false, &a));
    CHECK_STR(print(0, false, &b), first);
    CHECK(strstr(first, "invalid") && strstr(first, "\"t\" +1 replay of 4"));
    CHECK(span_is(a.user_id, b.user_id));
}

CHECK_MAIN(TEST(test_a_message), TEST(test_heading_stands_above_its_columns),
           TEST(test_verdicts), TEST(test_explanations_are_wrapped), TEST(test_no_answer),
           TEST(test_failed), TEST(test_replays_and_more_events_are_never_cut),
           TEST(test_a_request_without_events_uses_their_column),
           TEST(test_late_and_wrong_have_colours), TEST(test_every_width),
           TEST(test_random_bytes_are_safe), TEST(test_of_summary_and_row_agree))
