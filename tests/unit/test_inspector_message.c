/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "base/base64.h"
#include "base/mem.h"
#include "codec/json/json_text.h"
#include "relay-client/inspector/exchanges/exchange_message_json.h"
#include "tests/unit/support/reading_rig.h"

/* What was said, byte by byte. */

static struct reading_rig rig;

static void get(uint64_t id)
{
    reading_rig_exchange(&rig, id);
}

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

static void check_download(uint64_t id, const char *behind, struct span want)
{
    char target[80];

    (void)snprintf(target, sizeof(target), "/api/exchanges/%llu%s", (unsigned long long)id,
                   behind);
    CHECK_EQ(reading_rig_try(&rig, target), OK);
    CHECK_STR(rig.reply.code, NULL);
    CHECK_STR(rig.reply.type, "application/octet-stream");
    CHECK(rig.reply.file_name[0] != '\0');
    CHECK_EQ(bytes_len(&rig.reply.body), want.len);
    CHECK_MEM(bytes_peek(&rig.reply.body), want.ptr, want.len);
}

/* The string there says just this. */
static void check_string(const char *path, struct span want)
{
    struct span got = reading_rig_at(&rig, path);
    char *text = mem_alloc(got.len + 1);

    CHECK(json_text_is_string(got));
    CHECK_EQ(json_text_unescape(got, text), want.len);
    CHECK_MEM(text, want.ptr, want.len);
    mem_free(text);
}

static void check_base64(const char *path, struct span want)
{
    struct span got = reading_rig_at(&rig, path);
    uint8_t *bytes = mem_alloc(want.len + 1);
    size_t len = 0;

    CHECK_EQ(base64_parse(span_slice(got, 1, got.len - 1), bytes, want.len, &len), OK);
    CHECK_EQ(len, want.len);
    CHECK_MEM(bytes, want.ptr, want.len);
    mem_free(bytes);
}

/* `shown`: how many bytes of it stand in the detail. */
static void check_body(struct span body, const char *charset, size_t shown)
{
    struct journal_request r = journal_rig_request("d1", "");
    bool is_binary = strcmp(charset, "\"binary\"") == 0;

    reading_rig_begin(&rig);
    r.webhook = false;
    r.body = body;
    struct journal_answer a = journal_rig_answer(reading_rig_record(&rig, &r));
    a.body = body;
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    get(a.exchange);
    check("request.body.charset", charset);
    check("request.body.recorded_whole", "true");
    check("request.body.truncated", shown < body.len ? "true" : "false");
    check("bot_response.body.charset", charset);
    check("bot_response.body.href", "\"/api/exchanges/1/response/body\"");
    if (is_binary) {
        check("request.body.text", "null");
        check_base64("request.body.base64", span_slice(body, 0, shown));
    } else {
        check("request.body.base64", "null");
        check_string("request.body.text", span_slice(body, 0, shown));
        check_string("bot_response.body.text", span_slice(body, 0, shown));
    }
    check_download(1, "/request/body", body);
    check_download(1, "/response/body", body);
    reading_rig_end(&rig);
}

static void test_bodies(void)
{
    char controls[0x80];

    check_body(SPAN(""), "\"empty\"", 0);
    for (size_t i = 0; i < sizeof(controls); i++)
        controls[i] = (char)i; /* NUL, too */
    check_body(span_of(controls, sizeof(controls)), "\"utf-8\"", sizeof(controls));
    check_body(SPAN("</script>\xe2\x80\xae\xe2\x80\xa8 \\ud800"), "\"utf-8\"", 22);
    check_body(SPAN("\xff\xfe\x00"), "\"binary\"", 3);
    check_body(SPAN("\xed\xa0\x80"), "\"binary\"", 3); /* a surrogate */
    check_body(SPAN("a\x82\xa0"), "\"binary\"", 3);    /* Shift_JIS */
}

static void test_long_bodies(void)
{
    enum { mega = 1024 * 1024 };
    static char body[mega];
    const size_t max = EXCHANGE_MESSAGE_JSON_BODY;

    memset(body, 'x', mega);
    check_body(span_of(body, max), "\"utf-8\"", max);
    check_body(span_of(body, max + 1), "\"utf-8\"", max);
    check_body(span_of(body, mega), "\"utf-8\"", max);
    memcpy(body + max - 1, "\xe3\x81\x82", 3); /* over the border */
    check_body(span_of(body, mega), "\"utf-8\"", max - 1);
    memcpy(body + max - 3, "\xf0\x9f\xa4\xa8", 4);
    memset(body + max + 1, 'x', 1);
    check_body(span_of(body, mega), "\"utf-8\"", max - 3);
    body[mega - 1] = (char)0xff;
    check_body(span_of(body, mega), "\"binary\"", max);
}

static void test_truncated(void)
{
    reading_rig_begin(&rig);
    struct journal_request r = journal_rig_request("d1", "the first part");
    r.webhook = false;
    r.body_truncated = true;
    uint64_t id = reading_rig_record(&rig, &r);
    reading_rig_start(&rig);
    get(id);
    check("request.body.recorded_whole", "false");
    check("request.body.truncated", "false"); /* nothing more at href */
    check("flags[1]", "\"truncated\"");
    check_download(id, "/request/body", SPAN("the first part"));
    reading_rig_end(&rig);
}

static void test_message(void)
{
    reading_rig_begin(&rig);
    struct journal_request r = journal_rig_request("d1", "abc");
    struct http_head head = *r.head;
    CHECK_EQ(http_head_add(&head, SPAN("cookie"), SPAN("session=1")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("x-odd"), SPAN("a\xff\"b")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("transfer-encoding"), SPAN("chunked")), OK);
    r.head = &head;
    reading_rig_answer(&rig, reading_rig_record(&rig, &r));
    reading_rig_start(&rig);
    get(1);
    check("request.version", "\"HTTP/1.1\"");
    check("request.method", "\"POST\"");
    check("request.scheme", "\"https\"");
    check("request.authority", "\"mybot.relay.example.com\"");
    check("request.target", "\"/callback?from=line\"");
    check("request.headers[0]", "[\"content-type\",\"application/json\"]");
    check("request.headers[2]", "[\"cookie\",null]");
    check("request.headers[3]", "[\"x-odd\",\"a\xef\xbf\xbd\\\"b\"]");
    check("request.body",
          "{\"size\":3,\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a39617"
          "7a9cb410ff61f20015ad\",\"charset\":\"utf-8\",\"text\":\"abc\","
          "\"base64\":null,\"truncated\":false,\"recorded_whole\":true,"
          "\"href\":\"/api/exchanges/1/request/body\"}");
    check("bot_response.status", "200");
    check("bot_response.headers", "[[\"content-type\",\"text/plain\"]]");
    check_download(1, "/request/raw",
                   SPAN("POST /callback?from=line HTTP/1.1\r\n"
                        "host: mybot.relay.example.com\r\n"
                        "content-type: application/json\r\n"
                        "x-line-signature: c2lnbmF0dXJl\r\n"
                        "cookie: (hidden)\r\nx-odd: a\xff\"b\r\n"
                        "content-length: 3\r\n\r\nabc"));
    CHECK_STR(rig.reply.file_name, "hookline-1-request.http");
    check_download(1, "/response/raw",
                   SPAN("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
                        "content-length: 2\r\n\r\nok"));
    CHECK_STR(rig.reply.file_name, "hookline-1-response.http");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_bodies), TEST(test_long_bodies), TEST(test_truncated), TEST(test_message))
