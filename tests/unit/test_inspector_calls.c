/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "tests/unit/support/line_call_rig.h"
#include "tests/unit/support/mem_sweep.h"
#include "tests/unit/support/reading_rig.h"

/* The bot's calls to LINE's API: by themselves, with their exchange, and in conversations. */

static struct reading_rig rig;
static struct line_call_rig call;

#define BODY(user)                                                                             \
    "{\"events\":[{\"type\":\"message\",\"timestamp\":1795894300000,\"replyToken\":\"nHu\","   \
    "\"source\":{\"type\":\"user\",\"userId\":\"" user "\"},\"webhookEventId\":\"E\","         \
    "\"message\":{\"id\":\"1\",\"type\":\"text\",\"text\":\"hi\"}}]}"

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

static void record(void)
{
    line_call_rig_record(&rig.journal, &call);
}

/* ---- one call ---- */

static void test_call(void)
{
    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", BODY("Ua"));
    line_call_rig_init(&call, 1, "Ua");
    line_call_rig_field(&call, "authorization", "Bearer canary");
    record();
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/calls/1");
    CHECK_EQ(reading_rig_len(&rig, ""), 19);
    check("id", "\"1\"");
    check("exchange", "\"1\"");
    check("event_index", "0");
    check("tied_by", "\"token\"");
    check("at", "1795894305020");
    check("took_ms", "0.9");
    check("mode", "\"emulated\"");
    check("method", "\"POST\"");
    check("path", "\"/v2/bot/message/reply\"");
    check("host", "\"api.line.me\"");
    check("operation", "\"replyMessage\"");
    check("status", "200");
    check("problem", "null");
    check("explanation", "null");
    check("request_id", "\"0a1b2c3d-0000-4000-8000-000000000000\"");
    check("sdk", "\"@line/bot-sdk/10.6.0\"");
    check("sends", "true");
    check("request.headers[2]", "[\"authorization\",null]");
    check("request.body.href", "\"/api/calls/1/request/body\"");
    check("response.status", "200");
    check("response.body.size", "46");
    reading_rig_exchange(&rig, 1);
    CHECK_EQ(reading_rig_len(&rig, "calls"), 1);
    check("calls[0].id", "\"1\"");
    check("events[0].reply_token.state", "\"used\"");
    check("events[0].reply_token.used_at", "1795894305020");
    check("events[0].reply_token.call", "\"1\"");
    reading_rig_get(&rig, "/api/exchanges");
    check("items[0].calls", "{\"n\":1,\"worst\":\"good\"}");
    CHECK_EQ(reading_rig_try(&rig, "/api/calls/1/response/body"), OK);
    CHECK_STR(rig.reply.file_name, "hookline-call-1-response-body.bin");
    CHECK(span_starts(bytes_span(&rig.reply.body), SPAN("{\"sentMessages\"")));
    CHECK_EQ(reading_rig_try(&rig, "/api/calls/2"), ERR_NOT_FOUND);
    reading_rig_refused(&rig, "/api/calls/0", 400, "bad_request");
    reading_rig_end(&rig);
}

static void test_unreachable(void)
{
    reading_rig_begin(&rig);
    line_call_rig_init(&call, 0, NULL);
    call.call.answer = NULL;
    call.call.answer_body = SPAN("");
    call.call.mode = JOURNAL_CALL_FAILED;
    call.call.problem = "unreachable";
    call.call.explanation = "api.line.me did not answer";
    record();
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/calls/1");
    check("exchange", "null");
    check("event_index", "null");
    check("tied_by", "null");
    check("mode", "\"failed\"");
    check("status", "null");
    check("response", "null");
    check("problem", "\"unreachable\"");
    check("explanation", "\"api.line.me did not answer\"");
    reading_rig_refused(&rig, "/api/calls/1/response/body", 404, "not_found");
    reading_rig_end(&rig);
}

/* ---- what the exchange says ---- */

static void record_refusal(const char *problem, const char *answer)
{
    line_call_rig_init(&call, 1, "Ua");
    http_head_init_response(&call.answer, 400);
    call.call.problem = problem;
    call.call.answer_body = span_text(answer);
    record();
}

static void test_findings(void)
{
    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", BODY("Ua"));
    line_call_rig_init(&call, 1, "Ua");
    record();
    record_refusal("token_used", "{\"message\":\"Invalid reply token\"}");
    record_refusal("token_used", "{\"message\":\"Invalid reply token\"}");
    reading_rig_start(&rig);
    reading_rig_exchange(&rig, 1);
    check("worst_finding", "\"token_used\"");
    check("findings[0].code", "\"token_used\"");
    check("findings[0].severity", "\"bad\"");
    check("findings[0].params.call", "\"2\"");
    check("findings[0].params.count", "2");
    check("findings[0].params.operation", "\"replyMessage\"");
    check("findings[0].params.status", "400");
    check("findings[0].params.after_ms", "60");
    check("findings[0].fix.value", "\"push\"");
    reading_rig_get(&rig, "/api/exchanges");
    check("items[0].calls", "{\"n\":3,\"worst\":\"refused\"}");
    reading_rig_end(&rig);
}

