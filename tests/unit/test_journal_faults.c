/* thread-test */
#include "relay-client/journal/journal.h"

#include "loop/deadline.h"
#include "relay-client/journal/journal_schema_table.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BODY  "{\"events\":[]}"
#define BATCH 20u

static struct journal_rig rig;
static struct journal_rig_ticket tickets[BATCH];

static void start_with_one(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_store(&rig, "old", BODY), 1);
}

static void stop(void)
{
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

static void submit_batch(const char *prefix)
{
    for (unsigned i = 0; i < BATCH; i++) {
        char delivery[32];

        (void)snprintf(delivery, sizeof(delivery), "%s-%u", prefix, i);
        struct journal_request request = journal_rig_request(delivery, BODY);
        journal_rig_submit(&rig, &request, &tickets[i]);
    }
    journal_rig_wait(&rig, &tickets[BATCH - 1]);
}

/* None is in the file, and none may be said to be. */
static void check_batch_failed(enum err want)
{
    for (unsigned i = 0; i < BATCH; i++) {
        CHECK_EQ(tickets[i].rc, want);
        CHECK_EQ(tickets[i].exchange, 0);
    }
    CHECK(journal_detail(rig.journal)[0] != '\0');
}

static void check_recovered(size_t before)
{
    disk_faults_at(0, DISK_ANY, 0, false);
    submit_batch("new");
    for (unsigned i = 0; i < BATCH; i++) {
        CHECK_EQ(tickets[i].rc, OK);
        CHECK_EQ(tickets[i].exchange, before + 1 + i);
    }
    CHECK_STR(journal_detail(rig.journal), "");
    CHECK_EQ(journal_rig_count(NULL), before + BATCH);
    CHECK(journal_rig_is_intact());
}

/* The disk refuses from the n-th step on, until the whole batch has failed. */
static void check_fault(long n, enum disk_step kind, int error, enum err want)
{
    start_with_one();
    disk_faults_at(n, kind, error, true);
    submit_batch("lost");
    check_batch_failed(want);
    submit_batch("lost"); /* again, with the disk still out of order: no conflict */
    check_batch_failed(want);
    check_recovered(1);
    /* those that failed are not there, and can be recorded now */
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_rig_count_delivery(r, "lost-0"), 0);
    journal_reader_close(r);
    CHECK_EQ(journal_rig_store(&rig, "lost-0", BODY), BATCH + 2);
    stop();
}

static void test_failing_commit(void)
{
    check_fault(1, DISK_SYNC, EIO, ERR_IO);
    check_fault(1, DISK_WRITE, EIO, ERR_IO);
    check_fault(1, DISK_WRITE, ENOSPC, ERR_NO_SPACE);
    check_fault(3, DISK_WRITE, ENOSPC, ERR_NO_SPACE);
    check_fault(1, DISK_SYNC, ENOSPC, ERR_NO_SPACE);
}

/* One failure anywhere: each batch is there as a whole or not at all, just as it was
 * told, and everything goes on. */
static void test_one_fault_anywhere(void)
{
    long n = 1;

    for (bool done = false; !done; n++) {
        size_t kept = 1;

        start_with_one();
        disk_faults_at(n, DISK_ANY, EIO, false);
        for (unsigned round = 0; round < 3; round++) {
            char prefix[16];

            (void)snprintf(prefix, sizeof(prefix), "round-%u", round);
            submit_batch(prefix);
            for (unsigned i = 0; i < BATCH; i++)
                kept += tickets[i].rc == OK;
        }
        done = !disk_faults_has_failed();
        CHECK(done || kept < 1 + 3 * BATCH);
        check_recovered(kept);
        stop();
    }
    CHECK(n > 4);
}

static void test_file_size_limit(void)
{
    struct rlimit before, small;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;

    start_with_one();
    CHECK_EQ(sigaction(SIGXFSZ, &ignore, &old), 0);
    CHECK_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1024 * 1024;
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    unsigned long full = 0, kept = 1;
    for (unsigned i = 0; i < 60 && full == 0; i++) {
        static char body[100000];
        struct journal_request request = journal_rig_request("", "");
        char delivery[32];
        uint64_t exchange;

        (void)snprintf(delivery, sizeof(delivery), "large-%u", i);
        memset(body, 'x', sizeof(body) - 1);
        request.delivery = delivery;
        request.body = span_text(body);
        enum err rc = journal_rig_record(&rig, &request, &exchange);
        CHECK(rc == OK || rc == ERR_NO_SPACE);
        kept += rc == OK;
        full += rc != OK;
    }
    CHECK(full > 0 && kept > 1);
    CHECK(strstr(journal_detail(rig.journal), "File too large"));
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    CHECK_EQ(sigaction(SIGXFSZ, &old, NULL), 0);
    check_recovered(kept);
    stop();
}

