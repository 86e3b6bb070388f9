/* A journal of an earlier version is brought up to date, and reads right. */
#include "relay-client/journal/journal_schema_table.h"

#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/pending_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

static struct database *open_version(unsigned version)
{
    static struct database_schema schema;
    struct database_options options = {.path = journal_rig_path(), .schema = &schema};
    struct database *db = NULL;
    char detail[512];

    schema = journal_schema;
    schema.version = version;
    options.clock = clock_system();
    CHECK_EQ(database_open(&options, &db, detail), OK);
    return db;
}

static uint64_t number(struct database *db, const char *sql)
{
    uint64_t n = 0;

    CHECK_EQ(statement_query_u64(db, sql, &n), OK);
    return n;
}

/* 1 answered by the bot, 2 refused by the agent, 3 without an answer of the bot, 4 under
 * way, 5 a replay under way, 6 a plain request under way. */
static void write_version_1(void)
{
    static const char rows[] =
        "INSERT INTO exchange VALUES"
        "  (1,'d-1','t','','POST','/',1000,1001,1,0,0,2,0,0),"
        "  (2,'d-2','t','','POST','/',1000,1001,1,0,0,2,0,0),"
        "  (3,'d-3','t','','POST','/',1000,1001,1,0,0,2,0,0),"
        "  (4,'d-4','t','','POST','/',1000,1001,1,0,0,2,0,0),"
        "  (5,'d-5','t','','POST','/',1000,1001,1,1,0,2,0,0),"
        "  (6,'d-6','t','','POST','/',1000,1001,0,0,0,2,0,0);"
        "INSERT INTO request SELECT id, CAST(':method: POST' || char(10) || ':scheme: https'"
        "  || char(10) || ':authority: a' || char(10) || ':path: /' || char(10) AS BLOB),"
        "  x'7b7d' FROM exchange;"
        "INSERT INTO answer VALUES"
        "  (1,1,'line','s','','echo',500,'',9,50,60,0,"
        "    CAST(':status: 500' || char(10) AS BLOB), x''),"
        "  (2,2,'line','','wrong','hookline',401,'',9,0,60,0,NULL,x''),"
        "  (3,1,'line','s','','echo',0,'refused',9,0,60,0,NULL,x'');";

    (void)journal_rig_make_folder();
    struct database *db = open_version(1);
    CHECK_EQ(database_exec(db, rows), OK);
    database_close(db);
}

static void check_row(uint64_t id, enum journal_answerer by, unsigned status,
                      unsigned bot_status)
{
    struct journal_row row = pending_rig_row(id);

    CHECK_EQ(row.by, by);
    CHECK_EQ(row.status, status);
    CHECK_EQ(row.bot_status, bot_status);
    CHECK_EQ(row.outcome, JOURNAL_FINAL);
    CHECK_EQ(row.attempts + row.crashes + row.next_ms + row.answered_us, 0);
    CHECK(!row.was_answered && !row.is_unreachable);
}

static void test_version_1(void)
{
    struct journal_exchange *x = NULL;
    struct journal_reader *r = NULL;
    char detail[512];

    write_version_1();
    CHECK_EQ(journal_reader_open(journal_rig_path(), &r, detail), ERR_VERSION);
    CHECK(strstr(detail, "older version"));
    journal_rig_start(&rig, NULL);
    CHECK_STR(rig.detail, "");
    check_row(1, JOURNAL_BY_BOT, 500, 500);
    check_row(2, JOURNAL_BY_AGENT, 401, 0);
    check_row(3, JOURNAL_BY_NOBODY, 0, 0);
    check_row(4, JOURNAL_BY_NOBODY, 0, 0);
    CHECK(pending_rig_row(4).answered); /* nobody was promised anything: it is over */
    check_row(5, JOURNAL_BY_NOBODY, 0, 0);
    CHECK(!pending_rig_row(5).answered && !pending_rig_row(6).answered);

    struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
    CHECK_EQ(f.rc, OK);
    CHECK_EQ(f.len + f.unfinished.pending + f.unfinished.aside, 0);
    CHECK_EQ(pending_rig_store(&rig, "d-7", JOURNAL_PENDING), 7);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, false).len, 1);

    r = journal_rig_reader();
    CHECK_EQ(journal_reader_get(r, SPAN("1"), &x), OK);
    CHECK(span_is(journal_exchange_request_body(x), SPAN("{}")));
    CHECK_EQ(journal_exchange_answer(x)->status, 500);
    journal_exchange_free(x);
    journal_reader_close(r);
    CHECK(journal_rig_is_intact());
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* An empty one of the first version, and one that has only just begun. */
static void test_empty(void)
{
    (void)journal_rig_make_folder();
    database_close(open_version(1));
    journal_rig_start(&rig, NULL);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).len, 0);
    CHECK_EQ(journal_rig_store(&rig, "first", "{}"), 1);
    journal_rig_stop(&rig);
    journal_rig_start(&rig, NULL);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).len, 1);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* Version 3 knew nothing of calls. */
