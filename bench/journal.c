/* How fast is the journal?
 *
 *     journal FILE [SECONDS [RATE [KEEP_MIB]]]
 *
 * Records webhooks with one event each, and their answers: some alone, then at RATE a
 * second (8000), then as fast as the disk takes them, for SECONDS (5) each.  Prints CPU
 * per webhook (this program's own part is on the loop), and how long `stored` took.
 * Then reads the file with the queries of `hookline list`.  FILE must not exist; it is
 * left there to be looked at. */
#include "relay-client/journal/journal.h"

#include "base/container.h"
#include "loop/deadline.h"
#include "relay-client/journal/journal_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IN_FLIGHT   2000u
#define SAMPLES_MAX 10000000u

struct slot {
    struct journal_ticket ticket;
    struct bench *bench;
    uint64_t submitted_us;
    bool is_busy;
};

struct bench {
    struct loop *loop;
    struct journal *journal;
    struct deadline tick;
    struct slot slots[IN_FLIGHT];
    uint32_t *samples; /* microseconds until `stored` */
    size_t samples_len;
    uint64_t numbers; /* of webhooks, over all phases */
    uint64_t rate;    /* 0: as fast as possible */
    uint64_t phase_numbers, begun_us, until_us;
    unsigned busy, refused;
    bool is_over;
};

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

/* ---- what is recorded: sizes as LINE sends them ---- */

static struct http_head request_head(void)
{
    struct http_head h;

    http_head_init_request(&h, SPAN("POST"), SPAN("/callback"));
    h.scheme = SPAN("https");
    h.authority = SPAN("mybot.relay.example.com");
    check(http_head_add(&h, SPAN("content-type"), SPAN("application/json; charset=utf-8")),
          "head");
    check(http_head_add(&h, SPAN("user-agent"), SPAN("LineBotWebhook/2.0")), "head");
    check(http_head_add(&h, SPAN("x-line-signature"),
                        SPAN("0sM4iKHbVmGQ5mAP2eYAIh8ZBBxT3rYF3CLJCMTsWT8=")),
          "head");
    check(http_head_add(&h, SPAN("x-forwarded-for"), SPAN("147.92.150.194")), "head");
    check(http_head_add(&h, SPAN("x-forwarded-proto"), SPAN("https")), "head");
    check(http_head_add(&h, SPAN("x-forwarded-host"), SPAN("mybot.relay.example.com")), "head");
    return h;
}

static size_t write_body(char *out, size_t size, uint64_t number)
{
    int len = snprintf(
        out, size,
        "{\"destination\":\"U0123456789abcdef0123456789abcdef\",\"events\":[{\"type\":"
        "\"message\","
        "\"message\":{\"type\":\"text\",\"id\":\"%018" PRIu64
        "\",\"quoteToken\":\"q3Plxr4AgKd\","
        "\"text\":\"\xe6\xb3\xa8\xe6\x96\x87\xe7\x95\xaa\xe5\x8f\xb7 %" PRIu64
        " \xe3\x81\xae\xe8\xbf\x94\xe5\x93\x81\"},\"webhookEventId\":\"01J%023" PRIu64 "\","
        "\"deliveryContext\":{\"isRedelivery\":false},\"timestamp\":1795894304000,"
        "\"source\":{\"type\":\"user\",\"userId\":\"U%032" PRIu64 "\"},"
        "\"replyToken\":\"%032" PRIu64 "\",\"mode\":\"active\"}]}",
        number, number, number, number % 1000, number);

    return len > 0 ? (size_t)len : 0;
}

static void answer(struct bench *b, uint64_t exchange)
{
    struct http_head head;

    http_head_init_response(&head, 200);
    check(http_head_add(&head, SPAN("content-type"), SPAN("text/plain; charset=utf-8")),
          "head");
    check(http_head_add(&head, SPAN("content-length"), SPAN("2")), "head");
    check(http_head_add(&head, SPAN("date"), SPAN("Sat, 21 Nov 2026 19:24:05 GMT")), "head");
    struct journal_answer a = {
        .exchange = exchange,
        .verdict = VERDICT_VALID,
        .provider = "line",
        .secret_label = "secret 1",
        .explanation = "",
        .handler = "http://127.0.0.1:8000/callback",
        .status = 200,
        .head = &head,
        .body = SPAN("OK"),
        .error = "",
        .stored_us = 900,
        .handler_us = 4000,
        .total_us = 5000,
    };
    if (journal_answer(b->journal, &a))
        b->refused++;
}