/* A duplicate of what was stored before is one even while the disk is full, but a
 * duplicate of what is just being lost is not. */
static void test_duplicates_in_a_lost_batch(void)
{
    static const char *const names[] = {"new", "old", "new"};
    struct journal_rig_ticket t[3];

    start_with_one();
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    for (unsigned i = 0; i < 3; i++) {
        struct journal_request request = journal_rig_request(names[i], BODY);

        journal_rig_submit(&rig, &request, &t[i]);
    }
    journal_rig_wait(&rig, &t[2]);
    CHECK_EQ(t[0].rc, ERR_NO_SPACE);
    CHECK(t[1].rc == ERR_CONFLICT || t[1].rc == ERR_NO_SPACE); /* or the batch was over */
    CHECK(t[1].exchange == (t[1].rc == ERR_CONFLICT));
    CHECK_EQ(t[2].rc, ERR_NO_SPACE);
    check_recovered(1);
    stop();
}

/* ---- answers while the disk refuses ---- */

static size_t answered(void)
{
    return journal_rig_count(&(struct journal_filter){.status_min = 1});
}

static void test_answers_are_tried_again(void)
{
    start_with_one();
    struct journal_answer answer = journal_rig_answer(1);
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    while (journal_detail(rig.journal)[0] == '\0')
        loop_turn(rig.loop, true);
    CHECK_EQ(answered(), 0);
    journal_rig_chore(&rig, 1100); /* still full */
    CHECK_EQ(answered(), 0);
    disk_faults_at(0, DISK_WRITE, 0, false);
    while (answered() == 0)
        journal_rig_chore(&rig, 1100);
    CHECK_STR(journal_detail(rig.journal), "");
    stop();
}

static void test_answers_are_tried_once_more_at_the_end(void)
{
    start_with_one();
    struct journal_answer answer = journal_rig_answer(1);
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    while (journal_detail(rig.journal)[0] == '\0')
        loop_turn(rig.loop, true);
    disk_faults_at(0, DISK_WRITE, 0, false);
    journal_rig_stop(&rig);
    CHECK_EQ(answered(), 1);

    journal_rig_start(&rig, NULL); /* and dropped if that fails as well */
    CHECK_EQ(journal_rig_store(&rig, "second", BODY), 2);
    answer = journal_rig_answer(2);
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    journal_rig_stop(&rig);
    disk_faults_at(0, DISK_WRITE, 0, false);
    CHECK_EQ(answered(), 1);
    scratch_folder_remove();
}

/* One that failed is older than one that came through meanwhile, or is on its way. */
static void check_later_answer_stays(bool is_stored_before_the_end)
{
    start_with_one();
    struct journal_answer early = journal_rig_answer(1), late = early;
    early.outcome = JOURNAL_PENDING;
    early.status = 502;
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(journal_answer(rig.journal, &early), OK);
    while (journal_detail(rig.journal)[0] == '\0')
        loop_turn(rig.loop, true);
    disk_faults_at(0, DISK_WRITE, 0, false);
    if (is_stored_before_the_end) {
        journal_rig_store_answer(&rig, &late);
        journal_rig_chore(&rig, 1100);
    } else {
        CHECK_EQ(journal_answer(rig.journal, &late), OK);
    }
    journal_rig_stop(&rig);
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.pending_only = true}), 0);
    CHECK_EQ(journal_rig_count(&(struct journal_filter){.status_min = 500}), 0);
    CHECK_EQ(answered(), 1);
    scratch_folder_remove();
}

static void test_a_postponed_answer_does_not_replace_a_later_one(void)
{
    check_later_answer_stays(true);
    check_later_answer_stays(false);
}

/* News of the sender says nothing else: the answer that failed before it is still wanted. */
static void check_sender_joins(bool is_stored_before_the_end)
{
    start_with_one();
    struct journal_answer answer = journal_rig_answer(1);
    struct journal_answer news = {
        .exchange = 1, .by = JOURNAL_BY_INBOX, .status = 200, .is_sender_only = true};
    answer.by = JOURNAL_BY_NOBODY;
    answer.status = 0;
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(journal_answer(rig.journal, &answer), OK);
    while (journal_detail(rig.journal)[0] == '\0')
        loop_turn(rig.loop, true);
    disk_faults_at(0, DISK_WRITE, 0, false);
    if (is_stored_before_the_end)
        journal_rig_store_answer(&rig, &news);
    else
        CHECK_EQ(journal_answer(rig.journal, &news), OK);
    journal_rig_stop(&rig);
    struct journal_row row = pending_rig_row(1);
    CHECK(row.answered);
    CHECK_EQ(row.bot_status, 200);
    CHECK_EQ(row.by, JOURNAL_BY_INBOX);
    CHECK_EQ(row.status, 200);
    scratch_folder_remove();
}

