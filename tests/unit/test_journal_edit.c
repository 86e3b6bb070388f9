/* thread-test */
#include "relay-client/journal/journal_edit.h"

#include "base/mem.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_watch.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

/* ---- who watches ---- */

struct watch {
    uint64_t last[64];
    size_t len;
};

static void on_changed(void *owner, const uint64_t *ids, size_t len)
{
    struct watch *w = owner;

    for (size_t i = 0; i < len; i++)
        w->last[w->len++ % 64] = ids[i];
}

static void watch(struct watch *w)
{
    struct journal_watcher watcher = {.on_changed = on_changed, .owner = w};

    *w = (struct watch){0};
    journal_watch(rig.journal, &watcher);
}

static void test_watch(void)
{
    struct watch w;
    struct pending_rig_settled s;

    edit_rig_start(&rig);
    watch(&w);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(w.len, 2);
    CHECK(w.last[0] == 1 && w.last[1] == 1);
    CHECK_EQ(pending_rig_store(&rig, "b", JOURNAL_PENDING), 2);
    edit_rig_settle(&rig);
    CHECK_EQ(w.len, 4);
    s = pending_rig_settle(&rig, 0, JOURNAL_DROP);
    CHECK_EQ(s.count, 1);
    CHECK(w.len == 5 && w.last[4] == 2);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    CHECK(w.len == 6 && w.last[5] == 1);
    CHECK_EQ(edit_rig_pin(&rig, 99, true), ERR_NOT_FOUND);
    CHECK_EQ(w.len, 6);
    journal_watch(rig.journal, NULL);
    CHECK_EQ(edit_rig_store(&rig, "c", "hi"), 3);
    CHECK_EQ(w.len, 6);
    edit_rig_stop(&rig);
}

/* What was rolled back is told to nobody. */
static void test_watch_failures(void)
{
    struct watch w;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    watch(&w);
    disk_faults_at(1, DISK_ANY, EIO, true);
    CHECK(edit_rig_pin(&rig, 1, true) != OK);
    CHECK_EQ(w.len, 0);
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    CHECK_EQ(w.len, 1);
    edit_rig_stop(&rig);
}

/* ---- marks ---- */

static void test_remarks(void)
{
    static char note[JOURNAL_NOTE_MAX + 2];

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(edit_rig_note(&rig, 1, "ＸＹＺＺＹ 返品の件"), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_NOTE);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_NOTE | JOURNAL_FLAG_PINNED);
    CHECK_EQ(edit_rig_count_text("xyzzy"), 1);
    CHECK_EQ(edit_rig_count_text("hi"), 1);
    CHECK_EQ(edit_rig_note(&rig, 1, ""), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);
    CHECK_EQ(edit_rig_count_text("xyzzy"), 0);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    CHECK_EQ(pending_rig_row(1).flags, 0);
    /* a new answer leaves them alone */
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    struct journal_answer a = journal_rig_answer(1);
    edit_rig_answer(&rig, &a);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);

    memset(note, 'x', JOURNAL_NOTE_MAX);
    CHECK_EQ(edit_rig_note(&rig, 1, note), OK);
    note[JOURNAL_NOTE_MAX] = 'x';
    CHECK_EQ(edit_rig_note(&rig, 1, note), ERR_LIMIT);
    CHECK_EQ(edit_rig_note(&rig, 2, "x"), ERR_NOT_FOUND);
    edit_rig_stop(&rig);
}

/* ---- imports ---- */

static void test_import(void)
{
    struct journal_request request =
        journal_rig_request("har-1", journal_rig_body("01J", "of elsewhere"));
    struct journal_answer answer = journal_rig_answer(0);
    uint64_t id = 0;

    edit_rig_start(&rig);
    answer.outcome = JOURNAL_PENDING;
    CHECK_EQ(edit_rig_import(&rig, &request, &answer, &id), OK);
    CHECK(id == 1 && answer.exchange == 1);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_IMPORTED);
    CHECK_EQ(pending_rig_row(1).bot_status, 200);
    CHECK_EQ(edit_rig_import(&rig, &request, &answer, &id), ERR_CONFLICT);
    request.delivery = "har-2";
    CHECK_EQ(edit_rig_import(&rig, &request, NULL, &id), OK);
    CHECK_EQ(id, 2);
    CHECK_EQ(pending_rig_row(2).flags, JOURNAL_FLAG_IMPORTED);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).len, 0); /* nobody waits for these */
    /* nothing that really comes is a duplicate of them */
    CHECK_EQ(journal_rig_store(&rig, "c", journal_rig_body("01J", "of elsewhere")), 3);
    CHECK_EQ(pending_rig_row(3).duplicate_of, 0);
    CHECK_EQ(edit_rig_count_text("ELSEWHERE"), 3);
    edit_rig_stop(&rig);
}

/* ---- failures ---- */

static enum err edit_everything(void)
{
    const uint64_t ids[] = {1, 2};
    struct edit_rig_deleted d = {0};
    struct journal_request request = journal_rig_request("har", journal_rig_body("01J", "x"));
    size_t count;
    uint64_t id;
    enum err rc = edit_rig_note(&rig, 1, "a note");

    if (!rc)
        rc = edit_rig_pin(&rig, 2, true);
    if (!rc) {
        d = edit_rig_delete(&rig, ids, 2);
        rc = d.rc;
    }
    if (!rc)
        rc = edit_rig_undo(&rig, d.undo, &count);
    if (!rc) {
        rc = edit_rig_import(&rig, &request, NULL, &id);
        rc = rc == ERR_CONFLICT ? OK : rc;
    }
    return rc;
}

static void bring_back(void)
{
    size_t count;

    for (uint64_t undo = 1; undo < 400; undo++)
        (void)edit_rig_undo(&rig, undo, &count);
}

static void test_out_of_memory(void)
{
    unsigned long n = 0, live = mem_live();
    bool is_over = false;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(edit_rig_store(&rig, "b", "hi"), 2);
    while (!is_over) {
        mem_fail_at(++n);
        enum err rc = edit_everything();
        is_over = mem_sweep_is_over(n);
        CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
        if (rc)
            bring_back();
    }
    CHECK(n > 50);
    CHECK_EQ(journal_rig_count(NULL), 3);
    edit_rig_stop(&rig);
    CHECK_EQ(mem_live(), live);
}

/* Nothing of a step that failed is there. */
static void test_disk_failures(void)
{
    const uint64_t ids[] = {1};

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    disk_faults_at(1, DISK_ANY, ENOSPC, true);
    CHECK(edit_rig_pin(&rig, 1, true) != OK);
    CHECK(edit_rig_note(&rig, 1, "lost") != OK);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 1);
    CHECK(d.rc != OK && d.undo == 0 && d.count == 0);
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    CHECK_EQ(pending_rig_row(1).flags, 0);
    CHECK_EQ(edit_rig_count_text("lost"), 0);
    CHECK_EQ(edit_rig_delete(&rig, ids, 1).undo, 1);
    edit_rig_stop(&rig);
}

CHECK_MAIN(TEST(test_watch), TEST(test_watch_failures), TEST(test_remarks), TEST(test_import),
           TEST(test_out_of_memory), TEST(test_disk_failures))
