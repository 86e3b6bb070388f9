/* thread-test */
#include "relay-client/journal/journal_edit.h"

#include "base/mem.h"
#include "relay-client/journal/journal_gaps.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_schema_table.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#include <fcntl.h>
#include <unistd.h>

static struct journal_rig rig;

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
}

static void stop(void)
{
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

static void answer(const struct journal_answer *a)
{
    CHECK_EQ(journal_answer(rig.journal, a), OK);
    edit_rig_settle(&rig);
}

/* One that the bot has answered. */
static uint64_t store(const char *delivery, const char *text)
{
    uint64_t id = journal_rig_store(&rig, delivery, journal_rig_body(delivery, text));
    struct journal_answer a = journal_rig_answer(id);

    answer(&a);
    return id;
}

static size_t count_text(const char *text)
{
    struct journal_filter f = {.text = text};

    return journal_rig_count(&f);
}

static bool is_in_file(const char *text)
{
    static char content[4 * 1024 * 1024];
    int fd = open(journal_rig_path(), O_RDONLY);
    ssize_t len = read(fd, content, sizeof content);

    CHECK(fd >= 0 && len > 0 && (size_t)len < sizeof content);
    (void)close(fd);
    return memmem(content, (size_t)len, text, strlen(text)) != NULL;
}

/* ---- who watches ---- */

struct watch {
    uint64_t last[64];
    size_t len;
    unsigned gaps;
};

static void on_changed(void *owner, const uint64_t *ids, size_t len)
{
    struct watch *w = owner;

    for (size_t i = 0; i < len; i++)
        w->last[w->len++ % 64] = ids[i];
}

static void on_gap(void *owner)
{
    ((struct watch *)owner)->gaps++;
}

static void watch(struct watch *w)
{
    struct journal_watcher watcher = {on_changed, on_gap, w};

    *w = (struct watch){0};
    journal_watch(rig.journal, &watcher);
}

static void test_watch(void)
{
    struct watch w;
    struct pending_rig_settled s;

    start();
    watch(&w);
    CHECK_EQ(store("a", "hi"), 1);
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
    CHECK_EQ(store("c", "hi"), 3);
    CHECK_EQ(w.len, 6);
    stop();
}

/* What was rolled back is told to nobody. */
static void test_watch_failures(void)
{
    struct watch w;

    start();
    CHECK_EQ(store("a", "hi"), 1);
    watch(&w);
    disk_faults_at(1, DISK_ANY, EIO, true);
    CHECK(edit_rig_pin(&rig, 1, true) != OK);
    CHECK_EQ(w.len, 0);
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    CHECK_EQ(w.len, 1);
    stop();
}

/* ---- marks ---- */

static void test_remarks(void)
{
    static char note[JOURNAL_NOTE_MAX + 2];

    start();
    CHECK_EQ(store("a", "hi"), 1);
    CHECK_EQ(edit_rig_note(&rig, 1, "ＸＹＺＺＹ 返品の件"), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_NOTE);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_NOTE | JOURNAL_FLAG_PINNED);
    CHECK_EQ(count_text("xyzzy"), 1);
    CHECK_EQ(count_text("hi"), 1);
    CHECK_EQ(edit_rig_note(&rig, 1, ""), OK);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);
    CHECK_EQ(count_text("xyzzy"), 0);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    CHECK_EQ(pending_rig_row(1).flags, 0);
    /* a new answer leaves them alone */
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    struct journal_answer a = journal_rig_answer(1);
    answer(&a);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);

    memset(note, 'x', JOURNAL_NOTE_MAX);
    CHECK_EQ(edit_rig_note(&rig, 1, note), OK);
    note[JOURNAL_NOTE_MAX] = 'x';
    CHECK_EQ(edit_rig_note(&rig, 1, note), ERR_LIMIT);
    CHECK_EQ(edit_rig_note(&rig, 2, "x"), ERR_NOT_FOUND);
    stop();
}

/* ---- deletions ---- */

static void test_delete_and_undo(void)
{
    const uint64_t ids[] = {1, 3, 3, 99, 4};
    struct journal_exchange *x;
    struct watch w;
    size_t count;

    start();
    CHECK_EQ(store("a", "hi"), 1);
    CHECK_EQ(store("b", "hi"), 2);
    CHECK_EQ(store("c", "hi"), 3);
    CHECK_EQ(pending_rig_store(&rig, "d", JOURNAL_PENDING), 4);
    edit_rig_settle(&rig);
    watch(&w);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 5);
    CHECK_EQ(d.rc, OK);
    CHECK(d.undo > 0 && d.count == 2 && d.left == 1);
    CHECK(w.len == 2 && w.last[0] == 1 && w.last[1] == 3);
    CHECK_EQ(journal_rig_count(NULL), 2);
    CHECK_EQ(count_text("hi"), 2);
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
    stop();
}

