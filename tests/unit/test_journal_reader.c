#include "relay-client/journal/journal_reader.h"

#include "base/container.h"
#include "base/mem.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

#define NOW JOURNAL_RIG_NOW_MS

/* ---- ten exchanges, all different ---- */

static void store(const char *delivery, const char *body, bool webhook, uint64_t arrived_ms,
                  uint64_t replay_of)
{
    struct journal_request request = journal_rig_request(delivery, body);
    uint64_t exchange;

    request.webhook = webhook;
    request.arrived_ms = arrived_ms;
    request.replay_of = replay_of;
    if (arrived_ms == NOW + 9)
        request.tunnel = "other";
    CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
}

#define EVENT(id, rest)                                                                        \
    "{\"type\":" rest ",\"mode\":\"active\",\"timestamp\":1,\"webhookEventId\":\"" id "\"}"
#define USER(name) ",\"source\":{\"type\":\"user\",\"userId\":\"" name "\"}"
#define GROUP(g, u)                                                                            \
    ",\"source\":{\"type\":\"group\",\"groupId\":\"" g "\",\"userId\":\"" u "\"}"

static void answer(uint64_t exchange, unsigned status, enum verdict verdict, const char *error)
{
    struct journal_answer a = journal_rig_answer(exchange);

    a.status = status;
    a.verdict = verdict;
    a.error = error;
    if (status == 0)
        a.head = NULL;
    CHECK_EQ(journal_answer(rig.journal, &a), OK);
}

static void start(void)
{
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    store("d-01", journal_rig_body("01E1", "I want a refund: 返金してください"), true, NOW + 1,
          0);
    store("d-02", journal_rig_body("01E2", "\\u8fd4\\u91d1 \\ud83d\\ude00"), true, NOW + 2, 0);
    store("d-03", journal_rig_body("01E3", "退貨 💰 emoji"), true, NOW + 3, 0);
    store("d-04", "{\"events\":[" EVENT("01E4", "\"follow\"" USER("Uaaa")) "]}", true, NOW + 4,
          0);
    store(
        "d-05",
        "{\"events\":[" EVENT("01E5", "\"join\"" GROUP("Cggg", "Ubbb")) "," EVENT(
            "01E6", "\"postback\"" USER("Uaab") ",\"postback\":{\"data\":\"action=buy\"}") "]}",
        true, NOW + 5, 0);
    store("d-06", "<html>not a webhook 返</html>", false, NOW + 6, 0);
    store("d-07", journal_rig_body("01E1", "I want a refund: 返金してください"), true, NOW + 7,
          1);
    store("d-08", journal_rig_body("01E2", "again"), true, NOW + 8, 0);
    store("d-09", "{\"events\":[]}", true, NOW + 9, 0);
    store("d-10", "not JSON \xff\xfe", true, NOW + 10, 0);
    answer(1, 200, VERDICT_VALID, "");
    answer(2, 500, VERDICT_VALID, "");
    answer(3, 0, VERDICT_VALID, "connection refused");
    answer(4, 200, VERDICT_INVALID, "");
    answer(5, 302, VERDICT_UNCHECKED, "");
    answer(6, 200, VERDICT_MISSING, "");
    answer(7, 200, VERDICT_VALID, "");
    answer(9, 200, VERDICT_MISSING, "");
    journal_rig_stop(&rig);
}

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
    start();
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
    LIST("9 4 3 2 ", .failed_only = true);
    LIST("", .tunnel = "x' OR '1'='1");
    LIST("10 9 8 7 6 5 4 3 2 1 ", .event_type = "", .user = "", .text = "", .tunnel = "");
    scratch_folder_remove();
}

static void test_text_search(void)
{
    start();
    LIST("7 2 1 ", .text = "返金"); /* 2 is escaped in the body */
    LIST("7 6 2 1 ", .text = "返");
    LIST("3 ", .text = "退貨");
    LIST("3 ", .text = "💰");
    LIST("2 ", .text = "😀");
    LIST("5 ", .text = "action=buy");
    LIST("6 ", .text = "<html>");
    LIST("7 1 ", .text = "a refund");
    LIST("", .text = "A Refund"); /* case as is */
    LIST("", .text = "金返");
    LIST("10 ", .text = "JSON \xff\xfe");
    LIST("2 ", .text = "\\u8fd4"); /* the body as it was sent */
    LIST("1 ", .text = "返金", .before = 2);
    LIST("", .text = "%");
    LIST("", .text = "'");
    scratch_folder_remove();
}

