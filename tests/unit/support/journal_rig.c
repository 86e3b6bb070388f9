#include "tests/unit/support/journal_rig.h"

#include "loop/deadline.h"
#include "relay-client/journal/journal_schema_table.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

/* ---- life ---- */

static char file_path[512];

const char *journal_rig_make_folder(void)
{
    (void)scratch_folder_make();
    (void)snprintf(file_path, sizeof(file_path), "%s", scratch_folder_path("journal.db"));
    return file_path;
}

const char *journal_rig_path(void)
{
    return file_path;
}

void journal_rig_use(const char *path)
{
    (void)snprintf(file_path, sizeof(file_path), "%s", path);
}

enum err journal_rig_try_start(struct journal_rig *rig, const struct journal_options *options)
{
    struct journal_options own = options ? *options : (struct journal_options){0};

    *rig = (struct journal_rig){0};
    clock_fake_init(&rig->clock, JOURNAL_RIG_NOW_MS);
    enum err rc = loop_new(&rig->clock.base, &rig->loop);
    if (rc)
        return rc;
    if (!own.path)
        own.path = file_path;
    rc = journal_open(rig->loop, &own, &rig->journal, rig->detail);
    if (rc) {
        loop_run(rig->loop); /* what failed may still close itself */
        loop_free(rig->loop);
        *rig = (struct journal_rig){0};
    }
    return rc;
}

void journal_rig_start(struct journal_rig *rig, const struct journal_options *options)
{
    CHECK_EQ(journal_rig_try_start(rig, options), OK);
}

static void on_closed(void *owner)
{
    struct journal_rig *rig = owner;

    rig->journal = NULL;
}

void journal_rig_stop(struct journal_rig *rig)
{
    if (rig->journal)
        journal_close(rig->journal, on_closed, rig);
    while (rig->journal)
        loop_turn(rig->loop, true);
    loop_run(rig->loop);
    loop_free(rig->loop);
}

/* ---- writing ---- */

static void on_stored(struct journal_ticket *base, enum err rc, uint64_t exchange)
{
    struct journal_rig_ticket *t = (struct journal_rig_ticket *)base; /* its first member */
    static unsigned answers;

    CHECK(!t->is_answered);
    t->is_answered = true;
    t->rc = rc;
    t->exchange = exchange;
    t->order = ++answers;
}

void journal_rig_ticket_init(struct journal_rig_ticket *t)
{
    *t = (struct journal_rig_ticket){.base = {.stored = on_stored}};
}

void journal_rig_wait(struct journal_rig *rig, struct journal_rig_ticket *t)
{
    while (!t->is_answered)
        loop_turn(rig->loop, true);
}

