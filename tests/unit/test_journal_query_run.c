#include "relay-client/journal/query/journal_query.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_schema_table.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/query_sample.h"
#include "tests/unit/support/scratch_folder.h"

/* ---- pages ---- */

struct list {
    uint64_t ids[600];
    size_t len, stop_at; /* 0: never */
};

static bool note(void *owner, const struct journal_row *row)
{
    struct list *l = owner;

    CHECK(l->len < ARRAY_LEN(l->ids));
    l->ids[l->len++] = row->id;
    return l->len != l->stop_at;
}

static void check_page(struct journal_reader *r, const char *text, struct journal_page page,
                       const char *want)
{
    struct journal_query *q = query_sample_parse(text);
    struct list l = {.len = 0};
    char line[128] = "";
    size_t at = 0;

    page.query = q;
    CHECK_EQ(journal_query_list(r, &page, note, &l), OK);
    for (size_t i = 0; i < l.len; i++)
        at += (size_t)snprintf(line + at, sizeof(line) - at, "%" PRIu64 " ", l.ids[i]);
    CHECK_STR(line, want);
    journal_query_free(q);
}

static void test_pages(void)
{
    struct journal_reader *r = query_sample_open();

    check_page(r, "", (struct journal_page){.limit = 3}, "12 10 9 ");
    check_page(r, "", (struct journal_page){.limit = 0}, "");
    check_page(r, "", (struct journal_page){.limit = 3, .before = 9}, "8 7 6 ");
    check_page(r, "", (struct journal_page){.limit = 3, .before = 1}, "");
    check_page(r, "", (struct journal_page){.limit = 3, .before = UINT64_MAX}, "12 10 9 ");
    check_page(r, "", (struct journal_page){.limit = 3, .after = 2}, "3 4 5 ");
    check_page(r, "", (struct journal_page){.limit = 3, .after = 10}, "12 ");
    check_page(r, "", (struct journal_page){.limit = 3, .after = 12}, "");
    check_page(r, "", (struct journal_page){.limit = 3, .after = UINT64_MAX}, "");
    check_page(r, "type:text", (struct journal_page){.limit = 2}, "8 7 ");
    check_page(r, "type:text", (struct journal_page){.limit = 2, .before = 7}, "2 1 ");
    check_page(r, "type:text", (struct journal_page){.limit = 9, .after = 1}, "2 7 8 ");
    query_sample_close(r);
}

static void check_total(struct journal_reader *r, const char *text, struct journal_page page,
                        size_t len, uint64_t total)
{
    struct journal_query *q = query_sample_parse(text);
    struct list l = {.len = 0};
    uint64_t got = 99;

    page.query = q;
    CHECK_EQ(journal_query_page(r, &page, note, &l, &got), OK);
    CHECK_EQ(l.len, len);
    CHECK_EQ(got, total);
    journal_query_free(q);
}

static void test_totals(void)
{
    struct journal_reader *r = query_sample_open();

    check_total(r, "", (struct journal_page){.limit = 3}, 3, 11);
    check_total(r, "type:text", (struct journal_page){.limit = 3}, 3, 4);
    check_total(r, "type:text", (struct journal_page){.limit = 4}, 4, 4);
    check_total(r, "type:text", (struct journal_page){.limit = 5}, 4, 4);
    check_total(r, "type:text", (struct journal_page){.limit = 5, .before = 7}, 2, 4);
    check_total(r, "type:text", (struct journal_page){.limit = 5, .after = 2}, 2, 4);
    check_total(r, "type:text", (struct journal_page){.limit = 0}, 0, 4);
    check_total(r, "type:beacon", (struct journal_page){.limit = 5}, 0, 0);
    query_sample_close(r);
}

static void test_stops(void)
{
    struct journal_reader *r = query_sample_open();
    const struct journal_page page = {.limit = 500};
    const uint64_t all[] = {1, 2, 3, 4, 99};
    struct list l = {.stop_at = 2};

    CHECK_EQ(journal_query_list(r, &page, note, &l), OK);
    CHECK_EQ(l.len, 2);
    l.len = 0;
    CHECK_EQ(journal_query_match(r, NULL, all, ARRAY_LEN(all), note, &l), OK);
    CHECK(l.len == 2 && l.ids[0] == 1 && l.ids[1] == 2);
    l = (struct list){.len = 0};
    CHECK_EQ(journal_query_match(r, NULL, all, ARRAY_LEN(all), note, &l), OK);
    CHECK_EQ(l.len, 4); /* 99 does not exist */
    CHECK_EQ(journal_query_match(r, NULL, all, 0, note, &l), OK);
    CHECK_EQ(l.len, 4);
    query_sample_close(r);
}

static void test_ids(void)
{
    struct journal_reader *r = query_sample_open();
    struct journal_query *q = query_sample_parse("type:text");
    uint64_t ids[4];
    size_t len = 99;

    CHECK_EQ(journal_query_ids(r, q, 0, ids, 4, &len), OK);
    CHECK(len == 4 && ids[0] == 8 && ids[3] == 1);
    CHECK_EQ(journal_query_ids(r, q, 0, ids, 3, &len), OK);
    CHECK(len == 3 && ids[2] == 2);
    CHECK_EQ(journal_query_ids(r, q, 2, ids, 4, &len), OK);
    CHECK(len == 1 && ids[0] == 1);
    CHECK_EQ(journal_query_ids(r, q, 1, ids, 4, &len), OK);
    CHECK_EQ(len, 0);
    CHECK_EQ(journal_query_ids(r, q, 0, ids, 0, &len), OK);
    CHECK_EQ(len, 0);
    journal_query_free(q);
    query_sample_close(r);
}

