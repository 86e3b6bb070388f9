/* The happy path:
 *   1. dial: name to TCP stream
 *   2. TLS on top of it, if there is to be any
 *   3. the request leaves in one piece; its answer is read to the end, its body is dropped
 *   4. what came of it is told from a task: the codec may be on the stack before
 * What can go wrong: any step fails, or time is up.  The result says how far it came. */
#include "relay-client/doctor/doctor_probe.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/h1/h1_codec.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/dial.h"
#include "net/tls/tls_stream.h"
#include "relay-client/handler/forward/forward_tap.h"

#include <stdio.h>

#define REQUEST_MAX ((size_t)16 * 1024)

struct doctor_probe {
    struct list_node node;
    struct loop *loop;       /* borrowed for ever */
    struct dial *dial;       /* owned in step 1 */
    struct stream *stream;   /* owned from step 2 on */
    struct tls_context *tls; /* counted; or NULL */
    struct h1_codec codec;
    struct forward_tap_heard heard;
    struct bytes request; /* what is to be sent */
    bool is_raw;
    bool is_over;
    uint64_t began_us, asked_us;
    struct deadline deadline;
    struct defer_task task;
    struct doctor_probe_result result;
    char host[254];
    void (*on_done)(void *owner, const struct doctor_probe_result *result);
    void *owner;
};

/* --- the end --- */

static void free_probe(struct doctor_probe *p)
{
    deadline_clear(p->loop, &p->deadline);
    defer_cancel(p->loop, &p->task);
    list_remove(&p->node);
    if (p->dial)
        dial_cancel(p->dial);
    if (p->stream)
        stream_let_go(p->stream);
    tls_context_put(p->tls);
    h1_codec_fini(&p->codec);
    bytes_fini(&p->request);
    mem_free(p);
}

static void report(struct defer_task *task)
{
    struct doctor_probe *p = CONTAINER_OF(task, struct doctor_probe, task);

    list_remove(&p->node); /* who cancels the others does not meet it any more */
    p->result.stream = p->stream;
    p->on_done(p->owner, &p->result);
    free_probe(p);
}

/* The first end counts. */
static void end(struct doctor_probe *p, enum err why, const char *detail)
{
    struct doctor_probe_result *r = &p->result;

    if (p->is_over)
        return;
    p->is_over = true;
    r->why = why;
    (void)text_escape(r->detail, sizeof r->detail, span_text(detail));
    if (why == OK)
        r->step = DOCTOR_PROBE_DONE;
    if (p->asked_us > 0)
        r->answer_us = clock_us(loop_clock(p->loop)) - p->asked_us;
    deadline_clear(p->loop, &p->deadline);
    defer_post(p->loop, &p->task, report);
}

static void on_late(struct deadline *d)
{
    struct doctor_probe *p = CONTAINER_OF(d, struct doctor_probe, deadline);

    end(p, ERR_TIMEOUT, "");
}

/* --- step 3 --- */

static void copy_field(char *out, size_t size, const struct http_head *head, const char *name)
{
    (void)text_escape(out, size, http_head_value(head, name));
}

static void on_head(void *owner, const struct http_head *head, bool end_of_message)
{
    struct doctor_probe *p = owner;

    (void)end_of_message;
    if (head->status < 200)
        return;
    p->result.status = head->status;
    copy_field(p->result.date, sizeof p->result.date, head, "date");
    copy_field(p->result.location, sizeof p->result.location, head, "location");
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_complete(void *owner)
{
    struct doctor_probe *p = owner;

    if (p->result.status >= 200)
        end(p, OK, "");
}

static const struct h1_events codec_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
};

static void ask(struct doctor_probe *p)
{
    p->result.step = DOCTOR_PROBE_ASKING;
    if (bytes_len(&p->request) == 0) {
        end(p, OK, "");
        return;
    }
    p->asked_us = clock_us(loop_clock(p->loop));
    enum err rc = stream_write(p->stream, bytes_peek(&p->request), bytes_len(&p->request));
    if (rc != OK)
        end(p, rc, stream_detail(p->stream));
}

static void take_raw(struct doctor_probe *p, const uint8_t *data, size_t len)
{
    struct doctor_probe_result *r = &p->result;
    size_t room = sizeof r->first - r->first_len;

    len = len < room ? len : room;
    memcpy(r->first + r->first_len, data, len);
    r->first_len += len;
    if (r->first_len == sizeof r->first)
        end(p, OK, "");
}

