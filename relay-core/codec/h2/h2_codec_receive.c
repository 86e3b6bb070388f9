/* The happy path of a request (a response likewise):
 *  1. on_begin_headers makes the stream and begins a head.
 *  2. on_header adds each field to it; past a limit it only counts.
 *  3. on_frame with the end of the block delivers the head: on_head.
 *  4. on_data_chunk: on_body.  The frame that carries END_STREAM: on_complete.
 *  5. on_stream_close, when both messages are out or one side gave up.
 *
 * What can go wrong:
 *  - A head that nghttp2 finds malformed: it resets the stream, no event of ours.
 *  - A head beyond our limits: answered here (server), or reset (client).
 *  - A stream that was reset while its bytes were under way: they are dropped, and
 *    given back to the connection's window.
 *  - Memory is out: the connection is over. */
#include "codec/h2/h2_codec_receive.h"

#include "codec/h2/h2_codec_head.h"
#include "codec/h2/h2_codec_linger.h"
#include "codec/h2/h2_codec_streams.h"

#include <stdio.h>

static bool is_gone(const struct h2_stream *s)
{
    return !s || s->reset == H2_RESET_OURS || s->reset == H2_RESET_THEIRS;
}

/* --- heads --- */

static int begin_head(struct h2_codec *c, int32_t id, bool is_trailer)
{
    if (!c->head)
        c->head = h2_codec_head_new();
    if (!c->head)
        return h2_codec_fail_memory(c);
    h2_codec_head_begin(c->head, id, is_trailer);
    return 0;
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct h2_codec *c = user;
    struct h2_stream *s;

    (void)session;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
        s = h2_codec_streams_find(c, frame->hd.stream_id);
        return begin_head(c, frame->hd.stream_id, !s || s->in != H2_IN_HEAD);
    }
    s = h2_codec_streams_new(c);
    if (!s)
        return h2_codec_fail_memory(c);
    h2_codec_streams_add(c, s, frame->hd.stream_id);
    return begin_head(c, frame->hd.stream_id, false);
}

/* nghttp2 dictates the six parameters. */
static int on_header(nghttp2_session *session, const nghttp2_frame *frame, nghttp2_rcbuf *name,
                     nghttp2_rcbuf *value, uint8_t flags, void *user)
{
    struct h2_codec *c = user;

    (void)session, (void)flags;
    if (!c->head || c->head->stream != frame->hd.stream_id)
        return 0;
    if (!h2_codec_head_add(c->head, name, value))
        return h2_codec_fail(c, NGHTTP2_ENHANCE_YOUR_CALM, "a head of more than 1000 fields");
    return 0;
}

/* A name or value with bytes that no field may have: left to itself, nghttp2 drops
 * the field and goes on, but we reject and never repair. */
