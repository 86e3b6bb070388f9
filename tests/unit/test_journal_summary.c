/* The summary of every fate is right; an older version's rows get the same ones. */
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_schema_table.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/edit_rig.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

#define F(name) (UINT64_C(1) << JOURNAL_FOUND_##name)
#define WAITS   (JOURNAL_FLAG_RUNNING | JOURNAL_FLAG_PENDING)

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

static void check(uint64_t id, uint32_t flags, uint64_t findings)
{
    struct journal_row row = pending_rig_row(id);

    CHECK_EQ(row.flags, flags);
    CHECK_EQ(row.findings, findings);
}

/* ---- fates ---- */

static void test_answered(void)
{
    start();
    uint64_t id = journal_rig_store(&rig, "a", journal_rig_body("01J", "hi"));
    check(id, WAITS, 0);
    CHECK(!pending_rig_row(id).has_took);
    struct journal_answer a = journal_rig_answer(id);
    a.by = JOURNAL_BY_BOT;
    answer(&a);
    check(id, 0, 0);
    CHECK(pending_rig_row(id).has_took && pending_rig_row(id).has_line);
    a.is_now = true;
    a.by = JOURNAL_BY_GUARD;
    answer(&a);
    check(id, JOURNAL_FLAG_NOW, 0);
    a.is_now = false; /* tried again later: it was so all the same */
    answer(&a);
    check(id, JOURNAL_FLAG_NOW, 0);
    a.verdict = VERDICT_INVALID;
    a.cause = "sig_crlf";
    answer(&a);
    check(id, JOURNAL_FLAG_NOW | JOURNAL_FLAG_PROBLEM, F(SIG_CRLF));
    stop();
}

static void test_pending(void)
{
    start();
    uint64_t id = pending_rig_store(&rig, "a", JOURNAL_PENDING);
    edit_rig_settle(&rig);
    check(id, JOURNAL_FLAG_PENDING | JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));
    struct journal_answer a = pending_rig_failed(id, JOURNAL_ASIDE);
    answer(&a);
    check(id, JOURNAL_FLAG_PENDING | JOURNAL_FLAG_ASIDE | JOURNAL_FLAG_PROBLEM,
          F(SET_ASIDE) | F(BOT_ERROR));
    CHECK_EQ(pending_rig_settle(&rig, id, JOURNAL_RETRY).rc, OK);
    check(id, JOURNAL_FLAG_PENDING | JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));
    CHECK_EQ(pending_rig_settle(&rig, 0, JOURNAL_DROP).count, 1);
    check(id, JOURNAL_FLAG_LOST | JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));
    answer(&a); /* too late: it was dropped */
    check(id, JOURNAL_FLAG_LOST | JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));

    id = journal_rig_store(&rig, "b", "{\"events\":[]}");
    check(id, WAITS | JOURNAL_FLAG_VERIFY, F(EMPTY_EVENTS));
    CHECK_EQ(pending_rig_settle(&rig, id, JOURNAL_DROP).rc, OK); /* under way */
    check(id, JOURNAL_FLAG_LOST | JOURNAL_FLAG_VERIFY, F(EMPTY_EVENTS));
    stop();
}

/* Deaths, one after the other. */
static void test_crashes(void)
{
    struct journal_request replay = journal_rig_request("r", "{}");
    uint64_t replayed;

    start();
    uint64_t id = journal_rig_store(&rig, "a", journal_rig_body("01J", "hi"));
    replay.replay_of = id;
    CHECK_EQ(journal_rig_record(&rig, &replay, &replayed), OK);
    check(replayed, JOURNAL_FLAG_RUNNING | JOURNAL_FLAG_REPLAY, 0);
    (void)pending_rig_find(&rig, 0, 8, true);
    check(id, JOURNAL_FLAG_PENDING, 0);
    check(replayed, JOURNAL_FLAG_REPLAY, 0); /* nobody answers it any more */
    for (unsigned i = 0; i < 2; i++) {
        CHECK_EQ(pending_rig_begin(&rig, id, 2 + i), OK);
        (void)pending_rig_find(&rig, 0, 8, true);
    }
    check(id, JOURNAL_FLAG_PENDING | JOURNAL_FLAG_ASIDE | JOURNAL_FLAG_PROBLEM, F(SET_ASIDE));
    stop();
}

static void test_sender(void)
{
    struct journal_request request = journal_rig_request("b", journal_rig_body("02J", "hi"));
    struct journal_answer news = {
        .exchange = 1, .by = JOURNAL_BY_INBOX, .status = 200, .is_sender_only = true};
    uint64_t id;

    start();
    CHECK_EQ(journal_rig_store(&rig, "a", journal_rig_body("01J", "hi")), 1);
    answer(&news);
    check(1, WAITS | JOURNAL_FLAG_KEPT, 0);
    struct journal_answer a = journal_rig_answer(1);
    a.by = JOURNAL_BY_NOBODY;
    a.status = 0;
    answer(&a);
    check(1, JOURNAL_FLAG_KEPT, 0);
    CHECK_EQ(pending_rig_row(1).by, JOURNAL_BY_INBOX);

    request.answered = 200;
    request.received_ms = JOURNAL_RIG_NOW_MS - 70000;
    CHECK_EQ(journal_rig_record(&rig, &request, &id), OK);
    check(id, WAITS | JOURNAL_FLAG_KEPT, F(KEPT_LONG));
    CHECK(pending_rig_row(id).kept_ms >= 70000);
    stop();
}

