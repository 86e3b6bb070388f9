/* An exchange written as an entry of a HAR and read back: nothing is lost; and what browsers
 * and other proxies write. */
#include "relay-client/inspector/import/har_exchange.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "relay-client/inspector/export/har_entry.h"
#include "relay-client/inspector/import/har_reader.h"
#include "unit/check.h"
#include "unit/support/journal_rig.h"
#include "unit/support/mem_sweep.h"
#include "unit/support/scratch_folder.h"

#define DELIVERY "01KAAAAAAAAAAAAAAAAAAAAAAA"
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

static struct bytes text;
static struct har_exchange x;

/* --- there and back --- */

/* Through the journal, as exports get it. */
static struct journal_exchange *record(const struct journal_request *request,
                                       struct journal_answer *answer)
{
    struct journal_exchange *out;
    struct journal_reader *reader;
    struct journal_rig rig;
    uint64_t id;

    (void)journal_rig_make_folder();
    journal_rig_start(&rig, NULL);
    CHECK_EQ(journal_rig_record(&rig, request, &id), OK);
    if (answer) {
        answer->exchange = id;
        journal_rig_store_answer(&rig, answer);
    }
    journal_rig_stop(&rig);
    reader = journal_rig_reader();
    CHECK_EQ(journal_reader_get(reader, SPAN("1"), &out), OK);
    journal_reader_close(reader);
    scratch_folder_remove();
    return out;
}

static void write_entry(const struct journal_exchange *exchange, bool with_signature)
{
    struct json_writer w;

    bytes_fini(&text);
    bytes_init(&text, TEXT_MAX);
    json_writer_init(&w, &text);
    CHECK_EQ(har_entry_write(&w, exchange, with_signature), OK);
    CHECK_EQ(json_writer_end(&w), OK);
    CHECK_EQ(json_scan(bytes_span(&text), NULL), OK);
}

static void check_head(const struct http_head *got, const struct http_head *want)
{
    CHECK(span_is(got->method, want->method));
    CHECK(span_is(got->scheme, want->scheme));
    CHECK(span_is(got->authority, want->authority));
    CHECK(span_is(got->target, want->target));
    CHECK_EQ(got->status, want->status);
    CHECK_EQ(got->fields_len, want->fields_len);
    for (size_t i = 0; i < got->fields_len; i++) {
        CHECK(span_is(got->fields[i].name, want->fields[i].name));
        CHECK(span_is(got->fields[i].value, want->fields[i].value));
    }
}

static void check_request(const struct journal_request *want)
{
    CHECK_STR(x.request.delivery, want->delivery);
    CHECK_STR(x.request.tunnel, want->tunnel);
    CHECK_STR(x.request.peer, want->peer);
    CHECK_EQ(x.request.received_ms, want->received_ms);
    CHECK_EQ(x.request.arrived_ms, want->arrived_ms);
    CHECK_EQ(x.request.webhook, want->webhook);
    CHECK_EQ(x.request.body_truncated, want->body_truncated);
    CHECK_EQ(x.request.replay_of, 0);
    CHECK(span_is(x.request.body, want->body));
    check_head(x.request.head, want->head);
}

static void check_answer(const struct journal_answer *want)
{
    const struct journal_answer *got = &x.answer;

    CHECK(x.has_answer);
    CHECK_EQ(got->verdict, want->verdict);
    CHECK_STR(got->provider, want->provider);
    CHECK_STR(got->secret_label, want->secret_label);
    CHECK_STR(got->explanation, want->explanation);
    CHECK_STR(got->handler, want->handler);
    CHECK_STR(got->error, want->error);
    CHECK_EQ(got->status, want->status);
    CHECK_EQ(got->by, want->by);
    CHECK_EQ(got->answered_us, want->answered_us);
    CHECK_EQ(got->attempts, want->attempts);
    CHECK_EQ(got->is_unreachable, want->is_unreachable);
    CHECK_EQ(got->body_truncated, want->body_truncated);
    CHECK_EQ(got->stored_us, want->stored_us);
    CHECK_EQ(got->called_us, want->called_us);
    CHECK_EQ(got->handler_us, want->handler_us);
    CHECK_EQ(got->total_us, want->total_us);
    CHECK_EQ(!got->head, !want->head);
    CHECK(span_is(got->body, want->body));
    if (want->head)
        check_head(got->head, want->head);
}