static void test_stops_when_told(void)
{
    struct list l = {.stop_after = 2};
    struct journal_filter f = {.limit = 100};

    start();
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
    CHECK(span_is(row->delivery, SPAN("d-01")));
    CHECK(span_is(row->tunnel, SPAN("mybot")));
    CHECK(span_is(row->peer, SPAN("147.92.150.194")));
    CHECK(span_is(row->method, SPAN("POST")));
    CHECK(span_is(row->target, SPAN("/callback?from=line")));
    CHECK_EQ(row->received_ms, NOW - 40);
    CHECK_EQ(row->arrived_ms, NOW + 1);
    CHECK(row->webhook && row->answered && !row->body_truncated && !row->answer_truncated);
    CHECK(row->body_len > 400);
    CHECK_EQ(row->verdict, VERDICT_VALID);
    CHECK(span_is(row->provider, SPAN("line")));
    CHECK(span_is(row->secret_label, SPAN("secret 1")));
    CHECK(span_is(row->handler, SPAN("http://127.0.0.1:8000/callback")));
    CHECK_EQ(row->explanation.len + row->error.len, 0);
    CHECK_EQ(row->status, 200);
    CHECK_EQ(row->stored_us, 900);
    CHECK_EQ(row->handler_us, 12000);
    CHECK_EQ(row->total_us, 13000);
    CHECK_EQ(row->events_len, 1);
    CHECK(span_is(row->event_type, SPAN("message")));
    CHECK(span_is(row->message_type, SPAN("text")));
    CHECK(span_is(row->user_id, SPAN("Ufedcba9876543210fedcba9876543210")));
    CHECK(span_is(row->event_text, SPAN("I want a refund: 返金してください")));
    return true;
}

static void test_row(void)
{
    struct journal_filter f = {.oldest_first = true, .limit = 1};

    start();
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(journal_reader_list(r, &f, check_first, NULL), OK);
    journal_reader_close(r);
    scratch_folder_remove();
}

static const struct journal_row *row_of(struct journal_exchange *x)
{
    return journal_exchange_row(x);
}

static struct journal_exchange *get(struct journal_reader *r, const char *id)
{
    struct journal_exchange *x = NULL;

    CHECK_EQ(journal_reader_get(r, span_text(id), &x), OK);
    return x;
}

static uint64_t id_of(struct journal_reader *r, const char *text)
{
    struct journal_exchange *x = get(r, text);
    uint64_t id = row_of(x)->id;

    journal_exchange_free(x);
    return id;
}

/* A redelivery is one of the first exchange with its event; a replay is not. */
static void test_duplicates_of_events(void)
{
    start();
    struct journal_reader *r = journal_rig_reader();
    static const uint64_t duplicate_of[] = {0, 0, 0, 0, 0, 0, 0, 2, 0, 0};
    for (unsigned i = 0; i < ARRAY_LEN(duplicate_of); i++) {
        char id[8];

        (void)snprintf(id, sizeof(id), "%u", i + 1);
        struct journal_exchange *x = get(r, id);
        CHECK_EQ(row_of(x)->duplicate_of, duplicate_of[i]);
        CHECK_EQ(row_of(x)->replay_of, i == 6 ? 1 : 0);
        journal_exchange_free(x);
    }
    journal_reader_close(r);
    scratch_folder_remove();
}

/* ---- one exchange ---- */

static void test_names_of_exchanges(void)
{
    struct journal_exchange *x = NULL;
    static const char *const unknown[] = {
        "11",   "0",     "-11", "-0",  "d-99", "", "x", "LAST", "--1", "18446744073709551616",
        "\xff", "d-01x", "%",   "d-0_"};

    start();
    struct journal_reader *r = journal_rig_reader();
    CHECK_EQ(id_of(r, "3"), 3);
    CHECK_EQ(id_of(r, "last"), 10);
    CHECK_EQ(id_of(r, "-1"), 10);
    CHECK_EQ(id_of(r, "-2"), 9);
    CHECK_EQ(id_of(r, "-10"), 1);
    CHECK_EQ(id_of(r, "d-05"), 5);
    CHECK_EQ(id_of(r, "d-1"), 10);
    CHECK_EQ(journal_reader_get(r, SPAN("d-0"), &x), ERR_CONFLICT);
    CHECK_EQ(journal_reader_get(r, SPAN("d"), &x), ERR_CONFLICT);
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        CHECK_EQ(journal_reader_get(r, span_text(unknown[i]), &x), ERR_NOT_FOUND);
    CHECK(!x);
    journal_reader_close(r);

    journal_rig_start(&rig, NULL); /* a whole id that begins another one */
    CHECK_EQ(journal_rig_store(&rig, "d-055", "x"), 11);
    CHECK_EQ(journal_rig_store(&rig, "7777", "x"), 12); /* digits, but no such number */
    journal_rig_stop(&rig);
    r = journal_rig_reader();
    CHECK_EQ(id_of(r, "d-05"), 5);
    CHECK_EQ(id_of(r, "d-055"), 11);
    CHECK_EQ(id_of(r, "7777"), 12);
    CHECK_EQ(id_of(r, "777"), 12);
    journal_reader_close(r);
    scratch_folder_remove();
}