static void test_duplicates(void)
{
    start();
    CHECK_EQ(journal_rig_store(&rig, "a", journal_rig_body("01J", "hi")), 1);
    CHECK_EQ(journal_rig_store(&rig, "b", journal_rig_body("01J", "hi")), 2);
    check(1, WAITS, 0);
    check(2, WAITS | JOURNAL_FLAG_DUPLICATE, F(EVENT_DUPLICATE));
    stop();
}

/* ---- an older version's journal ---- */

static struct database *open_journal(void)
{
    struct database_options options = {
        .path = journal_rig_path(), .schema = &journal_schema, .clock = clock_system()};
    struct database *db = NULL;
    char detail[512];

    CHECK_EQ(database_open(&options, &db, detail), OK);
    return db;
}

static uint64_t number(struct database *db, const char *sql)
{
    uint64_t n = 0;

    CHECK_EQ(statement_query_u64(db, sql, &n), OK);
    return n;
}

/* Every kind of exchange, several times. */
static void store_all_kinds(unsigned rounds)
{
    static const char again[] =
        "{\"destination\":\"U1\",\"events\":[{\"type\":\"follow\",\"source\":{\"type\":"
        "\"user\"}},"
        "{\"type\":\"follow\",\"deliveryContext\":{\"isRedelivery\":true}}]}";
    static const char *const bodies[] = {"{\"events\":[]}", "{", again, "[]", ""};

    for (unsigned i = 0; i < rounds * 60; i++) {
        char delivery[16];
        uint64_t id;

        (void)snprintf(delivery, sizeof delivery, "%u", i);
        struct journal_request request = journal_rig_request(
            delivery, i % 6 < 5 ? bodies[i % 6] : journal_rig_body("01J", "hi"));
        request.webhook = i % 7 != 0;
        request.replay_of = i % 11 == 0;
        request.answered = i % 5 == 0 ? 200 : 0;
        request.received_ms = JOURNAL_RIG_NOW_MS - (i % 5 == 0 ? 70000 : i % 3);
        request.arrived_ms = JOURNAL_RIG_NOW_MS;
        CHECK_EQ(journal_rig_record(&rig, &request, &id), OK);
        struct journal_answer a = journal_rig_answer(id);
        a.verdict = (enum verdict)(i % 4);
        a.outcome = (enum journal_outcome)(i % 4);
        a.by = (enum journal_answerer)(i % 5);
        a.attempts = 1 + i % 3;
        a.crashes = i % 2;
        a.is_unreachable = i % 8 == 0;
        a.called_us = i % 9 * 20000000;
        a.handler_us = i % 4 == 3 ? 100 : 2000000 + a.called_us;
        a.error = i % 10 < 3 ? "no answer" : "";
        if (i % 10 < 4)
            a.head = NULL;
        if (i % 13 != 0)
            CHECK_EQ(journal_answer(rig.journal, &a), OK);
    }
    edit_rig_settle(&rig);
}

static void test_fill(void)
{
    start();
    store_all_kinds(3);
    journal_rig_stop(&rig);
    struct database *db = open_journal();
    CHECK_EQ(database_exec(db, "CREATE TABLE before AS SELECT * FROM summary;"
                               "DELETE FROM summary; DELETE FROM search;"
                               "UPDATE progress SET unsummarised = 180, unsearched = 180"),
             OK);
    database_close(db);
    journal_rig_start(&rig, NULL);
    CHECK_EQ(edit_rig_pin(&rig, 1, false), OK);
    for (unsigned i = 0; i < 3; i++)
        journal_rig_chore(&rig, 60000);
    journal_rig_stop(&rig);
    db = open_journal();
    CHECK_EQ(number(db, "SELECT count(*) FROM summary"), 180);
    CHECK_EQ(number(db, "SELECT count(*) FROM (SELECT * FROM before EXCEPT"
                        "  SELECT * FROM summary)"),
             0);
    CHECK_EQ(number(db, "SELECT count(*) FROM search"), 180);
    CHECK_EQ(number(db, "SELECT unsummarised + unsearched FROM progress"), 0);
    CHECK(number(db, "SELECT count(DISTINCT flags) FROM summary") > 40);
    CHECK(number(db, "SELECT count(DISTINCT findings) FROM summary") > 20);
    CHECK_EQ(database_exec(db, "DROP TABLE before"), OK);
    database_close(db);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_answered), TEST(test_pending), TEST(test_crashes), TEST(test_sender),
           TEST(test_duplicates), TEST(test_fill))
