/* Sends the same HTTP/1.1 request at an even pace, whatever the answers do, and says how
 * long they took:
 *
 *     paced PORT CA REQUEST RATE SECONDS      CA: a PEM file, or - for plain TCP
 *
 * REQUEST is a file with head and body.  Prints median and 99th percentile in
 * microseconds, without the first second.  Generators that give each connection a clock
 * of its own send in bursts, which measures the burst. */
#include "loop/deadline.h"
#include "net/dial.h"
#include "net/tls/tls_context.h"
#include "net/tls/tls_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS 32u
#define REQUEST_MAX 65536u
#define ANSWER_MAX  4096u
#define SAMPLES_MAX 1000000u
#define TICK_US     1000u

struct connection {
    struct stream *stream;
    uint64_t sent_us; /* 0: free */
    size_t len;
    char answer[ANSWER_MAX + 1];
};

static struct loop *loop;
static struct tls_context *context; /* NULL: plain */
static struct connection connections[CONNECTIONS];
static unsigned opened;
static struct deadline tick;
static char request[REQUEST_MAX];
static size_t request_len;
static uint64_t rate, seconds, began_us, sent, answered;
static uint32_t samples[SAMPLES_MAX]; /* in the order of the answers */

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "paced: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void must(const char *what, enum err e)
{
    if (e)
        die(what, err_text(e));
}

static uint64_t now_us(void)
{
    return clock_us(clock_system());
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static _Noreturn void report(void)
{
    size_t skipped = (size_t)rate, len = (size_t)answered - skipped;

    qsort(samples + skipped, len, sizeof(samples[0]), compare);
    printf("%" PRIu32 " %" PRIu32 "\n", samples[skipped + len / 2],
           samples[skipped + len * 99 / 100]);
    exit(EXIT_SUCCESS);
}

/* In turn: one that is never used would be closed. */
static struct connection *find_free(void)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *c = &connections[(sent + i) % CONNECTIONS];

        if (c->sent_us == 0)
            return c;
    }
    return NULL;
}

/* One that had to wait for a connection counts from when it was due; up to the length of
 * a tick or two is our own clock's. */
static uint64_t begin_of(uint64_t number, uint64_t now)
{
    uint64_t due = began_us + number * 1000000 / rate;

    return now > due + 2 * TICK_US ? due : now;
}

static void on_tick(struct deadline *d)
{
    uint64_t now = now_us(), due = (now - began_us) * rate / 1000000 + 1;

    struct connection *c;

    for (; sent < due && sent < rate * seconds && (c = find_free()); sent++) {
        c->sent_us = begin_of(sent, now);
        must("send", stream_write(c->stream, request, request_len));
    }
    must("pace", deadline_set(loop, d, TICK_US / 1000, on_tick));
}

/* Is the whole answer here? */
static bool is_complete(const struct connection *c)
{
    const char *end = strstr(c->answer, "\r\n\r\n");
    const char *length = end ? strcasestr(c->answer, "\r\ncontent-length:") : NULL;

    if (!end)
        return false;
    size_t body = length ? strtoull(length + strlen("\r\ncontent-length:"), NULL, 10) : 0;
    return c->len >= (size_t)(end + 4 - c->answer) + body;
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct connection *c = owner;

    if (len > ANSWER_MAX - c->len)
        die("answer", "too long");
    memcpy(c->answer + c->len, data, len);
    c->len += len;
    c->answer[c->len] = '\0';
    if (!is_complete(c))
        return;
    if (strncmp(c->answer, "HTTP/1.1 200", 12) != 0)
        die("answer", c->answer);
    samples[answered++] = (uint32_t)(now_us() - c->sent_us);
    c->len = 0;
    c->sent_us = 0;
    if (answered == rate * seconds)
        report();
}

static void on_open(void *owner)
{
    (void)owner;
    if (++opened < CONNECTIONS)
        return;
    began_us = now_us();
    on_tick(&tick);
}

static void on_end(void *owner, enum err why)
{
    const struct connection *c = owner;
    const char *detail = stream_detail(c->stream);

    die("connection", *detail ? detail : err_text(why));
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_nothing,
    .on_end = on_end,
    .on_closed = on_nothing,
};

static void on_connected(void *owner, struct stream *stream)
{
    struct connection *c = owner;

    c->stream = stream;
    if (context)
        must("TLS", tls_stream_wrap(loop, stream, context, "localhost", &c->stream));
    stream_own(c->stream, &stream_events, c);
    if (!context)
        on_open(c);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    (void)owner;
    (void)why;
    die("connect", detail);
}

static void read_request(const char *name)
{
    FILE *file = fopen(name, "rb");

    if (!file)
        die(name, "cannot be read");
    request_len = fread(request, 1, sizeof(request), file);
    fclose(file);
}

int main(int argc, char **argv)
{
    static const struct dial_events events = {on_connected, on_failed};
    struct dial_options to = {.host = "127.0.0.1", .timeout_ms = 5000};
    struct dial *dial;
    char detail[256];

    if (argc != 6)
        die("usage", "paced PORT CA REQUEST RATE SECONDS");
    struct tls_client_options tls = {.ca_file = argv[2]};
    to.port = (unsigned)strtoul(argv[1], NULL, 10);
    read_request(argv[3]);
    rate = strtoull(argv[4], NULL, 10);
    seconds = strtoull(argv[5], NULL, 10);
    if (rate == 0 || seconds < 2 || rate > SAMPLES_MAX / seconds)
        die("RATE, SECONDS", "at least 1 and 2, at most a million answers");
    must("loop", loop_new(clock_system(), &loop));
    if (strcmp(argv[2], "-") != 0 && tls_context_new_client(&tls, &context, detail))
        die("TLS", detail);
    for (size_t i = 0; i < CONNECTIONS; i++)
        must("dial", dial_start(loop, &to, &events, &connections[i], &dial));
    loop_run(loop);
    return EXIT_FAILURE;
}