static void test_news_of_the_sender_replaces_no_answer(void)
{
    check_sender_joins(true);
    check_sender_joins(false);
}

/* ---- damage ---- */

static void damage(const char *path, off_t from, off_t to)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    static const char rubbish[512] = {0x55};

    CHECK(fd >= 0);
    for (off_t at = from; at < to; at += (off_t)sizeof(rubbish))
        CHECK_EQ(syscall(SYS_pwrite64, fd, rubbish, sizeof(rubbish), at), sizeof(rubbish));
    CHECK_EQ(close(fd), 0);
}

static void test_damaged_at_start(void)
{
    start_with_one();
    journal_rig_stop(&rig);
    damage(scratch_folder_path("journal.db"), 4096, 8192);
    journal_rig_start(&rig, NULL);
    CHECK(strstr(rig.detail, "journal.db.damaged-20261128T193145Z' .recover"));
    CHECK_STR(journal_detail(rig.journal), rig.detail);
    CHECK_EQ(journal_rig_store(&rig, "new", BODY), 1);
    CHECK_STR(journal_detail(rig.journal), rig.detail); /* a commit is no cure */
    CHECK_EQ(scratch_folder_mode("journal.db.damaged-20261128T193145Z"), 0600);
    CHECK_EQ(scratch_folder_mode("journal.db"), 0600);
    stop();
}

static void test_missing_table(void)
{
    struct database_options options = {
        .path = NULL, .schema = &journal_schema, .clock = clock_system()};
    struct database *db = NULL;
    char detail[512];

    start_with_one();
    journal_rig_stop(&rig);
    options.path = scratch_folder_path("journal.db");
    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_exec(db, "DROP TABLE event"), OK);
    database_close(db);
    journal_rig_start(&rig, NULL);
    CHECK(strstr(rig.detail, ".damaged-"));
    CHECK_EQ(journal_rig_store(&rig, "new", journal_rig_body("01J", "hi")), 1);
    stop();
}

/* While the agent runs: an I/O error makes it look again, and find rubbish. */
static void test_damaged_under_way(void)
{
    struct journal_rig_ticket t;
    struct journal_request request = journal_rig_request("lost", BODY);

    start_with_one();
    journal_rig_chore(&rig, 1100); /* there was traffic */
    journal_rig_chore(&rig, 1100); /* there was none: the log is emptied into the file */
    disk_faults_at(1, DISK_SYNC, EIO, false);
    journal_rig_submit(&rig, &request, &t);
    journal_rig_wait(&rig, &t);
    CHECK_EQ(t.rc, ERR_IO);
    disk_faults_at(0, DISK_SYNC, 0, false);
    damage(scratch_folder_path("journal.db"), 4096, 12288);
    /* ids go on: an answer to number 1 may still be on its way */
    CHECK_EQ(journal_rig_store(&rig, "new", BODY), 2);
    CHECK(strstr(journal_detail(rig.journal), ".damaged-"));
    struct journal_answer late = journal_rig_answer(1);
    journal_rig_store_answer(&rig, &late);
    CHECK_EQ(answered(), 0);
    CHECK(journal_rig_is_intact());
    stop();
}

/* ---- who may read it ---- */

static void test_refusals(void)
{
    struct journal_reader *r = NULL;
    char detail[512];

    start_with_one();
    journal_rig_stop(&rig);
    const char *path = scratch_folder_path("journal.db");
    CHECK_EQ(chmod(path, 0644), 0);
    CHECK_EQ(journal_rig_try_start(&rig, NULL), ERR_DENIED);
    CHECK_EQ(journal_reader_open(path, &r, detail), ERR_DENIED);
    CHECK(strstr(detail, "chmod 600"));
    CHECK_EQ(chmod(path, 0600), 0);

    const char *link = scratch_folder_path("link.db");
    CHECK_EQ(symlink(path, link), 0);
    CHECK_EQ(journal_rig_try_start(&rig, &(struct journal_options){.path = link}), ERR_DENIED);
    CHECK_EQ(journal_reader_open(link, &r, detail), ERR_DENIED);
    CHECK(strstr(detail, "symbolic link"));
    CHECK_EQ(journal_reader_open(scratch_folder_path("none.db"), &r, detail), ERR_NOT_FOUND);
    CHECK(detail[0] != '\0');
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_failing_commit), TEST(test_one_fault_anywhere), TEST(test_file_size_limit),
           TEST(test_duplicates_in_a_lost_batch), TEST(test_answers_are_tried_again),
           TEST(test_answers_are_tried_once_more_at_the_end),
           TEST(test_a_postponed_answer_does_not_replace_a_later_one),
           TEST(test_news_of_the_sender_replaces_no_answer), TEST(test_damaged_at_start),
           TEST(test_missing_table), TEST(test_damaged_under_way), TEST(test_refusals))