static void test_delete_limits(void)
{
    static uint64_t ids[JOURNAL_DELETE_MAX + 1];
    struct journal_delete d = {.exchanges = ids, .len = JOURNAL_DELETE_MAX + 1};

    start();
    CHECK_EQ(store("a", "hi"), 1);
    CHECK_EQ(journal_edit_delete(rig.journal, &d), ERR_LIMIT);
    ids[JOURNAL_DELETE_MAX - 1] = 1;
    CHECK_EQ(edit_rig_delete(&rig, ids, JOURNAL_DELETE_MAX).count, 1); /* in many steps */
    stop();
}

#define SECRET "a message that shall be gone"

/* Off the disk when it can no longer be undone, the newest too, and no number comes again. */
static void test_purge(void)
{
    const uint64_t ids[] = {1, 2};
    size_t count;

    start();
    CHECK_EQ(store("a", SECRET), 1);
    CHECK_EQ(store("b", SECRET), 2);
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
    CHECK_EQ(store("c", "hi"), 3);
    const uint64_t last[] = {3};
    CHECK_EQ(edit_rig_delete(&rig, last, 1).count, 1);
    for (unsigned i = 0; i < 14; i++)
        journal_rig_chore(&rig, 60000);
    journal_rig_stop(&rig);
    journal_rig_start(&rig, NULL);
    CHECK_EQ(store("d", "hi"), 4);
    stop();
}

static void test_pinned_stay(void)
{
    struct journal_options options = {.keep_ms = 1000};

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    CHECK_EQ(store("a", "hi"), 1);
    CHECK_EQ(store("b", "hi"), 2);
    CHECK_EQ(store("c", "hi"), 3);
    CHECK_EQ(edit_rig_pin(&rig, 1, true), OK);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK_EQ(journal_rig_count(NULL), 2);
    CHECK_EQ(pending_rig_row(1).flags, JOURNAL_FLAG_PINNED);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK_EQ(journal_rig_count(NULL), 1);
    stop();
}

/* ---- imports ---- */

static void test_import(void)
{
    struct journal_request request =
        journal_rig_request("har-1", journal_rig_body("01J", "of elsewhere"));
    struct journal_answer answer = journal_rig_answer(0);
    uint64_t id = 0;

    start();
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
    CHECK_EQ(count_text("ELSEWHERE"), 3);
    stop();
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
    answer(&a);
}

static void test_unsend(void)
{
    struct watch w;

    start();
    CHECK_EQ(journal_rig_store(&rig, "a", message), 1);
    struct journal_answer a = journal_rig_answer(1);
    answer(&a);
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
    stop();
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
    answer(&a);
    CHECK_EQ(journal_rig_count(NULL), 1);
    for (unsigned i = 0; i < 4; i++)
        journal_rig_chore(&rig, 60000);
    CHECK(!is_in_file(SECRET));
    stop();
}

/* ---- gaps ---- */

struct gaps {
    struct journal_gap list[4];
    size_t len;
};

static bool take_gap(void *owner, const struct journal_gap *gap)
{
    struct gaps *g = owner;

    CHECK(g->len < 4);
    g->list[g->len++] = *gap;
    return true;
}

static struct gaps read_gaps(void)
{
    struct journal_reader *r = journal_rig_reader();
    struct gaps g = {.len = 0};

    CHECK_EQ(journal_gaps_list(r, 0, UINT64_MAX, take_gap, &g), OK);
    journal_reader_close(r);
    return g;
}

static void test_link_gap(void)
{
    struct watch w;

    start();
    watch(&w);
    journal_edit_gap_ends(rig.journal, JOURNAL_GAP_LINK, 5000);
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 10000);
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 11000);
    edit_rig_settle(&rig);
    struct gaps g = read_gaps();
    CHECK(g.len == 1 && g.list[0].from_ms == 10000 && g.list[0].to_ms == 0);
    CHECK_EQ(g.list[0].kind, JOURNAL_GAP_LINK);
    journal_edit_gap_ends(rig.journal, JOURNAL_GAP_LINK, 9000); /* the clock was set back */
    edit_rig_settle(&rig);
    g = read_gaps();
    CHECK(g.len == 1 && g.list[0].to_ms == 10000);
    CHECK_EQ(w.gaps, 4);
    stop();
}

