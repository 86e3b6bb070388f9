#include "relay-client/journal/journal_reader.h"

#include "base/container.h"
#include "tests/unit/check.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/support/journal_rig.h"
#include "tests/unit/support/journal_sample.h"
#include "tests/unit/support/scratch_folder.h"

static struct journal_rig rig;

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
    journal_sample_store();
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

    journal_sample_store();
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
    journal_sample_store();
    struct journal_reader *r = journal_rig_reader();
    struct journal_exchange *x = get(r, "1");
    journal_sample_check_first(row_of(x));
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

CHECK_MAIN(TEST(test_duplicates_of_events), TEST(test_names_of_exchanges), TEST(test_exchange),
           TEST(test_bodies_are_exact))
