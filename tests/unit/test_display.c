#include "relay-client/display/display.h"

#include "tests/unit/check.h"
#include "tests/unit/support/display_rig.h"

#include <unistd.h>

/* ---- the header ---- */

static void test_header(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_rig_status(AGENT_CONNECTING, "", 0);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "connecting"));
    CHECK(fake_terminal_find(&display_rig.terminal, "comes with the first link"));
    display_rig_status(AGENT_LINKED, "", 0);
    display_rig_advance_ms(50);
    display_rig_look();
    CHECK_STR(display_rig.terminal.lines[2], "Session     linked, round trip 23 ms");
    CHECK_STR(display_rig.terminal.lines[3], "Public URL  https://mybot.relay.example.com");
    CHECK_STR(display_rig.terminal.lines[4], "Forwards to http://127.0.0.1:8000/callback");
    CHECK_STR(display_rig.terminal.lines[5], "Journal     /var/lib/hookline/journal.db");
    CHECK(fake_terminal_find(&display_rig.terminal, "Waiting for the first request"));
    display_rig_close();
    CHECK_STR(display_rig.terminal.lines[2], "Session     stopped");
}

static void test_what_was_on_the_screen_goes_into_the_history(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_rig.terminal.row = 1; /* where the shell left the cursor */
    display_rig_status(AGENT_CONNECTING, "", 0);
    display_rig_look();
    CHECK_EQ(display_rig.terminal.history_len, 1);
    CHECK_STR(display_rig.terminal.history[0], "$ hookline up");
    display_rig_close();
}

static void test_waiting_counts_down(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_rig_status(AGENT_WAITING, "relay.example.com: connection refused", 4000);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "waiting 4 s, then try 2"));
    CHECK(fake_terminal_find(&display_rig.terminal,
                             "            relay.example.com: connection refused"));
    for (unsigned left = 3; left > 0; left--) {
        char want[64];

        display_rig_advance_ms(1000);
        display_rig_look();
        (void)snprintf(want, sizeof(want), "waiting %u s, then", left);
        CHECK(fake_terminal_find(&display_rig.terminal, want));
    }
    display_rig_advance_ms(1000);
    display_rig_look();
    display_rig_advance_ms(1000);
    CHECK_EQ(display_rig_read(), 0); /* nothing more to count */
    CHECK(fake_terminal_find(&display_rig.terminal, "waiting, now try 2"));
    display_rig_status(AGENT_WAITING, "the link was closed", 0);
    display_rig_advance_ms(100);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "waiting, now try 2"));
    display_rig_status(AGENT_REPLACED, "another agent linked this tunnel", 0);
    display_rig_advance_ms(100);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "Session     replaced"));
    display_rig_advance_ms(100);
    display_rig_status(AGENT_REFUSED, "the token is not known", 30000);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "refused, next try in 30 s"));
    display_rig_close();
}

static void test_counts(void)
{
    display_rig_open(DISPLAY_TERMINAL, 120, 24);
    display_rig_number(1);
    display_rig_exchange(
        (struct summary){.webhook = true, .verdict = VERDICT_INVALID, .status = 401});
    display_rig_exchange(
        (struct summary){.webhook = true, .verdict = VERDICT_MISSING, .status = 401});
    display_rig_exchange(
        (struct summary){.webhook = true, .verdict = VERDICT_VALID, .error = "down"});
    display_rig_exchange((struct summary){.status = 200, .target = SPAN("/")});
    display_rig_advance_ms(50);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal,
                             "Webhooks    4   2 valid   2 invalid   1 failed   "
                             "1 other request"));
    display_rig_close();
}

static void test_unfinished_in_the_header(void)
{
    struct agent_status s = {.state = AGENT_LINKED,
                             .url = "https://a",
                             .detail = "",
                             .rtt_us = 23400,
                             .kept = 5,
                             .pending = 2,
                             .aside = 1};

    display_rig_open(DISPLAY_TERMINAL, 80, 24);
    display_status(display_rig.display, &s);
    display_rig_look();
    CHECK_STR(display_rig.terminal.lines[2],
              "Session     linked, round trip 23 ms, inbox 5 kept, draining");
    CHECK(fake_terminal_find(
        &display_rig.terminal,
        "Webhooks    0   0 valid   0 invalid   0 failed   2 pending   1 set aside"));
    CHECK(!fake_terminal_find(&display_rig.terminal, "Waiting for the first request"));
    s.kept = s.pending = s.aside = 0;
    display_status(display_rig.display, &s);
    display_rig_advance_ms(50);
    display_rig_look();
    CHECK_STR(display_rig.terminal.lines[2], "Session     linked, round trip 23 ms");
    CHECK(!fake_terminal_find(&display_rig.terminal, "pending"));
    CHECK(fake_terminal_find(&display_rig.terminal, "Waiting for the first request"));
    display_rig_close();
}

