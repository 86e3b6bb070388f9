/* How fast is the filter of the inspector?
 *
 *     filter FILE [EXCHANGES]
 *
 * Writes a journal of EXCHANGES (100000) webhooks as an agent does: texts in three languages,
 * images, stickers, postbacks, follows, 2,000 people, some groups; a bot that is sometimes
 * late or wrong.  Then asks for the first page (200) of what matches with its total, as the
 * inspector does: the median of RUNS, by the clock and of the processor.  If FILE is there
 * already it only asks. */
#include "relay-client/journal/query/journal_query.h"

#include "base/container.h"
#include "relay-client/journal/journal.h"
#include "relay-client/journal/query/query_suggest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define IN_FLIGHT 500u
#define RUNS      7u /* the fourth of them, sorted, is told */
#define PAGE      200u
#define BODY_SIZE 4096u

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

/* ---- what is recorded: the same in every run ---- */

static uint64_t seed = 88172645463325252u;

static unsigned draw(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % below);
}

static const char *const words[] = {
    "注文番号",   "返品",
    "キャンセル", "ありがとうございます",
    "配送",       "いつ届きますか",
    "スタッフ",   "予約",
    "明日",       "よろしくお願いします",
    "謝謝",       "訂單",
    "查詢",       "什麼時候",
    "hello",      "refund",
    "please",     "order",
    "when",       "delivery",
};

static size_t write_text(char *out, size_t size)
{
    size_t len = 0;

    for (unsigned i = 1 + draw(12); i > 0; i--)
        len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? " " : "",
                                words[draw(ARRAY_LEN(words))]);
    return len;
}

static void write_content(char *out, size_t size)
{
    char text[1024];
    unsigned kind = draw(100);

    if (kind < 70) {
        (void)write_text(text, sizeof(text));
        (void)snprintf(out, size,
                       "\"type\":\"message\",\"message\":{\"type\":\"text\",\"id\":\"%u\","
                       "\"quoteToken\":\"q3Plxr4AgKd%u\",\"text\":\"%s\"}",
                       draw(1000000000), draw(1000000000), text);
    } else if (kind < 84) {
        (void)snprintf(out, size,
                       "\"type\":\"message\",\"message\":{\"type\":\"%s\",\"id\":\"%u\"}",
                       kind < 77 ? "image" : "sticker", draw(1000000000));
    } else if (kind < 94) {
        (void)snprintf(out, size,
                       "\"type\":\"postback\",\"postback\":{\"data\":\"action=buy&item=%u\"}",
                       draw(100000));
    } else {
        (void)snprintf(out, size, "\"type\":\"%s\"", kind < 98 ? "follow" : "unfollow");
    }
}

static size_t write_event(char *out, size_t size, uint64_t number)
{
    char content[2048], source[160];
    unsigned user = draw(2000);

    write_content(content, sizeof(content));
    if (draw(20) > 0)
        (void)snprintf(source, sizeof(source), "\"type\":\"user\",\"userId\":\"U%032x\"", user);
    else
        (void)snprintf(source, sizeof(source),
                       "\"type\":\"group\",\"groupId\":\"C%032x\",\"userId\":\"U%032x\"",
                       user % 50, user);
    return (size_t)snprintf(out, size,
                            "{%s,\"webhookEventId\":\"01J%023" PRIu64 "\",\"deliveryContext\":"
                            "{\"isRedelivery\":false},\"timestamp\":1795894304000,\"source\":"
                            "{%s},\"replyToken\":\"%032" PRIu64 "\",\"mode\":\"active\"}",
                            content, number, source, number);
}

static size_t write_body(char *out, uint64_t number)
{
    size_t len = (size_t)snprintf(
        out, BODY_SIZE, "{\"destination\":\"U0123456789abcdef0123456789abcdef\",\"events\":[");
    unsigned events = draw(20) > 0 ? 1 : 2;

    for (unsigned i = 0; i < events; i++) {
        if (i > 0)
            out[len++] = ',';
        len += write_event(out + len, BODY_SIZE - len, number * 4 + i);
    }
    return len + (size_t)snprintf(out + len, BODY_SIZE - len, "]}");
}

