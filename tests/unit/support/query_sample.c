#include "tests/unit/support/query_sample.h"

#include "base/container.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_schema_table.h"
#include "relay-client/journal/search/journal_search_text.h"
#include "store/statement.h"
#include "tests/unit/check.h"
#include "tests/unit/support/scratch_folder.h"

#include <time.h>

#define NOW    QUERY_SAMPLE_NOW_MS
#define USER   QUERY_SAMPLE_USER
#define OTHER  "Uffffffffffffffffffffffffffffffff"
#define GROUP  "C0123456789abcdef0123456789abcdef"
#define MINUTE 60000u
#define HOUR   3600000u
#define NEVER  UINT64_MAX

struct event {
    const char *type, *message_type, *source_type, *source_id, *user_id, *id, *token, *text;
    bool is_redelivery;
};

struct sample {
    const char *delivery, *tunnel, *method, *target, *secret, *error, *head, *body;
    uint64_t age_ms, kept_ms, replay_of, took_us;
    unsigned flags, finding, verdict, line_status, by, bot_status;
    bool is_running, has_no_search, is_deleted;
    struct event events[2];
};

#define LINE_HEAD                                                                              \
    ":method: POST\n:path: /callback\ncontent-type: application/json\n"                        \
    "user-agent: LineBotWebhook/2.0\nx-line-signature: AbCd=\n authorization: Bearer hidden\n"
#define TEXT(words, id)                                                                        \
    {                                                                                          \
        "message", "text", "user", USER, USER, id, "token" id, words, false                    \
    }