/* ---- writing ---- */

static void submit_due(struct bench *b);

static void on_stored(struct journal_ticket *t, enum err rc, uint64_t exchange)
{
    struct slot *slot = CONTAINER_OF(t, struct slot, ticket);
    struct bench *b = slot->bench;

    check(rc, journal_detail(b->journal));
    if (b->samples_len < SAMPLES_MAX)
        b->samples[b->samples_len++] = (uint32_t)(now_us(CLOCK_MONOTONIC) - slot->submitted_us);
    slot->is_busy = false;
    b->busy--;
    answer(b, exchange);
    if (b->rate == 0)
        submit_due(b);
}

static void submit(struct bench *b, struct slot *slot)
{
    static struct http_head head;
    char delivery[32], body[1024];
    uint64_t number = b->numbers++, wall_ms = clock_wall_ms(clock_system());

    if (head.method.len == 0)
        head = request_head();
    (void)snprintf(delivery, sizeof(delivery), "01K%023" PRIu64, number);
    struct journal_request r = {
        .delivery = delivery,
        .tunnel = "mybot",
        .received_ms = wall_ms,
        .arrived_ms = wall_ms,
        .peer = "147.92.150.194",
        .head = &head,
        .body = span_of(body, write_body(body, sizeof(body), number)),
        .webhook = true,
    };
    slot->ticket.stored = on_stored;
    slot->bench = b;
    slot->submitted_us = now_us(CLOCK_MONOTONIC);
    slot->is_busy = true;
    b->busy++;
    check(journal_record(b->journal, &r, &slot->ticket), "journal_record");
}

static struct slot *free_slot(struct bench *b)
{
    static size_t next;

    for (size_t i = 0; i < IN_FLIGHT; i++) {
        struct slot *slot = &b->slots[next++ % IN_FLIGHT];

        if (!slot->is_busy)
            return slot;
    }
    return NULL;
}

/* What the rate asks for by now. */
static uint64_t due(const struct bench *b, uint64_t now)
{
    return b->rate == 0 ? UINT64_MAX : (now - b->begun_us) * b->rate / 1000000u;
}

static void submit_due(struct bench *b)
{
    uint64_t now = now_us(CLOCK_MONOTONIC);
    struct slot *slot;

    b->is_over = now >= b->until_us;
    while (!b->is_over && b->phase_numbers < due(b, now) && b->busy < IN_FLIGHT &&
           (slot = free_slot(b))) {
        submit(b, slot);
        b->phase_numbers++;
    }
}

