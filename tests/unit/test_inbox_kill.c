/* The relay is killed at any moment: what was said to be kept is there exactly once, what was
 * said to be removed may be there once more, nothing is there that was not put, and the file
 * is whole. */
#include "relay-server/inbox/inbox.h"

#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/wait.h>

#define PUTS   20u /* by each child */
#define FLIGHT 4u  /* of them at once */

/* ---- the child ---- */

struct sender {
    struct inbox_rig rig;
    struct inbox_rig_ticket tickets[PUTS];
    uint64_t seqs[PUTS];
    int pipe;
};

/* Every fourth is removed again, every fourth set aside. */
static void acknowledge(struct sender *s, unsigned i)
{
    uint64_t seq = s->seqs[i];

    inbox_rig_wait(&s->rig, &s->tickets[i]);
    CHECK_EQ(s->tickets[i].rc, OK);
    CHECK_EQ(write(s->pipe, &seq, sizeof(seq)), sizeof(seq));
    if (i % 4 == 1)
        CHECK_EQ(inbox_remove(s->rig.inbox, seq, true), OK);
    if (i % 4 == 2)
        CHECK_EQ(inbox_note(s->rig.inbox, seq, 3, "enough"), OK);
}

static void put(struct sender *s, unsigned i)
{
    char body[32];

    s->seqs[i] = inbox_next_seq(s->rig.inbox);
    (void)snprintf(body, sizeof(body), "body %u", i);
    struct inbox_delivery d = inbox_rig_delivery(s->seqs[i], body);
    inbox_rig_submit(&s->rig, &d, &s->tickets[i]);
}

static _Noreturn void be_killed(int fd, long at)
{
    static struct sender s;

    s.pipe = fd;
    disk_faults_at(at, DISK_ANY, DISK_KILL, false);
    inbox_rig_start(&s.rig, NULL);
    for (unsigned i = 0; i < PUTS + FLIGHT; i++) {
        if (i < PUTS)
            put(&s, i);
        if (i >= FLIGHT)
            acknowledge(&s, i - FLIGHT);
    }
    inbox_rig_stop(&s.rig);
    _exit(0);
}

/* ---- the parent ---- */

struct run {
    uint64_t seqs[PUTS]; /* acknowledged */
    unsigned len;
    bool is_finished;
};

static void read_acknowledged(struct run *run, int fd, unsigned max)
{
    while (run->len < max &&
           read(fd, &run->seqs[run->len], sizeof(run->seqs[0])) == sizeof(run->seqs[0]))
        run->len++;
}

/* Killed at its disk step `at`, or (0) once `after` were acknowledged. */
static void run_child(struct run *run, long at, unsigned after)
{
    int fds[2], status = 0;

    *run = (struct run){.len = 0};
    CHECK_EQ(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(fds[0]);
        be_killed(fds[1], at);
    }
    CHECK(child > 0);
    (void)close(fds[1]);
    if (at == 0) {
        read_acknowledged(run, fds[0], after);
        (void)kill(child, SIGKILL);
    }
    read_acknowledged(run, fds[0], PUTS);
    (void)close(fds[0]);
    CHECK_EQ(waitpid(child, &status, 0), child);
    run->is_finished = WIFEXITED(status);
    CHECK(run->is_finished ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
}

static bool has_seq(const struct inbox_rig_list *list, uint64_t seq)
{
    size_t count = 0;

    for (size_t i = 0; i < list->len; i++)
        count += list->records[i].seq == seq;
    CHECK(count <= 1);
    return count == 1;
}

/* Empties it for the next run; returns the highest seq in it. */
static void check_inbox(const struct run *run, uint64_t *highest)
{
    static struct inbox_rig_list kept, aside;
    struct inbox_rig rig;

    inbox_rig_start(&rig, NULL);
    CHECK(inbox_rig_is_intact());
    inbox_rig_list(&rig, "mybot", false, &kept);
    inbox_rig_list(&rig, "mybot", true, &aside);
    CHECK_EQ(kept.rc, OK);
    CHECK_EQ(aside.rc, OK);
    CHECK(kept.len + aside.len <= PUTS);
    for (unsigned i = 0; i < run->len; i++)
        CHECK(has_seq(&kept, run->seqs[i]) || has_seq(&aside, run->seqs[i]) || i % 4 == 1);
    for (size_t i = 0; i < kept.len; i++) {
        CHECK(kept.records[i].seq > *highest); /* none of an earlier life */
        CHECK(strncmp(kept.records[i].body, "body ", 5) == 0);
        CHECK_EQ(inbox_remove(rig.inbox, kept.records[i].seq, false), OK);
    }
    for (size_t i = 0; i < aside.len; i++) {
        CHECK_STR(aside.records[i].reason, "enough");
        CHECK_EQ(inbox_remove(rig.inbox, aside.records[i].seq, false), OK);
    }
    CHECK_EQ(inbox_counts_all(rig.inbox).kept, 0);
    uint64_t next = inbox_next_seq(rig.inbox);
    for (unsigned i = 0; i < run->len; i++)
        CHECK(run->seqs[i] < next);
    *highest = next - 1; /* that one was not put */
    inbox_rig_stop(&rig);
}

static void test_killed_at_every_step(void)
{
    struct run run = {.len = 0};
    uint64_t highest = 0;
    long at = 1;

    (void)inbox_rig_make_folder(); /* the first ones are killed while they make the file */
    for (; !run.is_finished; at++) {
        run_child(&run, at, 0);
        check_inbox(&run, &highest);
    }
    CHECK(at > 20);
    CHECK_EQ(run.len, PUTS);
    scratch_folder_remove();
}

static void test_killed_at_random(void)
{
    struct random_seeded random;
    struct run run;
    uint64_t highest = 0;

    random_seeded_init(&random, 20261121);
    (void)inbox_rig_make_folder();
    for (unsigned i = 0; i < 15; i++) {
        run_child(&run, 0, (unsigned)random_below(&random.base, PUTS));
        check_inbox(&run, &highest);
    }
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_killed_at_every_step), TEST(test_killed_at_random))
