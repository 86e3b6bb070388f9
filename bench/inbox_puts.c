/* How fast does the relay's inbox keep deliveries, and give them out again?
 *
 *     inbox_puts FILE [SECONDS]
 *
 * Puts deliveries of 500 bytes with the head that LINE sends, one at a time, then with 256
 * in flight, for SECONDS (3) each; then fetches and removes all of them, as a drain does.
 * Prints a line of JSON for each.  FILE must not exist; it is left there, empty. */
#include "relay-server/inbox/inbox.h"

#include "base/container.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FLIGHT_MAX  256u
#define SAMPLES_MAX 4000000u
#define BODY_LEN    500u
#define BATCH       32u

struct slot {
    struct inbox_ticket ticket;
    struct bench *bench;
    uint64_t begun_us;
};

struct bench {
    struct loop *loop;
    struct inbox *inbox;
    struct http_head head;
    char body[BODY_LEN];
    struct slot slots[FLIGHT_MAX];
    uint32_t *samples; /* microseconds until `stored` */
    size_t samples_len;
    uint64_t until_us;
    unsigned busy;
    struct inbox_fetch fetch;
    uint64_t drained;
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

static void make_delivery(struct bench *b)
{
    static const char *const fields[][2] = {
        {"content-type", "application/json; charset=utf-8"},
        {"user-agent", "LineBotWebhook/2.0"},
        {"x-line-signature", "0sM4iKHbVmGQ5mAP2eYAIh8ZBBxT3rYF3CLJCMTsWT8="},
        {"x-forwarded-for", "147.92.150.194"},
        {"x-forwarded-proto", "https"},
        {"x-forwarded-host", "mybot.relay.example.com"},
    };

    http_head_init_request(&b->head, SPAN("POST"), SPAN("/callback"));
    b->head.scheme = SPAN("https");
    b->head.authority = SPAN("mybot.relay.example.com");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        check(http_head_add(&b->head, span_text(fields[i][0]), span_text(fields[i][1])),
              "http_head_add");
    memset(b->body, 'x', sizeof(b->body));
}

/* ---- in ---- */

static void put(struct slot *slot)
{
    struct bench *b = slot->bench;
    struct inbox_delivery d = {
        .seq = inbox_next_seq(b->inbox),
        .tunnel = "mybot",
        .received_ms = clock_wall_ms(clock_system()),
        .head = &b->head,
        .body = span_of(b->body, sizeof(b->body)),
        .answered = 200,
    };

    (void)snprintf(d.id, sizeof(d.id), "01K%023" PRIu64, d.seq);
    slot->begun_us = now_us(CLOCK_MONOTONIC);
    check(inbox_put(b->inbox, &d, &slot->ticket), "inbox_put");
    b->busy++;
}

static void on_stored(struct inbox_ticket *t, enum err rc)
{
    struct slot *slot = CONTAINER_OF(t, struct slot, ticket);
    struct bench *b = slot->bench;
    uint64_t now = now_us(CLOCK_MONOTONIC);

    check(rc, inbox_detail(b->inbox));
    b->busy--;
    if (b->samples_len < SAMPLES_MAX)
        b->samples[b->samples_len++] = (uint32_t)(now - slot->begun_us);
    if (now < b->until_us)
        put(slot);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static double percentile_ms(const struct bench *b, double p)
{
    return (double)b->samples[(size_t)(p * (double)(b->samples_len - 1))] / 1000.0;
}

static void run_puts(struct bench *b, unsigned flight, uint64_t seconds)
{
    uint64_t begun = now_us(CLOCK_MONOTONIC), cpu = now_us(CLOCK_PROCESS_CPUTIME_ID);

    b->samples_len = 0;
    b->until_us = begun + seconds * 1000000u;
    for (unsigned i = 0; i < flight; i++) {
        b->slots[i] = (struct slot){.ticket = {on_stored}, .bench = b};
        put(&b->slots[i]);
    }
    while (b->busy > 0)
        loop_turn(b->loop, true);
    double took = (double)(now_us(CLOCK_MONOTONIC) - begun), len = (double)b->samples_len;
    cpu = now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    qsort(b->samples, b->samples_len, sizeof(b->samples[0]), compare);
    printf("{\"flight\":%u,\"per_second\":%.0f,\"cpu_us\":%.1f,\"p50_ms\":%.3f,"
           "\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           flight, len * 1e6 / took, (double)cpu / len, percentile_ms(b, 0.5),
           percentile_ms(b, 0.99), percentile_ms(b, 1));
}

/* ---- out ---- */

static void on_fetched(struct inbox_fetch *f, enum err rc, const struct inbox_record *records,
                       size_t len)
{
    struct bench *b = CONTAINER_OF(f, struct bench, fetch);

    check(rc, "inbox_fetch");
    b->is_over = len == 0;
    b->drained += len;
    for (size_t i = 0; i < len; i++) {
        f->after = records[i].delivery.seq;
        check(inbox_remove(b->inbox, f->after, true), "inbox_remove");
    }
    if (!b->is_over)
        check(inbox_fetch(b->inbox, f), "inbox_fetch");
}

static void on_closed(void *owner)
{
    ((struct bench *)owner)->inbox = NULL;
}

/* Until the last removal is on the disk. */
static void run_drain(struct bench *b)
{
    uint64_t begun = now_us(CLOCK_MONOTONIC);

    b->fetch = (struct inbox_fetch){.tunnel = "mybot",
                                    .records_max = BATCH,
                                    .bytes_max = 4u * 1024 * 1024,
                                    .fetched = on_fetched};
    check(inbox_fetch(b->inbox, &b->fetch), "inbox_fetch");
    while (!b->is_over)
        loop_turn(b->loop, true);
    inbox_close(b->inbox, on_closed, b);
    while (b->inbox)
        loop_turn(b->loop, true);
    double took = (double)(now_us(CLOCK_MONOTONIC) - begun);
    printf("{\"drained\":%" PRIu64 ",\"per_second\":%.0f}\n", b->drained,
           (double)b->drained * 1e6 / took);
}

int main(int argc, char **argv)
{
    static struct bench b;
    uint64_t seconds = 3;
    char detail[DETAIL_MAX];

    if (argc < 2 || (argc > 2 && !span_parse_u64(span_text(argv[2]), &seconds))) {
        (void)fprintf(stderr, "usage: inbox_puts FILE [SECONDS]\n");
        return 2;
    }
    const struct inbox_options options = {
        .path = argv[1], .tunnel_bytes = UINT64_MAX, .total_bytes = UINT64_MAX};
    b.samples = malloc(SAMPLES_MAX * sizeof(b.samples[0]));
    if (!b.samples)
        return EXIT_FAILURE;
    make_delivery(&b);
    check(loop_new(clock_system(), &b.loop), "loop_new");
    enum err rc = inbox_open(b.loop, &options, &b.inbox, detail);
    check(rc, detail);
    run_puts(&b, 1, seconds);
    run_puts(&b, FLIGHT_MAX, seconds);
    run_drain(&b);
    loop_run(b.loop);
    loop_free(b.loop);
    free(b.samples);
    return EXIT_SUCCESS;
}