static void round_trip(const struct journal_request *request, struct journal_answer *answer)
{
    struct journal_exchange *exchange = record(request, answer);

    write_entry(exchange, true);
    CHECK_EQ(har_exchange_read(bytes_span(&text), &x), OK);
    check_request(request);
    if (answer)
        check_answer(answer);
    else
        CHECK(!x.has_answer);
    har_exchange_fini(&x);
    journal_exchange_free(exchange);
    bytes_fini(&text);
}

static void test_usual(void)
{
    struct journal_request request =
        journal_rig_request(DELIVERY, journal_rig_body("01E", "é"));
    struct journal_answer answer = journal_rig_answer(0);

    answer.by = JOURNAL_BY_BOT;
    answer.answered_us = 12500;
    answer.attempts = 1;
    answer.called_us = 950;
    round_trip(&request, &answer);
}

static void test_without_an_answer(void)
{
    struct journal_request request = journal_rig_request(DELIVERY, "{}");

    round_trip(&request, NULL);
}

static void test_everything_else(void)
{
    struct journal_request request = journal_rig_request(DELIVERY, "");
    struct journal_answer answer = journal_rig_answer(0);

    request.webhook = false;
    request.body_truncated = true;
    request.peer = "";
    answer.verdict = VERDICT_INVALID;
    answer.explanation = "signed with \"another\" secret: \xe7\x8a\xb6\xe6\x85\x8b";
    answer.error = "the bot said nothing\nfor 30 s";
    answer.status = 502;
    answer.by = JOURNAL_BY_AGENT;
    answer.is_unreachable = true;
    answer.attempts = 7;
    answer.head = NULL;
    answer.body = (struct span){0};
    round_trip(&request, &answer);
}

