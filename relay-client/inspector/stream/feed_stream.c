/* 1. the head, and the event id to begin with
 * 2. events, as the hub has them
 * What can go wrong:
 *   - the page does not read: what waits for it is bounded, and it is told of what it missed
 *     when it does (the connection's own watch cuts it after 10 s)
 *   - the page goes, or memory is out: the stream ends, and the page comes back with the last
 *     id that it has got */
#include "relay-client/inspector/stream/feed_stream.h"

#include "base/mem.h"
#include "relay-client/inspector/inspector_impl.h"
#include "relay-client/inspector/inspector_reply.h"

#include <inttypes.h>
#include <stdio.h>

#define EVENT_MAX ((size_t)1024 * 1024)

void feed_stream_close(struct feed_stream *s)
{
    list_remove(&s->in_hub);
    s->hub->streams_len--;
    exchange_let_go(s->x);
    mem_free(s->filter);
    mem_free(s);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)why, (void)detail;
    feed_stream_close(owner);
}

static void on_drain(void *owner)
{
    struct feed_stream *s = owner;

    if (!s->is_stalled)
        return;
    s->is_stalled = false;
    feed_hub_wake(s->hub);
}

static const struct exchange_events events = {
    .on_drain = on_drain,
    .on_abort = on_abort,
};

static enum err send_head(struct exchange *x)
{
    struct http_head head;

    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("Content-Type"), SPAN("text/event-stream"));
    if (rc == OK)
        rc = inspector_reply_add_fields(&head, INSPECTOR_REPLY_DATA);
    return rc == OK ? exchange_send_head(x, &head, false) : rc;
}

enum err feed_stream_open(struct feed_hub *hub, struct exchange *x, const char *filter,
                          struct feed_stream **out)
{
    struct feed_stream *s = mem_alloc(sizeof *s);

    if (s)
        s->filter = mem_text(filter, strlen(filter));
    if (!s || !s->filter || send_head(x) != OK) {
        if (s)
            mem_free(s->filter);
        mem_free(s);
        exchange_let_go(x);
        return ERR_NOMEM;
    }
    s->hub = hub;
    s->x = x;
    list_append(&hub->streams, &s->in_hub);
    hub->streams_len++;
    exchange_own(x, &events, s);
    *out = s;
    return OK;
}

/* --- sending --- */

bool feed_stream_may_send(struct feed_stream *s)
{
    if (exchange_queued(s->x) > FEED_STREAM_QUEUE)
        s->is_stalled = true;
    return !s->is_stalled && !s->is_broken;
}

void feed_stream_send(struct feed_stream *s, struct span frames)
{
    if (frames.len == 0 || exchange_send_body(s->x, frames.ptr, frames.len) == OK)
        return;
    /* Not ended here, for the hub goes through its streams. */
    s->is_broken = true;
    feed_hub_wake(s->hub);
}

void feed_stream_event(struct feed_stream *s, const char *type, struct span json, bool has_id)
{
    struct bytes frame;
    enum err rc = OK;

    bytes_init(&frame, EVENT_MAX);
    if (has_id)
        rc = bytes_printf(&frame, "id: %s-%" PRIu64 "\n", s->hub->run, s->seq);
    if (rc == OK)
        rc = bytes_printf(&frame, "event: %s\ndata: ", type);
    if (rc == OK)
        rc = bytes_append_span(&frame, json);
    if (rc == OK)
        rc = bytes_append_text(&frame, "\n\n");
    if (rc == OK)
        feed_stream_send(s, bytes_span(&frame));
    else
        s->has_missed = true;
    bytes_fini(&frame);
}

void feed_stream_more(struct feed_stream *s, uint64_t n)
{
    char json[48];

    s->seq = s->hub->ring.head;
    if (s->has_missed) { /* also what is not in the list: everything is to be asked for */
        s->has_missed = false;
        feed_stream_event(s, "reset", SPAN("{}"), true);
        return;
    }
    snprintf(json, sizeof json, "{\"n\":%" PRIu64 "}", n);
    feed_stream_event(s, "more", span_text(json), true);
}
