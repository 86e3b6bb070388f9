/* thread-test */
/* The disk refuses: nobody is told OK for what is not there, and it goes on by itself. */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/resource.h>

#define BATCH 20u

static struct inbox_rig rig;
static struct inbox_rig_ticket tickets[BATCH];
static struct inbox_delivery sent[BATCH];

static void start_with_one(void)
{
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_rig_keep(&rig, "mybot", "old"), 1);
}

static void stop(void)
{
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void submit_batch(void)
{
    for (unsigned i = 0; i < BATCH; i++) {
        sent[i] = inbox_rig_delivery(inbox_next_seq(rig.inbox), "body");
        inbox_rig_submit(&rig, &sent[i], &tickets[i]);
    }
    inbox_rig_wait(&rig, &tickets[BATCH - 1]);
}

static unsigned stored(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < BATCH; i++)
        count += tickets[i].rc == OK;
    return count;
}

static void check_batch_failed(enum err want, uint64_t kept)
{
    for (unsigned i = 0; i < BATCH; i++)
        CHECK_EQ(tickets[i].rc, want);
    CHECK(inbox_detail(rig.inbox)[0] != '\0');
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, kept);
}

/* `kept` before; afterwards the file holds just what was told. */
static void check_recovered(uint64_t kept)
{
    disk_faults_at(0, DISK_ANY, 0, false);
    submit_batch();
    CHECK_EQ(stored(), BATCH);
    CHECK_STR(inbox_detail(rig.inbox), "");
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, kept + BATCH);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM record"), kept + BATCH);
    CHECK(inbox_rig_is_intact());
}

/* The disk refuses from the n-th step on, until both batches have failed. */
static void check_fault(long n, enum disk_step kind, int error, enum err want)
{
    start_with_one();
    disk_faults_at(n, kind, error, true);
    submit_batch();
    check_batch_failed(want, 1);
    submit_batch();
    check_batch_failed(want, 1);
    check_recovered(1);
    inbox_rig_stop(&rig);
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, 1 + BATCH);
    stop();
}

static void test_failing_commit(void)
{
    check_fault(1, DISK_SYNC, EIO, ERR_IO);
    check_fault(1, DISK_WRITE, EIO, ERR_IO);
    check_fault(1, DISK_WRITE, ENOSPC, ERR_NO_SPACE);
    check_fault(3, DISK_WRITE, ENOSPC, ERR_NO_SPACE);
    check_fault(1, DISK_SYNC, ENOSPC, ERR_NO_SPACE);
    check_fault(1, DISK_WRITE, EROFS, ERR_IO);
    check_fault(1, DISK_WRITE, EDQUOT, ERR_NO_SPACE);
}

/* One failure anywhere, from the first write on. */
static void check_one_fault(long n, int error, bool *done)
{
    uint64_t kept = 1;

    start_with_one();
    disk_faults_at(n, DISK_ANY, error, false);
    for (unsigned round = 0; round < 3; round++) {
        submit_batch();
        kept += stored();
        CHECK_EQ(inbox_counts_all(rig.inbox).kept, kept);
    }
    *done = !disk_faults_has_failed();
    CHECK(*done || kept < 1 + 3 * BATCH);
    check_recovered(kept);
    stop();
}

static void test_one_fault_anywhere(void)
{
    static const int errors[] = {EIO, ENOSPC};

    for (unsigned i = 0; i < 2; i++) {
        long n = 1;

        for (bool done = false; !done; n++)
            check_one_fault(n, errors[i], &done);
        CHECK(n > 4);
    }
}

static void test_file_size_limit(void)
{
    static char body[100001];
    struct rlimit before, small;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    unsigned full = 0, kept = 1;

    start_with_one();
    memset(body, 'x', sizeof(body) - 1);
    CHECK_EQ(sigaction(SIGXFSZ, &ignore, &old), 0);
    CHECK_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1024 * 1024;
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (unsigned i = 0; i < 60 && full == 0; i++) {
        struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), body);
        enum err rc = inbox_rig_put(&rig, &d);

        CHECK(rc == OK || rc == ERR_NO_SPACE);
        kept += rc == OK;
        full += rc != OK;
    }
    CHECK(full > 0 && kept > 1);
    CHECK_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    CHECK_EQ(sigaction(SIGXFSZ, &old, NULL), 0);
    check_recovered(kept);
    stop();
}