static struct http_head request_head(void)
{
    struct http_head h;

    http_head_init_request(&h, SPAN("POST"), SPAN("/callback"));
    h.scheme = SPAN("https");
    h.authority = SPAN("mybot.relay.example.com");
    check(http_head_add(&h, SPAN("content-type"), SPAN("application/json; charset=utf-8")),
          "head");
    check(http_head_add(&h, SPAN("x-line-signature"),
                        SPAN("0sM4iKHbVmGQ5mAP2eYAIh8ZBBxT3rYF3CLJCMTsWT8=")),
          "head");
    return h;
}

/* ---- writing ---- */

struct writer {
    struct loop *loop;
    struct journal *journal;
    struct slot {
        struct journal_ticket ticket;
        struct writer *writer;
        bool is_busy;
    } slots[IN_FLIGHT];
    unsigned busy;
};

static void answer(struct writer *w, uint64_t exchange)
{
    struct http_head head;
    unsigned status = draw(30) > 0 ? 200 : 500;
    uint64_t took_us = draw(20) > 0 ? 2000 + draw(300000) : 1600000 + draw(900000);

    http_head_init_response(&head, status);
    const struct journal_answer a = {
        .exchange = exchange,
        .verdict = draw(200) > 0 ? VERDICT_VALID : VERDICT_INVALID,
        .provider = "line",
        .secret_label = "secret 1",
        .explanation = "",
        .cause = "",
        .handler = "http://127.0.0.1:8000/callback",
        .status = took_us < 1500000 ? status : 200,
        .by = took_us < 1500000 ? JOURNAL_BY_BOT : JOURNAL_BY_GUARD,
        .answered_us = took_us < 1500000 ? took_us : 1500000,
        .head = &head,
        .body = SPAN("OK"),
        .error = "",
        .stored_us = 900,
        .handler_us = took_us,
        .total_us = took_us + 100,
    };
    check(journal_answer(w->journal, &a), "journal_answer");
}

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct slot *slot = CONTAINER_OF(t, struct slot, ticket);

    check(rc, journal_detail(slot->writer->journal));
    slot->is_busy = false;
    slot->writer->busy--;
    answer(slot->writer, exchange);
}

static void submit(struct writer *w, struct slot *slot, uint64_t number, uint64_t wall_ms)
{
    const struct http_head head = request_head();
    char delivery[32], body[BODY_SIZE];

    (void)snprintf(delivery, sizeof(delivery), "01K%023" PRIu64, number);
    const struct journal_request r = {
        .delivery = delivery,
        .tunnel = "mybot",
        .received_ms = wall_ms,
        .arrived_ms = wall_ms,
        .peer = "147.92.150.194",
        .head = &head,
        .body = span_of(body, write_body(body, number)),
        .webhook = true,
    };
    slot->ticket.stored = on_stored;
    slot->writer = w;
    slot->is_busy = true;
    w->busy++;
    check(journal_record(w->journal, &r, &slot->ticket), "journal_record");
}

static void on_closed(void *owner)
{
    *(bool *)owner = true;
}

/* One a second, up to now. */
static void write_journal(const char *path, uint64_t exchanges)
{
    static struct writer w;
    const struct journal_options options = {.path = path};
    uint64_t wall_ms = clock_wall_ms(clock_system()), number = 0;
    bool is_closed = false;
    char detail[512];

    check(loop_new(clock_system(), &w.loop), "loop_new");
    enum err rc = journal_open(w.loop, &options, &w.journal, detail);
    check(rc, detail);
    while (number < exchanges || w.busy > 0) {
        for (size_t i = 0; i < IN_FLIGHT && number < exchanges; i++, number++)
            if (w.slots[i].is_busy)
                number--;
            else
                submit(&w, &w.slots[i], number, wall_ms - (exchanges - number) * 1000);
        loop_turn(w.loop, true);
    }
    journal_close(w.journal, on_closed, &is_closed);
    while (!is_closed)
        loop_turn(w.loop, true);
    loop_run(w.loop);
    loop_free(w.loop);
}

/* ---- asking ---- */