static const struct sample samples[QUERY_SAMPLE_LEN] = {
    {.delivery = "01KA1",
     .body = "{\"events\":[{\"text\":\"I want a refund: 返金してください\"}]}",
     .age_ms = MINUTE,
     .took_us = 300000,
     .verdict = 1,
     .line_status = 200,
     .by = 1,
     .bot_status = 200,
     .events = {TEXT("I want a refund: 返金してください", "01E1")}},
    {.delivery = "01KA2",
     .body = "{\"events\":[{\"text\":\"Ｈｅｌｌｏ Straße ｶﾞｷﾞ\"}]}",
     .age_ms = 2 * MINUTE,
     .took_us = 20000,
     .flags = JOURNAL_FLAG_PROBLEM,
     .finding = JOURNAL_FOUND_BOT_ERROR + 1,
     .verdict = 1,
     .line_status = 500,
     .by = 1,
     .bot_status = 500,
     .error = "the bot said 500",
     .events = {{"message", "text", "group", GROUP, OTHER, "01E2", "token2",
                 "Ｈｅｌｌｏ Straße ｶﾞｷﾞ", false}}},
    {.delivery = "01KA3",
     .body = "{\"events\":[{\"type\":\"image\"}]}",
     .age_ms = 3 * MINUTE,
     .took_us = 1800000,
     .flags = JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM,
     .finding = JOURNAL_FOUND_BOT_LATE + 1,
     .verdict = 1,
     .line_status = 200,
     .by = 3,
     .bot_status = 200,
     .secret = "secret 2",
     .events = {{"message", "image", "user", OTHER, OTHER, "01E3", "", "", false}}},
    {.delivery = "01KA4",
     .body = "{\"events\":[{\"type\":\"follow\"}]}",
     .age_ms = 4 * MINUTE,
     .took_us = NEVER,
     .flags = JOURNAL_FLAG_PROBLEM,
     .finding = JOURNAL_FOUND_SIG_REWRITTEN + 1,
     .verdict = 2,
     .line_status = 401,
     .by = 2,
     .secret = "",
     .events = {{"follow", "", "user", USER, USER, "01E4", "token4", "", false}}},
    {.delivery = "01KA5",
     .body = "{\"events\":[{},{\"data\":\"action=buy&item=返品\"}]}",
     .age_ms = 5 * MINUTE,
     .kept_ms = 3 * HOUR,
     .took_us = 10000,
     .flags = JOURNAL_FLAG_MULTI | JOURNAL_FLAG_KEPT,
     .verdict = 1,
     .line_status = 200,
     .by = 4,
     .bot_status = 302,
     .events = {{"join", "", "group", GROUP, "", "01E5", "token5", "", false},
                {"postback", "", "user", OTHER, OTHER, "01E6", "token6", "action=buy&item=返品",
                 false}}},
    {.delivery = "01KA6",
     .tunnel = "other",
     .method = "GET",
     .target = "/liff/index.html?x=1",
     .head = ":method: GET\naccept: */*\nuser-agent: curl/8.4.0\n",
     .body = "",
     .age_ms = 6 * MINUTE,
     .took_us = 5000,
     .flags = JOURNAL_FLAG_PASS,
     .verdict = 3,
     .line_status = 404,
     .by = 1,
     .bot_status = 404,
     .secret = ""},
    {.delivery = "01KA7",
     .body = "{\"events\":[{\"text\":\"I want a refund: 返金してください\"}]}",
     .age_ms = 7 * MINUTE,
     .replay_of = 1,
     .took_us = 1500000,
     .flags = JOURNAL_FLAG_REPLAY,
     .verdict = 1,
     .line_status = 200,
     .by = 1,
     .bot_status = 200,
     .events = {TEXT("I want a refund: 返金してください", "01E1")}},
    {.delivery = "01KA8",
     .body = "{\"events\":[{\"text\":\"返 50%_off\"}]}",
     .age_ms = 1000,
     .took_us = NEVER,
     .flags = JOURNAL_FLAG_RUNNING | JOURNAL_FLAG_PENDING,
     .is_running = true,
     .events = {{"message", "text", "room", "R0123456789abcdef0123456789abcdef", USER, "01E8",
                 "token8", "返 50%_off", false}}},
    {.delivery = "01KA9",
     .body = "{\"events\":[]}",
     .age_ms = 8 * MINUTE,
     .took_us = NEVER,
     .flags = JOURNAL_FLAG_VERIFY | JOURNAL_FLAG_PROBLEM,
     .finding = JOURNAL_FOUND_SIG_MISSING + 1,
     .verdict = 3,
     .line_status = 200,
     .secret = ""},
    {.delivery = "01KAA",
     .body = "not JSON ÄÖÜ \xff\xfe",
     .age_ms = 24 * HOUR,
     .took_us = 40000,
     .flags = JOURNAL_FLAG_PINNED | JOURNAL_FLAG_NOTE,
     .line_status = 200,
     .by = 1,
     .bot_status = 200,
     .has_no_search = true},
    {.delivery = "01KAB",
     .body = "deleted refund",
     .age_ms = 9 * MINUTE,
     .verdict = 1,
     .line_status = 200,
     .by = 1,
     .is_deleted = true,
     .events = {TEXT("deleted refund", "01EB")}},
    {.delivery = "01KAC",
     .body = "{\"events\":[{\"type\":\"sticker\",\"keywords\":[\"smile\"]}]}",
     .age_ms = 10 * MINUTE,
     .took_us = 2000000,
     .flags = JOURNAL_FLAG_NOW | JOURNAL_FLAG_DUPLICATE | JOURNAL_FLAG_REDELIVERY,
     .verdict = 1,
     .line_status = 200,
     .by = 3,
     .bot_status = 200,
     .events = {{"message", "sticker", "user", USER, USER, "01E1", "tokenC", "smile", true}}},
};