static void test_version_3(void)
{
    struct line_call_rig c;

    (void)journal_rig_make_folder();
    struct database *db = open_version(3);
    CHECK_EQ(
        database_exec(
            db, "INSERT INTO exchange (id, delivery, tunnel, peer, method, target, received_ms,"
                "  arrived_ms, webhook, replay_of, duplicate_of, body_len, body_truncated,"
                "  events_len) VALUES (1,'d-1','t','','POST','/',1000,1001,1,0,0,2,0,0);"
                "INSERT INTO request VALUES (1, x'', x'7b7d');"
                "INSERT INTO answer (exchange, verdict, provider, secret_label, explanation,"
                "  handler, status, error, stored_us, handler_us, total_us, body_truncated,"
                "  head, body, answered_by) VALUES (1,1,'line','s','','echo',200,'',9,50,60,0,"
                "  CAST(':status: 200' || char(10) AS BLOB), x'', 1);"
                "INSERT INTO summary VALUES (1, 64, 0, 1, 200, 1, 200, 50, 60, NULL);"),
        OK);
    database_close(db);
    journal_rig_start(&rig, NULL);
    CHECK_STR(rig.detail, "");
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.flags, JOURNAL_FLAG_PINNED);
    CHECK_EQ(row.calls_len + row.calls_found + row.calls_worst, 0);
    CHECK(!row.is_simulated);
    line_call_rig_init(&c, 1, "U1");
    http_head_init_response(&c.answer, 429);
    line_call_rig_record(&rig, &c);
    row = pending_rig_row(1);
    CHECK_EQ(row.calls_len, 1);
    CHECK_EQ(row.findings, UINT64_C(1) << JOURNAL_FOUND_API_RATE);
    CHECK_EQ(row.flags, JOURNAL_FLAG_PINNED | JOURNAL_FLAG_PROBLEM);
    CHECK_EQ(row.took_us, 50);
    CHECK(journal_rig_is_intact());
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

/* A row that no version wrote does no harm. */
static void test_unknown_numbers(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(pending_rig_store(&rig, "a", JOURNAL_PENDING), 1);
    journal_rig_stop(&rig);
    struct database *db = open_version(journal_schema.version);
    CHECK_EQ(
        database_exec(db, "UPDATE answer SET outcome = 99, answered_by = 99, head = x'00'"),
        OK);
    database_close(db);
    struct journal_row row = pending_rig_row(1);
    CHECK_EQ(row.outcome, JOURNAL_FINAL);
    CHECK_EQ(row.by, JOURNAL_BY_NOBODY);
    CHECK_EQ(row.bot_status, 0);
    scratch_folder_remove();
}

/* ---- how little a start has to look at ---- */

#define MANY 5000u

static void store_answered(unsigned count, unsigned but)
{
    static struct journal_rig_ticket tickets[1000];

    for (unsigned i = 0; i < count; i += 1000) {
        for (unsigned k = 0; k < 1000; k++) {
            char delivery[16];

            (void)snprintf(delivery, sizeof(delivery), "%06u", i + k);
            struct journal_request request = journal_rig_request(delivery, "{}");
            journal_rig_submit(&rig, &request, &tickets[k]);
        }
        journal_rig_wait(&rig, &tickets[999]);
        for (unsigned k = 0; k < 1000; k++) {
            struct journal_answer a = journal_rig_answer(tickets[k].exchange);

            if (a.exchange != but)
                CHECK_EQ(journal_answer(rig.journal, &a), OK);
        }
        CHECK_EQ(pending_rig_find(&rig, 0, 1, false).rc, OK); /* all of them are written */
    }
}

static uint64_t answered_up_to(void)
{
    struct database *db;

    journal_rig_stop(&rig);
    db = open_version(journal_schema.version);
    uint64_t id = number(db, "SELECT answered_up_to FROM progress");
    database_close(db);
    journal_rig_start(&rig, NULL);
    return id;
}

static void test_progress(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    store_answered(4000, 0);
    journal_rig_chore(&rig, 1100);
    CHECK_EQ(answered_up_to(), 0); /* not worth a commit yet */
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).len, 0);
    CHECK_EQ(answered_up_to(), 4000); /* a start knows all */
    journal_rig_stop(&rig);
    scratch_folder_remove();

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    store_answered(MANY, 4500);
    journal_rig_chore(&rig, 1100);
    journal_rig_chore(&rig, 1100);
    CHECK_EQ(answered_up_to(), 4096); /* as far as was looked at once */
    struct pending_rig_found f = pending_rig_find(&rig, 0, 8, true);
    CHECK_EQ(f.len, 1);
    CHECK_EQ(f.list[0].exchange, 4500);
    journal_rig_stop(&rig);
    CHECK(journal_rig_is_intact());
    scratch_folder_remove();
}

static void test_progress_stops_at_the_first(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    store_answered(MANY, 3000);
    journal_rig_chore(&rig, 1100);
    CHECK_EQ(answered_up_to(), 2999);
    CHECK_EQ(pending_rig_find(&rig, 0, 8, true).list[0].exchange, 3000);
    CHECK_EQ(answered_up_to(), MANY);
    journal_rig_stop(&rig);
    scratch_folder_remove();
}

CHECK_MAIN(TEST(test_version_1), TEST(test_empty), TEST(test_version_3),
           TEST(test_unknown_numbers), TEST(test_progress),
           TEST(test_progress_stops_at_the_first))