/* ---- what nobody awaits ---- */

static void wait_for_failure(void)
{
    while (inbox_detail(rig.inbox)[0] == '\0')
        loop_turn(rig.loop, true);
}

static uint64_t in_file(const char *what)
{
    char sql[128];

    (void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", what);
    return inbox_rig_query(sql);
}

static void test_removals_are_tried_again(void)
{
    start_with_one();
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(inbox_remove(rig.inbox, 1, true), OK);
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, 0); /* it is not given out again */
    wait_for_failure();
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "");
    CHECK_EQ(in_file("record"), 1);
    inbox_rig_pass(&rig, 1000); /* still full */
    inbox_rig_settle(&rig);
    CHECK_EQ(in_file("record"), 1);
    disk_faults_at(0, DISK_WRITE, 0, false);
    while (inbox_detail(rig.inbox)[0] != '\0') {
        inbox_rig_pass(&rig, 1000);
        inbox_rig_settle(&rig);
    }
    CHECK_EQ(in_file("record"), 0);
    stop();
}

/* A removal is not overtaken by a note that was made earlier. */
static void test_changes_stay_in_order(void)
{
    start_with_one();
    CHECK_EQ(inbox_rig_keep(&rig, "mybot", "second"), 2);
    CHECK_EQ(inbox_rig_keep(&rig, "mybot", "third"), 3);
    disk_faults_at(1, DISK_WRITE, ENOSPC, false); /* once */
    CHECK_EQ(inbox_note(rig.inbox, 1, 1, NULL), OK);
    wait_for_failure();
    CHECK_EQ(inbox_note(rig.inbox, 1, 2, "enough"), OK); /* wait in line */
    CHECK_EQ(inbox_note(rig.inbox, 2, 3, "enough"), OK);
    CHECK_EQ(inbox_restore(rig.inbox, 2), OK);
    CHECK_EQ(inbox_note(rig.inbox, 3, 1, NULL), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 3, true), OK);
    inbox_rig_settle(&rig);
    CHECK_EQ(in_file("note"), 0);
    inbox_rig_pass(&rig, 1000);
    inbox_rig_settle(&rig);
    CHECK_EQ(in_file("note WHERE seq = 1 AND attempts = 2 AND reason = 'enough'"), 1);
    CHECK_EQ(in_file("note"), 1);
    CHECK_EQ(in_file("record"), 2);
    CHECK(inbox_rig_is_intact());
    stop();
}

static void test_changes_are_tried_once_more_at_the_end(void)
{
    start_with_one();
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(inbox_remove(rig.inbox, 1, true), OK);
    wait_for_failure();
    disk_faults_at(0, DISK_WRITE, 0, false);
    inbox_rig_stop(&rig);
    CHECK_EQ(in_file("record"), 0);

    inbox_rig_start(&rig, NULL); /* and dropped if that fails as well: it goes out again */
    uint64_t seq = inbox_rig_keep(&rig, "mybot", "body");
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    CHECK_EQ(inbox_remove(rig.inbox, seq, true), OK);
    inbox_rig_stop(&rig);
    disk_faults_at(0, DISK_WRITE, 0, false);
    CHECK_EQ(in_file("record"), 1);
    scratch_folder_remove();
}

/* Reading needs no room on the disk. */
static void test_fetching_from_a_full_disk(void)
{
    start_with_one();
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    submit_batch();
    check_batch_failed(ERR_NO_SPACE, 1);
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "1");
    CHECK(inbox_detail(rig.inbox)[0] != '\0'); /* it is not well for that */
    disk_faults_at(0, DISK_WRITE, 0, false);
    stop();
}

CHECK_MAIN(TEST(test_failing_commit), TEST(test_one_fault_anywhere), TEST(test_file_size_limit),
           TEST(test_removals_are_tried_again), TEST(test_changes_stay_in_order),
           TEST(test_changes_are_tried_once_more_at_the_end),
           TEST(test_fetching_from_a_full_disk))