/* ---- more than is looked at one by one ---- */

#define MANY 36000u

/* Every third is an image, number 5 alone a follow; the rest are stickers. */
static struct journal_reader *open_many(void)
{
    static const char fill[] =
        "CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < 36000) SELECT i FROM c;"
        "INSERT INTO exchange (id, delivery, tunnel, peer, method, target, received_ms,"
        " arrived_ms, webhook, replay_of, duplicate_of, body_len, body_truncated, events_len)"
        " SELECT i, 'd' || i, 't', '', 'POST', '/', i, i, 1, 0, 0, 0, 0, 1 FROM n;"
        "INSERT INTO summary SELECT i, 0, 0, 1, 200, 1, 200, 0, 0, 0, 0, 0, 0 FROM n;"
        "INSERT INTO event SELECT i * 128, iif(i = 5, 'follow', 'message'), '', 0, 'user', "
        "'U1',"
        " 'U1', '', '', 0, 0, '', iif(i = 5, '', iif(i % 3 = 0, 'image', 'sticker')), ''"
        " FROM n;";
    char detail[DETAIL_MAX];
    struct database *db;
    struct journal_reader *r;

    (void)scratch_folder_make();
    const struct database_options options = {.path = scratch_folder_path("journal.db"),
                                             .schema = &journal_schema,
                                             .clock = clock_system()};
    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_exec(db, fill), OK);
    database_close(db);
    CHECK_EQ(journal_reader_open(options.path, &r, detail), OK);
    return r;
}

/* All pages, one behind the other. */
static size_t walk(struct journal_reader *r, const char *text, bool is_upwards, size_t limit)
{
    struct journal_query *q = query_sample_parse(text);
    struct journal_page page = {.query = q, .limit = limit, .after = is_upwards};
    uint64_t last = is_upwards ? 1 : UINT64_MAX;
    size_t total = 0;

    for (;;) {
        static struct list l;

        l = (struct list){.len = 0};
        CHECK_EQ(journal_query_list(r, &page, note, &l), OK);
        for (size_t i = 0; i < l.len; i++) {
            CHECK(is_upwards ? l.ids[i] > last : l.ids[i] < last);
            last = l.ids[i];
        }
        total += l.len;
        if (l.len < limit)
            break;
        page.after = is_upwards ? last : 0;
        page.before = is_upwards ? 0 : last;
    }
    journal_query_free(q);
    return total;
}

static void test_windows(void)
{
    struct journal_reader *r = open_many();
    struct list l = {.len = 0};

    for (unsigned upwards = 0; upwards < 2; upwards++) {
        CHECK_EQ(walk(r, "", upwards, 500), MANY - upwards);
        CHECK_EQ(walk(r, "type:image", upwards, 500), MANY / 3);
        CHECK_EQ(walk(r, "type:image", upwards, 499), MANY / 3);
        CHECK_EQ(walk(r, "-type:image", upwards, 500), MANY - MANY / 3 - upwards);
        CHECK_EQ(walk(r, "type:follow", upwards, 500), 1);
        CHECK_EQ(walk(r, "type:join", upwards, 500), 0);
        CHECK_EQ(walk(r, "user:U1", upwards, 500), MANY - upwards);
    }
    /* More than 500 are never told at once. */
    struct journal_query *q = query_sample_parse("type:sticker");
    const struct journal_page page = {.query = q, .limit = SIZE_MAX};
    CHECK_EQ(journal_query_list(r, &page, note, &l), OK);
    CHECK_EQ(l.len, 500);
    journal_query_free(q);
    query_sample_close(r);
}

/* ---- memory ---- */

static enum err ask_everything(struct journal_reader *r, const struct journal_query *q)
{
    const uint64_t all[] = {1, 2, 3};
    const struct journal_page page = {.query = q, .limit = 500};
    uint64_t ids[16], count;
    struct list l = {.len = 0};
    size_t len;
    enum err e = journal_query_list(r, &page, note, &l);

    if (!e)
        e = journal_query_count(r, q, &count);
    if (!e)
        e = journal_query_match(r, q, all, ARRAY_LEN(all), note, &l);
    return e ? e : journal_query_ids(r, q, 0, ids, ARRAY_LEN(ids), &len);
}

static void test_no_memory(void)
{
    struct journal_reader *r = query_sample_open();
    struct journal_query *q = query_sample_parse("-type:join (text:ガギ OR body:äöü OR kept)");
    bool is_over = false;

    for (unsigned long n = 1; !is_over; n++) {
        mem_fail_at(n);
        enum err e = ask_everything(r, q);
        is_over = mem_sweep_is_over(n);
        CHECK(e == OK || (e == ERR_NOMEM && !is_over));
    }
    journal_query_free(q);
    CHECK_STR(query_sample_ids(r, "text:ガギ"), "2 ");
    query_sample_close(r);
}

CHECK_MAIN(TEST(test_pages), TEST(test_totals), TEST(test_stops), TEST(test_ids),
           TEST(test_windows), TEST(test_no_memory))
