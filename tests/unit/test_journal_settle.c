/* thread-test */
#include "relay-client/journal/journal_pending.h"
#include "relay-client/journal/journal_task.h"
#include "relay-client/journal/writer/journal_backlog.h"

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
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

static void check_settle(uint64_t exchange, enum journal_decision decision, enum err want)
{
    struct pending_rig_settled s = pending_rig_settle(&rig, exchange, decision);

    CHECK_EQ(s.rc, want);
    CHECK_EQ(s.count, want == OK);
}

/* ---- one ---- */

static void test_retry(void)
{
    struct journal_answer a = pending_rig_failed(1, JOURNAL_PENDING);

    start();
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    a.next_ms = JOURNAL_RIG_NOW_MS + 60000;
    a.crashes = 2;
    a.attempts = 5;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    check_settle(1, JOURNAL_RETRY, OK);
    struct pending_rig_found f = pending_rig_find(&rig, 0, 8, false);
    CHECK_EQ(f.len, 1);
    CHECK_EQ(f.list[0].next_ms, 0); /* at once */
    CHECK_EQ(f.list[0].crashes, 0);
    CHECK_EQ(f.list[0].attempts, 5);

    a.outcome = JOURNAL_ASIDE;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
    check_settle(1, JOURNAL_RETRY, OK);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, false).unfinished.pending, 1);
    stop();
}

static void test_drop(void)
{
    start();
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    CHECK_EQ(pending_rig_store(&rig, "b", JOURNAL_ASIDE), 2);
    check_settle(1, JOURNAL_DROP, OK);
    check_settle(2, JOURNAL_DROP, OK);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.outcome, JOURNAL_DROPPED);
    CHECK_EQ(row.next_ms, 0);
    CHECK_EQ(pending_rig_row(2).outcome, JOURNAL_DROPPED);
    check_settle(1, JOURNAL_DROP, ERR_CONFLICT);
    check_settle(1, JOURNAL_RETRY, ERR_CONFLICT);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).unfinished.pending, 0);
    stop();
}

static void test_what_cannot_be_settled(void)
{
    struct journal_request request = journal_rig_request("replay", "{}");
    struct journal_answer answer = journal_rig_answer(1);
    uint64_t exchange;

    start();
    CHECK_EQ(journal_rig_store(&rig, "answered", "{}"), 1);
    journal_rig_store_answer(&rig, &answer); /* 2 is no webhook, and has no answer */
    request.replay_of = 1;
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
    for (enum journal_decision d = JOURNAL_RETRY; d <= JOURNAL_DROP; d++) {
        for (uint64_t id = 1; id <= 3; id++)
            check_settle(id, d, ERR_CONFLICT);
        check_settle(4, d, ERR_NOT_FOUND);
        check_settle(UINT64_MAX, d, ERR_NOT_FOUND);
    }
    CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_RETRY).count, 0); /* none there is no error */
    CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_RETRY).rc, OK);
    stop();
}

/* Under way: there is nothing to repeat yet, but it can be given up. */
static void test_unanswered(void)
{
    struct journal_request kept = journal_rig_request("kept", "{}");
    uint64_t exchange;

    start();
    CHECK_EQ(journal_rig_store(&rig, "a", "{}"), 1);
    check_settle(1, JOURNAL_RETRY, OK);
    CHECK(!pending_rig_row(1).answered);
    check_settle(1, JOURNAL_DROP, OK);
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_DROPPED);
    kept.answered = 200;
    CHECK_EQ(journal_rig_record(&rig, &kept, &exchange), OK);
    CHECK_EQ(pending_rig_row(exchange).by, JOURNAL_BY_INBOX);
    check_settle(exchange, JOURNAL_DROP, OK);
    struct journal_row row = pending_rig_row(exchange);
    CHECK_EQ(row.by, JOURNAL_BY_INBOX);
    CHECK_EQ(row.status, 200);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).len, 0);
    stop();
}

/* ---- what happens to an answer afterwards ---- */

static void test_dropped_stays_dropped(void)
{
    struct journal_answer again = pending_rig_failed(1, JOURNAL_PENDING);

    start();
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    check_settle(1, JOURNAL_DROP, OK);
    journal_rig_store_answer(&rig, &again); /* of the attempt that was just under way */
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_DROPPED);
    again.outcome = JOURNAL_ASIDE;
    journal_rig_store_answer(&rig, &again);
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_DROPPED);
    struct journal_answer good = journal_rig_answer(1);
    journal_rig_store_answer(&rig, &good); /* the bot got it nevertheless */
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_FINAL);
    CHECK_EQ(pending_rig_row(1).bot_status, 200);
    stop();
}

static void test_sender_only(void)
{
    struct journal_answer first = pending_rig_failed(1, JOURNAL_PENDING);
    struct journal_answer news = {.exchange = 1,
                                  .by = JOURNAL_BY_INBOX,
                                  .status = 200,
                                  .answered_us = 77,
                                  .is_sender_only = true,
                                  .outcome = JOURNAL_FINAL};

    start();
    CHECK_EQ(journal_rig_store(&rig, "a", "{}"), 1);
    first.by = JOURNAL_BY_NOBODY;
    first.status = 0;
    first.attempts = 3;
    journal_rig_store_answer(&rig, &first);
    journal_rig_store_answer(&rig, &news);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.by, JOURNAL_BY_INBOX);
    CHECK_EQ(row.status, 200);
    CHECK_EQ(row.answered_us, 77);
    CHECK_EQ(row.outcome, JOURNAL_PENDING); /* the rest stays */
    CHECK_EQ(row.attempts, 3);
    CHECK(row.was_answered);

    news.exchange = journal_rig_store(&rig, "b", "{}"); /* before there is an answer */
    journal_rig_store_answer(&rig, &news);
    row = pending_rig_row(news.exchange);
    CHECK(!row.answered && row.was_answered && row.status == 200);
    CHECK_EQ(row.by, JOURNAL_BY_INBOX);
    news.exchange = 99;
    journal_rig_store_answer(&rig, &news); /* of nothing: no harm done */
    stop();
}

