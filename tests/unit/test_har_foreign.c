/* HAR files of browsers and other proxies, and what is none. */
#include "relay-client/inspector/import/har_exchange.h"

#include "codec/json/json_scan.h"
#include "relay-client/inspector/import/har_reader.h"
#include "unit/check.h"

static struct har_exchange x;

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

CHECK_MAIN(TEST(test_browser), TEST(test_bodies), TEST(test_webhooks), TEST(test_deliveries),
           TEST(test_no_answer), TEST(test_no_exchange), TEST(test_files))
