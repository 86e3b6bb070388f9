/* Senders of all kinds, without a pause, while the relay behind PORT changes:
 *
 *     takeover_load PORT CA_FILE HOST NEW_CONNECTIONS_PER_S H2_STREAMS
 *
 * Each new connection asks once, and every fourth a second time after it was idle.  What
 * they ask, and how it is counted: load_ask.h.  An HTTP/2
 * client keeps its streams busy and opens a new connection when it hears GOAWAY.  SIGTERM
 * ends it, when what is under way has an answer; then it prints what it counted as a JSON
 * object. */
#include "base/container.h"
#include "base/mem.h"
#include "loop/signals.h"
#include "net/tls/tls_stream.h"
#include "unit/support/load_ask.h"
#include "unit/support/loopback.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IDLE_MS  700u
#define PAUSE_MS 100u
/* Connections at a time: on a machine that cannot keep the pace it becomes slower. */
#define CALLERS_MAX 100u

static struct loop *loop;
static struct tls_context *h1_context, *h2_context;
static unsigned port;
static bool is_ending;
static struct load_counts counts;
static uint64_t h1_connections, h2_connections, seconds;

/* --- HTTP/1: a connection for one request, or two --- */

struct caller {
    struct load_ask ask;
    struct stream *stream;       /* until it is open */
    struct h1_client_conn *conn; /* then; NULL once closed */
    struct deadline next;
    bool is_done;
};

static size_t callers;

static void on_nothing(void *owner)
{
    (void)owner;
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void free_caller(struct caller *c)
{
    callers--;
    deadline_clear(loop, &c->next);
    mem_free(c);
}

static void end_caller(struct caller *c)
{
    c->is_done = true;
    if (c->conn)
        h1_client_conn_close(c->conn);
    else if (c->stream)
        stream_close(c->stream);
    else
        free_caller(c);
}

static void on_next(struct deadline *d)
{
    struct caller *c = CONTAINER_OF(d, struct caller, next);

    seconds++;
    load_ask_begin(&c->ask, "HTTP/1 (second)");
    if (c->conn)
        load_ask_send(&c->ask, c->conn, NULL);
    else
        load_ask_end(&c->ask, ERR_EOF, "closed while it was idle, without a word");
}

/* A connection that was told to close is not to be used again. */
static void on_h1_done(struct load_ask *a, bool is_good)
{
    struct caller *c = CONTAINER_OF(a, struct caller, ask);
    bool is_first = strcmp(a->kind, "HTTP/1") == 0;
    bool again = is_good && is_first && !is_ending && a->number % 8 < 2 &&
                 h1_client_conn_is_usable(c->conn);

    if (!again || deadline_set(loop, &c->next, IDLE_MS, on_next) != OK)
        end_caller(c);
}

static void on_conn_closed(void *owner)
{
    struct caller *c = owner;

    c->conn = NULL;
    if (c->is_done)
        free_caller(c);
}

static const struct h1_client_conn_events conn_events = {on_nothing, on_conn_closed};

static void on_open(void *owner)
{
    struct caller *c = owner;

    if (h1_client_conn_open(loop, c->stream, &conn_events, c, &c->conn) != OK)
        abort();
    c->stream = NULL;
    load_ask_send(&c->ask, c->conn, NULL);
}

static void on_stream_end(void *owner, enum err why)
{
    struct caller *c = owner;

    load_ask_end(&c->ask, why, stream_detail(c->stream));
}

static void on_stream_closed(void *owner)
{
    free_caller(owner);
}

static const struct stream_events stream_events = {on_open, on_data, on_nothing, on_stream_end,
                                                   on_stream_closed};

static void call(void)
{
    struct caller *c = mem_alloc(sizeof *c);

    if (!c)
        abort();
    callers++;
    h1_connections++;
    c->ask.counts = &counts;
    c->ask.done = on_h1_done;
    c->stream = loopback_tls(loop, port, h1_context, counts.host);
    stream_own(c->stream, &stream_events, c);
    load_ask_begin(&c->ask, "HTTP/1");
}

/* --- HTTP/2: a connection for all --- */

struct talker {
    struct load_ask ask;
    struct deadline next;
};

static struct h2_conn *h2; /* for new requests */
static size_t talking;

static void open_h2(void);

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
    exchange_let_go(x);
}

/* `owner` is where the connection's address is, to be freed with it. */
static void on_goaway(void *owner, uint32_t code)
{
    struct h2_conn **c = owner;

    (void)code;
    if (*c == h2)
        open_h2();
    h2_conn_shutdown(*c);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct h2_conn **c = owner;

    (void)why;
    (void)detail;
    if (*c == h2)
        open_h2();
    h2_conn_close(*c);
}