static void on_tick(struct deadline *d)
{
    struct bench *b = CONTAINER_OF(d, struct bench, tick);

    submit_due(b);
    if (!b->is_over)
        check(deadline_set(b->loop, d, 1, on_tick), "deadline_set");
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static double percentile_ms(const struct bench *b, double p)
{
    size_t at = (size_t)(p * (double)(b->samples_len - 1));

    return (double)b->samples[at] / 1000.0;
}

static void run_phase(struct bench *b, const char *name, uint64_t rate, uint64_t seconds)
{
    uint64_t cpu = now_us(CLOCK_PROCESS_CPUTIME_ID), ours = now_us(CLOCK_THREAD_CPUTIME_ID);

    b->rate = rate;
    b->phase_numbers = b->samples_len = 0;
    b->begun_us = now_us(CLOCK_MONOTONIC);
    b->until_us = b->begun_us + seconds * 1000000u;
    b->is_over = false;
    on_tick(&b->tick);
    while (!b->is_over || b->busy > 0)
        loop_turn(b->loop, true);
    cpu = now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    ours = now_us(CLOCK_THREAD_CPUTIME_ID) - ours;
    uint64_t took = now_us(CLOCK_MONOTONIC) - b->begun_us;
    if (b->samples_len == 0)
        return;
    qsort(b->samples, b->samples_len, sizeof(b->samples[0]), compare);
    double len = (double)b->samples_len;
    printf("%-8s %8.0f webhooks/s  CPU us each: %.1f writing, %.1f on the loop  "
           "stored ms: p50 %.2f p99 %.2f p99.9 %.2f max %.2f  (%u answers refused)\n",
           name, len * 1e6 / (double)took, (double)(cpu - ours) / len, (double)ours / len,
           percentile_ms(b, 0.5), percentile_ms(b, 0.99), percentile_ms(b, 0.999),
           percentile_ms(b, 1), b->refused);
}

static void on_closed(void *owner)
{
    struct bench *b = owner;

    b->journal = NULL;
}

static void write_phases(struct bench *b, const struct journal_options *o, uint64_t seconds,
                         uint64_t rate)
{
    char detail[512];

    check(loop_new(clock_system(), &b->loop), "loop_new");
    enum err rc = journal_open(b->loop, o, &b->journal, detail);
    check(rc, detail);
    run_phase(b, "alone", 50, 2); /* each one commits by itself */
    run_phase(b, "paced", rate, seconds);
    run_phase(b, "flat out", 0, seconds);
    uint64_t begun = now_us(CLOCK_MONOTONIC);
    journal_close(b->journal, on_closed, b);
    while (b->journal)
        loop_turn(b->loop, true);
    printf("closed in %.1f ms\n", (double)(now_us(CLOCK_MONOTONIC) - begun) / 1000.0);
    loop_run(b->loop);
    loop_free(b->loop);
}

/* ---- reading ---- */

static bool count_row(void *owner, const struct journal_row *row)
{
    (void)row;
    ++*(size_t *)owner;
    return true;
}

static void time_list(struct journal_reader *r, const char *name,
                      const struct journal_filter *f)
{
    double best = 1e9;
    size_t rows = 0;

    for (unsigned i = 0; i < 3; i++) {
        uint64_t begun = now_us(CLOCK_MONOTONIC);

        rows = 0;
        check(journal_reader_list(r, f, count_row, &rows), name);
        double took = (double)(now_us(CLOCK_MONOTONIC) - begun) / 1000.0;
        best = took < best ? took : best;
    }
    printf("  %-44s %8zu rows %9.2f ms\n", name, rows, best);
}

/* The newest hundred thousand, or all if there are fewer. */
static void read_lists(const char *path, uint64_t numbers)
{
    uint64_t after = numbers > 100000 ? numbers - 100000 : 0;
    struct journal_reader *r = NULL;
    char detail[512];
    enum err rc = journal_reader_open(path, &r, detail);
    const struct {
        const char *name;
        struct journal_filter filter;
    } lists[] = {
        {"newest 20", {.after = after}},
        {"all", {.after = after, .limit = 1000000}},
        {"by time, none", {.after = after, .until_ms = 1}},
        {"failed, none", {.after = after, .failed_only = true}},
        {"by status, none", {.after = after, .status_min = 500}},
        {"by user, newest 20", {.after = after, .user = "U00000000000000000000000000000007"}},
        {"by user, all",
         {.after = after, .user = "U00000000000000000000000000000007", .limit = 1000000}},
        {"by type, none", {.after = after, .event_type = "follow"}},
        {"text, newest 20", {.after = after, .text = "\xe8\xbf\x94\xe5\x93\x81"}},
        {"text, none", {.after = after, .text = "\xe8\xbf\x94\xe9\x87\x91"}},
    };

    check(rc, detail);
    printf("lists over %" PRIu64 " exchanges:\n", numbers - after);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        time_list(r, lists[i].name, &lists[i].filter);
    journal_reader_close(r);
}

static uint64_t argument(int argc, char **argv, int at, uint64_t otherwise)
{
    uint64_t value = otherwise;

    if (argc > at && !span_parse_u64(span_text(argv[at]), &value)) {
        (void)fprintf(stderr, "%s is not a number\n", argv[at]);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    uint64_t seconds = argument(argc, argv, 2, 5), rate = argument(argc, argv, 3, 8000);
    struct journal_options options = {.keep_bytes = argument(argc, argv, 4, 0) * 1024 * 1024};

    if (argc < 2) {
        (void)fprintf(stderr, "usage: journal FILE [SECONDS [RATE [KEEP_MIB]]]\n");
        return 2;
    }
    options.path = argv[1];
    bench.samples = malloc(SAMPLES_MAX * sizeof(bench.samples[0]));
    if (!bench.samples)
        return EXIT_FAILURE;
    write_phases(&bench, &options, seconds, rate);
    read_lists(argv[1], bench.numbers);
    free(bench.samples);
    return EXIT_SUCCESS;
}
