/* The happy path:
 *  1. h2_codec_send_body appends to the stream's queue and wakes nghttp2 if it had
 *     found the queue empty.
 *  2. h2_codec_produce lets nghttp2 choose the next frame: it asks (on_read) how
 *     much the stream has, within frame size and windows.
 *  3. nghttp2 hands over the frame header (on_send_data); the payload goes from the
 *     queue straight into the output behind it.
 *  4. With the last bytes of an ended message END_STREAM leaves in the same frame.
 *
 * What can go wrong:
 *  - It is another stream's turn: nghttp2 puts it aside (h2_codec_turns.c).
 *  - The queue is empty but not ended: nghttp2 puts the stream aside.
 *  - The peer's window is shut: nghttp2 puts the stream aside until an update; if
 *    none comes for 10 s the stream is reset.
 *  - Memory is out while a frame is written: the connection is over. */
#include "codec/h2/h2_codec_send.h"

#include "codec/h2/h2_codec_linger.h"
#include "codec/h2/h2_codec_streams.h"
#include "codec/h2/h2_codec_turns.h"

#include <stdio.h>

#define FRAME_HEADER_LEN 9u

/* nghttp2 dictates the seven parameters. NOLINTNEXTLINE(readability-function-size) */
static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *buf, size_t len,
                       uint32_t *flags, nghttp2_data_source *source, void *user)
{
    struct h2_stream *s = source->ptr;
    size_t waiting = bytes_len(&s->body);
    bool is_ending = s->out == H2_OUT_ENDING;

    (void)session, (void)id, (void)buf, (void)user;
    if (waiting == 0 && !is_ending) {
        s->is_deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    if (h2_codec_turns_step_aside(s))
        return NGHTTP2_ERR_DEFERRED;
    if (is_ending && waiting <= len)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return (ssize_t)(waiting < len ? waiting : len);
}

static enum err write_frame(struct h2_codec *c, const uint8_t *header,
                            const struct h2_stream *s, size_t len)
{
    uint8_t *room;
    enum err e = bytes_reserve(c->out, FRAME_HEADER_LEN + len, &room);

    if (e)
        return e;
    memcpy(room, header, FRAME_HEADER_LEN);
    memcpy(room + FRAME_HEADER_LEN, bytes_peek(&s->body), len);
    bytes_added(c->out, FRAME_HEADER_LEN + len);
    return OK;
}

static int on_send_data(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *header,
                        size_t len, nghttp2_data_source *source, void *user)
{
    struct h2_codec *c = user;
    struct h2_stream *s = source->ptr;

    (void)session, (void)frame;
    if (write_frame(c, header, s, len) != OK)
        return h2_codec_fail_memory(c);
    h2_codec_frames_sent(&c->frames, len);
    h2_codec_turns_sent(s, len);
    s->moved_ms = c->frames.now_ms;
    bytes_consume(&s->body, len);
    if (len > 0 && bytes_len(&s->body) == 0 && s->out == H2_OUT_BODY)
        c->events->on_drain(c->owner, s->id, s->user);
    return bytes_len(c->out) >= c->until ? NGHTTP2_ERR_PAUSE : 0;
}

/* Our message is out. */
static int on_end_sent(struct h2_codec *c, int32_t id)
{
    struct h2_stream *s = h2_codec_streams_find(c, id);

    if (!s)
        return 0;
    s->out = H2_OUT_DONE;
    if (s->reset == H2_RESET_AT_END)
        h2_codec_linger_answered(s);
    return 0;
}

/* nghttp2 resets streams on its own when the peer breaks a rule.  A peer that
 * makes it do so again and again wants just that (CVE-2025-8671).  Once too often:
 * the GOAWAY that this queues must still get out, so nghttp2 is not stopped. */
static int on_reset_sent(struct h2_codec *c, int32_t id)
{
    const struct h2_stream *s = h2_codec_streams_find(c, id);

    if (!s || s->reset != H2_RESET_OURS)
        (void)h2_codec_odd(c);
    return 0;
}

static int on_goaway_sent(struct h2_codec *c, const nghttp2_goaway *frame)
{
    if (frame->error_code == NGHTTP2_NO_ERROR || frame->error_code == H2_TAKEOVER)
        return 0; /* the streams go on */
    c->has_left = true;
    if (c->failed)
        return 0;
    c->failed = c->memory.has_failed ? ERR_NOMEM : ERR_PROTOCOL;
    snprintf(c->detail, sizeof c->detail, "%s: %.*s", nghttp2_http2_strerror(frame->error_code),
             (int)frame->opaque_data_len,
             frame->opaque_data_len > 0 ? (const char *)frame->opaque_data : "");
    return 0;
}

static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct h2_codec *c = user;

    (void)session;
    switch (frame->hd.type) {
    case NGHTTP2_DATA:
    case NGHTTP2_HEADERS:
        return frame->hd.flags & NGHTTP2_FLAG_END_STREAM ? on_end_sent(c, frame->hd.stream_id)
                                                         : 0;
    case NGHTTP2_RST_STREAM:
        return on_reset_sent(c, frame->hd.stream_id);
    case NGHTTP2_GOAWAY:
        return on_goaway_sent(c, &frame->goaway);
    default:
        return 0;
    }
}

