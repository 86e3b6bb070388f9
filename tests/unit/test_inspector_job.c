/* The reader's thread: it begins when it is needed, has a bounded queue, finds the journal
 * again, and finishes what it has at the end.  A thread-test. */
#include "relay-client/inspector/inspector_job.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/inspector/inspector_impl.h"
#include "unit/check.h"
#include "unit/support/inspector_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#include <uv.h>

struct probe {
    struct inspector_job job;
    bool is_done, has_run;
    enum err rc, result;
    struct journal_reader *reader;
};

static uv_sem_t gate, arrived;

static void begin(void)
{
    inspector_rig_open();
    inspector_rig_add("--echo");
    CHECK_EQ(inspector_rig_start(), OK);
}

static enum err run(struct inspector_job *job, struct journal_reader *reader)
{
    struct probe *p = CONTAINER_OF(job, struct probe, job);

    p->has_run = true;
    p->reader = reader;
    return p->result;
}

static enum err run_at_gate(struct inspector_job *job, struct journal_reader *reader)
{
    uv_sem_post(&arrived);
    uv_sem_wait(&gate);
    return run(job, reader);
}

static void done(struct inspector_job *job, enum err rc)
{
    struct probe *p = CONTAINER_OF(job, struct probe, job);

    CHECK(!p->is_done);
    p->is_done = true;
    p->rc = rc;
}

static enum err start(struct probe *p)
{
    p->job.run = p->job.run ? p->job.run : run;
    p->job.done = done;
    p->is_done = false;
    p->has_run = false;
    return inspector_job_start(inspector_rig.inspector, &p->job);
}

static void wait_for(const struct probe *p)
{
    while (!p->is_done)
        inspector_rig_turn();
}

static void test_its_life(void)
{
    struct probe p = {0};

    begin();
    CHECK(inspector_rig.inspector->reader.worker == NULL);
    CHECK_EQ(start(&p), OK);
    CHECK(!p.is_done);
    wait_for(&p);
    CHECK(p.has_run && p.rc == OK && p.reader != NULL);
    struct journal_reader *first = p.reader;
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK(p.reader == first); /* it stays open */
    p.result = ERR_NOT_FOUND;
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK_EQ(p.rc, ERR_NOT_FOUND);
    inspector_rig_close();
}

/* Waiting: 64, not 65, beside the one that is running. */
static void test_its_queue(void)
{
    static struct probe probes[INSPECTOR_JOB_QUEUE + 2];

    memset(probes, 0, sizeof probes);
    begin();
    CHECK_EQ(uv_sem_init(&gate, 0), 0);
    CHECK_EQ(uv_sem_init(&arrived, 0), 0);
    probes[0].job.run = run_at_gate;
    CHECK_EQ(start(&probes[0]), OK);
    uv_sem_wait(&arrived);
    for (size_t i = 1; i <= INSPECTOR_JOB_QUEUE; i++)
        CHECK_EQ(start(&probes[i]), OK);
    CHECK_EQ(start(&probes[INSPECTOR_JOB_QUEUE + 1]), ERR_BUSY);
    CHECK_EQ(inspector_rig_get("/api/status"), 503);
    inspector_rig_check_problem(503, "busy");
    CHECK_STR(inspector_rig_field("retry-after"), "1");
    CHECK_EQ(inspector_rig_get("/api/session"), 200); /* what needs no journal goes on */
    uv_sem_post(&gate);
    wait_for(&probes[INSPECTOR_JOB_QUEUE]);
    CHECK_EQ(inspector_rig_get("/api/status"), 200);
    uv_sem_destroy(&gate);
    uv_sem_destroy(&arrived);
    inspector_rig_close();
}

static void test_no_journal(void)
{
    struct probe p = {0};

    begin();
    inspector_rig.inspector->reader.journal_path = scratch_folder_path("none.db");
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK(!p.has_run);
    CHECK(p.rc != OK && p.rc != ERR_NOT_FOUND); /* that is said of an exchange */
    inspector_rig_close();
}

/* A damaged journal was renamed and another one begun: that one is read. */
static void test_another_file(void)
{
    struct probe p = {0};

    begin();
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    uint64_t before = inspector_rig.inspector->reader.journal_file;
    const struct journal_options options = {.path = scratch_folder_path("other/journal.db")};
    struct journal_rig second = {0};
    CHECK_EQ(journal_rig_try_start(&second, &options), OK);
    inspector_rig.inspector->reader.journal_path = options.path;
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK_EQ(p.rc, OK);
    CHECK(inspector_rig.inspector->reader.journal_file != before);
    journal_rig_stop(&second);
    inspector_rig_close();
}

/* A reading that met damage: the next one opens the file anew. */
static void test_after_damage(void)
{
    struct probe p = {.result = ERR_CORRUPT};

    begin();
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK_EQ(p.rc, ERR_CORRUPT);
    CHECK(inspector_rig.inspector->reader.journal == NULL);
    p.result = OK;
    CHECK_EQ(start(&p), OK);
    wait_for(&p);
    CHECK_EQ(p.rc, OK);
    inspector_rig_close();
}

/* What waits is finished, what comes then is refused. */
static void test_closing(void)
{
    static struct probe probes[20];
    struct probe late = {0};

    memset(probes, 0, sizeof probes);
    begin();
    for (size_t i = 0; i < 20; i++)
        CHECK_EQ(start(&probes[i]), OK);
    inspector_hold(inspector_rig.inspector);
    struct inspector *i = inspector_rig.inspector;
    inspector_close(i, NULL, NULL);
    CHECK(inspector_is_closing(i));
    CHECK_EQ(start(&late), ERR_CLOSED);
    while (!probes[19].is_done)
        loop_turn(inspector_rig.journal.loop, true);
    for (size_t n = 0; n < 20; n++)
        CHECK(probes[n].is_done && probes[n].has_run);
    inspector_rig.inspector = NULL;
    inspector_release(i);
    inspector_rig_close();
}

static void test_no_memory(void)
{
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        struct probe p = {0};

        begin();
        mem_fail_at(n);
        enum err rc = start(&p);
        while (rc == OK && !p.is_done)
            loop_turn(inspector_rig.journal.loop, true);
        is_over = mem_sweep_is_over(n) || n > 300; /* SQLite takes many */
        if (rc == OK && p.rc != OK)
            CHECK(!p.has_run);
        CHECK_EQ(start(&p), OK); /* nothing has stayed behind */
        wait_for(&p);
        CHECK_EQ(p.rc, OK);
        inspector_rig_close();
    }
}

CHECK_MAIN(TEST(test_its_life), TEST(test_its_queue), TEST(test_no_journal),
           TEST(test_another_file), TEST(test_after_damage), TEST(test_closing),
           TEST(test_no_memory))
