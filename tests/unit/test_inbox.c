/* thread-test */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct inbox_rig rig;
static struct inbox_rig_list list;

static void start(void)
{
    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, NULL);
}

static void stop(void)
{
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static void restart(void)
{
    inbox_rig_stop(&rig);
    CHECK(inbox_rig_is_intact());
    inbox_rig_start(&rig, NULL);
}

static void check_counts(const char *tunnel, uint64_t kept, uint64_t aside, uint64_t delivered)
{
    struct inbox_counts c =
        tunnel ? inbox_counts_of(rig.inbox, tunnel) : inbox_counts_all(rig.inbox);

    CHECK_EQ(c.kept, kept);
    CHECK_EQ(c.aside, aside);
    CHECK_EQ(c.delivered, delivered);
    CHECK_EQ(c.bytes > 0, kept + aside > 0);
}

/* ---- keeping ---- */

static void test_kept_means_on_the_disk(void)
{
    struct inbox_rig_ticket t;

    start();
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), "{\"a\":1}");
    CHECK_EQ(d.seq, 1);
    disk_faults_hold();
    inbox_rig_submit(&rig, &d, &t);
    while (atomic_load(&disk_faults_waiting) == 0)
        loop_turn(rig.loop, false);
    loop_turn(rig.loop, false);
    CHECK(!t.is_answered);
    check_counts("mybot", 1, 0, 0); /* what waits for the disk is counted */
    disk_faults_release();
    inbox_rig_wait(&rig, &t);
    CHECK_EQ(t.rc, OK);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM record"), 1);
    CHECK_STR(inbox_detail(rig.inbox), "");
    stop();
}

static void test_a_record_comes_back_as_it_was(void)
{
    start();
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), "");
    static const char body[] = "nul \0 and \xff";
    d.body = span_of(body, sizeof(body));
    d.attempts = 2;
    CHECK_EQ(inbox_rig_put(&rig, &d), OK);
    for (unsigned round = 0; round < 2; round++) {
        inbox_rig_list(&rig, "mybot", false, &list);
        CHECK_EQ(list.rc, OK);
        CHECK_EQ(list.len, 1);
        const struct inbox_rig_record *r = &list.records[0];
        CHECK_EQ(r->seq, 1);
        CHECK_STR(r->id, "01K00000000000000000000001");
        CHECK_STR(r->tunnel, "mybot");
        CHECK_EQ(r->received_ms, INBOX_RIG_NOW_MS + 1);
        CHECK_EQ(r->attempts, 2);
        CHECK_EQ(r->answered, 200);
        CHECK_STR(r->target, "/callback?from=line");
        CHECK_EQ(r->fields_len, 2);
        CHECK_EQ(r->body_len, sizeof(body));
        CHECK_STR(r->body, "nul ");
        CHECK_STR(r->reason, "");
        restart();
    }
    stop();
}

static void test_order_and_groups(void)
{
    enum { PUTS = 1000 };
    static struct inbox_rig_ticket t[PUTS];

    start();
    (void)inbox_rig_keep(&rig, "mybot", "first");
    disk_faults_at(1000000, DISK_SYNC, 0, false);
    for (unsigned i = 0; i < PUTS; i++) {
        struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), "body");

        inbox_rig_submit(&rig, &d, &t[i]);
    }
    inbox_rig_wait(&rig, &t[PUTS - 1]);
    CHECK(atomic_load(&disk_faults.steps) < PUTS / 4); /* one sync for many */
    for (unsigned i = 0; i < PUTS; i++) {
        CHECK_EQ(t[i].rc, OK);
        CHECK(i == 0 || t[i].order == t[i - 1].order + 1);
    }
    check_counts("mybot", PUTS + 1, 0, 0);
    check_counts(NULL, PUTS + 1, 0, 0);
    stop();
}

/* A delivery may be put long after later ones (the guard); it comes out in its place. */
static void test_late_puts_come_out_in_order(void)
{
    static const uint64_t seqs[] = {5, 9, 2, 7, 1};

    start();
    for (unsigned i = 0; i < 5; i++) {
        struct inbox_delivery d = inbox_rig_delivery(seqs[i], "body");

        d.tunnel = i % 2 ? "other" : "mybot";
        CHECK_EQ(inbox_rig_put(&rig, &d), OK);
    }
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 2 5 7 9");
    CHECK_STR(inbox_rig_seqs(&rig, "mybot", false), "1 2 5");
    CHECK_STR(inbox_rig_seqs(&rig, "other", false), "7 9");
    CHECK_EQ(inbox_oldest_ms(rig.inbox, "other"), INBOX_RIG_NOW_MS + 7);
    CHECK_EQ(inbox_oldest_ms(rig.inbox, NULL), INBOX_RIG_NOW_MS + 1);
    restart();
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "1 2 5 7 9");
    CHECK_STR(inbox_rig_seqs(&rig, "other", false), "7 9");
    stop();
}

