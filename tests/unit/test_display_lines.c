#include "relay-client/display/display.h"

#include "base/mem.h"
#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/support/display_rig.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- lines and objects ---- */

static void test_plain_lines(void)
{
    display_rig_open(DISPLAY_PLAIN, 80, 24);
    display_rig_status(AGENT_LINKED, "", 0);
    display_rig_status(AGENT_LINKED, "", 0); /* no news */
    display_rig_number(1);
    display_note(display_rig.display, "note\nnote");
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "2026-11-21 12:00:00  linked, round trip 23 ms: "
              "https://mybot.relay.example.com -> http://127.0.0.1:8000/callback\n"
              "2026-11-21 12:00:00  valid         1  POST /callback    message.text \"番号 "
              "1.\"               200   5.0 ms\n"
              "2026-11-21 12:00:00  note\u21b5note\n");
    display_rig_status(AGENT_WAITING, "the relay is gone", 2000);
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "2026-11-21 12:00:00  waiting 2 s, then try 2: the relay is gone\n");
    display_resize(display_rig.display, 10, 10);
    CHECK_EQ(display_rig_read(), 0);
    display_rig_close_display();
    (void)display_rig_read();
    CHECK_STR(display_rig.text, "2026-11-21 12:00:00  stopped\n");
    display_rig_close();
}

static void test_json_lines(void)
{
    display_rig_open(DISPLAY_JSON, 80, 24);
    display_rig_status(AGENT_LINKED, "", 0);
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "{\"type\":\"status\",\"time\":\"2026-11-21T12:00:00.000Z\",\"state\":\"linked\","
              "\"url\":\"https://mybot.relay.example.com\",\"tunnel\":\"mybot\","
              "\"handler\":\"http://127.0.0.1:8000/callback\",\"detail\":null,\"attempt\":1,"
              "\"rtt_us\":23400,\"kept\":0,\"pending\":0,\"aside\":0}\n");
    display_rig_number(1);
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "{\"type\":\"exchange\",\"id\":1,\"arrived\":\"2026-11-21T12:00:00.000Z\","
              "\"method\":\"POST\",\"target\":\"/callback\",\"webhook\":true,\"answered\":true,"
              "\"verdict\":\"valid\",\"explanation\":null,\"status\":200,\"error\":null,"
              "\"total_us\":5000,\"replay_of\":null,\"by\":\"nobody\",\"bot_status\":null,"
              "\"outcome\":\"final\",\"attempts\":0,\"next\":null,\"duplicate_of\":null,"
              "\"token_expired\":false,\"events_len\":1,\"event\":{\"type\":"
              "\"message\",\"message_type\":\"text\",\"user_id\":null,\"text\":\"番号 1.\"},"
              "\"again\":false}\n");
    display_note(display_rig.display, "a\u202eb");
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "{\"type\":\"note\",\"time\":\"2026-11-21T12:00:00.000Z\",\"text\":"
              "\"a\\u202eb\"}\n");
    display_rig_close_display();
    (void)display_rig_read();
    CHECK(strstr(display_rig.text, "\"state\":\"stopped\""));
    display_rig_close();
}

/* What of the inbox and of pending ones is told: that there are some, and none any more. */
static void test_unfinished_in_lines(void)
{
    struct agent_status s = {
        .state = AGENT_LINKED, .url = "https://a", .detail = "", .kept = 5, .pending = 2};

    display_rig_open(DISPLAY_PLAIN, 80, 24);
    display_status(display_rig.display, &s);
    s.kept = 4;
    s.pending = 3;
    display_status(display_rig.display, &s); /* no news */
    s.kept = 0;
    s.aside = 1;
    display_status(display_rig.display, &s);
    s.pending = 0;
    display_status(display_rig.display, &s);
    (void)display_rig_read();
    CHECK_STR(display_rig.text,
              "2026-11-21 12:00:00  linked, inbox 5 kept, draining: https://a -> "
              "http://127.0.0.1:8000/callback, 2 pending\n"
              "2026-11-21 12:00:00  linked: https://a -> http://127.0.0.1:8000/callback, "
              "3 pending, 1 set aside\n"
              "2026-11-21 12:00:00  linked: https://a -> http://127.0.0.1:8000/callback, "
              "1 set aside\n");
    display_rig_close();

    display_rig_open(DISPLAY_JSON, 80, 24);
    s.kept = 7;
    s.pending = 8;
    s.aside = 9;
    display_status(display_rig.display, &s);
    (void)display_rig_read();
    CHECK(strstr(display_rig.text, ",\"kept\":7,\"pending\":8,\"aside\":9}\n"));
    display_rig_exchange((struct summary){.webhook = true,
                                          .status = 200,
                                          .by = JOURNAL_BY_GUARD,
                                          .bot_status = 500,
                                          .outcome = JOURNAL_FINAL,
                                          .attempts = 3,
                                          .is_again = true,
                                          .duplicate_of = 12,
                                          .has_dead_token = true});
    (void)display_rig_read();
    CHECK(strstr(display_rig.text, ",\"by\":\"guard\",\"bot_status\":500,\"outcome\":\"final\","
                                   "\"attempts\":3,\"next\":null,\"duplicate_of\":12,"
                                   "\"token_expired\":true,"));
    CHECK(strstr(display_rig.text, ",\"again\":true}\n"));
    display_rig_exchange((struct summary){.webhook = true,
                                          .status = 200,
                                          .by = JOURNAL_BY_INBOX,
                                          .outcome = JOURNAL_PENDING,
                                          .attempts = 1,
                                          .next_ms = DISPLAY_RIG_NOON_MS + 5000});
    (void)display_rig_read();
    CHECK(strstr(display_rig.text,
                 ",\"by\":\"inbox\",\"bot_status\":null,\"outcome\":\"pending\","
                 "\"attempts\":1,\"next\":\"2026-11-21T12:00:05.000Z\","));
    display_rig_close();
}