/* The codec would wait for the end of a line that may never come. */
static void listen(struct doctor_probe *p, const uint8_t *data, size_t len)
{
    struct forward_tap_heard *h = &p->heard;
    char first[4 * FORWARD_TAP_FIRST + 1], detail[sizeof first + 32];

    for (size_t i = 0; i < len && h->bytes + i < sizeof h->first; i++)
        h->first[h->bytes + i] = (char)data[i];
    h->bytes += len;
    if (!forward_tap_heard_no_http(h))
        return;
    p->result.is_tls = forward_tap_heard_tls(h);
    (void)text_escape(first, sizeof first, forward_tap_first(h));
    (void)snprintf(detail, sizeof detail, "it begins with \"%s\"", first);
    end(p, ERR_PROTOCOL, p->result.is_tls ? "it is TLS" : detail);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct doctor_probe *p = owner;
    size_t used;

    if (p->is_raw && !p->is_over)
        take_raw(p, data, len);
    else if (!p->is_over)
        listen(p, data, len);
    while (len > 0 && !p->is_over) {
        enum err rc = h1_codec_feed(&p->codec, data, len, &used);
        if (rc != OK) {
            end(p, rc == ERR_NOMEM ? rc : ERR_PROTOCOL, h1_codec_detail(&p->codec));
            return;
        }
        data += used;
        len -= used;
    }
}

/* --- step 2 --- */

static void on_open(void *owner)
{
    ask(owner);
}

static void on_end(void *owner, enum err why)
{
    struct doctor_probe *p = owner;

    if (p->is_over)
        return;
    if (p->is_raw && p->result.step == DOCTOR_PROBE_ASKING) {
        end(p, OK, ""); /* whatever came */
        return;
    }
    if (why == ERR_EOF && p->result.status > 0 && h1_codec_feed_eof(&p->codec) == OK &&
        p->is_over)
        return; /* an answer that the close completed */
    end(p, why, stream_detail(p->stream));
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

static void secure(struct doctor_probe *p, struct stream *tcp)
{
    p->result.step = DOCTOR_PROBE_SECURING;
    enum err rc = tls_stream_wrap(p->loop, tcp, p->tls, p->host, &p->stream);
    if (rc != OK) {
        stream_let_go(tcp);
        end(p, rc, "");
        return;
    }
    stream_own(p->stream, &stream_events, p);
}

/* --- step 1 --- */

static void on_connected(void *owner, struct stream *tcp)
{
    struct doctor_probe *p = owner;

    p->dial = NULL;
    if (p->is_over) { /* out of time in this very turn */
        stream_let_go(tcp);
        return;
    }
    p->result.connect_us = clock_us(loop_clock(p->loop)) - p->began_us;
    (void)snprintf(p->result.peer, sizeof p->result.peer, "%s", stream_peer(tcp));
    if (p->tls) {
        secure(p, tcp);
        return;
    }
    p->stream = tcp;
    stream_own(tcp, &stream_events, p);
    ask(p);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    struct doctor_probe *p = owner;

    p->dial = NULL;
    end(p, why, detail);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* --- life --- */

static enum err format(struct doctor_probe *p, const struct doctor_probe_options *o)
{
    if (!o->head)
        return bytes_append_span(&p->request, o->raw);
    enum err rc = h1_format_head(&p->request, o->head,
                                 h1_framing_for(o->head, o->body.len == 0, false), false);
    return rc == OK ? bytes_append_span(&p->request, o->body) : rc;
}

static enum err begin(struct doctor_probe *p, const struct doctor_probe_options *o)
{
    struct dial_options dial = {.host = o->host,
                                .port = o->port,
                                .timeout_ms = o->timeout_ms,
                                .address_ms = o->timeout_ms / 2};
    enum err rc = format(p, o);

    if (rc == OK && strlen(o->host) >= sizeof p->host)
        rc = ERR_CONFIG;
    if (rc != OK)
        return rc;
    (void)snprintf(p->host, sizeof p->host, "%s", o->host);
    rc = deadline_set(p->loop, &p->deadline, o->timeout_ms, on_late);
    return rc == OK ? dial_start(p->loop, &dial, &dial_events, p, &p->dial) : rc;
}

enum err doctor_probe_start(
    struct loop *l, struct list *list, const struct doctor_probe_options *options,
    void (*on_done)(void *owner, const struct doctor_probe_result *result), void *owner)
{
    struct doctor_probe *p = mem_alloc(sizeof *p);

    if (!p)
        return ERR_NOMEM;
    p->loop = l;
    p->on_done = on_done;
    p->owner = owner;
    p->is_raw = options->raw.len > 0;
    p->began_us = clock_us(loop_clock(l));
    p->tls = options->tls ? tls_context_get(options->tls) : NULL;
    h1_codec_init(&p->codec, H1_CLIENT, &codec_events, p);
    bytes_init(&p->request, REQUEST_MAX);
    enum err rc = begin(p, options);
    if (rc != OK)
        free_probe(p);
    else
        list_append(list, &p->node);
    return rc;
}

void doctor_probe_cancel_all(struct list *list)
{
    struct list_node *node;

    while ((node = list_first(list)))
        free_probe(CONTAINER_OF(node, struct doctor_probe, node));
}