static void test_seqs_go_on(void)
{
    start();
    for (unsigned i = 0; i < 3; i++)
        (void)inbox_rig_keep(&rig, "mybot", "body");
    uint64_t unused = inbox_next_seq(rig.inbox);
    CHECK_EQ(unused, 4);
    for (uint64_t seq = 1; seq <= 3; seq++)
        CHECK_EQ(inbox_remove(rig.inbox, seq, true), OK);
    restart();
    uint64_t next = inbox_next_seq(rig.inbox);
    CHECK(next > 3); /* above everything ever stored, though nothing is left of it */
    CHECK(next < 2100);
    for (unsigned i = 0; i < 1100; i++)
        next = inbox_next_seq(rig.inbox);
    struct inbox_delivery d = inbox_rig_delivery(next, "body");
    CHECK_EQ(inbox_rig_put(&rig, &d), OK);
    CHECK_EQ(inbox_remove(rig.inbox, next, true), OK);
    restart();
    CHECK(inbox_next_seq(rig.inbox) > next);
    stop();
}

static void test_a_seq_is_unique(void)
{
    struct inbox_rig_ticket t = {0};

    start();
    (void)inbox_rig_keep(&rig, "mybot", "body");
    struct inbox_delivery d = inbox_rig_delivery(1, "again");
    CHECK_EQ(inbox_put(rig.inbox, &d, &t.base), ERR_CONFLICT);
    check_counts("mybot", 1, 0, 0);
    stop();
}

/* ---- removing, noting ---- */

static void test_removing(void)
{
    start();
    for (unsigned i = 0; i < 4; i++)
        (void)inbox_rig_keep(&rig, i < 3 ? "mybot" : "other", "body");
    CHECK_EQ(inbox_remove(rig.inbox, 1, true), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 3, false), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 3, true), OK);  /* it is gone already */
    CHECK_EQ(inbox_remove(rig.inbox, 77, true), OK); /* never was there */
    check_counts("mybot", 1, 0, 1);
    check_counts("other", 1, 0, 0);
    check_counts(NULL, 2, 0, 1);
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "2 4");
    inbox_rig_settle(&rig);
    restart();
    CHECK_STR(inbox_rig_seqs(&rig, NULL, false), "2 4");
    check_counts("mybot", 1, 0, 0);
    stop();
}

/* The agent confirms what the disk is still taking. */
static void test_removed_before_it_is_stored(void)
{
    struct inbox_rig_ticket t;

    start();
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), "body");
    inbox_rig_submit(&rig, &d, &t);
    CHECK_EQ(inbox_remove(rig.inbox, d.seq, true), OK);
    check_counts("mybot", 0, 0, 1);
    inbox_rig_wait(&rig, &t);
    CHECK_EQ(t.rc, OK);
    check_counts("mybot", 0, 0, 1);
    restart();
    check_counts(NULL, 0, 0, 0);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM content"), 0);
    stop();
}

static void test_setting_aside(void)
{
    start();
    for (unsigned i = 0; i < 3; i++)
        (void)inbox_rig_keep(&rig, "mybot", "body");
    CHECK_EQ(inbox_note(rig.inbox, 1, 1, NULL), OK);
    CHECK_EQ(inbox_note(rig.inbox, 2, 3, "the link ended three times"), OK);
    CHECK_EQ(inbox_note(rig.inbox, 99, 1, "nobody"), OK);
    for (unsigned round = 0; round < 2; round++) {
        check_counts("mybot", 2, 1, 0);
        inbox_rig_list(&rig, "mybot", false, &list);
        CHECK_EQ(list.len, 2);
        CHECK_EQ(list.records[0].attempts, 1);
        CHECK_EQ(list.records[1].seq, 3);
        CHECK_EQ(list.records[1].attempts, 0);
        inbox_rig_list(&rig, "mybot", true, &list);
        CHECK_EQ(list.len, 1);
        CHECK_EQ(list.records[0].seq, 2);
        CHECK_EQ(list.records[0].attempts, 3);
        CHECK_STR(list.records[0].reason, "the link ended three times");
        restart();
    }
    CHECK_EQ(inbox_restore(rig.inbox, 2), OK);
    CHECK_EQ(inbox_restore(rig.inbox, 1), OK); /* is not set aside: keeps its attempts */
    CHECK_EQ(inbox_restore(rig.inbox, 99), OK);
    for (unsigned round = 0; round < 2; round++) {
        check_counts("mybot", 3, 0, 0);
        inbox_rig_list(&rig, "mybot", false, &list);
        CHECK_EQ(list.len, 3);
        CHECK_EQ(list.records[0].attempts, 1);
        CHECK_EQ(list.records[1].attempts, 0);
        CHECK_STR(list.records[1].reason, "");
        restart();
    }
    CHECK_EQ(inbox_note(rig.inbox, 2, 3, ""), OK); /* set aside without a reason */
    CHECK_EQ(inbox_remove(rig.inbox, 1, false), OK);
    restart();
    check_counts("mybot", 1, 1, 0);
    CHECK_EQ(inbox_remove(rig.inbox, 2, false), OK);
    check_counts("mybot", 1, 0, 0);
    restart();
    check_counts("mybot", 1, 0, 0);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM note"), 0);
    stop();
}

CHECK_MAIN(TEST(test_kept_means_on_the_disk), TEST(test_a_record_comes_back_as_it_was),
           TEST(test_order_and_groups), TEST(test_late_puts_come_out_in_order),
           TEST(test_seqs_go_on), TEST(test_a_seq_is_unique), TEST(test_removing),
           TEST(test_removed_before_it_is_stored), TEST(test_setting_aside))