/* Nobody reads, then somebody does: the lines that are missing are counted. */
static void check_losses_are_told(enum display_kind kind, const char *want)
{
    unsigned written = 0;

    display_rig_open(kind, 80, 24);
    while (written < 30000)
        display_rig_number(written++);
    unsigned lines = 0;
    bool told = false;

    for (size_t len = display_rig_read(); len > 0; len = display_rig_read()) {
        for (size_t i = 0; i < len; i++)
            lines += display_rig.text[i] == '\n';
        told = told || strstr(display_rig.text, want);
        display_rig_advance_ms(20);
    }
    CHECK(told);
    CHECK(lines > 1000 && lines < written);
    display_rig_close();
}

static void test_losses_are_told(void)
{
    check_losses_are_told(DISPLAY_PLAIN, " lines were dropped: nobody read them in time\n");
    check_losses_are_told(DISPLAY_JSON, "{\"type\":\"dropped\",");
}

/* ---- from outside ---- */

static const char *const nasty[] = {
    "\x1b[2J\x1b[H",
    "\x1b]52;c;aGFjaw==\x07",
    "\x1b]0;title\x1b\\",
    "\x1bP1;1|17/ab\x1b\\",
    "\xc2\x9b[31m",
    "\x9b[31m",
    "a\rb",
    "\b\b\b",
    "\x7f",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "\u200b\u200d\ufeff",
    "\xff\xfe\xc0\xaf\xed\xa0\x80",
    "\u2028\u2029",
    "\\x1B[31m",
    "%s%n%x",
    "\t\v\f",
    "🍣\U000e0041",
    "\xf4\x90\x80\x80",
};

static void say_nasty(struct random *r)
{
    char all[4][600];

    for (unsigned i = 0; i < 4; i++) {
        all[i][0] = '\0';
        for (unsigned n = (unsigned)random_below(r, 8); n > 0; n--) {
            const char *piece = nasty[random_below(r, sizeof(nasty) / sizeof(nasty[0]))];

            (void)strncat(all[i], piece, sizeof(all[i]) - strlen(all[i]) - 1);
        }
    }
    display_rig_exchange((struct summary){.webhook = true,
                                          .verdict = (enum verdict)random_below(r, 4),
                                          .target = span_text(all[0]),
                                          .explanation = all[1],
                                          .error = all[2],
                                          .event_type = nasty[random_below(r, 5)],
                                          .message_type = all[2],
                                          .event_text = all[3],
                                          .events_len = 2});
    const struct agent_status status = {
        .state = AGENT_REFUSED, .url = all[0], .detail = all[1]};

    display_status(display_rig.display, &status);
    display_note(display_rig.display, all[2]);
}

static void test_nasty_bytes(void)
{
    static const enum display_kind kinds[] = {DISPLAY_PLAIN, DISPLAY_JSON, DISPLAY_TERMINAL};
    struct random_seeded seeded;

    random_seeded_init(&seeded, 8);
    for (size_t kind = 0; kind < 3; kind++) {
        display_rig_open(kinds[kind], 100, 30);
        for (unsigned i = 0; i < 500; i++) {
            say_nasty(&seeded.base);
            display_rig_advance_ms(50);
            display_rig_look();
        }
        display_rig_close();
    }
}

/* ---- memory ---- */

static void test_every_allocation_may_fail(void)
{
    static const enum display_kind kinds[] = {DISPLAY_PLAIN, DISPLAY_JSON, DISPLAY_TERMINAL};

    for (unsigned long n = 1; n < 40; n++) {
        for (size_t kind = 0; kind < 3; kind++) {
            display_rig_open(kinds[kind], 100, 24);
            display_rig_advance_ms(50);
            mem_fail_at(n);
            display_rig_status(AGENT_LINKED, "", 0);
            display_rig_number(1);
            display_note(display_rig.display, "x");
            mem_fail_at(0);
            display_rig_advance_ms(50);
            display_rig_number(2);
            display_rig_advance_ms(50);
            (void)display_rig_read();
            CHECK(strstr(display_rig.text, "番号 2."));
            display_rig_close();
        }
    }
}

