/* An exchange written as an entry of a HAR and read back: nothing is lost,
 * and secrets stay here. */
#include "relay-client/inspector/import/har_exchange.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "relay-client/inspector/export/har_entry.h"
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
           TEST(test_bytes), TEST(test_largest_bodies), TEST(test_secrets),
           TEST(test_memory_runs_out))