/* One that comes again is not counted again, but what became of it is. */
static void test_what_comes_again_is_counted_once(void)
{
    struct summary s = {.id = 7,
                        .webhook = true,
                        .verdict = VERDICT_VALID,
                        .status = 200,
                        .by = JOURNAL_BY_GUARD,
                        .outcome = JOURNAL_PENDING,
                        .attempts = 1,
                        .error = "connection refused"};

    display_rig_open(DISPLAY_TERMINAL, 120, 30);
    display_rig_exchange(s);
    display_rig_advance_ms(50);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal,
                             "Webhooks    1   1 valid   0 invalid   0 failed"));
    CHECK(fake_terminal_find(&display_rig.terminal, "no events guard, pending  "));
    CHECK(fake_terminal_find(&display_rig.terminal, "Attempt 1 failed, it waits for its turn: "
                                                    "connection refused"));
    s.is_again = true;
    s.outcome = JOURNAL_FINAL;
    s.error = NULL;
    s.bot_status = 503;
    s.total_us = 60000000;
    display_rig_exchange(s);
    display_rig_advance_ms(50);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal,
                             "Webhooks    1   1 valid   0 invalid   1 failed"));
    CHECK(fake_terminal_find(&display_rig.terminal, "no events guard, late, bot 503  "));
    display_rig_close();
}

static void test_an_invalid_signature_is_explained(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_rig_exchange((struct summary){
        .webhook = true,
        .verdict = VERDICT_INVALID,
        .status = 401,
        .event_type = "follow",
        .events_len = 1,
        .explanation = "The signature was made with another channel's secret. Copy the secret "
                       "of this channel from the LINE Developers Console."});
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "\u2717      1  POST /callback   follow"));
    CHECK(fake_terminal_find(&display_rig.terminal,
                             "                    The signature was made with"));
    CHECK(
        fake_terminal_find(&display_rig.terminal, "                    channel from the LINE"));
    display_rig_close();
}

/* Every exchange is on the screen or in the history, once. */
static void check_all_are_somewhere(unsigned numbers)
{
    for (unsigned i = 0; i < numbers; i++) {
        char part[32];

        (void)snprintf(part, sizeof(part), "番号 %u.", i);
        CHECK_EQ(fake_terminal_count_history(&display_rig.terminal, part) +
                     (fake_terminal_find(&display_rig.terminal, part) ? 1 : 0),
                 1);
    }
}

static void test_lines_scroll_into_the_history(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    for (unsigned i = 0; i < 500; i++) {
        display_rig_number(i);
        display_rig_advance_ms(i % 3 * 20);
        display_rig_look();
    }
    display_rig_advance_ms(50);
    display_rig_look();
    check_all_are_somewhere(500);
    CHECK_EQ(fake_terminal_count_history(&display_rig.terminal, "Session"), 0);
    CHECK(fake_terminal_find(&display_rig.terminal, "Session"));
    CHECK(fake_terminal_find(&display_rig.terminal, "番号 499."));
    display_rig_close();
}

static void test_a_header_that_grows_and_shrinks_repeats_nothing(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    for (unsigned i = 0; i < 60; i++) {
        display_rig_number(i);
        display_rig_status(i % 2 ? AGENT_LINKED : AGENT_WAITING,
                           i % 2 ? "" : "the relay is gone", 0);
        display_rig_advance_ms(50);
        display_rig_look();
    }
    for (unsigned i = 0; i < 60; i++) {
        char part[32];

        (void)snprintf(part, sizeof(part), "番号 %u.", i);
        CHECK(fake_terminal_count_history(&display_rig.terminal, part) <= 1);
    }
    display_rig_close();
}