static void test_new_may_fail(void)
{
    const struct display_options options = {
        .kind = DISPLAY_TERMINAL, .fd = 1, .columns = 80, .rows = 24};
    struct display *d;

    CHECK_EQ(loop_new(clock_system(), &display_rig.loop), OK);
    const unsigned long live = mem_live();

    for (unsigned long n = 1; n <= 3; n++) {
        mem_fail_at(n);
        CHECK_EQ(display_new(display_rig.loop, &options, &d), ERR_NOMEM);
        mem_fail_at(0);
        CHECK_EQ(mem_live(), live);
    }
    loop_free(display_rig.loop);
    display_free(NULL);
}

/* --- the inspector's address --- */

static void show_inspector(enum display_kind kind, unsigned columns, const char *url)
{
    display_rig.inspector = url;
    display_rig_open(kind, columns, 24);
    display_rig.inspector = NULL;
    display_rig_status(AGENT_LINKED, "", 0);
    display_rig_advance_ms(100);
    (void)display_rig_read();
}

#define KEY_URL "http://127.0.0.1:4649/#key=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static void test_inspector_address(void)
{
    show_inspector(DISPLAY_TERMINAL, 90, KEY_URL);
    CHECK(strstr(display_rig.text, KEY_URL) != NULL);
    display_rig_close();
    show_inspector(DISPLAY_TERMINAL, 80, KEY_URL); /* on a line of its own */
    CHECK(strstr(display_rig.text, KEY_URL) != NULL);
    display_rig_close();
    show_inspector(DISPLAY_TERMINAL, 60, KEY_URL); /* half of it is good for nothing */
    CHECK(!strstr(display_rig.text, "key="));
    CHECK(strstr(display_rig.text, "`hookline status` prints its address") != NULL);
    display_rig_close();
    show_inspector(DISPLAY_PLAIN, 80, KEY_URL); /* that may be a log file */
    CHECK(!strstr(display_rig.text, "key="));
    display_rig_close();
    show_inspector(DISPLAY_JSON, 80, KEY_URL);
    CHECK(strncmp(display_rig.text,
                  "{\"type\":\"inspector\",\"time\":\"2026-11-21T12:00:00.000Z\",\"url\":"
                  "\"" KEY_URL "\"}\n",
                  60) == 0);
    CHECK(strstr(display_rig.text, KEY_URL) != NULL);
    display_rig_close();
    show_inspector(DISPLAY_JSON, 80, NULL);
    CHECK(!strstr(display_rig.text, "inspector"));
    display_rig_close();
}

static void test_detect(void)
{
    struct display_options o = {.tunnel = "kept"};
    int fds[2];

    CHECK_EQ(pipe(fds), 0);
    CHECK_EQ(setenv("TERM", "xterm", 1), 0);
    display_detect(&o, fds[1], false);
    CHECK_EQ(o.kind, DISPLAY_PLAIN);
    CHECK(!o.colour);
    CHECK_EQ(o.columns, 80);
    CHECK_EQ(o.rows, 24);
    display_detect(&o, fds[1], true);
    CHECK_EQ(o.kind, DISPLAY_JSON);
    CHECK_STR(o.tunnel, "kept");
    close(fds[0]);
    close(fds[1]);
}

static void test_detect_a_terminal(void)
{
    struct display_options o = {0};
    int master = posix_openpt(O_RDWR | O_NOCTTY);

    CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int fd = open(ptsname(master), O_RDWR | O_NOCTTY);

    CHECK(fd >= 0);
    CHECK_EQ(setenv("TERM", "xterm", 1), 0);
    CHECK_EQ(unsetenv("NO_COLOR"), 0);
    display_detect(&o, fd, false);
    CHECK_EQ(o.kind, DISPLAY_TERMINAL);
    CHECK(o.colour);
    CHECK_EQ(setenv("NO_COLOR", "1", 1), 0);
    display_detect(&o, fd, false);
    CHECK_EQ(o.kind, DISPLAY_TERMINAL);
    CHECK(!o.colour);
    CHECK_EQ(setenv("TERM", "dumb", 1), 0);
    display_detect(&o, fd, false);
    CHECK_EQ(o.kind, DISPLAY_PLAIN);
    close(fd);
    close(master);
}

CHECK_MAIN(TEST(test_plain_lines), TEST(test_json_lines), TEST(test_unfinished_in_lines),
           TEST(test_losses_are_told), TEST(test_nasty_bytes),
           TEST(test_every_allocation_may_fail), TEST(test_new_may_fail),
           TEST(test_inspector_address), TEST(test_detect), TEST(test_detect_a_terminal))
