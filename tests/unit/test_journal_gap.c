/* thread-test */
#include "relay-client/journal/journal.h"

#include "base/container.h"
#include "loop/worker.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

#define BODY "{\"events\":[]}"
#define LEN  5u

static struct journal_rig rig;
static struct journal_rig_ticket tickets[LEN];

static void submit(unsigned i)
{
    char delivery[16];

    (void)snprintf(delivery, sizeof(delivery), "d-%u", i);
    struct journal_request request = journal_rig_request(delivery, BODY);
    journal_rig_submit(&rig, &request, &tickets[i]);
}

/* The first one's commit is under way; the others wait for the thread. */
static void start_and_hold(unsigned others)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "old", BODY), 1);
    disk_faults_at(1, DISK_SYNC, EIO, false);
    disk_faults_hold();
    submit(0);
    while (atomic_load(&disk_faults_waiting) == 0)
        loop_turn(rig.loop, false);
    for (unsigned i = 1; i <= others; i++)
        submit(i);
}

static void stop(void)
{
    CHECK(journal_rig_is_intact());
    journal_rig_stop(&rig);
    disk_faults_at(0, DISK_ANY, 0, false);
    scratch_folder_remove();
}

static size_t count_delivery(unsigned i)
{
    struct journal_reader *r = journal_rig_reader();
    char delivery[16];

    (void)snprintf(delivery, sizeof(delivery), "d-%u", i);
    size_t count = journal_rig_count_delivery(r, delivery);
    journal_reader_close(r);
    return count;
}

/* The disk is well again when their turn comes, but what is ahead of them is missing. */
static void test_those_behind_are_refused_too(void)
{
    for (unsigned others = 0; others < LEN; others++) {
        start_and_hold(others);
        disk_faults_release();
        journal_rig_wait(&rig, &tickets[others]);
        for (unsigned i = 0; i <= others; i++) {
            CHECK_EQ(tickets[i].rc, ERR_IO);
            CHECK_EQ(tickets[i].exchange, 0);
            CHECK(i == 0 || count_delivery(i) == 0); /* the first's remains go with the next */
        }
        for (unsigned i = 0; i <= others; i++) { /* all are new, and in order */
            submit(i);
            journal_rig_wait(&rig, &tickets[i]);
            CHECK_EQ(tickets[i].rc, OK);
            CHECK_EQ(tickets[i].exchange, 2 + i);
            CHECK_EQ(count_delivery(i), 1);
        }
        CHECK_STR(journal_detail(rig.journal), "");
        stop();
    }
}

/* One after the other, and again before the loop has heard of the first. */
static void test_it_happens_again(void)
{
    start_and_hold(2);
    disk_faults_release();
    journal_rig_wait(&rig, &tickets[2]);
    for (int round = 0; round < 3; round++) {
        disk_faults_at(1, DISK_SYNC, EIO, false);
        submit(3);
        journal_rig_wait(&rig, &tickets[3]);
        CHECK_EQ(tickets[3].rc, ERR_IO);
    }
    submit(4);
    journal_rig_wait(&rig, &tickets[4]);
    CHECK_EQ(tickets[4].rc, OK);
    CHECK_EQ(journal_rig_count(NULL), 2);
    stop();
}

static enum err answers[LEN];
static struct journal_ticket late[LEN];

static void never(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    (void)t, (void)exchange;
    CHECK_EQ(rc, OK); /* of the one that was taken */
}

/* Whoever has been told may know what to do; the others do not. */
static void record_another(struct journal_ticket *base, enum err rc, uint64_t exchange)
{
    unsigned i = (unsigned)(CONTAINER_OF(base, struct journal_rig_ticket, base) - tickets);
    struct journal_request request = journal_rig_request("late", BODY);

    tickets[i].is_answered = true;
    tickets[i].rc = rc;
    tickets[i].exchange = exchange;
    late[i].stored = never;
    answers[i] = journal_record(rig.journal, &request, &late[i]);
}

static void test_nothing_is_taken_until_the_last_one_knows(void)
{
    start_and_hold(3);
    for (unsigned i = 0; i < 4; i++)
        tickets[i].base.stored = record_another;
    disk_faults_release();
    journal_rig_wait(&rig, &tickets[3]);
    for (unsigned i = 0; i < 3; i++)
        CHECK_EQ(answers[i], ERR_BUSY);
    CHECK_EQ(answers[3], OK);
    CHECK_EQ(journal_rig_store(&rig, "after", BODY), 3);
    stop();
}

/* Answers leave no gap: they are tried, and kept. */
static void test_answers_are_not_refused(void)
{
    struct journal_answer answer = journal_rig_answer(1);

    start_and_hold(1);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    disk_faults_release();
    journal_rig_wait(&rig, &tickets[1]);
    CHECK_EQ(tickets[1].rc, ERR_IO);
    CHECK_EQ(journal_rig_store(&rig, "after", BODY), 2);
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.status_min = 1}), 1);
    stop();
}

CHECK_MAIN(TEST(test_those_behind_are_refused_too), TEST(test_it_happens_again),
           TEST(test_nothing_is_taken_until_the_last_one_knows),
           TEST(test_answers_are_not_refused))
