/* thread-test */
#include "relay-client/journal/journal_edit.h"

#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_watch.h"
#include "relay-client/journal/writer/journal_retention.h"
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <unistd.h>

#define SECRET "a message that shall be gone"

static struct journal_rig rig;

static bool is_in_file(const char *text)
{
    static char content[4 * 1024 * 1024];
    int fd = open(journal_rig_path(), O_RDONLY);
    ssize_t len = read(fd, content, sizeof content);

    CHECK(fd >= 0 && len > 0 && (size_t)len < sizeof content);
    (void)close(fd);
    return memmem(content, (size_t)len, text, strlen(text)) != NULL;
}

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

static void test_delete_and_undo(void)
{
    const uint64_t ids[] = {1, 3, 3, 99, 4};
    struct journal_exchange *x;
    struct watch w;
    size_t count;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(edit_rig_store(&rig, "b", "hi"), 2);
    CHECK_EQ(edit_rig_store(&rig, "c", "hi"), 3);
    CHECK_EQ(pending_rig_store(&rig, "d", JOURNAL_PENDING), 4);
    edit_rig_settle(&rig);
    watch(&w);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 5);
    CHECK_EQ(d.rc, OK);
    CHECK(d.undo > 0 && d.count == 2 && d.left == 1);
    CHECK(w.len == 2 && w.last[0] == 1 && w.last[1] == 3);
    CHECK_EQ(journal_rig_count(NULL), 2);
    CHECK_EQ(edit_rig_count_text("hi"), 2);
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_reader_get(r, SPAN("1"), &x), ERR_NOT_FOUND);
    CHECK_EQ(journal_reader_get(r, SPAN("a"), &x), ERR_NOT_FOUND);
    CHECK_EQ(journal_reader_get(r, SPAN("-2"), &x),
             OK); /* 4 is the last one, 2 the one before */
    CHECK_EQ(journal_exchange_row(x)->id, 2);
    journal_exchange_free(x);
    journal_reader_close(r);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), ERR_NOT_FOUND);
    CHECK_EQ(edit_rig_delete(&rig, ids, 5).count, 0);
    CHECK_EQ(edit_rig_delete(&rig, ids, 0).undo, 0);

    CHECK_EQ(edit_rig_undo(&rig, d.undo + 1, &count), ERR_NOT_FOUND);
    CHECK_EQ(edit_rig_undo(&rig, 0, &count), ERR_NOT_FOUND);
    CHECK_EQ(edit_rig_undo(&rig, d.undo, &count), OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(w.len, 4);
    CHECK_EQ(journal_rig_count(NULL), 4);
    CHECK_EQ(edit_rig_undo(&rig, d.undo, &count), ERR_NOT_FOUND);
    struct edit_rig_deleted again = edit_rig_delete(&rig, ids, 1);
    CHECK(again.undo > d.undo); /* a number is never given twice */
    edit_rig_stop(&rig);
}

static void test_delete_limits(void)
{
    static uint64_t ids[JOURNAL_DELETE_MAX + 1];
    struct journal_delete d = {.exchanges = ids, .len = JOURNAL_DELETE_MAX + 1};

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(journal_edit_delete(rig.journal, &d), ERR_LIMIT);
    ids[JOURNAL_DELETE_MAX - 1] = 1;
    CHECK_EQ(edit_rig_delete(&rig, ids, JOURNAL_DELETE_MAX).count, 1); /* in many steps */
    edit_rig_stop(&rig);
}

/* Off the disk when it can no longer be undone, the newest too, and no number comes again. */
static void test_purge(void)
{
    const uint64_t ids[] = {1, 2};
    size_t count;

    edit_rig_start(&rig);
    CHECK_EQ(edit_rig_store(&rig, "a", SECRET), 1);
    CHECK_EQ(edit_rig_store(&rig, "b", SECRET), 2);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 2);
    journal_rig_chore(&rig, 1000);
    journal_rig_chore(&rig, 60000);
    CHECK(is_in_file(SECRET));
    for (unsigned i = 0; i < 11; i++)
        journal_rig_chore(&rig, 60000);
    CHECK_EQ(edit_rig_undo(&rig, d.undo, &count), ERR_NOT_FOUND);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK(!is_in_file(SECRET));
    CHECK_EQ(journal_rig_count(NULL), 0);
    CHECK_EQ(edit_rig_store(&rig, "c", "hi"), 3);
    const uint64_t last[] = {3};
    CHECK_EQ(edit_rig_delete(&rig, last, 1).count, 1);
    for (unsigned i = 0; i < 14; i++)
        journal_rig_chore(&rig, 60000);
    journal_rig_stop(&rig);
    journal_rig_start(&rig, NULL);
    CHECK_EQ(edit_rig_store(&rig, "d", "hi"), 4);
    edit_rig_stop(&rig);
}

