#include "relay-server/inbox/inbox.h"

#include "loop/deadline.h"
#include "tests/unit/check.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/mem_sweep.h"

static struct inbox_rig rig;

static void on_fetched(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                       size_t len)
{
    CHECK(rc == OK || rc == ERR_NOMEM);
    CHECK(len <= 2);
    (void)records;
    f->tunnel = NULL; /* answered */
}

static enum err fetch(void)
{
    struct inbox_fetch f = {
        .tunnel = "mybot", .records_max = 10, .bytes_max = 1000000, .fetched = on_fetched};
    enum err rc = inbox_fetch(rig.inbox, &f);

    while (!rc && f.tunnel)
        loop_turn(rig.loop, true);
    return rc;
}

static enum err put(uint64_t seq)
{
    struct inbox_delivery d = inbox_rig_delivery(seq, "body");
    struct inbox_rig_ticket t;
    enum err rc;

    d.attempts = 1;
    rc = inbox_rig_try_put(&rig, &d, &t);
    if (rc)
        return rc;
    inbox_rig_wait(&rig, &t);
    CHECK_EQ(inbox_counts_all(rig.inbox).kept > 0, t.rc == OK || seq > 1);
    return t.rc;
}

static enum err use(void)
{
    const struct inbox_tunnel tunnel = {.name = "mybot", .token_id = "x"};
    enum err rc = inbox_remember(rig.inbox, &tunnel);

    for (uint64_t seq = 1; !rc && seq <= 3; seq++)
        rc = put(seq);
    if (!rc)
        rc = inbox_note(rig.inbox, 2, 3, "enough");
    if (!rc)
        rc = fetch();
    if (!rc)
        rc = inbox_restore(rig.inbox, 2);
    if (!rc)
        rc = inbox_remove(rig.inbox, 1, true);
    inbox_rig_pass(&rig, 1000); /* what was not taken is tried again; and rest */
    inbox_rig_pass(&rig, 1000);
    return rc ? rc : fetch();
}

static enum err whole_life(void)
{
    const struct inbox_options options = {.path = ":memory:"};
    enum err rc = inbox_rig_try_start(&rig, &options);

    if (rc)
        return rc;
    rc = use();
    inbox_rig_stop(&rig);
    return rc;
}

static void test_out_of_memory(void)
{
    unsigned long n = 0, live;
    bool is_over = false;

    CHECK_EQ(whole_life(), OK);
    live = mem_live();
    while (!is_over) {
        mem_fail_at(++n);
        enum err rc = whole_life();
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || rc == ERR_NOMEM);
        CHECK_EQ(mem_live(), live);
    }
    CHECK(n > 100);
}

CHECK_MAIN(TEST(test_out_of_memory))