static void test_exchange(void)
{
    start();
    struct journal_reader *r = journal_rig_reader();
    struct journal_exchange *x = get(r, "1");
    (void)check_first(NULL, journal_exchange_row(x));
    const struct http_head *request = journal_exchange_request(x);
    CHECK(span_is(request->method, SPAN("POST")));
    CHECK(span_is(request->scheme, SPAN("https")));
    CHECK(span_is(request->authority, SPAN("mybot.relay.example.com")));
    CHECK(span_is(request->target, SPAN("/callback?from=line")));
    CHECK_EQ(request->fields_len, 2);
    CHECK(span_is(http_head_value(request, "x-line-signature"), SPAN("c2lnbmF0dXJl")));
    CHECK(span_is(journal_exchange_request_body(x),
                  span_text(journal_rig_body("01E1", "I want a refund: 返金してください"))));
    const struct http_head *given = journal_exchange_answer(x);
    CHECK_EQ(given->status, 200);
    CHECK(span_is(http_head_value(given, "content-type"), SPAN("text/plain")));
    CHECK(span_is(journal_exchange_answer_body(x), SPAN("ok")));
    CHECK_EQ(journal_exchange_events_len(x), 1);
    const struct line_event *event = journal_exchange_event(x, 0);
    CHECK_STR(event->webhook_event_id, "01E1");
    CHECK_STR(event->reply_token, "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA");
    CHECK_STR(event->text, "I want a refund: 返金してください");
    CHECK(!journal_exchange_event(x, 1));
    journal_exchange_free(x);

    x = get(r, "3"); /* no answer came */
    CHECK(!journal_exchange_answer(x));
    CHECK(span_is(row_of(x)->error, SPAN("connection refused")));
    journal_exchange_free(x);
    x = get(r, "8"); /* it is not over */
    CHECK(!row_of(x)->answered && !journal_exchange_answer(x));
    CHECK_EQ(journal_exchange_answer_body(x).len, 0);
    journal_exchange_free(x);
    x = get(r, "5");
    CHECK_EQ(journal_exchange_events_len(x), 2);
    CHECK_STR(journal_exchange_event(x, 1)->text, "action=buy");
    journal_exchange_free(x);
    x = get(r, "10");
    CHECK_EQ(journal_exchange_events_len(x), 0);
    CHECK(span_is(journal_exchange_request_body(x), SPAN("not JSON \xff\xfe")));
    journal_exchange_free(x);
    journal_exchange_free(NULL);
    journal_reader_close(r);
    scratch_folder_remove();
}

/* Bodies are bytes: every value, at every border of SQLite's pages. */
static void test_bodies_are_exact(void)
{
    static char body[70000];
    static const size_t sizes[] = {0, 1, 255, 4000, 4061, 4062, 4096, 8192, 65536, 70000};
    struct journal_request request = journal_rig_request("", "");
    char id[16];
    uint64_t exchange;

    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = (char)(i * 7 + i / 256);
    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    struct journal_reader *r = journal_rig_reader();
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        (void)snprintf(id, sizeof(id), "size-%zu", sizes[i]);
        request.delivery = id;
        request.body = span_of(body, sizes[i]);
        CHECK_EQ(journal_rig_record(&rig, &request, &exchange), OK);
        struct journal_exchange *x = get(r, id);
        CHECK(span_is(journal_exchange_request_body(x), request.body));
        CHECK_EQ(row_of(x)->body_len, sizes[i]);
        journal_exchange_free(x);
    }
    journal_reader_close(r);
    journal_rig_stop(&rig);
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

    start();
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
           TEST(test_row), TEST(test_duplicates_of_events), TEST(test_names_of_exchanges),
           TEST(test_exchange), TEST(test_bodies_are_exact), TEST(test_tail),
           TEST(test_out_of_memory))
