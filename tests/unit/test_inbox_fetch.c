/* thread-test */
#include "relay-server/inbox/inbox.h"

#include "tests/unit/check.h"
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

/* ---- fetching ---- */

static void test_fetching_in_batches(void)
{
    start();
    for (unsigned i = 0; i < 10; i++)
        (void)inbox_rig_keep(&rig, "mybot", "0123456789");
    struct inbox_delivery d = inbox_rig_delivery(1, "0123456789");
    uint64_t size = inbox_rig_size(&d);

    list.fetch = (struct inbox_fetch){
        .tunnel = "mybot", .after = 2, .records_max = 3, .bytes_max = 1u << 20};
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.len, 3);
    CHECK_EQ(list.records[0].seq, 3);
    CHECK_EQ(list.records[2].seq, 5);

    list.fetch.bytes_max = 2 * size;
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.len, 2);
    list.fetch.bytes_max = 2 * size - 1;
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.len, 1);
    list.fetch.bytes_max = 1; /* one comes in any case */
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.len, 1);
    list.fetch.no_bodies = true;
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.len, 3);
    CHECK_EQ(list.records[0].body_len, 0);
    CHECK_STR(list.records[0].target, "/callback?from=line");

    /* the one that `after` names may be gone */
    CHECK_EQ(inbox_remove(rig.inbox, 5, true), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 6, true), OK);
    list.fetch.after = 5;
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.records[0].seq, 7);
    list.fetch.after = 10;
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.rc, OK);
    CHECK_EQ(list.len, 0);
    list.fetch = (struct inbox_fetch){.tunnel = "nobody", .records_max = 1};
    inbox_rig_fetch(&rig, &list);
    CHECK_EQ(list.rc, OK);
    CHECK_EQ(list.len, 0);
    stop();
}

static struct inbox_rig_list *change_list;

static void on_fetched_late(struct inbox_fetch *f, enum err rc,
                            const struct inbox_record *records, size_t len)
{
    CHECK_EQ(rc, OK);
    CHECK_EQ(len, 2);
    CHECK_EQ(records[0].delivery.seq, 2);
    CHECK(records[0].delivery.head == &records[0].head);
    CHECK(span_is(records[0].delivery.body, SPAN("two")));
    CHECK_EQ(records[1].delivery.seq, 4);
    CHECK_EQ(records[1].delivery.attempts, 7); /* as known now, not when it was read */
    CHECK(span_is(records[1].delivery.head->target, SPAN("/callback?from=line")));
    (void)f;
    change_list->is_answered = true;
}

/* What happens between the call and the answer is not undone by it. */
static void test_changes_while_fetching(void)
{
    static const char *const bodies[] = {"one", "two", "three", "four", "five"};

    start();
    for (unsigned i = 0; i < 5; i++)
        (void)inbox_rig_keep(&rig, "mybot", bodies[i]);
    change_list = &list;
    list = (struct inbox_rig_list){.fetch = {.tunnel = "mybot",
                                             .records_max = 10,
                                             .bytes_max = 1u << 20,
                                             .fetched = on_fetched_late}};
    CHECK_EQ(inbox_fetch(rig.inbox, &list.fetch), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 1, true), OK);
    CHECK_EQ(inbox_note(rig.inbox, 3, 3, "enough"), OK);
    CHECK_EQ(inbox_note(rig.inbox, 4, 7, NULL), OK);
    CHECK_EQ(inbox_remove(rig.inbox, 5, true), OK);
    while (!list.is_answered)
        loop_turn(rig.loop, true);
    stop();
}

CHECK_MAIN(TEST(test_fetching_in_batches), TEST(test_changes_while_fetching))