static int on_invalid_header(nghttp2_session *session, const nghttp2_frame *frame,
                             nghttp2_rcbuf *name, nghttp2_rcbuf *value, uint8_t flags,
                             void *user)
{
    (void)session, (void)frame, (void)name, (void)value, (void)flags, (void)user;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static void complete(struct h2_codec *c, int32_t id)
{
    struct h2_stream *s = h2_codec_streams_find(c, id);

    if (is_gone(s))
        return;
    s->in = H2_IN_DONE;
    if (s->is_told)
        c->events->on_complete(c->owner, id, s->user);
}

/* The answer to a request that the owner never sees. */
static int refuse(struct h2_codec *c, struct h2_stream *s, unsigned status)
{
    struct http_head answer;

    http_head_init_response(&answer, status);
    if (http_head_add(&answer, SPAN("content-length"), SPAN("0")) != OK ||
        (status == 405 && http_head_add(&answer, SPAN("allow"), SPAN("GET, HEAD, POST")) != OK))
        return h2_codec_fail_memory(c);
    s->in = H2_IN_BODY;
    if (h2_codec_respond(c, s->id, &answer, true) != OK)
        return h2_codec_fail_memory(c);
    h2_codec_reset(c, s->id, OK);
    return h2_codec_odd(c);
}

static int deliver_request(struct h2_codec *c, struct h2_stream *s, bool end)
{
    struct h2_codec_head *h = c->head;

    if (h2_codec_head_finish_request(h) != OK)
        return h2_codec_fail_memory(c);
    if (h->refusal)
        return refuse(c, s, h->refusal);
    s->in = H2_IN_BODY;
    s->is_told = true;
    c->events->on_head(c->owner, s->id, s->user, &h->head, end);
    return 0;
}

static int reject_response(struct h2_codec *c, struct h2_stream *s)
{
    h2_codec_reset(c, s->id, ERR_PROTOCOL);
    return h2_codec_odd(c);
}

static int deliver_response(struct h2_codec *c, struct h2_stream *s, bool end)
{
    struct h2_codec_head *h = c->head;

    h2_codec_head_finish_response(h);
    if (h->refusal)
        return reject_response(c, s);
    if (h->head.status >= 200)
        s->in = H2_IN_BODY;
    else if (++s->interims > H2_INTERIMS_MAX)
        return reject_response(c, s);
    c->events->on_head(c->owner, s->id, s->user, &h->head, end);
    return 0;
}

static int on_head_end(struct h2_codec *c, int32_t id, bool end)
{
    struct h2_stream *s = h2_codec_streams_find(c, id);
    int rc = 0;

    if (is_gone(s) || !c->head || c->head->stream != id)
        return 0;
    if (c->head->is_trailer)
        rc = c->head->refusal ? reject_response(c, s) : 0;
    else if (c->options.role == H2_SERVER)
        rc = deliver_request(c, s, end);
    else
        rc = deliver_response(c, s, end);
    c->head->stream = 0; /* done with it */
    if (end)
        complete(c, id);
    return rc;
}

void h2_codec_receive_rest(struct h2_codec *c)
{
    if (!c->head || c->head->stream != 0)
        return;
    h2_codec_head_free(c->head);
    c->head = NULL;
}

/* --- the other frames --- */

static void on_goaway(struct h2_codec *c, const nghttp2_goaway *frame)
{
    bool is_first = !c->has_goaway;

    c->has_goaway = c->is_draining = true;
    if (is_first)
        c->events->on_goaway(c->owner, frame->error_code);
}

static void on_ping_ack(struct h2_codec *c, const uint8_t *opaque)
{
    uint64_t value;

    memcpy(&value, opaque, sizeof value);
    c->events->on_ping_ack(c->owner, value);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct h2_codec *c = user;
    bool has_flag = frame->hd.flags & NGHTTP2_FLAG_END_STREAM; /* or ACK, the same bit */
    struct h2_stream *s;

    (void)session;
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
        return on_head_end(c, frame->hd.stream_id, has_flag);
    case NGHTTP2_DATA:
        if (has_flag)
            complete(c, frame->hd.stream_id);
        return 0;
    case NGHTTP2_RST_STREAM:
        s = h2_codec_streams_find(c, frame->hd.stream_id);
        if (!is_gone(s))
            s->reset = H2_RESET_THEIRS;
        return 0;
    case NGHTTP2_GOAWAY:
        on_goaway(c, &frame->goaway);
        return 0;
    case NGHTTP2_PING:
        if (has_flag)
            on_ping_ack(c, frame->ping.opaque_data);
        return 0;
    default:
        return 0;
    }
}

static int on_data_chunk(nghttp2_session *session, uint8_t flags, int32_t id,
                         const uint8_t *data, size_t len, void *user)
{
    struct h2_codec *c = user;
    struct h2_stream *s = h2_codec_streams_find(c, id);

    (void)session, (void)flags;
    if (s && s->reset == H2_RESET_AT_END)
        h2_codec_linger_dropped(s, len);
    if (is_gone(s) || !s->is_told)
        h2_codec_consumed(c, id, len);
    else
        c->events->on_body(c->owner, id, s->user, data, len);
    return 0;
}

/* --- ends --- */

static enum err why_closed(const struct h2_stream *s, uint32_t code)
{
    if (s->in == H2_IN_DONE && s->out == H2_OUT_DONE)
        return OK;
    if (s->reset == H2_RESET_OURS)
        return s->why;
    switch (code) {
    case NGHTTP2_NO_ERROR:
        return s->in == H2_IN_DONE ? OK : ERR_CANCELLED;
    case NGHTTP2_CANCEL:
        return ERR_CANCELLED;
    case NGHTTP2_REFUSED_STREAM:
        return ERR_BUSY;
    case NGHTTP2_ENHANCE_YOUR_CALM:
        return ERR_LIMIT;
    case NGHTTP2_INTERNAL_ERROR:
        return ERR_IO;
    default:
        return ERR_PROTOCOL;
    }
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    struct h2_codec *c = user;
    struct h2_stream *s = h2_codec_streams_take(c, id);

    (void)session;
    if (!s)
        return 0;
    enum err why = why_closed(s, code);
    if (why != OK && !c->failed)
        snprintf(c->detail, sizeof c->detail, "stream %d: reset %s: %s", (int)id,
                 s->reset == H2_RESET_THEIRS ? "by the peer" : "on this side",
                 nghttp2_http2_strerror(code));
    if (s->is_told)
        c->events->on_stream_closed(c->owner, id, s->user, why);
    h2_codec_streams_free(s);
    return 0;
}

void h2_codec_receive_install(nghttp2_session_callbacks *callbacks)
{
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(callbacks, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(callbacks, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
}