static const char *or_else(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

/* ---- writing it ---- */

struct value {
    const char *text; /* NULL: `number` */
    uint64_t number;  /* NEVER: NULL */
};

static void insert(struct database *db, const char *sql, const struct value *values, size_t len)
{
    struct statement s;

    CHECK_EQ(statement_init(&s, db, sql), OK);
    for (size_t i = 0; i < len; i++) {
        if (values[i].text)
            statement_bind_text(&s, (int)i + 1, span_text(values[i].text));
        else if (values[i].number != NEVER)
            statement_bind_u64(&s, (int)i + 1, values[i].number);
    }
    CHECK_EQ(statement_run(&s), OK);
    statement_fini(&s);
}

#define INSERT(db, sql, ...)                                                                   \
    insert(db, sql, (const struct value[]){__VA_ARGS__},                                       \
           ARRAY_LEN(((const struct value[]){__VA_ARGS__})))

static void insert_events(struct database *db, uint64_t id, const struct sample *s)
{
    uint64_t received_ms = NOW - s->age_ms - s->kept_ms;

    for (size_t i = 0; i < ARRAY_LEN(s->events) && s->events[i].type; i++) {
        const struct event *v = &s->events[i];

        INSERT(db, "INSERT INTO event VALUES (?,?,'active',?,?,?,?,?,?,?,0,'m',?,?)",
               {NULL, id * 128 + i}, {v->type, 0}, {NULL, received_ms}, {v->source_type, 0},
               {v->source_id, 0}, {v->user_id, 0}, {v->id, 0}, {v->token, 0},
               {NULL, v->is_redelivery}, {v->message_type, 0}, {v->text, 0});
    }
}

static void insert_search(struct database *db, uint64_t id, const struct sample *s)
{
    const struct journal_search_source source = {
        .target = span_text(or_else(s->target, "/callback")), .body = span_text(s->body)};
    struct bytes text;

    bytes_init(&text, JOURNAL_SEARCH_TEXT_MAX);
    CHECK_EQ(journal_search_text_append(&source, &text), OK);
    CHECK_EQ(bytes_append(&text, "", 1), OK);
    INSERT(db, "INSERT INTO search VALUES (?,?)", {NULL, id},
           {(const char *)bytes_peek(&text), 0});
    bytes_fini(&text);
}

static void insert_sample(struct database *db, uint64_t id, const struct sample *s)
{
    INSERT(
        db,
        "INSERT INTO exchange (id, delivery, tunnel, peer, method, target, received_ms,"
        " arrived_ms, webhook, replay_of, duplicate_of, body_len, body_truncated, events_len)"
        " VALUES (?,?,?,'1.2.3.4',?,?,?,?,?,?,0,10,0,1)",
        {NULL, id}, {s->delivery, 0}, {or_else(s->tunnel, "mybot"), 0},
        {or_else(s->method, "POST"), 0}, {or_else(s->target, "/callback"), 0},
        {NULL, NOW - s->age_ms - s->kept_ms}, {NULL, NOW - s->age_ms},
        {NULL, (s->flags & JOURNAL_FLAG_PASS) == 0}, {NULL, s->replay_of});
    INSERT(db, "INSERT INTO request VALUES (?,CAST(? AS BLOB),CAST(? AS BLOB))", {NULL, id},
           {or_else(s->head, LINE_HEAD), 0}, {s->body, 0});
    if (!s->is_running)
        INSERT(db,
               "INSERT INTO answer (exchange, verdict, provider, secret_label, explanation,"
               " handler, status, error, stored_us, handler_us, total_us, body_truncated, head,"
               " body, answered_by) VALUES (?,?,'line',?,'','echo',?,?,1,2,3,0,x'',x'',?)",
               {NULL, id}, {NULL, s->verdict}, {or_else(s->secret, "secret 1"), 0},
               {NULL, s->line_status}, {or_else(s->error, ""), 0}, {NULL, s->by});
    INSERT(db, "INSERT INTO summary VALUES (?,?,?,?,?,?,?,?,0,0,0,0,0)", {NULL, id},
           {NULL, s->flags}, {NULL, s->finding > 0 ? UINT64_C(1) << (s->finding - 1) : 0},
           {NULL, s->verdict}, {NULL, s->line_status}, {NULL, s->by}, {NULL, s->bot_status},
           {NULL, s->took_us});
    if (!s->has_no_search)
        insert_search(db, id, s);
    if (s->is_deleted)
        INSERT(db, "INSERT INTO deletion VALUES (?,1,1)", {NULL, id});
    insert_events(db, id, s);
}

/* A reply to 8, a look-up and a push in vain for 3, a path that nobody knows for 4; what
 * belongs to 11 is deleted. */
static void insert_calls(struct database *db)
{
    static const char calls[] =
        "INSERT INTO call (exchange, operation, method, target, status, sending, tie, problem,"
        "  at_ms, took_us, mode, event, place, size, host, request_id, explanation, user_agent,"
        "  said_type, said_text, said_len) SELECT column1, column2, column3, column4, column5,"
        "  column6, column7, '', 1, 1, 0, 0, 12, 0, 'api.line.me', '', '', '', '', '', 0"
        " FROM (VALUES (8, 'replyMessage', 'POST', '/v2/bot/message/reply', 200, 1, 1),"
        "  (3, 'getProfile', 'GET', '/v2/bot/profile/U1', 404, 0, 3),"
        "  (3, 'pushMessage', 'POST', '/v2/bot/message/push', 429, 1, 3),"
        "  (4, '', 'POST', '/v2/nothing', 0, 0, 3),"
        "  (11, 'replyMessage', 'POST', '/v2/bot/message/reply', 200, 1, 1),"
        "  (0, 'broadcast', 'POST', '/v2/bot/message/broadcast', 200, 1, 0));"
        "UPDATE summary SET calls = (SELECT count(*) FROM call"
        "  WHERE call.exchange = summary.exchange)";

    CHECK_EQ(database_exec(db, calls), OK);
}

/* ---- using it ---- */

struct journal_reader *query_sample_open(void)
{
    char detail[DETAIL_MAX];
    struct database *db;
    struct journal_reader *r;

    CHECK_EQ(setenv("TZ", "UTC", 1), 0);
    tzset();
    (void)scratch_folder_make();
    const struct database_options options = {.path = scratch_folder_path("journal.db"),
                                             .schema = &journal_schema,
                                             .clock = clock_system()};
    CHECK_EQ(database_open(&options, &db, detail), OK);
    CHECK_EQ(database_begin(db), OK);
    for (size_t i = 0; i < QUERY_SAMPLE_LEN; i++)
        insert_sample(db, i + 1, &samples[i]);
    insert_calls(db);
    CHECK_EQ(database_commit(db), OK);
    database_close(db);
    CHECK_EQ(journal_reader_open(options.path, &r, detail), OK);
    return r;
}

void query_sample_close(struct journal_reader *r)
{
    journal_reader_close(r);
    scratch_folder_remove();
}

struct journal_query *query_sample_parse(const char *text)
{
    struct journal_query_error error = {.code = ""};
    struct journal_query *q = NULL;
    enum err e = journal_query_parse(span_text(text), QUERY_SAMPLE_NOW_MS, &q, &error);

    if (e)
        (void)fprintf(stderr, "%s: %s at %zu\n", text, error.code, error.offset);
    CHECK_EQ(e, OK);
    return q;
}

const char *query_sample_ids(struct journal_reader *r, const char *text)
{
    static char line[128];
    uint64_t ids[QUERY_SAMPLE_LEN];
    size_t len = 0, at = 0;
    struct journal_query *q = query_sample_parse(text);

    CHECK_EQ(journal_query_ids(r, q, 0, ids, ARRAY_LEN(ids), &len), OK);
    line[0] = '\0';
    for (size_t i = 0; i < len; i++)
        at += (size_t)snprintf(line + at, sizeof(line) - at, "%" PRIu64 " ", ids[i]);
    journal_query_free(q);
    return line;
}