/* Any byte in bodies and values, and fields twice. */
static void test_bytes(void)
{
    struct journal_request request = journal_rig_request(DELIVERY, "");
    struct journal_answer answer = journal_rig_answer(0);
    struct http_head head = *request.head, said = *answer.head;
    char all[256];

    for (unsigned i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    CHECK_EQ(http_head_add(&head, SPAN("X-Odd"), SPAN("\xff\x80 \"\\\t'")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-odd"), SPAN("")), OK);
    CHECK_EQ(http_head_add(&said, SPAN("x-!#$%&'*+.^_`|~"), SPAN("\xe3\x81\x82")), OK);
    request.head = &head;
    answer.head = &said;
    request.body = span_of(all, sizeof all);
    answer.body = span_of(all, sizeof all);
    round_trip(&request, &answer);
    for (unsigned i = 0; i < sizeof all; i++) {
        request.body = span_of(&all[i], 1);
        answer.body = SPAN("\0\"\\\xe2\x80\xa8</script>\x7f");
        round_trip(&request, &answer);
    }
}

static void test_largest_bodies(void)
{
    static char body[HAR_EXCHANGE_BODY_MAX];
    struct journal_request request = journal_rig_request(DELIVERY, "");
    struct journal_answer answer = journal_rig_answer(0);

    memset(body, 1, sizeof body); /* six characters each */
    request.body = answer.body = span_of(body, sizeof body);
    round_trip(&request, &answer);
}

/* --- what stays here --- */

static bool has(const char *what)
{
    struct span all = bytes_span(&text);

    return span_find_span(all, span_text(what)) < all.len;
}

static void test_secrets(void)
{
    struct journal_request request = journal_rig_request(DELIVERY, "{}");
    struct journal_answer answer = journal_rig_answer(0);
    struct http_head head = *request.head, said = *answer.head;

    CHECK_EQ(http_head_add(&head, SPAN("Authorization"), SPAN("Bearer s-1")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("cookie"), SPAN("a=s-2")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("X-Hub-Signature-256"), SPAN("sha256=s-3")), OK);
    CHECK_EQ(http_head_add(&said, SPAN("set-cookie"), SPAN("a=s-4")), OK);
    request.head = &head;
    answer.head = &said;
    struct journal_exchange *exchange = record(&request, &answer);
    write_entry(exchange, false);
    CHECK(has("[redacted]") && !has("s-1") && !has("s-2") && !has("s-3") && !has("s-4"));
    CHECK(!has("c2lnbmF0dXJl"));
    write_entry(exchange, true);
    CHECK(has("s-3") && has("c2lnbmF0dXJl") && !has("s-1") && !has("s-2") && !has("s-4"));
    journal_exchange_free(exchange);
    bytes_fini(&text);
}

/* --- from elsewhere --- */

static enum err read_text(const char *entry)
{
    CHECK_EQ(json_scan(span_text(entry), NULL), OK);
    har_exchange_fini(&x);
    return har_exchange_read(span_text(entry), &x);
}

#define STARTED  "\"startedDateTime\":\"2026-11-28T21:00:00.123+09:00\",\"time\":12.7,"
#define RESPONSE "\"response\":{\"status\":201,\"headers\":[],\"content\":{\"size\":0}}"
#define REQUEST(rest)                                                                          \
    "{" STARTED "\"request\":{\"method\":\"POST\",\"url\":\"https://a.example/x?y\"," rest     \
    "}," RESPONSE "}"

static void test_browser(void)
{
    CHECK_EQ(
        read_text("{\"_initiator\":{}," STARTED
                  "\"request\":{\"method\":\"PUT\",\"url\":\"https://a.example:8443/x?y#z\","
                  "\"headers\":[{\"name\":\":method\",\"value\":\"PUT\"},{\"name\":\"Host\","
                  "\"value\":\"b\"},{\"name\":\"a\",\"value\":\" 1 \"}],\"postData\":{"
                  "\"mimeType\":\"text/plain\",\"text\":\"\\u3042\\u0000\"}},\"response\":{"
                  "\"status\":404,\"headers\":[{\"name\":\"b\",\"value\":\"2\"}],\"content\":"
                  "{\"text\":\"/w==\",\"encoding\":\"base64\",\"size\":1}}}"),
        OK);
    CHECK(span_is(x.head.method, SPAN("PUT")));
    CHECK(span_is(x.head.authority, SPAN("a.example:8443")));
    CHECK(span_is(x.head.target, SPAN("/x?y")));
    CHECK_EQ(x.head.fields_len, 1);
    CHECK(span_is(http_head_value(&x.head, "a"), SPAN("1")));
    CHECK(span_is(x.request.body, SPAN("\xe3\x81\x82\0")));
    CHECK_EQ(x.request.received_ms, 1795867200123u);
    CHECK(!x.request.webhook && !x.request.body_truncated);
    CHECK_EQ(x.answer.status, 404);
    CHECK_EQ(x.answer.by, JOURNAL_BY_BOT);
    CHECK_EQ(x.answer.total_us, 12000);
    CHECK(span_is(x.answer.body, SPAN("\xff")));
    CHECK_EQ(x.answer.verdict, VERDICT_UNCHECKED);
    har_exchange_fini(&x);
}

static void check_body(const char *rest, const char *want, bool is_truncated)
{
    CHECK_EQ(read_text(rest), OK);
    CHECK(span_is(x.request.body, span_text(want)));
    CHECK_EQ(x.request.body_truncated, is_truncated);
}

static void test_bodies(void)
{
    check_body(REQUEST("\"headers\":[]"), "", false);
    check_body(REQUEST("\"headers\":[],\"bodySize\":5"), "", true);
    check_body(REQUEST("\"headers\":[],\"bodySize\":-1"), "", false);
    check_body(REQUEST("\"headers\":[],\"postData\":{\"text\":\"a\\nb\"}"), "a\nb", false);
    check_body(REQUEST("\"headers\":[],\"postData\":{\"text\":\"!\",\"encoding\":\"base64\"}"),
               "", true);
    check_body(REQUEST("\"headers\":[],\"postData\":{\"mimeType\":"
                       "\"application/x-www-form-urlencoded; charset=UTF-8\",\"params\":[{"
                       "\"name\":\"a b\",\"value\":\"\\u00e9&\"},{\"name\":\"c\"}]}"),
               "a+b=%C3%A9%26&c=", false);
    check_body(REQUEST("\"headers\":[],\"bodySize\":9,\"postData\":{\"mimeType\":"
                       "\"multipart/form-data\",\"params\":[{\"name\":\"a\"}]}"),
               "", true);
    har_exchange_fini(&x);
}

static void test_webhooks(void)
{
    CHECK_EQ(
        read_text(REQUEST("\"headers\":[{\"name\":\"X-Line-Signature\",\"value\":\"x\"}]")),
        OK);
    CHECK(x.request.webhook);
    CHECK_EQ(read_text(REQUEST("\"headers\":[],\"postData\":{\"text\":\" {\\\"destination\\\":"
                               "\\\"U\\\",\\\"events\\\":[]}\"}")),
             OK);
    CHECK(x.request.webhook);
    CHECK_EQ(
        read_text(REQUEST("\"headers\":[],\"postData\":{\"text\":\"{\\\"events\\\":[]}\"}")),
        OK);
    CHECK(!x.request.webhook);
    har_exchange_fini(&x);
}

/* The same entry is the same delivery, another one is not. */
static void test_deliveries(void)
{
    char first[ULID_LEN + 1];

    CHECK_EQ(read_text(REQUEST("\"headers\":[]")), OK);
    memcpy(first, x.delivery, sizeof first);
    CHECK(ulid_is_valid(span_text(first)));
    CHECK_EQ(read_text(REQUEST("\"headers\":[]")), OK);
    CHECK_STR(x.delivery, first);
    CHECK_EQ(read_text(REQUEST("\"headers\":[ ]")), OK);
    CHECK(strcmp(x.delivery, first) != 0);
    har_exchange_fini(&x);
}

static void test_no_answer(void)
{
    CHECK_EQ(read_text("{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"http://a/\","
                       "\"headers\":[]},\"response\":{\"status\":0,\"_error\":\"refused\"}}"),
             OK);
    CHECK(x.has_answer && !x.answer.head);
    CHECK_EQ(x.answer.status, 0);
    CHECK_EQ(x.answer.by, JOURNAL_BY_NOBODY);
    CHECK_STR(x.answer.error, "refused");
    har_exchange_fini(&x);
}

static void test_no_exchange(void)
{
    static const char *const none[] = {
        "1",
        "[]",
        "{}",
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/\",\"headers\":[]}}",
        "{" STARTED "\"request\":7}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"http://a/\"}}",
        "{" STARTED "\"request\":{\"method\":\"G T\",\"url\":\"http://a/\",\"headers\":[]}}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"ws://a/\",\"headers\":[]}}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"/a\",\"headers\":[]}}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"http://a b/\",\"headers\":[]}}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"http://u@a/\",\"headers\":[]}}",
        "{" STARTED "\"request\":{\"method\":\"GET\",\"url\":\"http://a/ b\",\"headers\":[]}}",
    };

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CHECK_EQ(read_text(none[i]), ERR_NOT_FOUND);
    har_exchange_fini(&x);
}

/* --- the file --- */

static void check_file(const char *file, const char *problem)
{
    struct har_reader reader;
    char detail[160] = "";

    CHECK(har_reader_open(&reader, span_text(file), detail) != OK);
    CHECK_STR(detail, problem);
}

static void test_files(void)
{
    struct har_reader reader;
    struct span entry;
    char detail[160] = "";

    CHECK_EQ(har_reader_open(&reader, SPAN("\xef\xbb\xbf {\"log\":{\"entries\":[1, {}]}}\n"),
                             detail),
             OK);
    CHECK(har_reader_next(&reader, &entry) && span_is(entry, SPAN("1")));
    CHECK(har_reader_next(&reader, &entry) && span_is(entry, SPAN("{}")));
    CHECK(!har_reader_next(&reader, &entry));
    check_file("[]", "no HAR: it is no JSON object");
    check_file("{}", "no HAR: there is no object `log`");
    check_file("{\"log\":{\"entries\":{}}}", "no HAR: `log` has no list `entries`");
    check_file("{\n\"log\":\n?}", "no JSON: a value is expected, at byte 9, in line 3");
}

static void test_memory_runs_out(void)
{
    struct journal_request request = journal_rig_request(DELIVERY, "\xff");
    struct journal_exchange *exchange = record(&request, NULL);
    bool is_untouched = false;

    write_entry(exchange, true);
    for (unsigned long n = 1; !is_untouched; n++) {
        mem_fail_at(n);
        enum err rc = har_exchange_read(bytes_span(&text), &x);
        is_untouched = mem_sweep_is_over(n);
        CHECK_EQ(rc, is_untouched ? OK : ERR_NOMEM);
        har_exchange_fini(&x);
    }
    journal_exchange_free(exchange);
    bytes_fini(&text);
}

CHECK_MAIN(TEST(test_usual), TEST(test_without_an_answer), TEST(test_everything_else),
           TEST(test_bytes), TEST(test_largest_bodies), TEST(test_secrets), TEST(test_browser),
           TEST(test_bodies), TEST(test_webhooks), TEST(test_deliveries), TEST(test_no_answer),
           TEST(test_no_exchange), TEST(test_files), TEST(test_memory_runs_out))
