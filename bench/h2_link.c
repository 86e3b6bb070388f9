/* What HTTP/2 on a link costs: two link sessions in one process over a pipe, so that
 * neither the kernel nor TLS takes part.  Prints requests per second, and processor
 * time per request for both sides together.
 *
 *     h2_link [seconds [concurrent [body]]]     default: 3 100 500
 */
#include "codec/http/http_head.h"
#include "link/link_handshake.h"
#include "link/link_session.h"
#include "net/pipe_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct call {
    struct exchange *x;
};

static struct loop *loop;
static struct link_session *relay, *agent;
static uint64_t started_us, done;
static uint64_t seconds = 3, concurrent = 100, body_len = 500;
static uint8_t body[1 << 20];
static unsigned closed;

static _Noreturn void die(const char *what, enum err why)
{
    fprintf(stderr, "h2_link: %s: %s\n", what, err_text(why));
    exit(EXIT_FAILURE);
}

static void must(const char *what, enum err e)
{
    if (e)
        die(what, e);
}

static uint64_t now_us(void)
{
    return clock_us(clock_system());
}

static void add(struct http_head *head, const char *name, const char *value)
{
    must("field", http_head_add(head, span_text(name), span_text(value)));
}

/* --- both ends of an exchange --- */

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner, (void)head, (void)end;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner, (void)data, (void)len;
}

static void on_drain(void *owner)
{
    (void)owner;
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)owner;
    die(detail, why);
}

/* --- the agent --- */

static void answer(void *owner)
{
    struct call *call = owner;
    struct http_head head;

    http_head_init_response(&head, LINK_STATUS_STORED);
    must("stored", exchange_send_head(call->x, &head, false));
    http_head_init_response(&head, 200);
    add(&head, "content-type", "text/plain");
    add(&head, "content-length", "2");
    must("head", exchange_send_head(call->x, &head, false));
    must("body", exchange_send_body(call->x, "OK", 2));
    must("end", exchange_send_end(call->x));
    exchange_close(call->x);
}

static void on_answered(void *owner)
{
    free(owner);
}

static const struct exchange_events agent_exchange = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = answer,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_answered,
};

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct call *call = malloc(sizeof *call);

    (void)owner, (void)head, (void)end;
    if (!call)
        die("agent", ERR_NOMEM);
    call->x = x;
    exchange_own(x, &agent_exchange, call);
}

/* --- the relay --- */

static void on_complete(void *owner)
{
    struct call *call = owner;

    done++;
    exchange_close(call->x);
}

static void ask(struct call *call);

static void finish(void)
{
    if (relay && agent) {
        link_session_close(relay);
        link_session_close(agent);
        relay = agent = NULL;
    }
}

static void on_asked(void *owner)
{
    if (now_us() - started_us < seconds * 1000000)
        ask(owner);
    else if (++closed == concurrent)
        finish();
}

static const struct exchange_events relay_exchange = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_asked,
};

static void ask(struct call *call)
{
    char delivery[27], signature[45];
    struct http_head head;

    snprintf(delivery, sizeof delivery, "01J%023" PRIu64, done);
    snprintf(signature, sizeof signature, "%043" PRIu64 "=", done * 2654435761u);
    http_head_init_request(&head, SPAN("POST"), SPAN("/callback"));
    head.authority = SPAN("mybot.relay.example.com");
    add(&head, "content-type", "application/json; charset=utf-8");
    add(&head, "user-agent", "LineBotWebhook/2.0");
    add(&head, "x-line-signature", signature);
    add(&head, "content-length", "500");
    add(&head, "x-forwarded-for", "147.92.150.194");
    add(&head, "x-forwarded-proto", "https");
    add(&head, "x-forwarded-host", "mybot.relay.example.com");
    add(&head, LINK_FIELD_DELIVERY, delivery);
    add(&head, LINK_FIELD_ATTEMPT, "1");
    add(&head, LINK_FIELD_RECEIVED, "1763754000123");
    head.fields[3].value.len = body_len == 500 ? 3 : 0;
    if (body_len != 500)
        http_head_remove(&head, "content-length");
    must("request",
         link_session_request(relay, &head, body_len == 0, &relay_exchange, call, &call->x));
    if (body_len == 0)
        return;
    must("body", exchange_send_body(call->x, body, body_len));
    must("end", exchange_send_end(call->x));
}

/* --- sessions --- */

static void on_goaway(void *owner, bool taken_over)
{
    (void)owner, (void)taken_over;
}

static void on_closed(void *owner)
{
    (void)owner;
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    (void)owner;
    if (relay)
        die(detail, why);
}

static const struct link_session_events events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

static double processor_seconds(void)
{
    struct rusage r;

    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static uint64_t argument(int argc, char **argv, int i, uint64_t otherwise)
{
    uint64_t value;

    return argc > i && span_parse_u64(span_text(argv[i]), &value) ? value : otherwise;
}

int main(int argc, char **argv)
{
    static struct call calls[LINK_STREAMS_MAX];
    struct stream *a, *b;

    seconds = argument(argc, argv, 1, seconds);
    concurrent = argument(argc, argv, 2, concurrent);
    body_len = argument(argc, argv, 3, body_len);
    if (concurrent < 1 || concurrent > LINK_STREAMS_MAX || body_len > sizeof body)
        die("at most 100 concurrent requests of at most 1 MiB", ERR_USAGE);
    must("loop", loop_new(clock_system(), &loop));
    must("pipe", pipe_stream_pair(loop, 16384, &a, &b));
    must("relay", link_session_open(loop, a, LINK_RELAY, &events, NULL, &relay));
    must("agent", link_session_open(loop, b, LINK_AGENT, &events, NULL, &agent));
    double before = processor_seconds();
    started_us = now_us();
    for (uint64_t i = 0; i < concurrent; i++)
        ask(&calls[i]);
    loop_run(loop);
    double wall = (double)(now_us() - started_us) / 1e6;
    double used = processor_seconds() - before;
    printf("%" PRIu64 " concurrent, %" PRIu64 " bytes: %.0f requests/s, %.2f us per request "
           "(both sides, with *stored*), %.1f MB/s\n",
           concurrent, body_len, (double)done / wall, used * 1e6 / (double)done,
           (double)(done * body_len) / 1e6 / wall);
    loop_free(loop);
    return EXIT_SUCCESS;
}
