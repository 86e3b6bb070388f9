/* The agent is killed at any moment: what was said to be stored is there exactly once,
 * nothing is there that was not sent, and the file is whole. */
#include "relay-client/journal/journal.h"

#include "base/random.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <sys/wait.h>

#define RECORDS 20u /* by each child */
#define FLIGHT  4u  /* of them at once */

/* ---- the child: records and tells the parent what was stored ---- */

struct sender {
    struct journal_rig rig;
    struct journal_rig_ticket tickets[RECORDS];
    uint32_t first; /* number of the first delivery */
    int pipe;
};

static void submit(struct sender *s, uint32_t i)
{
    char delivery[24];

    (void)snprintf(delivery, sizeof(delivery), "%08u", s->first + i);
    struct journal_request request =
        journal_rig_request(delivery, journal_rig_body(delivery, "hello"));
    journal_rig_submit(&s->rig, &request, &s->tickets[i]);
}

static void acknowledge(struct sender *s, uint32_t i)
{
    uint32_t number = s->first + i;
    struct journal_answer answer = journal_rig_answer(s->tickets[i].exchange);

    journal_rig_wait(&s->rig, &s->tickets[i]);
    CHECK_EQ(s->tickets[i].rc, OK);
    CHECK_EQ(write(s->pipe, &number, sizeof(number)), sizeof(number));
    answer.exchange = s->tickets[i].exchange;
    CHECK_EQ(journal_answer(s->rig.journal, &answer), OK);
}

static _Noreturn void be_killed(uint32_t first, int fd, long at)
{
    static struct sender s;

    s.first = first;
    s.pipe = fd;
    disk_faults_at(at, DISK_ANY, DISK_KILL, false);
    journal_rig_start(&s.rig, NULL);
    for (uint32_t i = 0; i < RECORDS + FLIGHT; i++) {
        if (i < RECORDS)
            submit(&s, i);
        if (i >= FLIGHT)
            acknowledge(&s, i - FLIGHT);
    }
    journal_rig_stop(&s.rig);
    _exit(0);
}

/* ---- the parent ---- */

struct run {
    uint32_t first, acknowledged; /* numbers from `first` on: they come in order */
    bool is_finished;
};

static uint32_t read_acknowledged(int fd, const struct run *run, uint32_t max)
{
    uint32_t number, count = 0;

    while (count < max && read(fd, &number, sizeof(number)) == sizeof(number)) {
        CHECK_EQ(number, run->first + run->acknowledged + count);
        count++;
    }
    return count;
}

/* Killed at its disk step `at`, or (0) once `after` were acknowledged. */
static void run_child(struct run *run, long at, uint32_t after)
{
    int fds[2], status = 0;

    CHECK_EQ(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(fds[0]);
        be_killed(run->first, fds[1], at);
    }
    CHECK(child > 0);
    (void)close(fds[1]);
    run->acknowledged = 0;
    if (at == 0) {
        run->acknowledged = read_acknowledged(fds[0], run, after);
        (void)kill(child, SIGKILL);
    }
    run->acknowledged += read_acknowledged(fds[0], run, UINT32_MAX);
    (void)close(fds[0]);
    CHECK_EQ(waitpid(child, &status, 0), child);
    run->is_finished = WIFEXITED(status);
    CHECK(run->is_finished ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
}

struct seen {
    const struct run *run;
    uint32_t count;
};

static bool see(void *owner, const struct journal_row *row)
{
    struct seen *seen = owner;
    uint64_t number = 0;

    CHECK(span_parse_u64(row->delivery, &number));
    CHECK_EQ(number, seen->run->first + seen->count); /* in order, none twice, none made up */
    CHECK_EQ(row->events_len, 1);
    seen->count++;
    return true;
}

/* How many of this run are in the journal. */
static uint32_t check_journal(const struct run *run, uint64_t before)
{
    struct journal_filter f = {.after = before, .limit = 1000, .oldest_first = true};
    struct seen seen = {.run = run};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_reader_list(r, &f, see, &seen), OK);
    journal_reader_close(r);
    CHECK(seen.count >= run->acknowledged);
    CHECK(seen.count <= RECORDS);
    CHECK(journal_rig_is_intact());
    return seen.count;
}

static void start(void)
{
    struct journal_rig rig;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    journal_rig_stop(&rig);
}

/* Every write and every sync, from the opening of the file to its closing. */
static void test_killed_at_every_step(void)
{
    struct run run = {.first = 1};
    uint64_t kept = 0;
    long at = 1;

    start();
    for (; !run.is_finished; at++) {
        run_child(&run, at, 0);
        uint32_t count = check_journal(&run, kept);
        kept += count;
        run.first += RECORDS;
    }
    CHECK(at > 20);
    CHECK(kept > RECORDS);
    scratch_folder_remove();
}

static void test_killed_at_random(void)
{
    struct random_seeded random;
    struct run run = {.first = 1};
    uint64_t kept = 0;

    random_seeded_init(&random, 20261121);
    start();
    for (unsigned i = 0; i < 15; i++) {
        run_child(&run, 0, (uint32_t)random_below(&random.base, RECORDS));
        kept += check_journal(&run, kept);
        run.first += RECORDS;
    }
    CHECK(kept > 0);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_killed_at_every_step), TEST(test_killed_at_random))
