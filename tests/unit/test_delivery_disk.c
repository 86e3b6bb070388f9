/* The inbox refuses: it is full, or its disk fails.  Nobody is told 200, nothing that was
 * kept is dropped, and when it can it goes on by itself. */
#include "unit/disk_faults.h"

#include "unit/support/delivery_rig.h"
#include "unit/support/scratch_folder.h"

#define RIG delivery_rig

/* The scratch folder is made with the rig: the file is named before it. */
static void open_file(void)
{
    static char path[300];
    struct inbox_options options = {.path = path};

    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    RIG.state.inbox = NULL;
    rig_disk_close(&RIG.disk);
    (void)snprintf(path, sizeof path, "%s", scratch_folder_path("inbox.db"));
    rig_disk_open(&RIG.disk, &RIG.clock.base, &options);
    RIG.state.inbox = RIG.disk.inbox;
}

/* --- full --- */

static void test_the_quota(void)
{
    static char body[4000];
    struct inbox_options options = {.path = ":memory:", .tunnel_bytes = 11000};

    memset(body, 'x', sizeof body - 1);
    delivery_rig_open_file(&options);
    delivery_rig_ask(0, body);
    delivery_rig_check_accepted(0);
    delivery_rig_ask(0, body);
    delivery_rig_check_accepted(0);
    delivery_rig_ask(0, body);
    delivery_rig_check_problem(0, &problem_inbox_full);
    CHECK_EQ(delivery_rig_kept(), 2);
    delivery_rig_ask(0, "small"); /* what fits still goes in */
    delivery_rig_check_accepted(0);
    CHECK_EQ(delivery_rig_kept(), 3);
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), 3);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_ask(0, "new");
    delivery_rig_check_bot(0, 200, "ok");
    delivery_rig_close();
}

/* The sender hears that; the webhook is on its way all the same, and its agent hears what
 * became of the sender. */
static void test_a_guard_that_finds_no_room(void)
{
    static char body[20000];
    struct inbox_options options = {.path = ":memory:", .tunnel_bytes = 10000};

    memset(body, 'x', sizeof body - 1);
    delivery_rig_open_file(&options);
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(0, body);
    struct fake_call *call = delivery_rig_call(0, 0);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_problem(0, &problem_inbox_full);
    CHECK(!call->is_aborted);
    delivery_rig_store(call);
    CHECK(call->is_aborted);
    CHECK_EQ(call->why, ERR_IO);
    CHECK_EQ(RIG.state.webhook_bodies, 0);
    delivery_rig_close();
}

/* --- the disk --- */

static void test_the_disk_refuses(void)
{
    static const int errors[] = {EIO, ENOSPC};

    for (size_t i = 0; i < 4; i++) {
        open_file();
        delivery_rig_ask(0, "before");
        delivery_rig_check_accepted(0);
        disk_faults_at(1, i < 2 ? DISK_ANY : DISK_SYNC, errors[i % 2], true);
        delivery_rig_ask(0, "while");
        delivery_rig_check_problem(0, &problem_not_kept);
        CHECK_EQ(delivery_rig_kept(), 1);
        disk_faults_at(0, DISK_ANY, 0, false);
        front_rig_advance(&RIG, 2000);
        delivery_rig_ask(0, "after");
        delivery_rig_check_accepted(0);
        delivery_rig_link(0);
        CHECK_EQ(delivery_rig_calls(0), 2);
        delivery_rig_check_body(0, 0, "before");
        delivery_rig_check_body(0, 1, "after");
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

static void test_the_disk_refuses_at_the_guard(void)
{
    open_file();
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(0, "hello");
    disk_faults_at(1, DISK_SYNC, EIO, true);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_problem(0, &problem_not_kept);
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_store(delivery_rig_call(0, 0));
    CHECK_EQ(delivery_rig_call(0, 0)->why, ERR_IO);
    delivery_rig_ask(0, "again");
    delivery_rig_check_waits(0); /* straight: nothing is in its way */
    CHECK_EQ(delivery_rig_calls(0), 2);
    delivery_rig_close();
}

/* With an agent nothing of it is needed. */
static void test_a_disk_that_nobody_needs(void)
{
    open_file();
    delivery_rig_link(0);
    disk_faults_at(1, DISK_ANY, EIO, true);
    delivery_rig_ask(0, "hello");
    delivery_rig_check_bot(0, 200, "ok");
    disk_faults_at(0, DISK_ANY, 0, false);
    delivery_rig_close();
}

/* Removals fail for a while: what was delivered is known to be, and not sent again. */
static void test_removals_wait_for_the_disk(void)
{
    open_file();
    delivery_rig_ask(0, "one");
    delivery_rig_ask(0, "two");
    disk_faults_at(1, DISK_ANY, ENOSPC, true);
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), 2);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_ask(0, "three");
    delivery_rig_check_bot(0, 200, "ok");
    disk_faults_at(0, DISK_ANY, 0, false);
    front_rig_advance(&RIG, 60000);
    CHECK_EQ(delivery_rig_calls(0), 3);
    delivery_rig_close();
}

/* Each write and each sync fails once: 200 is never said of what is lost. */
static void test_every_step_fails_once(void)
{
    bool is_over = false;

    for (long n = 1; !is_over; n++) {
        size_t accepted = 0;

        open_file();
        disk_faults_at(n, DISK_ANY, n % 2 ? EIO : ENOSPC, false);
        for (size_t i = 0; i < 6; i++) {
            delivery_rig_ask(i % 2, (char[]){(char)('a' + i), '\0'});
            CHECK(public_client_look(front_rig_client(&RIG, i % 2)));
            unsigned status = front_rig_client(&RIG, i % 2)->answer.status;
            CHECK(status == 200 || status == 503);
            accepted += status == 200;
            front_rig_advance(&RIG, 1000);
        }
        is_over = !disk_faults_has_failed();
        disk_faults_at(0, DISK_ANY, 0, false);
        delivery_rig_link(0);
        front_rig_advance(&RIG, 60000);
        CHECK_EQ(delivery_rig_calls(0), accepted);
        CHECK(accepted >= 4);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

CHECK_MAIN(TEST(test_the_quota), TEST(test_a_guard_that_finds_no_room),
           TEST(test_the_disk_refuses), TEST(test_the_disk_refuses_at_the_guard),
           TEST(test_a_disk_that_nobody_needs), TEST(test_removals_wait_for_the_disk),
           TEST(test_every_step_fails_once))
