#include "relay-client/journal/query/journal_query.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/journal_schema_table.h"
#include "relay-client/journal/query/query_key_table.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/query_sample.h"
#include "tests/unit/support/scratch_folder.h"

#include <time.h>

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

#define MANY 9000u

/* Every third is an image, number 5 alone a follow; the rest are stickers. */
static struct journal_reader *open_many(void)
{
    static const char fill[] =
        "CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < 9000) SELECT i FROM c;"
        "INSERT INTO exchange (id, delivery, tunnel, peer, method, target, received_ms,"
        " arrived_ms, webhook, replay_of, duplicate_of, body_len, body_truncated, events_len)"
        " SELECT i, 'd' || i, 't', '', 'POST', '/', i, i, 1, 0, 0, 0, 0, 1 FROM n;"
        "INSERT INTO summary SELECT i, 0, 0, 1, 200, 1, 200, 0, 0, 0 FROM n;"
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

/* ---- times ---- */

static void test_times(void)
{
    static const struct {
        const char *query, *ids;
    } times[] = {
        /* Now is 19:25:05 on the 21st; 5 was received at 16:20:05, 10 a day ago. */
        {"since:10m", "12 9 8 7 6 4 3 2 1 "},
        {"since:3m", "8 3 2 1 "},
        {"until:3m", "12 10 9 7 6 5 4 "},
        {"since:19:20", "8 4 3 2 1 "},
        {"since:\"2026-11-21 19:20\"", "8 4 3 2 1 "},
        {"since:2026-11-21T19:20", "8 4 3 2 1 "},
        {"until:19:20", "12 10 9 7 6 5 "},
        {"since:today", "12 9 8 7 6 5 4 3 2 1 "},
        {"since:TODAY", "12 9 8 7 6 5 4 3 2 1 "},
        {"until:yesterday", "10 "},
        {"until:2026-11-20", "10 "},
        {"until:2026-11-19", ""},
        {"at:today", "12 9 8 7 6 5 4 3 2 1 "},
        {"at:yesterday", "10 "},
        {"at:today,yesterday", "12 10 9 8 7 6 5 4 3 2 1 "},
        {"at:2026-11-20", "10 "},
        {"at:2026-11-20..2026-11-21", "12 10 9 8 7 6 5 4 3 2 1 "},
        {"at:16:20", "5 "},
        {"at:16:20:05", "5 "},
        {"at:16:20:06", ""},
        {"at:16:00..16:30", "5 "},
        {"at:16：00..16：30", "5 "},
        {"at:19:20..19:30", "8 4 3 2 1 "}, /* the end is still to come */
        {"at:19:20..19:22", "4 "},
        {"at:16:00..3h", "5 "},
        {"at:4h..3h", "5 "},
        {"at:yesterday..19:30", "10 "}, /* of that day */
        {"at:yesterday..16:30", ""},
        {"at:today..16:30", "5 "},
        {"at:\"2026-11-21 16:00\"..\"2026-11-21 16:30\"", "5 "},
        {"at:2026-11-21T16:00:00Z..16:30", "5 "},
    };
    struct journal_reader *r = query_sample_open();

    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        const char *ids = query_sample_ids(r, times[i].query);

        if (strcmp(ids, times[i].ids) != 0)
            (void)fprintf(stderr, "%s\n", times[i].query);
        CHECK_STR(ids, times[i].ids);
    }
    /* The user's time zone counts: in Tokyo it is the 22nd, 04:25. */
    CHECK_EQ(setenv("TZ", "JST-9", 1), 0);
    tzset();
    CHECK_STR(query_sample_ids(r, "since:today"), "12 9 8 7 6 5 4 3 2 1 ");
    CHECK_STR(query_sample_ids(r, "at:01:20"), "5 ");
    CHECK_STR(query_sample_ids(r, "at:2026-11-21"), "10 ");
    query_sample_close(r);
}

/* ---- hostile values ---- */

static void ask(struct journal_reader *r, const char *text)
{
    struct journal_query_error error;
    struct journal_query *q = NULL;
    uint64_t count;

    if (journal_query_parse(span_text(text), QUERY_SAMPLE_NOW_MS, &q, &error))
        return;
    CHECK_EQ(journal_query_count(r, q, &count), OK);
    CHECK(count < QUERY_SAMPLE_LEN);
    journal_query_free(q);
}