static bool count_row(void *owner, const struct journal_row *row)
{
    *(size_t *)owner += row->id > 0;
    return true;
}

struct stopwatch {
    uint64_t wall_us[RUNS], cpu_us[RUNS];
    uint64_t wall, cpu;
};

static void begin(struct stopwatch *w)
{
    w->wall = now_us(CLOCK_MONOTONIC);
    w->cpu = now_us(CLOCK_THREAD_CPUTIME_ID);
}

static void end(struct stopwatch *w, size_t run)
{
    w->cpu_us[run] = now_us(CLOCK_THREAD_CPUTIME_ID) - w->cpu;
    w->wall_us[run] = now_us(CLOCK_MONOTONIC) - w->wall;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void say(struct stopwatch *w, uint64_t number, const char *what, const char *text)
{
    qsort(w->wall_us, RUNS, sizeof(w->wall_us[0]), compare);
    qsort(w->cpu_us, RUNS, sizeof(w->cpu_us[0]), compare);
    printf("%8.1f ms %8.1f ms CPU %8" PRIu64 " %s  %s\n", (double)w->wall_us[3] / 1000.0,
           (double)w->cpu_us[3] / 1000.0, number, what, text);
}

static void ask(struct journal_reader *r, const char *what, const char *text)
{
    struct stopwatch watch;
    struct journal_query *q = NULL;
    struct journal_query_error error;
    uint64_t total = 0;

    for (size_t i = 0; i < RUNS; i++) {
        size_t rows = 0;

        begin(&watch);
        check(journal_query_parse(span_text(text), clock_wall_ms(clock_system()), &q, &error),
              text);
        const struct journal_page page = {.query = q, .limit = PAGE};
        check(journal_query_page(r, &page, count_row, &rows, &total), text);
        journal_query_free(q);
        end(&watch, i);
    }
    say(&watch, total, what, text);
}

static bool count_suggestion(void *owner, const struct query_suggestion *s)
{
    *(size_t *)owner += s->to >= s->from;
    return true;
}

static void suggest(struct journal_reader *r, const char *text)
{
    struct stopwatch watch;
    size_t len = 0;

    for (size_t i = 0; i < RUNS; i++) {
        len = 0;
        begin(&watch);
        check(query_suggest(r, span_text(text), strlen(text), count_suggestion, &len), text);
        end(&watch, i);
    }
    say(&watch, len, "suggest", text);
}

static const char *const lists[] = {
    "",
    "is:late",
    "status:5xx",
    "took:>1.5s",
    "type:message",
    "type:follow",
    "type:beacon",
    "type:image source:group -is:late",
    "user:U00000000000000000000000000000007",
    "user:0007",
    "since:1h",
    "until:1h",
    "path:/liff*",
    "id:5000",
    "token:expired",
    "type:message user:0007 sig:valid took:<100ms since:1d -status:5xx",
};
static const char *const texts[] = {
    "返品",
    "返金",
    "refund",
    "ＲＥＦＵＮＤ",
    "\"refund please\"",
    "-返品",
    "返品 OR refund OR 訂單",
    "text:返品",
    "text:返金",
    "data:action",
    "body:nothing-like-it",
    "body:返金",
    "body:isRedelivery",
    "header:user-agent=curl",
};
static const char *const suggestions[] = {"ty", "type:", "user:0", "path:"};

static void ask_all(const char *path)
{
    struct journal_reader *r = NULL;
    char detail[512];

    check(journal_reader_open(path, &r, detail), detail);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        ask(r, "list", lists[i]);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        ask(r, "text", texts[i]);
    for (size_t i = 0; i < ARRAY_LEN(suggestions); i++)
        suggest(r, suggestions[i]);
    journal_reader_close(r);
}

int main(int argc, char **argv)
{
    uint64_t exchanges = 100000;

    if (argc < 2 || (argc > 2 && !span_parse_u64(span_text(argv[2]), &exchanges))) {
        (void)fprintf(stderr, "usage: filter FILE [EXCHANGES]\n");
        return 2;
    }
    if (access(argv[1], F_OK) != 0)
        write_journal(argv[1], exchanges);
    ask_all(argv[1]);
    return EXIT_SUCCESS;
}
