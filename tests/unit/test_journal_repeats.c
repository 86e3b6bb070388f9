/* What the journal says of events that came before, and what is unfinished for readers. */
#include "relay-client/journal/journal.h"

#include "tests/unit/check.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
}

static void stop(void)
{
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* ---- is it repeated? ---- */

#define EVENT(id)    "{\"type\":\"follow\",\"webhookEventId\":\"" id "\"}"
#define BODY(events) "{\"destination\":\"U0\",\"events\":[" events "]}"

static uint64_t store(const char *delivery, const char *body, enum journal_outcome outcome,
                      unsigned bot_status)
{
    uint64_t exchange = journal_rig_store(&rig, delivery, body);
    struct journal_answer a = pending_rig_failed(exchange, outcome);
    struct http_head head;

    http_head_init_response(&head, bot_status);
    if (bot_status > 0) {
        a.head = &head;
        a.error = "";
    }
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    return exchange;
}

static void check_repeat(const char *body, uint64_t replay_of, uint64_t duplicate_of,
                         bool is_repeated)
{
    static unsigned number;
    struct journal_request request = journal_rig_request("", body);
    struct journal_answer answer = journal_rig_answer(0);
    struct journal_rig_ticket t;
    char delivery[24];

    (void)snprintf(delivery, sizeof(delivery), "again-%u", ++number);
    request.delivery = delivery;
    request.replay_of = replay_of;
    journal_rig_submit(&rig, &request, &t);
    journal_rig_wait(&rig, &t);
    CHECK_EQ(t.rc, OK);
    CHECK_EQ(t.base.duplicate_of, duplicate_of);
    CHECK_EQ(t.base.is_repeated, is_repeated);
    CHECK_EQ(pending_rig_row(t.exchange).duplicate_of, duplicate_of);
    answer.exchange = t.exchange; /* as --dedupe answers it: nothing of the bot */
    answer.by = JOURNAL_BY_AGENT;
    answer.head = NULL;
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
}

static void test_repeats(void)
{
    start();
    CHECK_EQ(store("ok", BODY(EVENT("A")), JOURNAL_FINAL, 200), 1);
    CHECK_EQ(store("204", BODY(EVENT("B")), JOURNAL_FINAL, 204), 2);
    CHECK_EQ(store("500", BODY(EVENT("C")), JOURNAL_FINAL, 500), 3);
    CHECK_EQ(store("pending", BODY(EVENT("D")), JOURNAL_PENDING, 0), 4);
    CHECK_EQ(store("aside", BODY(EVENT("E")), JOURNAL_ASIDE, 0), 5);
    CHECK_EQ(store("dropped", BODY(EVENT("F")), JOURNAL_DROPPED, 0), 6);
    CHECK_EQ(store("failed", BODY(EVENT("G")), JOURNAL_FINAL, 0), 7);
    CHECK_EQ(journal_rig_store(&rig, "under way", BODY(EVENT("H"))), 8);
    for (unsigned i = 0; i < 2; i++) { /* and a third time: by its own duplicate too */
        check_repeat(BODY(EVENT("A")), 0, 1, true);
        check_repeat(BODY(EVENT("B")), 0, 2, true);
        check_repeat(BODY(EVENT("C")), 0, 3, false);
        check_repeat(BODY(EVENT("D")), 0, 4, true);
        check_repeat(BODY(EVENT("E")), 0, 5, false);
        check_repeat(BODY(EVENT("F")), 0, 6, false);
        check_repeat(BODY(EVENT("G")), 0, 7, false);
        check_repeat(BODY(EVENT("H")), 0, 8, false);
    }
    stop();
}

static void test_several_events(void)
{
    start();
    CHECK_EQ(store("a", BODY(EVENT("A") "," EVENT("B")), JOURNAL_FINAL, 200), 1);
    CHECK_EQ(store("c", BODY(EVENT("C")), JOURNAL_FINAL, 200), 2);
    check_repeat(BODY(EVENT("B") "," EVENT("C") "," EVENT("A")), 0, 1, true);
    check_repeat(BODY(EVENT("A") "," EVENT("new")), 0, 1, false);
    check_repeat(BODY(EVENT("other") "," EVENT("C")), 0, 2, false);
    check_repeat(BODY("{\"type\":\"follow\"}"), 0, 0, false); /* no identity */
    check_repeat(BODY("{\"type\":\"follow\"}," EVENT("A")), 0, 1, false);
    check_repeat(BODY(""), 0, 0, false);
    check_repeat("not JSON", 0, 0, false);
    check_repeat(BODY(EVENT("A")), 1, 0, false); /* a replay is no accident */
    stop();
}

/* A failed try, then another: the first exchange names it, the second one answered. */
static void test_answered_the_second_time(void)
{
    start();
    CHECK_EQ(store("first", BODY(EVENT("A")), JOURNAL_FINAL, 500), 1);
    CHECK_EQ(store("second", BODY(EVENT("A")), JOURNAL_FINAL, 200), 2);
    check_repeat(BODY(EVENT("A")), 0, 1, true);
    stop();
}

/* More events than are kept: of the rest nobody knows. */
static void test_more_events_than_known(void)
{
    static char body[16 * 1024];
    size_t len = 0;

    for (unsigned events = LINE_EVENTS_MAX; events <= LINE_EVENTS_MAX + 1; events++) {
        len = (size_t)snprintf(body, sizeof(body), "{\"destination\":\"U0\",\"events\":[");
        for (unsigned i = 0; i < events; i++)
            len += (size_t)snprintf(body + len, sizeof(body) - len, "%s" EVENT("E%u"),
                                    i > 0 ? "," : "", i);
        (void)snprintf(body + len, sizeof(body) - len, "]}");
        start();
        CHECK_EQ(store("many", body, JOURNAL_FINAL, 200), 1);
        check_repeat(body, 0, 1, events == LINE_EVENTS_MAX);
        stop();
    }
}

/* ---- what readers see ---- */

struct seen {
    char text[128]; /* ids, each with a space */
};

static bool note(void *owner, const struct journal_row *row)
{
    struct seen *s = owner;
    size_t len = strlen(s->text);

    (void)snprintf(s->text + len, sizeof(s->text) - len, "%" PRIu64 " ", row->id);
    return true;
}

static void check_list(struct journal_filter f, const char *want)
{
    struct seen s = {""};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_reader_list(r, &f, note, &s), OK);
    CHECK_STR(s.text, want);
    journal_reader_close(r);
}

