#include "relay-client/journal/journal.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/pending_rig.h"

static enum err whole_life(void)
{
    struct journal_rig rig;
    struct journal_rig_ticket t;
    struct journal_request request = journal_rig_request("a", journal_rig_body("01J", "hi"));
    struct journal_answer answer = journal_rig_answer(1);
    struct journal_options options = {.path = ":memory:"};
    enum err rc = journal_rig_try_start(&rig, &options);

    if (rc)
        return rc;
    journal_rig_ticket_init(&t);
    rc = journal_record(rig.journal, &request, &t.base);
    if (!rc) {
        journal_rig_wait(&rig, &t);
        rc = t.rc;
    }
    if (!rc)
        rc = journal_answer(rig.journal, &answer);
    journal_rig_stop(&rig);
    return rc;
}

static unsigned long allocations_of_life(void)
{
    const unsigned long many = 1000000;
    unsigned long left = 0;

    mem_fail_at(many);
    CHECK_EQ(whole_life(), OK);
    for (void *p = mem_alloc(1); p; p = mem_alloc(1)) {
        mem_free(p);
        left++;
    }
    mem_fail_at(0);
    return many - left - 1;
}

static void test_out_of_memory(void)
{
    unsigned long all = allocations_of_life(), live = mem_live();

    CHECK(all > 100);
    for (unsigned long n = 1; n <= all + 2; n += 1 + n % 5) { /* most are SQLite's own */
        mem_fail_at(n);
        enum err rc = whole_life();
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
}

/* ---- what is unfinished ---- */

struct load {
    struct journal_load base;
    bool is_done;
    enum err rc;
};

static void on_loaded(struct journal_load *base, enum err rc,
                      const struct journal_request *request, enum journal_outcome outcome)
{
    struct load *l = (struct load *)base; /* its first member */

    CHECK(rc || (request && outcome == JOURNAL_PENDING));
    l->is_done = true;
    l->rc = rc;
}

static enum err load(struct journal_rig *rig)
{
    struct load l = {.base = {.exchange = 1, .loaded = on_loaded}};

    l.rc = journal_pending_load(rig->journal, &l.base);
    while (!l.rc && !l.is_done)
        loop_turn(rig->loop, true);
    return l.rc;
}

static enum err go_on_with_unfinished(struct journal_rig *rig)
{
    struct pending_rig_found f = pending_rig_find(rig, 0, 4, true);
    enum err rc = f.rc;

    CHECK(rc || f.len == 1);
    if (!rc)
        rc = pending_rig_begin(rig, 1, 1);
    if (!rc)
        rc = load(rig);
    if (!rc)
        rc = pending_rig_settle(rig, 1, JOURNAL_RETRY).rc;
    if (!rc)
        rc = pending_rig_settle(rig, 0, JOURNAL_RETRY).rc;
    return rc;
}

/* Each call again, until memory suffices. */
static void test_unfinished_out_of_memory(void)
{
    struct journal_options options = {.path = ":memory:"};
    struct journal_rig rig;
    enum err rc = ERR_NOMEM;
    unsigned long n = 0, live = mem_live();

    journal_rig_start(&rig, &options);
    CHECK_EQ(journal_rig_store(&rig, "a", "{}"), 1);
    for (bool is_over = false; !is_over;) {
        (void)pending_rig_settle(&rig, 0, JOURNAL_RETRY); /* its crashes are no matter here */
        mem_fail_at(++n);
        rc = go_on_with_unfinished(&rig);
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
    }
    CHECK_EQ(rc, OK);
    CHECK(n > 50);
    journal_rig_stop(&rig);
    CHECK_EQ(mem_live(), live);
}

CHECK_MAIN(TEST(test_out_of_memory), TEST(test_unfinished_out_of_memory))
