#include "tests/unit/support/journal_sample.h"

#include "tests/unit/check.h"
#include "tests/unit/support/journal_rig.h"

static struct journal_rig rig;

#define NOW JOURNAL_RIG_NOW_MS

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

void journal_sample_store(void)
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

void journal_sample_check_first(const struct journal_row *row)
{
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
}