static uint64_t count_on_disk(void)
{
    struct journal_reader *r = journal_rig_reader();
    uint64_t n = 0;

    CHECK_EQ(statement_query_u64(r->db, "SELECT count(*) FROM exchange", &n), OK);
    journal_reader_close(r);
    return n;
}

/* Overwriting takes time, and what comes in waits for it. */
static void test_purge_steps_are_small(void)
{
    static char body[400000];
    uint64_t ids[40];

    edit_rig_start(&rig);
    memset(body, 'x', sizeof(body) - 1);
    for (uint64_t i = 0; i < 40; i++) {
        char delivery[24];

        (void)snprintf(delivery, sizeof(delivery), "%u", (unsigned)i);
        ids[i] = journal_rig_store(&rig, delivery, body);
        struct journal_answer a = journal_rig_answer(ids[i]);
        a.body = span_text(body);
        edit_rig_answer(&rig, &a);
    }
    CHECK_EQ(edit_rig_delete(&rig, ids, 40).count, 40);
    uint64_t left = count_on_disk(), most = 0;
    CHECK_EQ(left, 40);
    for (unsigned i = 0; i < 60 && left > 0; i++) {
        journal_rig_chore(&rig, 3600000);
        uint64_t now = count_on_disk();
        most = left - now > most ? left - now : most;
        left = now;
    }
    CHECK_EQ(left, 0);
    CHECK(most > 1 && (most - 1) * 2 * sizeof(body) < JOURNAL_RETENTION_BYTES);
    edit_rig_stop(&rig);
}

static void test_pinned_stay(void)
{
    struct journal_options options = {.keep_ms = 1000};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    CHECK_EQ(edit_rig_store(&rig, "a", "hi"), 1);
    CHECK_EQ(edit_rig_store(&rig, "b", "hi"), 2);
    CHECK_EQ(edit_rig_store(&rig, "c", "hi"), 3);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK_EQ(journal_rig_count(NULL), 2);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK_EQ(journal_rig_count(NULL), 1);
    edit_rig_stop(&rig);
}

/* ---- what was unsent ---- */

static const char unsend[] =
    "{\"destination\":\"U1\",\"events\":[{\"type\":\"unsend\",\"source\":"
    "{\"type\":\"user\",\"userId\":\"U1\"},\"unsend\":{\"messageId\":"
    "\"%s\"}}]}";

static const char message[] = "{\"destination\":\"U1\",\"events\":[{\"type\":\"message\","
                              "\"source\":{\"type\":\"user\",\"userId\":\"U1\"},\"message\":"
                              "{\"type\":\"text\",\"id\":\"4711\",\"text\":\"" SECRET "\"}}]}";

static void store_unsend(const char *delivery, const char *message_id, enum verdict verdict)
{
    char body[400];

    (void)snprintf(body, sizeof body, unsend, message_id);
    struct journal_answer a = journal_rig_answer(journal_rig_store(&rig, delivery, body));
    a.verdict = verdict;
    edit_rig_answer(&rig, &a);
}

static void test_unsend(void)
{
    struct watch w;

    edit_rig_start(&rig);
    CHECK_EQ(journal_rig_store(&rig, "a", message), 1);
    struct journal_answer a = journal_rig_answer(1);
    edit_rig_answer(&rig, &a);
    store_unsend("b", "0815", VERDICT_VALID);
    store_unsend("c", "4711", VERDICT_INVALID); /* anybody could say so */
    CHECK_EQ(pending_rig_row(1).flags, 0);
    watch(&w);
    store_unsend("d", "4711", VERDICT_VALID);
    CHECK(w.len == 3 && w.last[2] == 1);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_WITHDRAWN);
    CHECK_EQ(pending_rig_row(4).flags, 0);
    journal_rig_chore(&rig, 1000);
    CHECK_EQ(journal_rig_count(NULL), 4);
    edit_rig_stop(&rig);
}

static void test_purge_unsent(void)
{
    struct journal_options options = {.purges_unsent = true};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    CHECK_EQ(journal_rig_store(&rig, "a", message), 1); /* the bot has not got it so far */
    store_unsend("b", "4711", VERDICT_VALID);
    CHECK_EQ(journal_rig_count(NULL), 2);
    struct journal_answer a = journal_rig_answer(1);
    edit_rig_answer(&rig, &a);
    CHECK_EQ(journal_rig_count(NULL), 1);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK(!is_in_file(SECRET));
    edit_rig_stop(&rig);
}

CHECK_MAIN(TEST(test_delete_and_undo), TEST(test_delete_limits), TEST(test_purge),
           TEST(test_purge_steps_are_small), TEST(test_pinned_stay), TEST(test_unsend),
           TEST(test_purge_unsent))