static void change_file(const char *sql)
{
    struct database_options options = {
        .path = journal_rig_path(), .schema = &journal_schema, .clock = clock_system()};
    struct database *db;
    char detail[512];

    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_exec(db, sql), OK);
    database_close(db);
}

/* Its one chore says that it is there. */
static void run_agent(void)
{
    struct journal_options options = {.is_agent = true};

    journal_rig_start(&rig, &options);
    journal_rig_chore(&rig, 1000);
    journal_rig_stop(&rig);
}

static void test_agent_gap(void)
{
    (void)journal_rig_make_folder();
    run_agent();
    CHECK_EQ(read_gaps().len, 0);
    change_file("UPDATE progress SET alive_ms = 1795894305000 - 60000");
    run_agent();
    CHECK_EQ(read_gaps().len, 0); /* not worth a word */
    change_file("UPDATE progress SET alive_ms = 1795894305000 - 60001;"
                "INSERT INTO gap (kind, from_ms, to_ms) VALUES (0, 5000, 0)");
    run_agent();
    struct gaps g = read_gaps();
    CHECK_EQ(g.len, 2);
    CHECK_EQ(g.list[0].kind, JOURNAL_GAP_AGENT);
    CHECK_EQ(g.list[0].from_ms, JOURNAL_RIG_NOW_MS - 60001);
    CHECK_EQ(g.list[0].to_ms, JOURNAL_RIG_NOW_MS);
    CHECK_EQ(g.list[1].kind, JOURNAL_GAP_LINK); /* nobody was there to end it */
    CHECK_EQ(g.list[1].to_ms, JOURNAL_RIG_NOW_MS - 60001);
    /* a command that opens it is no agent */
    change_file("UPDATE progress SET alive_ms = 1000");
    journal_rig_start(&rig, NULL);
    journal_rig_chore(&rig, 1000);
    journal_rig_stop(&rig);
    CHECK_EQ(read_gaps().len, 2);
    run_agent();
    CHECK_EQ(read_gaps().len, 3);
    scratch_folder_remove();
}

/* While it runs it says so once a minute, and once more at its end. */
static void test_presence(void)
{
    struct journal_options options = {.is_agent = true};
    struct watch w;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, &options);
    watch(&w);
    for (unsigned i = 0; i < 10; i++)
        journal_rig_chore(&rig, i == 0 ? 1000 : 60000);
    CHECK_EQ(w.gaps, 1);
    journal_rig_stop(&rig);
    run_agent(); /* began before the other ended, as this clock has it */
    CHECK_EQ(read_gaps().len, 0);
    scratch_folder_remove();
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

    start();
    CHECK_EQ(store("a", "hi"), 1);
    CHECK_EQ(store("b", "hi"), 2);
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
    stop();
    CHECK_EQ(mem_live(), live);
}

/* Nothing of a step that failed is there. */
static void test_disk_failures(void)
{
    const uint64_t ids[] = {1};

    start();
    CHECK_EQ(store("a", "hi"), 1);
    disk_faults_at(1, DISK_ANY, ENOSPC, true);
    CHECK(edit_rig_pin(&rig, 1, true) != OK);
    CHECK(edit_rig_note(&rig, 1, "lost") != OK);
    struct edit_rig_deleted d = edit_rig_delete(&rig, ids, 1);
    CHECK(d.rc != OK && d.undo == 0 && d.count == 0);
    disk_faults_at(0, DISK_ANY, 0, false);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    CHECK_EQ(pending_rig_row(1).flags, 0);
    CHECK_EQ(count_text("lost"), 0);
    CHECK_EQ(edit_rig_delete(&rig, ids, 1).undo, 1);
    stop();
}

/* Tasks that are under way when it closes are done first. */
static void test_close(void)
{
    start();
    CHECK_EQ(store("a", "hi"), 1);
    journal_edit_gap_begins(rig.journal, JOURNAL_GAP_LINK, 10000);
    journal_rig_stop(&rig);
    CHECK_EQ(read_gaps().len, 1);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_watch), TEST(test_watch_failures), TEST(test_remarks),
           TEST(test_delete_and_undo), TEST(test_delete_limits), TEST(test_purge),
           TEST(test_pinned_stay), TEST(test_import), TEST(test_unsend),
           TEST(test_purge_unsent), TEST(test_link_gap), TEST(test_agent_gap),
           TEST(test_presence), TEST(test_out_of_memory), TEST(test_disk_failures),
           TEST(test_close))