static void on_h2_closed(void *owner)
{
    mem_free(owner);
}

static const struct h2_conn_events h2_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_h2_closed,
};

static void open_h2(void)
{
    static const struct h2_options options = {
        .role = H2_CLIENT,
        .streams_max = 100,
        .stream_window = 256u * 1024u,
        .connection_window = 1024u * 1024u,
        .send_max = 2 * EXCHANGE_HIGH_WATER,
    };
    struct h2_conn **c = mem_alloc(sizeof(struct h2_conn *));
    struct stream *s = loopback_tls(loop, port, h2_context, counts.host);

    h2_connections++;
    if (!c || h2_conn_open(loop, s, &options, &h2_events, c, c) != OK)
        abort();
    h2 = *c;
}

static void on_talk(struct deadline *d)
{
    struct talker *t = CONTAINER_OF(d, struct talker, next);

    load_ask_begin(&t->ask, "HTTP/2");
    load_ask_send(&t->ask, NULL, h2);
}

static void on_h2_done(struct load_ask *a, bool is_good)
{
    struct talker *t = CONTAINER_OF(a, struct talker, ask);

    (void)is_good;
    if (is_ending || deadline_set(loop, &t->next, PAUSE_MS, on_talk) != OK) {
        mem_free(t);
        if (--talking == 0)
            h2_conn_close(h2);
    }
}

static void talk(unsigned long streams)
{
    open_h2();
    for (unsigned long i = 0; i < streams; i++) {
        struct talker *t = mem_alloc(sizeof *t);

        if (!t)
            abort();
        t->ask.counts = &counts;
        t->ask.done = on_h2_done;
        talking++;
        on_talk(&t->next);
    }
}

/* --- the program --- */

struct pace {
    struct deadline tick;
    uint64_t began_ms, rate, begun;
    struct signals *signals;
};

static struct pace pace;

static void on_tick(struct deadline *d)
{
    uint64_t due = (loop_now_ms(loop) - pace.began_ms) * pace.rate / 1000;

    for (; !is_ending && pace.begun < due; pace.begun++)
        if (callers < CALLERS_MAX)
            call();
    if (!is_ending && deadline_set(loop, d, 5, on_tick) != OK)
        abort();
}

static void on_terminate(void *owner)
{
    (void)owner;
    is_ending = true;
    deadline_clear(loop, &pace.tick);
    signals_close(pace.signals);
}

static void print(void)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, (size_t)8 * 1024 * 1024);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_u64(&w, "h1_connections", h1_connections);
    json_writer_member_u64(&w, "h2_connections", h2_connections);
    json_writer_member_u64(&w, "second_requests", seconds);
    load_ask_report(&counts, &w);
    json_writer_object_end(&w);
    if (json_writer_end(&w) != OK)
        abort();
    (void)printf("%.*s\n", (int)bytes_len(&out), (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

static struct tls_context *make_context(const char *ca_file, const char *const *alpn)
{
    struct tls_client_options options = {.ca_file = ca_file, .alpn = alpn};
    struct tls_context *context;
    char detail[256];

    if (tls_context_new_client(&options, &context, detail) != OK) {
        (void)fprintf(stderr, "takeover_load: %s\n", detail);
        exit(EXIT_FAILURE);
    }
    return context;
}

int main(int argc, char **argv)
{
    static const char *const h1_alpn[] = {"http/1.1", NULL};
    static const char *const h2_alpn[] = {"h2", NULL};
    static const struct signals_events events = {.on_terminate = on_terminate};

    if (argc != 6 || loop_new(clock_system(), &loop) != OK)
        return EXIT_FAILURE;
    port = (unsigned)strtoul(argv[1], NULL, 10);
    counts.host = argv[3];
    counts.loop = loop;
    h1_context = make_context(argv[2], h1_alpn);
    h2_context = make_context(argv[2], h2_alpn);
    pace.rate = strtoul(argv[4], NULL, 10);
    pace.began_ms = loop_now_ms(loop);
    if (signals_open(loop, &events, NULL, &pace.signals) != OK)
        return EXIT_FAILURE;
    talk(strtoul(argv[5], NULL, 10));
    on_tick(&pace.tick);
    (void)printf("{\"type\":\"ready\"}\n");
    (void)fflush(stdout);
    loop_run(loop);
    tls_context_put(h1_context);
    tls_context_put(h2_context);
    loop_free(loop);
    print();
    return counts.failed > 0 || callers > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
