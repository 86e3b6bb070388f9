#include "relay-client/journal/journal_reader.h"

#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/journal_sample.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

#define NOW JOURNAL_RIG_NOW_MS

/* ---- lists ---- */

struct list {
    char text[128]; /* ids, each with a space */
    size_t stop_after;
};

static bool note(void *owner, const struct journal_row *row)
{
    struct list *l = owner;
    size_t len = strlen(l->text);

    (void)snprintf(l->text + len, sizeof(l->text) - len, "%" PRIu64 " ", row->id);
    return l->stop_after == 0 || --l->stop_after > 0;
}

static void check_list(struct journal_filter f, const char *want)
{
    struct list l = {.text = ""};
    struct journal_reader *r = journal_rig_reader();

    CHECK_EQ(journal_reader_list(r, &f, note, &l), OK);
    CHECK_STR(l.text, want);
    journal_reader_close(r);
}

#define LIST(want, ...) check_list((struct journal_filter){__VA_ARGS__}, want)

static void test_filters(void)
{
    journal_sample_store();
    LIST("10 9 8 7 6 5 4 3 2 1 ", .limit = 20);
    LIST("10 9 8 ", .limit = 3);
    LIST("1 2 3 ", .limit = 3, .oldest_first = true);
    LIST("7 6 ", .before = 8, .limit = 2); /* paging */
    LIST("9 10 ", .after = 8, .oldest_first = true);
    LIST("", .after = 10);
    LIST("10 9 8 ", .since_ms = NOW + 8);
    LIST("2 1 ", .until_ms = NOW + 3);
    LIST("4 3 ", .since_ms = NOW + 3, .until_ms = NOW + 5);
    LIST("8 7 3 2 1 ", .event_type = "message");
    LIST("8 7 3 2 1 ", .event_type = "message.text");
    LIST("", .event_type = "message.image");
    LIST("5 ", .event_type = "postback"); /* not only the first event */
    LIST("5 ", .user = "Uaab");
    LIST("5 ", .user = "Cggg");
    LIST("5 4 ", .user = "Uaa*");
    LIST("", .user = "Uaa");
    LIST("", .user = "aa*");
    LIST("5 ", .user = "Ubbb", .event_type = "join");
    LIST("", .user = "Uaab", .event_type = "join"); /* two events, but not one with both */
    LIST("9 7 6 4 1 ", .status_min = 200, .status_max = 299);
    LIST("2 ", .status_min = 400);
    LIST("7 3 2 1 ", .has_verdict = true, .verdict = VERDICT_VALID);
    LIST("5 ", .has_verdict = true, .verdict = VERDICT_UNCHECKED);
    LIST("9 ", .tunnel = "other");
    LIST("10 9 8 7 5 4 3 2 1 ", .webhooks_only = true);
    LIST("7 ", .replays_only = true);
    LIST("9 5 4 3 2 ", .failed_only = true); /* 5 was answered with 302 */
    LIST("", .tunnel = "x' OR '1'='1");
    LIST("10 9 8 7 6 5 4 3 2 1 ", .event_type = "", .user = "", .text = "", .tunnel = "");
    scratch_folder_remove();
}

static void test_text_search(void)
{
    journal_sample_store();
    LIST("7 2 1 ", .text = "返金"); /* 2 is escaped in the body */
    LIST("7 6 2 1 ", .text = "返");
    LIST("3 ", .text = "退貨");
    LIST("3 ", .text = "💰");
    LIST("2 ", .text = "😀");
    LIST("5 ", .text = "action=buy");
    LIST("6 ", .text = "<html>");
    LIST("7 1 ", .text = "a refund");
    LIST("7 1 ", .text = "A Refund");
    LIST("7 1 ", .text = "ａ　ＲＥＦＵＮＤ"); /* full width */
    LIST("", .text = "金返");
    LIST("10 ", .text = "JSON \xff\xfe");
    LIST("", .text = "\\u8fd4"); /* what it says, not how it was sent */
    LIST("1 ", .text = "返金", .before = 2);
    LIST("", .text = "%");
    LIST("", .text = "'");
    scratch_folder_remove();
}

static void test_stops_when_told(void)
{
    struct list l = {.stop_after = 2};
    struct journal_filter f = {.limit = 100};

    journal_sample_store();
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_reader_list(r, &f, note, &l), OK);
    CHECK_STR(l.text, "10 9 ");
    journal_reader_close(r);
    scratch_folder_remove();
}

/* ---- rows ---- */

static bool check_first(void *owner, const struct journal_row *row)
{
    (void)owner;
    journal_sample_check_first(row);
    return true;
}

static void test_row(void)
{
    struct journal_filter f = {.oldest_first = true, .limit = 1};

    journal_sample_store();
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_reader_list(r, &f, check_first, NULL), OK);
    journal_reader_close(r);
    scratch_folder_remove();
}

/* ---- beside the writer ---- */

static void test_tail(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    struct journal_reader *r = journal_rig_reader();
    uint64_t version = journal_reader_version(r);
    CHECK_EQ(journal_reader_version(r), version);
    CHECK_EQ(journal_rig_store(&rig, "a", "x"), 1);
    CHECK(journal_reader_version(r) != version);
    version = journal_reader_version(r);
    struct list l = {.text = ""};
    struct journal_filter f = {.after = 0};
    CHECK_EQ(journal_reader_list(r, &f, note, &l), OK);
    CHECK_STR(l.text, "1 ");
    CHECK_EQ(journal_reader_version(r), version);
    journal_reader_close(r);
    journal_reader_close(NULL);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* ---- memory ---- */

static enum err read_all(struct journal_reader *r)
{
    struct list l = {.text = ""};
    struct journal_filter f = {.text = "返金", .user = "U*", .event_type = "message.text"};
    struct journal_exchange *x = NULL;
    enum err rc = journal_reader_list(r, &f, note, &l);

    if (!rc)
        CHECK_STR(l.text, "7 2 1 ");
    if (!rc)
        rc = journal_reader_get(r, SPAN("d-01"), &x);
    journal_exchange_free(x);
    return rc;
}

static void test_out_of_memory(void)
{
    unsigned worked = 0;

    journal_sample_store();
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(read_all(r), OK);
    for (unsigned long n = 1; worked < 50; n++) { /* SQLite goes on without some of them */
        mem_fail_at(n);
        enum err rc = read_all(r);
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        worked = rc ? 0 : worked + 1;
    }
    journal_reader_close(r);
    for (unsigned long n = 1; n < 300; n++) {
        char detail[512];
        unsigned long live = mem_live();

        mem_fail_at(n);
        enum err rc = journal_reader_open(journal_rig_path(), &r, detail);
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        if (!rc)
            journal_reader_close(r);
        CHECK_EQ(mem_live(), live);
    }
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_filters), TEST(test_text_search), TEST(test_stops_when_told),
           TEST(test_row), TEST(test_tail), TEST(test_out_of_memory))