void h2_codec_send_install(nghttp2_session_callbacks *callbacks)
{
    nghttp2_session_callbacks_set_send_data_callback(callbacks, on_send_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
}

nghttp2_data_provider h2_codec_send_source(struct h2_stream *s)
{
    return (nghttp2_data_provider){.source.ptr = s, .read_callback = on_read};
}

/* A stream that nghttp2 could not put back among the others would hang for ever. */
static enum err wake(struct h2_stream *s)
{
    if (!s->is_deferred)
        return OK;
    if (nghttp2_session_resume_data(s->codec->session, s->id) == NGHTTP2_ERR_NOMEM) {
        h2_codec_fail_memory(s->codec);
        return ERR_NOMEM;
    }
    s->is_deferred = false;
    return OK;
}

static struct h2_stream *find_sendable(const struct h2_codec *c, int32_t id)
{
    struct h2_stream *s = h2_codec_streams_find(c, id);
    bool is_over = c->failed || !s || s->reset == H2_RESET_OURS || s->reset == H2_RESET_THEIRS;

    return is_over || s->out != H2_OUT_BODY ? NULL : s;
}

enum err h2_codec_send_body(struct h2_codec *c, int32_t stream, const void *data, size_t len)
{
    struct h2_stream *s = find_sendable(c, stream);

    if (!s)
        return ERR_CLOSED;
    if (len == 0)
        return OK;
    enum err e = wake(s);
    if (e)
        return e;
    if (bytes_len(&s->body) == 0)
        s->moved_ms = c->frames.now_ms;
    return bytes_append(&s->body, data, len);
}

enum err h2_codec_send_end(struct h2_codec *c, int32_t stream)
{
    struct h2_stream *s = find_sendable(c, stream);

    if (!s)
        return ERR_CLOSED;
    enum err e = wake(s);
    if (e == OK)
        s->out = H2_OUT_ENDING;
    return e;
}

static bool is_shut(const struct h2_codec *c, const struct h2_stream *s)
{
    return nghttp2_session_get_remote_window_size(c->session) <= 0 ||
           nghttp2_session_get_stream_remote_window_size(c->session, s->id) <= 0;
}

void h2_codec_send_check_stalls(struct h2_codec *c)
{
    if (c->failed)
        return;
    for (struct h2_stream *s = h2_codec_streams_first(c); s; s = h2_codec_streams_next(c, s)) {
        if (bytes_len(&s->body) == 0 || !is_shut(c, s))
            s->moved_ms = c->frames.now_ms;
        else if (c->frames.now_ms - s->moved_ms >= H2_STALL_MS)
            h2_codec_reset(c, s->id, ERR_TIMEOUT);
    }
}