/* ---- all ---- */

#define MANY (2 * JOURNAL_BACKLOG_STEP + 100)

static void store_many(unsigned count)
{
    static struct journal_rig_ticket tickets[MANY];

    for (unsigned i = 0; i < count; i++) {
        char delivery[16];

        (void)snprintf(delivery, sizeof(delivery), "%06u", i);
        struct journal_request request = journal_rig_request(delivery, "{}");
        journal_rig_submit(&rig, &request, &tickets[i]);
    }
    journal_rig_wait(&rig, &tickets[count - 1]);
    for (unsigned i = 0; i < count; i++) {
        struct journal_answer a =
            pending_rig_failed(tickets[i].exchange, i % 3 ? JOURNAL_PENDING : JOURNAL_ASIDE);

        a.crashes = 1;
        CHECK_EQ(journal_answer(rig.journal, &a), OK);
    }
}

/* The counts at which a step is full, and one beside. */
static void test_all(void)
{
    static const unsigned counts[] = {1, 3 * JOURNAL_BACKLOG_STEP / 2 - 1, 1536,
                                      3 * JOURNAL_BACKLOG_STEP / 2 + 2, MANY};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        start();
        store_many(counts[i]);
        struct pending_rig_settled s = pending_rig_settle(&rig, 0, JOURNAL_RETRY);
        CHECK_EQ(s.rc, OK);
        CHECK_EQ(s.count, counts[i]);
        struct pending_rig_found f = pending_rig_find(&rig, 0, 8, false);
        CHECK_EQ(f.unfinished.pending, counts[i]);
        CHECK_EQ(f.unfinished.aside, 0);
        CHECK_EQ(f.list[0].crashes, 0);
        CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_DROP).count, counts[i]);
        f = pending_rig_find(&rig, 0, 8, true);
        CHECK_EQ(f.unfinished.pending + f.unfinished.aside, 0);
        stop();
    }
}

/* ---- limits and the end ---- */

struct many {
    struct journal_settle settles[JOURNAL_TASKS_MAX + 1];
    unsigned done, refused;
    bool closes;
};
static struct many many;

static void on_closed(void *owner)
{
    ((struct journal_rig *)owner)->journal = NULL;
}

static void on_one_of_many(struct journal_settle *s, enum err rc, uint64_t count)
{
    (void)s;
    (void)count;
    CHECK(rc == OK || rc == ERR_CLOSED);
    many.done++;
    many.refused += rc == ERR_CLOSED;
    if (many.closes)
        journal_close(rig.journal, on_closed, &rig);
}

static void submit_many(uint64_t exchange)
{
    struct journal_settle *last = &many.settles[JOURNAL_TASKS_MAX];

    for (unsigned i = 0; i <= JOURNAL_TASKS_MAX; i++)
        many.settles[i] = (struct journal_settle){exchange, JOURNAL_RETRY, on_one_of_many};
    for (unsigned i = 0; i < JOURNAL_TASKS_MAX; i++)
        CHECK_EQ(journal_pending_settle(rig.journal, &many.settles[i]), OK);
    CHECK_EQ(many.done, 0); /* never from inside the call */
    CHECK_EQ(journal_pending_settle(rig.journal, last), ERR_BUSY);
}

static void test_at_most_so_many(void)
{
    start();
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    many = (struct many){0};
    submit_many(1);
    while (many.done < JOURNAL_TASKS_MAX)
        loop_turn(rig.loop, true);
    CHECK_EQ(pending_rig_settle(&rig, 1, JOURNAL_RETRY).rc, OK); /* there is room again */
    stop();
}

/* What waits is done; sweeps end where they are. */
static void test_close_in_the_middle(void)
{
    start();
    store_many(MANY);
    many = (struct many){.closes = false};
    submit_many(0);
    journal_close(rig.journal, on_closed, &rig);
    struct journal_settle late = {1, JOURNAL_RETRY, on_one_of_many};
    struct journal_begin begin = {.exchange = 1};
    CHECK_EQ(journal_pending_settle(rig.journal, &late), ERR_CLOSED);
    CHECK_EQ(journal_pending_begin(rig.journal, &begin), ERR_CLOSED);
    stop();
    CHECK_EQ(many.done, JOURNAL_TASKS_MAX);
    CHECK_EQ(many.refused, JOURNAL_TASKS_MAX);
}

static void test_close_inside_the_callback(void)
{
    start();
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    many = (struct many){.closes = true};
    submit_many(1);
    while (rig.journal)
        loop_turn(rig.loop, true);
    CHECK_EQ(many.done, JOURNAL_TASKS_MAX);
    stop();
}

CHECK_MAIN(TEST(test_retry), TEST(test_drop), TEST(test_what_cannot_be_settled),
           TEST(test_unanswered), TEST(test_dropped_stays_dropped), TEST(test_sender_only),
           TEST(test_all), TEST(test_at_most_so_many), TEST(test_close_in_the_middle),
           TEST(test_close_inside_the_callback))
