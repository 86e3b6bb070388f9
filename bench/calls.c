/* How fast are calls of the bot to LINE's API recorded?
 *
 *     calls FILE [SECONDS [RATE]]
 *
 * A webhook every ten calls, each call a reply to it with its answer: at RATE a second (3000),
 * then as fast as the disk takes them, for SECONDS (5) each.  Prints CPU per call (loop and
 * worker thread together) and how many were refused; then how long the list of conversations,
 * one of them, and filters take.  FILE must not exist; it is left there to be looked at. */
#include "relay-client/journal/journal_call.h"

#include "loop/deadline.h"
#include "relay-client/journal/lookup/journal_calls.h"
#include "relay-client/journal/lookup/journal_chats.h"
#include "relay-client/journal/query/journal_query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PER_WEBHOOK 10u
#define USERS       2000u
#define TICK_MS     5u

static struct loop *loop;
static struct journal *journal;
static struct journal_ticket ticket; /* of the webhook that is under way */
static bool is_waiting;
static uint64_t exchange, number, refused;

static uint64_t now_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static void check(enum err rc, const char *what)
{
    if (rc == OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, err_text(rc));
    exit(EXIT_FAILURE);
}

/* ---- writing ---- */

static void add(struct http_head *h, const char *name, const char *value)
{
    check(http_head_add(h, span_text(name), span_text(value)), "http_head_add");
}

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t id)
{
    (void)t;
    check(rc, "journal_record");
    exchange = id;
    is_waiting = false;
}

static void record_webhook(void)
{
    struct http_head head;
    char delivery[32], body[512];

    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    add(&head, "content-type", "application/json");
    (void)snprintf(delivery, sizeof(delivery), "01K%023" PRIu64, number);
    int len = snprintf(body, sizeof(body),
                       "{\"destination\":\"U0\",\"events\":[{\"type\":\"message\",\"mode\":"
                       "\"active\",\"timestamp\":1795894304000,\"source\":{\"type\":\"user\","
                       "\"userId\":\"U%032x\"},\"webhookEventId\":\"01J%023" PRIu64
                       "\",\"replyToken\":\"%032" PRIu64 "\",\"message\":{\"id\":\"%" PRIu64
                       "\",\"type\":\"text\",\"text\":\"いつ届きますか\"}}]}",
                       (unsigned)(number % USERS), number, number, number);
    const struct journal_request r = {.delivery = delivery,
                                      .tunnel = "mybot",
                                      .received_ms = clock_wall_ms(clock_system()),
                                      .arrived_ms = clock_wall_ms(clock_system()),
                                      .peer = "",
                                      .head = &head,
                                      .body = span_of(body, (size_t)len),
                                      .webhook = true};
    ticket.stored = on_stored;
    is_waiting = true;
    check(journal_record(journal, &r, &ticket), "journal_record");
}

static void record_call(void)
{
    static const char text[] = "{\"replyToken\":\"nHuyWiB7yP5Zw52FIkcQobQuGDXCTA\",\"messages\""
                               ":[{\"type\":\"text\",\"text\":\"ご注文は明日お届けします\"}]}";
    static const char sent[] = "{\"sentMessages\":[{\"id\":\"461230966842064897\","
                               "\"quoteToken\":\"IStG5h1Tz7b-1nPr2c0kZkKQ8ZbUgV\"}]}";
    struct http_head request, answer;
    char user[40];
    const char *chats[] = {user};

    http_head_init_request(&request, SPAN("POST"), SPAN("/v2/bot/message/reply"));
    add(&request, "authorization", "Bearer 0123456789012345678901234567890123456789");
    add(&request, "content-type", "application/json");
    add(&request, "user-agent", "@line/bot-sdk/10.6.0");
    http_head_init_response(&answer, 200);
    add(&answer, "content-type", "application/json");
    (void)snprintf(user, sizeof(user), "U%032x", (unsigned)(number % USERS));
    const struct journal_call call = {.at_ms = clock_wall_ms(clock_system()),
                                      .took_us = 800,
                                      .tie = JOURNAL_CALL_BY_TOKEN,
                                      .exchange = exchange,
                                      .operation = "replyMessage",
                                      .host = "api.line.me",
                                      .request_id = "0a1b2c3d-0000-4000-8000-000000000000",
                                      .problem = "",
                                      .explanation = "",
                                      .chats = chats,
                                      .chats_len = 1,
                                      .request = &request,
                                      .answer = &answer,
                                      .request_body = span_text(text),
                                      .answer_body = span_text(sent),
                                      .is_sending = true};
    enum err rc = journal_call_record(journal, &call);

    if (rc == ERR_BUSY)
        refused++;
    else
        check(rc, "journal_call_record");
    if (++number % PER_WEBHOOK == 0 && !is_waiting)
        record_webhook();
}

