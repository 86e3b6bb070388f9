/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "relay-client/journal/journal_gaps.h"
#include "relay-client/journal/journal_insight.h"
#include "tests/unit/support/journal_sample.h"
#include "tests/unit/support/reading_rig.h"

/* Lists: which rows, in which order, what every field says, and what is refused. */

static struct reading_rig rig;

static void begin_sample(void)
{
    rig = (struct reading_rig){0};
    journal_sample_store();
    reading_rig_start(&rig);
}

static void test_row(void)
{
    static const struct {
        const char *path, *json;
    } fields[] = {
        {"id", "\"1\""},
        {"kind", "\"webhook\""},
        {"received_at", "1795894304960"},
        {"tunnel", "\"mybot\""},
        {"method", "\"POST\""},
        {"path", "\"/callback?from=line\""},
        {"state", "\"done\""},
        {"first.type", "\"message\""},
        {"first.sub", "\"text\""},
        {"first.text", "\"こんにちは\""},
        {"first.source.type", "\"user\""},
        {"first.source.id", "\"Ufedcba9876543210fedcba9876543210\""},
        {"first.source.user_id", "\"Ufedcba9876543210fedcba9876543210\""},
        {"events_n", "1"},
        {"flags", "[]"},
        {"verdict", "\"valid\""},
        {"line_status", "200"},
        {"answered_by", "\"bot\""},
        {"bot_status", "200"},
        {"took_ms", "52.5"},
        {"line_ms", "53.25"},
        {"kept_ms", "null"},
        {"parent", "null"},
        {"duplicate_of", "null"},
        {"pinned", "false"},
        {"note", "false"},
        {"worst_finding", "null"},
        {"next_try_at", "null"},
    };
    char path[64];

    reading_rig_begin(&rig);
    struct journal_answer a = journal_rig_answer(
        journal_rig_store(&rig.journal, "d1", journal_rig_body("E1", "こんにちは")));
    a.by = JOURNAL_BY_BOT;
    a.handler_us = 12500;
    a.answered_us = 13250;
    a.attempts = 1;
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/exchanges?q=type%3Amessage");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        (void)snprintf(path, sizeof(path), "items[0].%s", fields[i].path);
        reading_rig_check(&rig, path, fields[i].json);
    }
    CHECK_EQ(reading_rig_len(&rig, "items[0]"), 25);
    (void)fprintf(stderr, "a row: %zu bytes\n", reading_rig_at(&rig, "items[0]").len);
    reading_rig_end(&rig);
}

static void check_ids(const char *const *ids)
{
    char path[32];
    size_t len = 0;

    for (; ids[len]; len++) {
        (void)snprintf(path, sizeof(path), "items[%zu].id", len);
        reading_rig_check(&rig, path, ids[len]);
    }
    CHECK_EQ(reading_rig_len(&rig, "items"), len);
}

#define IDS(...) check_ids((const char *const[]){__VA_ARGS__, NULL})

static void test_pages(void)
{
    begin_sample();
    reading_rig_get(&rig, "/api/exchanges");
    IDS("\"10\"", "\"9\"", "\"8\"", "\"7\"", "\"6\"", "\"5\"", "\"4\"", "\"3\"", "\"2\"",
        "\"1\"");
    reading_rig_check(&rig, "next", "null");
    reading_rig_check(&rig, "total", "10");
    reading_rig_check(&rig, "marks", "[]");
    reading_rig_get(&rig, "/api/exchanges?limit=3");
    IDS("\"10\"", "\"9\"", "\"8\"");
    reading_rig_check(&rig, "next", "\"8\"");
    reading_rig_check(&rig, "total", "10");
    reading_rig_get(&rig, "/api/exchanges?limit=3&before=8&total=false");
    IDS("\"7\"", "\"6\"", "\"5\"");
    reading_rig_check(&rig, "total", "null");
    reading_rig_get(&rig, "/api/exchanges?limit=500&before=3");
    IDS("\"2\"", "\"1\"");
    reading_rig_check(&rig, "next", "null");
    reading_rig_get(&rig, "/api/exchanges?limit=10");
    reading_rig_check(&rig, "next", "null"); /* these were all */
    reading_rig_end(&rig);
}

