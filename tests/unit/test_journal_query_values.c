#include "relay-client/journal/query/journal_query.h"

#include "base/bytes.h"
#include "base/container.h"
#include "relay-client/journal/query/query_key_table.h"
#include "tests/unit/check.h"
#include "tests/unit/support/query_sample.h"

#include <time.h>

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

static bool count_row(void *owner, const struct journal_row *row)
{
    uint64_t *rows = owner;

    *rows += row->id > 0;
    return true;
}

/* How many match, by all ways that put it into SQL. */
static uint64_t run(struct journal_reader *r, struct journal_query *q)
{
    const struct journal_filter filter = {.query = q, .limit = 500};
    uint64_t count, rows = 0;

    CHECK_EQ(journal_query_count(r, q, &count), OK);
    CHECK_EQ(journal_reader_list(r, &filter, count_row, &rows), OK);
    CHECK_EQ(rows, count);
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
    CHECK_EQ(run(r, parse_bytes(&text)), 6);
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

CHECK_MAIN(TEST(test_times), TEST(test_values_stay_values), TEST(test_long),
           TEST(test_wide_and_deep))