static void test_values_stay_values(void)
{
    static const char *const evil[] = {
        "x' OR '1'='1",
        "'; DROP TABLE exchange; --",
        "x') OR 1=1 --",
        "?1",
        "?99",
        "@type",
        "%",
        "_",
        "[a",
        "*[",
        "\\\\\\\"",
        "') UNION SELECT * FROM mark",
        "/*",
        "\x01",
        ":x",
        "$x",
        "a\xcc\x81",
        "\xf0\x9f\x98\x80",
        "1e400",
    };
    struct journal_reader *r = query_sample_open();
    char text[256];

    for (size_t k = 0; k < query_key_table_len; k++) {
        for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
            (void)snprintf(text, sizeof(text), "%s:\"%s\"", query_key_table[k].name, evil[i]);
            ask(r, text);
            (void)snprintf(text, sizeof(text), "\"%s\"", evil[i]);
            ask(r, text);
            (void)snprintf(text, sizeof(text), "%s:%s", query_key_table[k].name, evil[i]);
            ask(r, text);
        }
    }
    CHECK_STR(query_sample_ids(r, "text:\"x' OR '1'='1\""), "");
    CHECK_STR(query_sample_ids(r, "id:1 -text:\"'; DROP TABLE exchange; --\""), "1 ");
    CHECK_STR(query_sample_ids(r, ""), "12 10 9 8 7 6 5 4 3 2 1 ");
    query_sample_close(r);
}

/* ---- the longest there is ---- */

static struct journal_query *parse_bytes(struct bytes *text)
{
    struct journal_query_error error = {.code = ""};
    struct journal_query *q = NULL;

    CHECK_EQ(journal_query_parse(bytes_span(text), QUERY_SAMPLE_NOW_MS, &q, &error), OK);
    bytes_clear(text);
    return q;
}

/* How many match, by all ways that put it into SQL. */
static uint64_t run(struct journal_reader *r, struct journal_query *q)
{
    const struct journal_filter filter = {.query = q, .limit = 500};
    struct list l = {.len = 0};
    uint64_t count;

    CHECK_EQ(journal_query_count(r, q, &count), OK);
    CHECK_EQ(journal_reader_list(r, &filter, note, &l), OK);
    CHECK_EQ(l.len, count);
    journal_query_free(q);
    return count;
}

static void add(struct bytes *text, const char *what, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        CHECK_EQ(bytes_append_text(text, what), OK);
}

static void test_long(void)
{
    struct journal_reader *r = query_sample_open();
    struct bytes text;

    bytes_init(&text, 65536);
    /* as deep as may be, on either side, and on both */
    add(&text, "-(late OR type:image OR data:x ", JOURNAL_QUERY_DEPTH);
    add(&text, " OR user:ffff)", JOURNAL_QUERY_DEPTH);
    (void)run(r, parse_bytes(&text));
    add(&text, "-(", JOURNAL_QUERY_DEPTH);
    add(&text, "late", 1);
    add(&text, " token:expired -type:image token:live)", JOURNAL_QUERY_DEPTH);
    (void)run(r, parse_bytes(&text));
    add(&text, "(token:expired -(", JOURNAL_QUERY_DEPTH / 2);
    add(&text, "late", 1);
    add(&text, " OR token:live) user:ffff)", JOURNAL_QUERY_DEPTH / 2 - 1);
    add(&text, "))", 1);
    (void)run(r, parse_bytes(&text));
    /* as many as may be */
    add(&text, "token:expired OR ", JOURNAL_QUERY_TERMS - 1);
    add(&text, "token:live", 1);
    CHECK_EQ(run(r, parse_bytes(&text)), 7);
    add(&text, "body:e -", 1);
    add(&text, "data:zzz -", JOURNAL_QUERY_TERMS - 2);
    add(&text, "text:zzz", 1);
    CHECK_EQ(run(r, parse_bytes(&text)), 9);
    bytes_fini(&text);
    query_sample_close(r);
}

/* A tree that is as wide as it is deep. */
static void add_tree(struct bytes *text, unsigned depth)
{
    if (depth == 0) {
        add(text, "token:live", 1);
        return;
    }
    add(text, depth % 2 ? "-(" : "(", 1);
    add_tree(text, depth - 1);
    add(text, depth % 2 ? " OR " : " ", 1);
    add_tree(text, depth - 1);
    add(text, ")", 1);
}

static void test_wide_and_deep(void)
{
    struct journal_reader *r = query_sample_open();
    struct bytes text;

    bytes_init(&text, 65536);
    add(&text, "(-", 10);
    add_tree(&text, 6); /* 64 leaves */
    add(&text, ")", 10);
    (void)run(r, parse_bytes(&text));
    bytes_fini(&text);
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

CHECK_MAIN(TEST(test_pages), TEST(test_stops), TEST(test_ids), TEST(test_windows),
           TEST(test_times), TEST(test_values_stay_values), TEST(test_long),
           TEST(test_wide_and_deep), TEST(test_no_memory))