static void test_newer(void)
{
    begin_sample();
    reading_rig_get(&rig, "/api/exchanges?after=7");
    IDS("\"8\"", "\"9\"", "\"10\"");
    reading_rig_get(&rig, "/api/exchanges?after=7&limit=2");
    IDS("\"8\"", "\"9\"");
    reading_rig_check(&rig, "next", "\"9\"");
    reading_rig_get(&rig, "/api/exchanges?after=10");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_check(&rig, "next", "null");
    reading_rig_get(&rig, "/api/exchanges?after=0");
    CHECK_EQ(reading_rig_len(&rig, "items"), 10);
    reading_rig_get(&rig, "/api/exchanges?before=0");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_get(&rig, "/api/exchanges?before=1");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_get(&rig, "/api/exchanges?before=999999999999999999");
    CHECK_EQ(reading_rig_len(&rig, "items"), 10);
    reading_rig_get(&rig, "/api/exchanges?after=999999999999999999");
    CHECK_EQ(reading_rig_len(&rig, "items"), 0);
    reading_rig_end(&rig);
}

static void test_kinds(void)
{
    begin_sample();
    reading_rig_get(&rig, "/api/exchanges");
    reading_rig_check(&rig, "items[3].kind", "\"replay\"");
    reading_rig_check(&rig, "items[3].parent", "\"1\"");
    reading_rig_check(&rig, "items[4].kind", "\"pass\"");
    reading_rig_check(&rig, "items[4].first", "null");
    reading_rig_check(&rig, "items[4].events_n", "0");
    reading_rig_check(&rig, "items[2].duplicate_of", "\"2\"");
    reading_rig_check(&rig, "items[2].state", "\"running\"");
    reading_rig_check(&rig, "items[2].line_status", "null");
    reading_rig_check(&rig, "items[2].answered_by", "\"nobody\"");
    reading_rig_check(&rig, "items[5].events_n", "2");
    reading_rig_check(&rig, "items[5].first.source.type", "\"group\"");
    reading_rig_check(&rig, "items[5].first.source.id", "\"Cggg\"");
    reading_rig_check(&rig, "items[5].first.source.user_id", "\"Ubbb\"");
    reading_rig_check(&rig, "items[6].verdict", "\"invalid\"");
    reading_rig_check(&rig, "items[6].worst_finding", "\"sig_unknown\"");
    reading_rig_check(&rig, "items[1].tunnel", "\"other\"");
    reading_rig_end(&rig);
}