#define LIST(want, ...) check_list((struct journal_filter){__VA_ARGS__}, want)

static void test_unfinished_for_readers(void)
{
    struct journal_unfinished n;

    start();
    CHECK_EQ(store("1", BODY(EVENT("A")), JOURNAL_FINAL, 200), 1);
    CHECK_EQ(store("2", BODY(EVENT("B") "," EVENT("C")), JOURNAL_PENDING, 0), 2);
    CHECK_EQ(store("3", journal_rig_body("D", "needle"), JOURNAL_ASIDE, 0), 3);
    CHECK_EQ(store("4", BODY(EVENT("E")), JOURNAL_DROPPED, 0), 4);
    CHECK_EQ(store("5", BODY(""), JOURNAL_PENDING, 0), 5);
    CHECK_EQ(store("6", BODY(EVENT("F")), JOURNAL_FINAL, 503), 6);
    CHECK_EQ(journal_rig_store(&rig, "7", BODY("")), 7);
    LIST("7 5 3 2 ", .pending_only = true);
    LIST("2 3 5 7 ", .pending_only = true, .oldest_first = true);
    LIST("3 5 ", .pending_only = true, .oldest_first = true, .after = 2, .before = 7);
    LIST("5 ", .pending_only = true, .before = 7, .limit = 1);
    LIST("2 ", .pending_only = true, .event_type = "follow"); /* once, with two events */
    LIST("3 ", .pending_only = true, .user = "Ufed*");
    LIST("3 ", .pending_only = true, .text = "needle");
    LIST("3 ", .pending_only = true, .failed_only = true); /* what is tried again has not */
    LIST("6 4 3 ", .failed_only = true);                   /* the bot said 503, late */
    LIST("5 3 2 ", .pending_only = true, .status_min = 200);

    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_reader_count_unfinished(r, &n), OK);
    CHECK_EQ(n.pending, 3);
    CHECK_EQ(n.aside, 1);
    journal_reader_close(r);
    stop();
}

static void test_row_of_unfinished(void)
{
    struct journal_answer a = pending_rig_failed(1, JOURNAL_PENDING);

    start();
    CHECK_EQ(journal_rig_store(&rig, "a", journal_rig_body("A", "hi")), 1);
    a.by = JOURNAL_BY_INBOX;
    a.answered_us = 12;
    a.attempts = 3;
    a.crashes = 2;
    a.next_ms = 99;
    a.is_unreachable = true;
    journal_rig_store_answer(&rig, &a);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.by, JOURNAL_BY_INBOX);
    CHECK_EQ(row.answered_us, 12);
    CHECK_EQ(row.outcome, JOURNAL_PENDING);
    CHECK_EQ(row.attempts, 3);
    CHECK_EQ(row.crashes, 2);
    CHECK_EQ(row.next_ms, 99);
    CHECK(row.is_unreachable && row.has_reply_token && !row.is_redelivery);
    CHECK_EQ(row.event_ms, 1795894304000u);
    CHECK_EQ(row.bot_status, 0);
    stop();
}

CHECK_MAIN(TEST(test_repeats), TEST(test_several_events), TEST(test_answered_the_second_time),
           TEST(test_more_events_than_known), TEST(test_unfinished_for_readers),
           TEST(test_row_of_unfinished))
