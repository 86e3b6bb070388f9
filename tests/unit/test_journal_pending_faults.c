/* thread-test */
/* What is unfinished while the disk refuses, and when the agent is killed in the middle:
 * what was said to be done is done; what was not has happened as a whole or not at all. */
#include "relay-client/journal/journal_pending.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/wait.h>

static struct journal_rig rig;

static void start_with_three(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(pending_rig_store(&rig, "pending", JOURNAL_PENDING), 1);
    CHECK_EQ(pending_rig_store(&rig, "aside", JOURNAL_ASIDE), 2);
    CHECK_EQ(journal_rig_store(&rig, "unanswered", "{}"), 3);
}

static void stop(void)
{
    disk_faults_at(0, DISK_ANY, 0, false);
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

static unsigned crashes_of(uint64_t exchange)
{
    return pending_rig_row(exchange).crashes;
}

/* ---- a disk that refuses ---- */

static void check_refusals(enum disk_step kind, int error, enum err want)
{
    start_with_three();
    disk_faults_at(1, kind, error, true);
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), want);
    CHECK_EQ(pending_rig_settle(&rig, 2, JOURNAL_RETRY).rc, want);
    struct pending_rig_settled s = pending_rig_settle(&rig, 0, JOURNAL_DROP);
    CHECK_EQ(s.rc, want);
    CHECK_EQ(s.count, 0);
    struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
    CHECK_EQ(f.rc, want);
    CHECK_EQ(f.len + f.unfinished.pending + f.unfinished.aside, 0);
    CHECK(journal_detail(rig.journal)[0] != '\0');

    disk_faults_at(0, kind, 0, false);
    CHECK_EQ(pending_rig_row(1).outcome, JOURNAL_PENDING); /* nothing of it has happened */
    CHECK_EQ(pending_rig_row(2).outcome, JOURNAL_ASIDE);
    CHECK(!pending_rig_row(3).answered);
    f = pending_rig_find(&rig, 0, 8, true);
    CHECK_EQ(f.rc, OK);
    CHECK_EQ(f.len, 2);
    /* its attempt had not begun; or the log has it, and only the sync failed */
    CHECK(f.list[0].crashes <= (kind == DISK_SYNC));
    CHECK_EQ(f.list[1].crashes, 1); /* counted once */
    CHECK_STR(journal_detail(rig.journal), "");
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), OK);
    CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_RETRY).count, 3);
    stop();
}

static void test_refusals(void)
{
    check_refusals(DISK_WRITE, ENOSPC, ERR_NO_SPACE);
    check_refusals(DISK_WRITE, EIO, ERR_IO);
    check_refusals(DISK_SYNC, EIO, ERR_IO);
    check_refusals(DISK_SYNC, ENOSPC, ERR_NO_SPACE);
}

/* One fault at any step of a start and an attempt. */
static void test_one_fault_anywhere(void)
{
    long n = 1;

    for (bool done = false; !done; n++) {
        start_with_three();
        disk_faults_at(n, DISK_ANY, EIO, false);
        struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
        if (f.rc)
            f = pending_rig_find(&rig, 0, 8, true);
        CHECK_EQ(f.rc, OK); /* one fault was all */
        CHECK_EQ(f.len, 2);
        CHECK_EQ(f.list[1].crashes, 1);
        enum err rc = pending_rig_begin(&rig, 1, 2);
        enum err settled = pending_rig_settle(&rig, 2, JOURNAL_DROP).rc;
        CHECK(rc == OK || settled == OK);
        done = !disk_faults_has_failed();
        disk_faults_at(0, DISK_ANY, 0, false);
        CHECK(settled || pending_rig_row(2).outcome == JOURNAL_DROPPED);
        journal_rig_stop(&rig);
        journal_rig_start(&rig, NULL);
        f = pending_rig_find(&rig, 0, 8, true);
        CHECK_EQ(f.rc, OK);
        CHECK(rc || crashes_of(1) == 1);
        CHECK(crashes_of(1) <= 1 && crashes_of(3) == 1);
        stop();
    }
    CHECK(n > 4);
}

/* While others wait in the same batch. */
static void test_lost_with_the_batch(void)
{
    struct journal_request request = journal_rig_request("new", "{}");
    struct journal_rig_ticket t;

    start_with_three();
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    journal_rig_submit(&rig, &request, &t);
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), ERR_NO_SPACE);
    CHECK_EQ(t.rc, ERR_NO_SPACE);
    disk_faults_at(0, DISK_WRITE, 0, false);
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), OK);
    CHECK_EQ(journal_rig_store(&rig, "new", "{}"), 4);
    stop();
}

/* ---- killed ---- */

/* What the child has said about deliveries 1 and 2, which it never answers. */
enum word { STARTED = 'S', BEGUN = 'B', SETTLED = 'D' };

static void say(int fd, enum word word)
{
    char c = (char)word;

    CHECK_EQ(write(fd, &c, 1), 1);
}

static _Noreturn void be_killed(long at, int fd)
{
    journal_rig_start(&rig, NULL);
    disk_faults_at(at, DISK_ANY, DISK_KILL, false);
    struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
    CHECK_EQ(f.rc, OK);
    say(fd, STARTED);
    CHECK_EQ(pending_rig_begin(&rig, 1, 2), OK);
    say(fd, BEGUN);
    CHECK_EQ(pending_rig_settle(&rig, 2, JOURNAL_DROP).rc, OK);
    say(fd, SETTLED);
    _exit(0); /* a crash, too */
}

static size_t run_child(long at, char words[static 4])
{
    int fds[2], status = 0;
    size_t len = 0;

    CHECK_EQ(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(fds[0]);
        be_killed(at, fds[1]);
    }
    CHECK(child > 0);
    (void)close(fds[1]);
    while (len < 3 && read(fds[0], words + len, 1) == 1)
        len++;
    words[len] = '\0';
    (void)close(fds[0]);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return len;
}

static void test_killed_at_every_step(void)
{
    size_t said = 0;

    for (long at = 1; said < 3; at++) {
        char words[4];

        start_with_three();
        journal_rig_stop(&rig);
        said = run_child(at, words);
        journal_rig_start(&rig, NULL);
        struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
        CHECK_EQ(f.rc, OK);
        CHECK(!strchr(words, BEGUN) || crashes_of(1) == 1);
        CHECK(crashes_of(1) <= 1);
        CHECK(!strchr(words, SETTLED) || pending_rig_row(2).outcome == JOURNAL_DROPPED);
        CHECK_EQ(crashes_of(3), 1); /* by the child's start or by ours */
        CHECK_EQ(f.list[0].exchange, 1);
        CHECK_EQ(f.list[f.len - 1].exchange, 3);
        stop();
    }
}

CHECK_MAIN(TEST(test_refusals), TEST(test_one_fault_anywhere), TEST(test_lost_with_the_batch),
           TEST(test_killed_at_every_step))