static void test_refused(void)
{
    begin_sample();
    reading_rig_refused(&rig, "/api/exchanges?limit=0", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?limit=501", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?limit=-1", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?limit=", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?before=x", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?before=1000000000000000000", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?before=5&after=2", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?total=maybe", 400, "bad_request");
    reading_rig_refused(&rig, "/api/exchanges?q=nosuchkey%3A5", 400, "bad_filter");
    CHECK(span_starts(bytes_span(&rig.reply.problem_members),
                      SPAN(",\"error\":{\"offset\":0,\"length\":9,\"code\":\"unknown_key\",")));
    reading_rig_end(&rig);
}

/* Cut between characters, also in the middle of what is none. */
static void test_long_texts(void)
{
    char text[1000] = "", target[1000] = "/";
    struct journal_request request;
    uint64_t id;

    for (size_t i = 0; i < 130; i++)
        memcpy(text + 3 * i, "\xe3\x81\x82", 3);
    memset(target + 1, 'p', 400);
    reading_rig_begin(&rig);
    request = journal_rig_request("d1", journal_rig_body("E1", text));
    struct http_head head = *request.head;
    head.target = span_text(target);
    request.head = &head;
    CHECK_EQ(journal_rig_record(&rig.journal, &request, &id), OK);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/exchanges");
    text[120 * 3] = '\0';
    target[300] = '\0';
    struct span got = reading_rig_at(&rig, "items[0].first.text");
    CHECK(span_is(span_slice(got, 1, got.len - 1), span_text(text)));
    got = reading_rig_at(&rig, "items[0].path");
    CHECK(span_is(span_slice(got, 1, got.len - 1), span_text(target)));
    reading_rig_end(&rig);
}

static void store_kept(const char *delivery, uint64_t received_ms)
{
    struct journal_request kept = journal_rig_request(delivery, "{}");
    uint64_t id;

    kept.answered = 200;
    kept.received_ms = received_ms;
    CHECK_EQ(journal_rig_record(&rig.journal, &kept, &id), OK);
}

/* Exchanges at 1 s, 3 s (kept), 4 s (kept), 9 s; gaps from 2 s to 5 s, 7 s to 8 s, and
 * since 10 s. */
static void test_gaps(void)
{
    const uint64_t t = JOURNAL_RIG_NOW_MS - 100000;
    struct journal_request r = journal_rig_request("d1", "{}");
    uint64_t id;

    reading_rig_begin(&rig);
    r.received_ms = t + 1000;
    CHECK_EQ(journal_rig_record(&rig.journal, &r, &id), OK);
    journal_edit_gap_begins(rig.journal.journal, JOURNAL_GAP_LINK, t + 2000);
    journal_edit_gap_ends(rig.journal.journal, JOURNAL_GAP_LINK, t + 5000);
    store_kept("d2", t + 3000);
    store_kept("d3", t + 4000);
    journal_edit_gap_begins(rig.journal.journal, JOURNAL_GAP_AGENT, t + 7000);
    journal_edit_gap_ends(rig.journal.journal, JOURNAL_GAP_AGENT, t + 8000);
    r = journal_rig_request("d4", "{}");
    r.received_ms = t + 9000;
    CHECK_EQ(journal_rig_record(&rig.journal, &r, &id), OK);
    journal_edit_gap_begins(rig.journal.journal, JOURNAL_GAP_LINK, t + 10000);
    r = journal_rig_request("d5", "{}"); /* behind it on the disk */
    r.received_ms = t + 9500;
    CHECK_EQ(journal_rig_record(&rig.journal, &r, &id), OK);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/exchanges");
    reading_rig_check(&rig, "marks",
                      "[{\"kind\":\"link\",\"from\":1795894215000,\"to\":null,\"count\":0},"
                      "{\"kind\":\"agent\",\"from\":1795894212000,\"to\":1795894213000,"
                      "\"count\":0},{\"kind\":\"link\",\"from\":1795894207000,"
                      "\"to\":1795894210000,\"count\":2}]");
    reading_rig_get(&rig, "/api/exchanges?limit=2");
    CHECK_EQ(reading_rig_len(&rig, "marks"), 1);
    reading_rig_check(&rig, "marks[0].to", "null");
    reading_rig_get(&rig, "/api/exchanges?limit=2&before=4");
    CHECK_EQ(reading_rig_len(&rig, "marks"), 1);
    reading_rig_check(&rig, "marks[0].kind", "\"agent\"");
    reading_rig_get(&rig, "/api/exchanges?limit=2&before=2");
    CHECK_EQ(reading_rig_len(&rig, "marks"), 1);
    reading_rig_check(&rig, "marks[0].count", "2");
    reading_rig_get(&rig, "/api/exchanges?after=4");
    CHECK_EQ(reading_rig_len(&rig, "marks"), 1);
    reading_rig_end(&rig);
}

/* More than are told: the latest are. */
static void test_many_gaps(void)
{
    const uint64_t t = JOURNAL_RIG_NOW_MS - 1000000;
    char delivery[16];

    reading_rig_begin(&rig);
    for (uint64_t i = 0; i < JOURNAL_GAPS_MAX + 1; i++) {
        journal_edit_gap_begins(rig.journal.journal, JOURNAL_GAP_LINK, t + 2 * i);
        journal_edit_gap_ends(rig.journal.journal, JOURNAL_GAP_LINK, t + 2 * i + 1);
        (void)snprintf(delivery, sizeof(delivery), "d%u", (unsigned)i);
        (void)reading_rig_store(&rig, delivery, "{}"); /* now they are on the disk */
    }
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/exchanges?limit=500");
    CHECK_EQ(reading_rig_len(&rig, "marks"), JOURNAL_GAPS_MAX);
    reading_rig_check(&rig, "marks[0].from", "1795893305400");
    reading_rig_check(&rig, "marks[199].from", "1795893305002");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_row), TEST(test_pages), TEST(test_newer), TEST(test_kinds),
           TEST(test_refused), TEST(test_long_texts), TEST(test_gaps), TEST(test_many_gaps))
