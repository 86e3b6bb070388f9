/* How much is kept, and how much may wait. */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/inbox_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <stdlib.h>

static struct inbox_rig rig;

static void start(uint64_t tunnel_bytes, uint64_t total_bytes)
{
    const struct inbox_options options = {.tunnel_bytes = tunnel_bytes,
                                          .total_bytes = total_bytes};

    (void)inbox_rig_make_folder();
    inbox_rig_start(&rig, &options);
}

static void stop(void)
{
    inbox_rig_stop(&rig);
    scratch_folder_remove();
}

static struct inbox_delivery delivery(const char *tunnel, const char *body)
{
    struct inbox_delivery d = inbox_rig_delivery(inbox_next_seq(rig.inbox), body);

    d.tunnel = tunnel;
    return d;
}

static enum err put(const char *tunnel, const char *body)
{
    struct inbox_delivery d = delivery(tunnel, body);
    struct inbox_rig_ticket never = {0};

    enum err rc = inbox_put(rig.inbox, &d, &never.base);
    CHECK(rc == ERR_LIMIT || rc == ERR_BUSY);
    return rc;
}

static uint64_t size_of(const char *body)
{
    struct inbox_delivery d = inbox_rig_delivery(1, body);

    return inbox_rig_size(&d);
}

/* The last byte of a quota is used, the one behind it is not. */
static void test_tunnel_quota(void)
{
    uint64_t one = size_of("0123456789");

    start(3 * one, 100 * one);
    for (unsigned i = 0; i < 2; i++)
        (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    CHECK_EQ(put("mybot", "0123456789+"), ERR_LIMIT); /* one byte more than there is */
    (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").bytes, 3 * one);
    CHECK_EQ(put("mybot", ""), ERR_LIMIT);
    (void)inbox_rig_keep(&rig, "other", "0123456789"); /* has one of its own */

    CHECK_EQ(inbox_note(rig.inbox, 1, 3, "aside"), OK); /* takes room all the same */
    CHECK_EQ(put("mybot", ""), ERR_LIMIT);
    CHECK_EQ(inbox_remove(rig.inbox, 1, false), OK); /* makes room at once */
    (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    CHECK_EQ(put("mybot", ""), ERR_LIMIT);
    inbox_rig_stop(&rig);

    const struct inbox_options more = {.tunnel_bytes = 4 * one, .total_bytes = 100 * one};
    inbox_rig_start(&rig, &more); /* what is there is counted */
    (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    CHECK_EQ(put("mybot", ""), ERR_LIMIT);
    inbox_rig_stop(&rig);

    const struct inbox_options less = {.tunnel_bytes = one, .total_bytes = 100 * one};
    inbox_rig_start(&rig, &less); /* nothing is dropped to make it fit */
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, 4);
    CHECK_EQ(put("mybot", ""), ERR_LIMIT);
    stop();
}

static void test_total_quota(void)
{
    uint64_t one = size_of("0123456789");

    start(3 * one, 4 * one);
    (void)inbox_rig_keep(&rig, "a", "0123456789");
    (void)inbox_rig_keep(&rig, "b", "0123456789");
    (void)inbox_rig_keep(&rig, "c", "0123456789");
    CHECK_EQ(put("d", "0123456789+"), ERR_LIMIT);
    (void)inbox_rig_keep(&rig, "d", "0123456789");
    CHECK_EQ(inbox_counts_all(rig.inbox).bytes, 4 * one);
    CHECK_EQ(put("a", ""), ERR_LIMIT);
    CHECK_EQ(put("new", ""), ERR_LIMIT);
    CHECK_EQ(inbox_counts_of(rig.inbox, "new").kept, 0);
    stop();
}

/* A put that failed gives its room back. */
static void test_failed_puts_count_no_more(void)
{
    uint64_t one = size_of("0123456789");

    start(one, one);
    disk_faults_at(1, DISK_WRITE, ENOSPC, true);
    struct inbox_delivery d = delivery("mybot", "0123456789");
    CHECK_EQ(inbox_rig_put(&rig, &d), ERR_NO_SPACE);
    CHECK_EQ(inbox_counts_all(rig.inbox).bytes, 0);
    disk_faults_at(0, DISK_WRITE, 0, false);
    (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    stop();
}

static void test_at_most_4096_wait(void)
{
    enum { MAX = 4096 };
    struct inbox_rig_ticket *t = calloc(MAX, sizeof(*t));

    CHECK(t);
    start(0, 0);
    disk_faults_hold();
    for (unsigned i = 0; i < MAX; i++) {
        struct inbox_delivery d = delivery("mybot", "body");

        inbox_rig_submit(&rig, &d, &t[i]);
    }
    CHECK_EQ(put("mybot", "body"), ERR_BUSY);
    disk_faults_release();
    for (unsigned i = 0; i < MAX; i++) {
        inbox_rig_wait(&rig, &t[i]);
        CHECK_EQ(t[i].rc, OK);
    }
    (void)inbox_rig_keep(&rig, "mybot", "body");
    CHECK_EQ(inbox_counts_of(rig.inbox, "mybot").kept, MAX + 1);
    free(t);
    stop();
}

static void test_at_most_64_mib_wait(void)
{
    enum { LEN = 1024 * 1024, MAX = 64 };
    static char body[LEN + 1];
    static struct inbox_rig_ticket t[MAX];

    memset(body, 'x', LEN);
    start(UINT64_MAX, UINT64_MAX);
    disk_faults_hold();
    for (unsigned i = 0; i < MAX; i++) {
        struct inbox_delivery d = delivery("mybot", body);

        inbox_rig_submit(&rig, &d, &t[i]);
    }
    CHECK_EQ(put("mybot", ""), ERR_BUSY);
    disk_faults_release();
    inbox_rig_wait(&rig, &t[MAX - 1]);
    CHECK_EQ(t[MAX - 1].rc, OK);
    stop();
}

static void test_at_most_256_fetches(void)
{
    enum { MAX = 256 };
    static struct inbox_rig_list lists[MAX];
    struct inbox_fetch one_more = {.records_max = 1};

    start(0, 0);
    (void)inbox_rig_keep(&rig, "mybot", "body");
    for (unsigned i = 0; i < MAX; i++) {
        lists[i].fetch = (struct inbox_fetch){.records_max = 1};
        inbox_rig_begin_fetch(&rig, &lists[i]);
    }
    CHECK_EQ(inbox_fetch(rig.inbox, &one_more), ERR_BUSY);
    while (!lists[MAX - 1].is_answered)
        loop_turn(rig.loop, true);
    CHECK_EQ(lists[MAX - 1].len, 1);
    stop();
}

/* ---- tunnels ---- */

static void test_tunnels_are_forgotten(void)
{
    enum { MAX = 10000 };
    char name[16];
    struct inbox_tunnel t = {.name = name, .token_id = "x"};

    start(0, 0);
    for (uint64_t i = 0; i < MAX; i++) {
        (void)snprintf(name, sizeof(name), "t%llu", (unsigned long long)i);
        t.linked_ms = i + 1;
        CHECK_EQ(inbox_remember(rig.inbox, &t), OK);
        if (i % 1000 == 999)
            inbox_rig_settle(&rig);
    }
    (void)inbox_rig_keep(&rig, "t0", "body"); /* has something, so it stays */
    t.name = "new";
    CHECK_EQ(inbox_remember(rig.inbox, &t), OK);
    (void)inbox_rig_keep(&rig, "stranger", "body");
    inbox_rig_stop(&rig);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM tunnel"), MAX - 1);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM tunnel WHERE name IN ('t0', 'new', 't3')"),
             3);
    CHECK_EQ(inbox_rig_query("SELECT count(*) FROM tunnel WHERE name IN ('t1', 't2')"), 0);
    inbox_rig_start(&rig, NULL);
    CHECK_EQ(inbox_counts_of(rig.inbox, "t0").kept, 1);
    stop();
}

CHECK_MAIN(TEST(test_tunnel_quota), TEST(test_total_quota),
           TEST(test_failed_puts_count_no_more), TEST(test_at_most_4096_wait),
           TEST(test_at_most_64_mib_wait), TEST(test_at_most_256_fetches),
           TEST(test_tunnels_are_forgotten))