static void test_pictures_are_coalesced(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    for (unsigned ms = 0; ms < 1000; ms++) { /* a second with 8,000 exchanges */
        for (unsigned i = 0; i < 8; i++)
            display_rig_number(ms * 8 + i);
        display_rig_advance_ms(1);
        display_rig_look();
    }
    CHECK(display_rig.terminal.frames <= 21);
    CHECK(display_rig.terminal.frames >= 19);
    CHECK(fake_terminal_count_history(&display_rig.terminal, " more: hookline list") > 0);
    CHECK(fake_terminal_find(&display_rig.terminal, "Webhooks    8000   8000 valid") ||
          fake_terminal_find(&display_rig.terminal, "Webhooks    79"));
    display_rig_close();
    CHECK(fake_terminal_find(&display_rig.terminal, "Webhooks    8000   8000 valid"));
    CHECK(fake_terminal_find(&display_rig.terminal, "番号 7999."));
}

static void test_a_single_exchange_is_shown_at_once(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_rig_status(AGENT_LINKED, "", 0);
    display_rig_advance_ms(500);
    display_rig_look();
    display_rig_number(1);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "番号 1."));
    display_rig_close();
}

static void test_resize(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    for (unsigned i = 0; i < 40; i++)
        display_rig_number(i);
    display_rig_advance_ms(50);
    display_rig_look();
    for (unsigned columns = 1; columns <= 250; columns += 3) {
        unsigned rows = 1 + columns % FAKE_TERMINAL_ROWS_MAX;

        display_rig.terminal.columns = columns < 60 ? 100 : columns; /* narrower ones wrap */
        display_rig.terminal.rows = rows;
        display_rig.terminal.row =
            display_rig.terminal.row < rows ? display_rig.terminal.row : rows - 1;
        display_resize(display_rig.display, columns, rows);
        display_rig_advance_ms(50);
        display_rig_look();
        if (columns >= 60 && rows >= 8)
            CHECK(fake_terminal_find(&display_rig.terminal, "    40  "));
    }
    display_rig_close();
}

static void test_small_terminals_just_scroll(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 5);
    for (unsigned i = 0; i < 20; i++)
        display_rig_number(i);
    display_rig_advance_ms(50);
    display_rig_look();
    check_all_are_somewhere(20);
    CHECK(!fake_terminal_find(&display_rig.terminal, "Session"));
    display_rig_close();
}

static void test_notes(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    display_note(display_rig.display, "the disk is full\x1b[2J");
    display_note(display_rig.display, "");
    display_note(display_rig.display, NULL);
    display_rig_look();
    CHECK(fake_terminal_find(&display_rig.terminal, "the disk is full\\x1B[2J"));
    display_rig_close();
}

static void test_a_stopped_terminal_gets_one_picture_later(void)
{
    display_rig_open(DISPLAY_TERMINAL, 100, 24);
    while (write(display_rig.ends[1], "", 1) == 1) /* full, as after Ctrl-S */
        continue;
    for (unsigned i = 0; i < 2000; i++) {
        display_rig_number(i);
        display_rig_advance_ms(5);
    }
    for (size_t len = display_rig_read(); len > 0; len = display_rig_read()) {
        size_t skip = 0;

        while (skip < len && display_rig.text[skip] == '\0')
            skip++;
        fake_terminal_feed(&display_rig.terminal, span_of(display_rig.text + skip, len - skip));
        display_rig_advance_ms(50);
    }
    CHECK(display_rig.terminal.frames <= 4);
    CHECK(fake_terminal_find(&display_rig.terminal, "番号 1999."));
    display_rig_close();
}

CHECK_MAIN(TEST(test_header), TEST(test_what_was_on_the_screen_goes_into_the_history),
           TEST(test_waiting_counts_down), TEST(test_counts),
           TEST(test_unfinished_in_the_header), TEST(test_what_comes_again_is_counted_once),
           TEST(test_an_invalid_signature_is_explained),
           TEST(test_lines_scroll_into_the_history),
           TEST(test_a_header_that_grows_and_shrinks_repeats_nothing),
           TEST(test_pictures_are_coalesced), TEST(test_a_single_exchange_is_shown_at_once),
           TEST(test_resize), TEST(test_small_terminals_just_scroll), TEST(test_notes),
           TEST(test_a_stopped_terminal_gets_one_picture_later))