/* ---- conversations ---- */

static void begin_conversation(void)
{
    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", BODY("Ua"));
    line_call_rig_init(&call, 1, "Ua");
    record();
    (void)reading_rig_store(&rig, "d2", BODY("Ua"));
    line_call_rig_init(&call, 0, "*");
    call.call.mode = JOURNAL_CALL_PASSED;
    record();
    record_refusal("refused",
                   "{\"message\":\"The request body has 2 error(s)\",\"details\":["
                   "{\"message\":\"May not be empty\",\"property\":\"messages[1].text\"},"
                   "{\"message\":\"?\",\"property\":\"to\"}]}");
    line_call_rig_init(&call, 0, "Ub");
    call.call.request_body = SPAN("{\"messages\":[{\"type\":\"sticker\"},{\"type\":\"text\","
                                  "\"text\":\"やあ\"}]}");
    http_head_init_response(&call.answer, 500);
    call.call.answer_body = SPAN("<html>");
    record();
    reading_rig_start(&rig);
}

static void test_items(void)
{
    begin_conversation();
    reading_rig_get(&rig, "/api/chats/Ua/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 5);
    check("items[0].id", "\"c2.3\"");
    check("items[0].kind", "\"call\"");
    check("items[0].state", "\"refused\"");
    check("items[0].event", "null");
    check("items[0].call.id", "\"3\"");
    check("items[0].user_id", "\"\"");
    CHECK_EQ(reading_rig_len(&rig, "items[0]"), 10);
    /* there is no second message: said of the first */
    check("items[0].messages[0].errors",
          "[{\"property\":\"messages[1].text\",\"message\":\"May not be empty\"},"
          "{\"property\":\"to\",\"message\":\"?\"}]");
    check("items[1].state", "\"sent\"");
    check("items[1].exchange", "null");
    check("items[2].id", "\"e256\"");
    check("items[3].id", "\"c1.1\"");
    check("items[3].state", "\"emulated\"");
    check("items[3].messages[0].message", "{\"type\":\"text\",\"text\":\"hello\"}");
    check("items[3].messages[0].id", "\"1\"");
    check("items[3].messages[0].quote_token", "\"q\"");
    check("items[3].messages[0].errors", "[]");
    check("items[4].id", "\"e128\"");
    check("items[4].event.reply_token.state", "\"used\"");
    reading_rig_get(&rig, "/api/chats/Ub/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 2); /* and what was said to everybody */
    check("items[0].state", "\"failed\"");
    CHECK_EQ(reading_rig_len(&rig, "items[0].messages"), 2);
    check("items[0].messages[0].id", "null");
    check("items[0].messages[0].errors", "[{\"property\":\"\",\"message\":\"\"}]");
    check("items[0].messages[1].errors", "[]");
    reading_rig_end(&rig);
}

/* Appends the ids of one page to `all`; `before` becomes the next page, "" behind the last. */
static void read_page(unsigned limit, char before[static 64], char all[static 160])
{
    char target[160], path[32];

    (void)snprintf(target, sizeof(target), "/api/chats/Ua/items?limit=%u%s%s", limit,
                   before[0] ? "&before=" : "", before);
    reading_rig_get(&rig, target);
    for (size_t i = 0; i < reading_rig_len(&rig, "items"); i++) {
        (void)snprintf(path, sizeof(path), "items[%zu].id", i);
        struct span id = reading_rig_at(&rig, path);
        (void)snprintf(all + strlen(all), 160 - strlen(all), "%.*s ", (int)id.len, id.ptr);
    }
    struct span next = reading_rig_at(&rig, "next");
    before[0] = '\0';
    if (!span_is(next, SPAN("null")))
        (void)snprintf(before, 64, "%.*s", (int)next.len - 2, next.ptr + 1);
}

/* However it is cut into pages, it is the same conversation. */
static void test_pages(void)
{
    begin_conversation();
    for (unsigned limit = 1; limit <= 6; limit++) {
        char all[160] = "", before[64] = "";

        do
            read_page(limit, before, all);
        while (before[0] != '\0');
        CHECK_STR(all, "\"c2.3\" \"c2.2\" \"e256\" \"c1.1\" \"e128\" ");
    }
    reading_rig_end(&rig);
}

static void test_list(void)
{
    const struct journal_person made = {.id = "Utest",
                                        .type = "user",
                                        .name = "太郎",
                                        .language = "ja",
                                        .source = JOURNAL_PERSON_USER,
                                        .is_test = true};
    const struct journal_person known = {
        .id = "Ua", .type = "user", .name = "Ann", .source = JOURNAL_PERSON_LINE};

    begin_conversation();
    line_call_rig_person(&rig.journal, &known);
    line_call_rig_person(&rig.journal, &made);
    reading_rig_get(&rig, "/api/chats");
    CHECK_EQ(reading_rig_len(&rig, "items"), 3);
    check("items[0].id", "\"Ua\"");
    check("items[0].count", "4"); /* without what was said to everybody */
    check("items[0].name", "\"Ann\"");
    check("items[0].name_from", "\"line\"");
    check("items[0].last", "{\"at\":1795894305020,\"type\":\"message\",\"sub\":\"text\","
                           "\"text\":\"hello\",\"out\":true}");
    check("items[1].id", "\"Ub\"");
    check("items[1].type", "\"user\"");
    check("items[1].last.text", "\"やあ\"");
    check("items[2].id", "\"Utest\"");
    check("items[2].count", "0");
    check("items[2].name", "\"太郎\"");
    check("items[2].lang", "\"ja\"");
    check("items[2].test", "true");
    check("items[2].name_from", "\"user\"");
    reading_rig_get(&rig, "/api/chats/Ua/items");
    check("items[2].user_name", "\"Ann\"");
    check("items[2].event.source.name", "\"Ann\"");
    reading_rig_get(&rig, "/api/exchanges");
    check("items[0].first.source.name", "\"Ann\"");
    reading_rig_end(&rig);
}

/* ---- hostile bodies ---- */

static void test_odd_bodies(void)
{
    static const char *const requests[] = {"",
                                           "{",
                                           "[]",
                                           "7",
                                           "{\"messages\":7}",
                                           "{\"messages\":[7,null,\"a\"]}",
                                           "{\"messages\":[{},{},{},{},{},{},{}]}",
                                           "{\"messages\":[{\"type\":{}}]}"};
    static const char *const answers[] = {
        "",
        "{",
        "[]",
        "{\"message\":7,\"details\":7}",
        ("{\"details\":[7,{},{\"property\":7},{\"property\":\"messages[99]\"},"
         "{\"property\":\"messages[-1]\"},{\"property\":\"messages[\"}]}"),
        "{\"sentMessages\":7}",
        "{\"sentMessages\":[7,{\"id\":7}]}"};

    reading_rig_begin(&rig);
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
        for (size_t k = 0; k < sizeof(answers) / sizeof(answers[0]); k++) {
            line_call_rig_init(&call, 0, "Ua");
            http_head_init_response(&call.answer, k % 2 ? 400 : 200);
            call.call.request_body = span_text(requests[i]);
            call.call.answer_body = span_text(answers[k]);
            record();
        }
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats/Ua/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 56);
    reading_rig_get(&rig, "/api/chats");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    reading_rig_end(&rig);
}

static void test_large_body(void)
{
    static char body[70 * 1024], quoted[70 * 1024 + 64];

    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", BODY("Ua"));
    memset(body, 'x', sizeof(body) - 1);
    (void)snprintf(quoted, sizeof(quoted),
                   "{\"messages\":[{\"type\":\"text\",\"text\":\"%s\"}]}", body);
    line_call_rig_init(&call, 1, "Ua");
    call.call.request_body = span_text(quoted);
    call.call.request_truncated = true;
    record();
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats/Ua/items");
    check("items[0].messages[0].message", "null");
    check("items[0].call.request.body.text", "\"\"");
    check("items[0].call.request.body.truncated", "true");
    check("items[0].call.request.body.recorded_whole", "false");
    reading_rig_get(&rig, "/api/calls/1");
    check("request.body.truncated", "false");
    reading_rig_end(&rig);
}

/* ---- memory ---- */

static void test_out_of_memory(void)
{
    static const char *const targets[] = {"/api/chats", "/api/chats/Ua/items", "/api/calls/1",
                                          "/api/exchanges/1"};

    begin_conversation();
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        enum err rc = ERR_NOMEM;
        unsigned long n = 0;

        for (bool is_over = false; !is_over;) {
            mem_fail_at(++n);
            rc = reading_rig_try(&rig, targets[i]);
            is_over = mem_sweep_is_over(n);
            CHECK(rc == OK || (rc == ERR_NOMEM && !is_over));
        }
        CHECK_EQ(rc, OK);
    }
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_call), TEST(test_unreachable), TEST(test_findings), TEST(test_items),
           TEST(test_pages), TEST(test_list), TEST(test_odd_bodies), TEST(test_large_body),
           TEST(test_out_of_memory))