struct journal_request journal_rig_request(const char *delivery, const char *body)
{
    static struct http_head head;

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback?from=line"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.example.com");
    CHECK_EQ(http_head_add(&head, SPAN("content-type"), SPAN("application/json")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"), SPAN("c2lnbmF0dXJl")), OK);
    return (struct journal_request){
        .delivery = delivery,
        .tunnel = "mybot",
        .received_ms = JOURNAL_RIG_NOW_MS - 40,
        .arrived_ms = JOURNAL_RIG_NOW_MS,
        .peer = "147.92.150.194",
        .head = &head,
        .body = span_text(body),
        .webhook = true,
    };
}

struct journal_answer journal_rig_answer(uint64_t exchange)
{
    static struct http_head head;

    http_head_init_response(&head, 200);
    CHECK_EQ(http_head_add(&head, SPAN("content-type"), SPAN("text/plain")), OK);
    return (struct journal_answer){
        .exchange = exchange,
        .verdict = VERDICT_VALID,
        .provider = "line",
        .secret_label = "secret 1",
        .explanation = "",
        .handler = "http://127.0.0.1:8000/callback",
        .status = 200,
        .head = &head,
        .body = SPAN("ok"),
        .error = "",
        .stored_us = 900,
        .handler_us = 12000,
        .total_us = 13000,
    };
}

void journal_rig_submit(struct journal_rig *rig, const struct journal_request *request,
                        struct journal_rig_ticket *t)
{
    journal_rig_ticket_init(t);
    CHECK_EQ(journal_record(rig->journal, request, &t->base), OK);
    CHECK(!t->is_answered); /* never from inside the call */
}

enum err journal_rig_record(struct journal_rig *rig, const struct journal_request *request,
                            uint64_t *exchange)
{
    struct journal_rig_ticket t;

    journal_rig_submit(rig, request, &t);
    journal_rig_wait(rig, &t);
    *exchange = t.exchange;
    return t.rc;
}

uint64_t journal_rig_store(struct journal_rig *rig, const char *delivery, const char *body)
{
    struct journal_request request = journal_rig_request(delivery, body);
    uint64_t exchange = 0;

    CHECK_EQ(journal_rig_record(rig, &request, &exchange), OK);
    CHECK(exchange > 0);
    return exchange;
}

/* What is recorded is on disk in the order of the calls: a request behind it is too. */
void journal_rig_store_answer(struct journal_rig *rig, const struct journal_answer *answer)
{
    static unsigned fences;
    char delivery[32];
    struct journal_request fence;
    uint64_t exchange;

    (void)snprintf(delivery, sizeof(delivery), "fence-%u", ++fences);
    fence = journal_rig_request(delivery, "fence");
    fence.webhook = false;
    CHECK_EQ(journal_answer(rig->journal, answer), OK);
    CHECK_EQ(journal_rig_record(rig, &fence, &exchange), OK);
}

void journal_rig_chore(struct journal_rig *rig, uint64_t after_ms)
{
    clock_fake_advance(&rig->clock, after_ms * 1000);
    deadline_run_due(rig->loop);
    loop_turn(rig->loop, true);
}

const char *journal_rig_body(const char *webhook_event_id, const char *text)
{
    static char ring[4][4096];
    static unsigned next;
    char *body = ring[next++ % 4];

    (void)snprintf(
        body, sizeof(ring[0]),
        "{\"destination\":\"U0123456789abcdef0123456789abcdef\",\"events\":[{"
        "\"type\":\"message\",\"mode\":\"active\",\"timestamp\":1795894304000,"
        "\"source\":{\"type\":\"user\",\"userId\":\"Ufedcba9876543210fedcba9876543210\"},"
        "\"webhookEventId\":\"%s\",\"deliveryContext\":{\"isRedelivery\":false},"
        "\"replyToken\":\"nHuyWiB7yP5Zw52FIkcQobQuGDXCTA\","
        "\"message\":{\"id\":\"444573844083572737\",\"type\":\"text\","
        "\"quoteToken\":\"q3Plxr4AgKd\",\"text\":\"%s\"}}]}",
        webhook_event_id, text);
    return body;
}

/* ---- reading ---- */

struct journal_reader *journal_rig_reader(void)
{
    struct journal_reader *r = NULL;
    char detail[512];
    enum err rc = journal_reader_open(file_path, &r, detail);

    if (rc)
        (void)fprintf(stderr, "%s\n", detail);
    CHECK_EQ(rc, OK);
    return r;
}

static bool count_row(void *owner, const struct journal_row *row)
{
    (void)row;
    ++*(size_t *)owner;
    return true;
}

size_t journal_rig_count(const struct journal_filter *filter)
{
    struct journal_filter f = filter ? *filter : (struct journal_filter){0};
    struct journal_reader *r = journal_rig_reader();
    size_t count = 0;

    if (f.limit == 0)
        f.limit = 1000000;
    CHECK_EQ(journal_reader_list(r, &f, count_row, &count), OK);
    journal_reader_close(r);
    return count;
}

size_t journal_rig_count_delivery(struct journal_reader *r, const char *delivery)
{
    struct journal_exchange *x = NULL;
    enum err rc = journal_reader_get(r, span_text(delivery), &x);

    CHECK(rc == OK || rc == ERR_NOT_FOUND); /* unique */
    journal_exchange_free(x);
    return rc == OK;
}

static bool is_zero(struct database *db, const char *sql)
{
    uint64_t n = 1;

    CHECK_EQ(statement_query_u64(db, sql, &n), OK);
    return n == 0;
}

bool journal_rig_is_intact(void)
{
    struct database_options options = {.path = file_path,
                                       .schema = &journal_schema,
                                       .clock = clock_system(),
                                       .is_reader = true};
    struct database *db = NULL;
    char detail[512];

    CHECK_EQ(database_open(&options, &db, detail), OK);
    bool intact =
        is_zero(db,
                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") &&
        is_zero(db, "SELECT count(*) FROM pragma_foreign_key_check") &&
        is_zero(db,
                "SELECT count(*) FROM event WHERE id / 128 NOT IN (SELECT id FROM exchange)") &&
        is_zero(
            db,
            "SELECT count(*) FROM exchange WHERE id NOT IN (SELECT exchange FROM request)") &&
        is_zero(
            db,
            "SELECT count(*) FROM exchange WHERE id NOT IN (SELECT exchange FROM summary)") &&
        is_zero(db, "SELECT count(*) FROM call WHERE id NOT IN (SELECT call FROM call_body)"
                    "  OR (exchange <> 0 AND exchange NOT IN (SELECT id FROM exchange))") &&
        is_zero(db, "SELECT count(*) FROM summary s WHERE s.calls <>"
                    "  (SELECT count(*) FROM call c WHERE c.exchange = s.exchange)");
    database_close(db);
    return intact;
}
