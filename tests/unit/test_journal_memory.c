#include "relay-client/journal/journal.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/support/journal_rig.h"

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
    for (unsigned long n = 1; n <= all + 2; n++) {
        mem_fail_at(n);
        enum err rc = whole_life();
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
}

CHECK_MAIN(TEST(test_out_of_memory))