static void on_tick(struct deadline *d)
{
    (void)d;
}

/* `rate` 0: as fast as they are taken. */
static void write_for(uint64_t seconds, uint64_t rate)
{
    struct deadline tick = {0};
    uint64_t begun_us = now_us(CLOCK_MONOTONIC), cpu_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t first = number, all_refused = refused;

    for (;;) {
        uint64_t spent_us = now_us(CLOCK_MONOTONIC) - begun_us;
        uint64_t due = rate > 0 ? first + spent_us * rate / 1000000 : number + 256;

        if (spent_us >= seconds * 1000000)
            break;
        for (uint64_t before = refused; number < due && refused == before;)
            record_call();
        if (rate > 0)
            check(deadline_set(loop, &tick, TICK_MS, on_tick), "deadline_set");
        loop_turn(loop, true);
    }
    deadline_clear(loop, &tick);
    cpu_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_us;
    all_refused = refused - all_refused;
    uint64_t count = number - first - all_refused;
    printf("%8" PRIu64 " calls/s  %6.1f us CPU each  %" PRIu64 " refused\n", count / seconds,
           (double)cpu_us / (double)count, all_refused);
}

/* ---- reading ---- */

static bool count_chat(void *owner, const struct journal_chat *chat)
{
    *(size_t *)owner += chat->count > 0;
    return true;
}

static bool count_call(void *owner, const struct journal_call_whole *call)
{
    *(size_t *)owner += call->row.id > 0;
    return true;
}

static void ask(struct journal_reader *r, const char *text)
{
    struct journal_query_error error;
    struct journal_query *q;
    uint64_t us = now_us(CLOCK_THREAD_CPUTIME_ID), total = 0;

    check(journal_query_parse(span_text(text), clock_wall_ms(clock_system()), &q, &error),
          text);
    check(journal_query_count(r, q, &total), text);
    journal_query_free(q);
    printf("%8.1f ms CPU %s (%" PRIu64 ")\n",
           (double)(now_us(CLOCK_THREAD_CPUTIME_ID) - us) / 1000.0, text, total);
}

static void read_all(const char *path)
{
    const struct journal_calls_page page = {.chat = SPAN("U00000000000000000000000000000001"),
                                            .max = 100};
    struct journal_reader *r;
    char detail[512];
    size_t chats = 0, calls = 0;

    check(journal_reader_open(path, &r, detail), detail);
    uint64_t us = now_us(CLOCK_THREAD_CPUTIME_ID);
    check(journal_chats_list(r, 500, count_chat, &chats), "journal_chats_list");
    printf("%8.1f ms CPU list of conversations (%zu)\n",
           (double)(now_us(CLOCK_THREAD_CPUTIME_ID) - us) / 1000.0, chats);
    us = now_us(CLOCK_THREAD_CPUTIME_ID);
    check(journal_calls_in_chat(r, &page, count_call, &calls), "journal_calls_in_chat");
    printf("%8.1f ms CPU last calls in one (%zu)\n",
           (double)(now_us(CLOCK_THREAD_CPUTIME_ID) - us) / 1000.0, calls);
    ask(r, "api:reply");
    ask(r, "api:push");
    ask(r, "api-status:5xx");
    ask(r, "has:reply");
    ask(r, "token:used");
    journal_reader_close(r);
}

static void on_closed(void *owner)
{
    *(bool *)owner = true;
}

int main(int argc, char **argv)
{
    uint64_t seconds = argc > 2 ? strtoull(argv[2], NULL, 10) : 5;
    uint64_t rate = argc > 3 ? strtoull(argv[3], NULL, 10) : 3000;
    bool is_closed = false;
    char detail[512];

    if (argc < 2) {
        (void)fprintf(stderr, "calls FILE [SECONDS [RATE]]\n");
        return EXIT_FAILURE;
    }
    const struct journal_options options = {.path = argv[1]};
    check(loop_new(clock_system(), &loop), "loop_new");
    enum err rc = journal_open(loop, &options, &journal, detail);
    check(rc, detail);
    record_webhook();
    while (is_waiting)
        loop_turn(loop, true);
    write_for(seconds, rate);
    write_for(seconds, 0);
    journal_close(journal, on_closed, &is_closed);
    while (!is_closed)
        loop_turn(loop, true);
    loop_run(loop);
    loop_free(loop);
    read_all(argv[1]);
    return EXIT_SUCCESS;
}
