/* The happy path:
 *  1. h2_codec_new makes nghttp2's session; SETTINGS (and the preface) wait in it.
 *  2. h2_codec_feed counts odd frames, then lets nghttp2 read: h2_codec_receive.c.
 *  3. Calls of the owner are submitted to nghttp2 and leave with the next
 *     h2_codec_produce: h2_codec_send.c.
 *  4. What the owner has consumed goes back to the peer in steps.
 *
 * What can go wrong:
 *  - The peer breaks a rule of one stream: nghttp2 resets it, counted as odd.
 *  - It breaks one of the connection: nghttp2 queues a GOAWAY and reads nothing any
 *    more.  We learn of it when that leaves, so h2_codec_produce reports it too.
 *  - It is beyond our own limits, or memory is out: h2_codec_fail*. */
#include "codec/h2/h2_codec_impl.h"

#include "base/mem.h"
#include "codec/h2/h2_codec_fields.h"
#include "codec/h2/h2_codec_head.h"
#include "codec/h2/h2_codec_linger.h"
#include "codec/h2/h2_codec_receive.h"
#include "codec/h2/h2_codec_send.h"
#include "codec/h2/h2_codec_session.h"
#include "codec/h2/h2_codec_streams.h"
#include "codec/h2/h2_codec_turns.h"

#include <stdio.h>

/* Consumed bytes go back in steps, not each at once, and not at half the window as
 * nghttp2 does by itself: to the peer of a slow but steady reader that would look
 * like a stall. */
#define UPDATE_STEP (32u * 1024u)

/* The highest numbers that a server and a client may name in GOAWAY. */
#define LAST_OF_SERVER 0x7ffffffe

/* --- life --- */

enum err h2_codec_new(const struct h2_options *options, const struct h2_events *events,
                      void *owner, struct h2_codec **out)
{
    struct h2_codec *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->options = *options;
    c->events = events;
    c->owner = owner;
    list_init(&c->aside);
    h2_codec_frames_init(&c->frames, options->role == H2_SERVER);
    enum err e = h2_codec_session_open(c);
    if (e) {
        h2_codec_free(c);
        return e;
    }
    *out = c;
    return OK;
}

void h2_codec_free(struct h2_codec *c)
{
    if (!c)
        return;
    h2_codec_head_free(c->head);
    h2_codec_session_close(c);
    h2_codec_streams_free_all(c);
    mem_free(c);
}

/* --- failure --- */

int h2_codec_fail_memory(struct h2_codec *c)
{
    c->failed = ERR_NOMEM;
    snprintf(c->detail, sizeof c->detail, "out of memory");
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int h2_codec_fail(struct h2_codec *c, uint32_t code, const char *why)
{
    if (c->failed)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    c->failed = ERR_PROTOCOL;
    snprintf(c->detail, sizeof c->detail, "%s", why);
    if (nghttp2_session_terminate_session(c->session, code) != 0)
        return h2_codec_fail_memory(c);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int h2_codec_odd(struct h2_codec *c)
{
    if (h2_codec_frames_odd(&c->frames))
        return 0;
    return h2_codec_fail(c, NGHTTP2_ENHANCE_YOUR_CALM, c->frames.complaint);
}

/* --- bytes --- */

static void read_input(struct h2_codec *c, const uint8_t *data, size_t len)
{
    if (h2_codec_frames_watch(&c->frames, data, len) != OK) {
        h2_codec_fail(c, NGHTTP2_ENHANCE_YOUR_CALM, c->frames.complaint);
        return;
    }
    ssize_t rc = nghttp2_session_mem_recv(c->session, data, len);
    if (rc == NGHTTP2_ERR_NOMEM)
        h2_codec_fail_memory(c);
    else if (rc < 0)
        h2_codec_fail(c, NGHTTP2_PROTOCOL_ERROR, nghttp2_strerror((int)rc));
}

enum err h2_codec_feed(struct h2_codec *c, const uint8_t *data, size_t len)
{
    if (!c->failed && len > 0) {
        read_input(c, data, len);
        h2_codec_receive_rest(c);
    }
    return c->failed;
}

static void write_output(struct h2_codec *c)
{
    while (bytes_len(c->out) < c->until && !c->has_left && c->failed != ERR_NOMEM) {
        const uint8_t *data;
        ssize_t len = nghttp2_session_mem_send(c->session, &data);

        if (len == 0) {
            /* With enough in `out` it was on_send_data that said "pause". */
            if (bytes_len(c->out) < c->until && !h2_codec_turns_go_on(c))
                return;
        } else if (len < 0 || bytes_append(c->out, data, (size_t)len) != OK) {
            h2_codec_fail_memory(c);
            return;
        }
    }
}

enum err h2_codec_produce(struct h2_codec *c, struct bytes *out, size_t until)
{
    enum err before = c->failed;

    if (before == ERR_NOMEM)
        return ERR_NOMEM;
    c->out = out;
    c->until = until;
    h2_codec_turns_begin(c);
    write_output(c);
    c->out = NULL;
    return c->failed == before ? OK : c->failed;
}

bool h2_codec_is_alive(const struct h2_codec *c)
{
    if (c->failed == ERR_NOMEM || c->has_left)
        return false;
    return nghttp2_session_want_read(c->session) || nghttp2_session_want_write(c->session);
}

bool h2_codec_has_settings(const struct h2_codec *c)
{
    return c->frames.has_settings;
}

void h2_codec_set_now(struct h2_codec *c, uint64_t now_ms)
{
    c->frames.now_ms = now_ms;
}

void h2_codec_tick(struct h2_codec *c)
{
    h2_codec_send_check_stalls(c);
    h2_codec_linger_check(c);
}

/* --- messages --- */

static uint32_t streams_max(const struct h2_codec *c)
{
    uint32_t theirs = nghttp2_session_get_remote_settings(
        c->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);

    return theirs < c->options.streams_max ? theirs : c->options.streams_max;
}

static enum err submit_request(struct h2_codec *c, const struct h2_codec_fields *fields,
                               struct h2_stream *s)
{
    nghttp2_data_provider body = h2_codec_send_source(s);
    int32_t id = nghttp2_submit_request(c->session, NULL, fields->nv, fields->len,
                                        s->out == H2_OUT_BODY ? &body : NULL, NULL);

    if (id == NGHTTP2_ERR_NOMEM)
        return ERR_NOMEM;
    if (id < 0)
        return ERR_CLOSED; /* no more numbers */
    h2_codec_streams_add(c, s, id);
    h2_codec_frames_sent(&c->frames, 0);
    return OK;
}

enum err h2_codec_request(struct h2_codec *c, const struct http_head *head, bool end,
                          void *user, int32_t *stream)
{
    struct h2_codec_fields fields;

    if (c->failed || c->is_draining)
        return ERR_CLOSED;
    if (c->streams >= streams_max(c))
        return ERR_BUSY;
    enum err e = h2_codec_fields_request(&fields, head);
    if (e)
        return e;
    struct h2_stream *s = h2_codec_streams_new(c);
    if (!s)
        return ERR_NOMEM;
    s->user = user;
    s->is_told = true;
    s->out = end ? H2_OUT_ENDING : H2_OUT_BODY;
    e = submit_request(c, &fields, s);
    if (e) {
        h2_codec_streams_free(s);
        return e;
    }
    *stream = s->id;
    return OK;
}

static int submit_response(struct h2_codec *c, const struct h2_codec_fields *fields,
                           struct h2_stream *s)
{
    nghttp2_data_provider body = h2_codec_send_source(s);

    if (s->out == H2_OUT_HEAD) /* interim */
        return nghttp2_submit_headers(c->session, NGHTTP2_FLAG_NONE, s->id, NULL, fields->nv,
                                      fields->len, NULL);
    return nghttp2_submit_response(c->session, s->id, fields->nv, fields->len,
                                   s->out == H2_OUT_BODY ? &body : NULL);
}

enum err h2_codec_respond(struct h2_codec *c, int32_t stream, const struct http_head *head,
                          bool end)
{
    struct h2_stream *s = h2_codec_streams_find(c, stream);
    struct h2_codec_fields fields;

    if (c->failed || !s || s->reset != H2_RESET_NONE || s->out != H2_OUT_HEAD)
        return ERR_CLOSED;
    enum err e = h2_codec_fields_response(&fields, head);
    if (e)
        return e;
    if (head->status >= 200)
        s->out = end ? H2_OUT_ENDING : H2_OUT_BODY;
    if (submit_response(c, &fields, s) != 0) {
        s->out = H2_OUT_HEAD;
        return ERR_NOMEM;
    }
    if (head->status < 200 && s->interims++ == 0)
        h2_codec_frames_interim(&c->frames);
    return OK;
}

size_t h2_codec_queued(const struct h2_codec *c, int32_t stream)
{
    const struct h2_stream *s = h2_codec_streams_find(c, stream);

    return s ? bytes_len(&s->body) : 0;
}

/* Gives back what is due, but never more than came in: nghttp2 may have given some
 * of it back already, for padding. */
static void give_back(struct h2_codec *c, int32_t stream, size_t *due, int32_t received)
{
    int32_t len = received < (int32_t)*due ? received : (int32_t)*due;

    *due = 0;
    if (len > 0 && nghttp2_submit_window_update(c->session, NGHTTP2_FLAG_NONE, stream, len))
        h2_codec_fail_memory(c);
}

static size_t step_of(uint32_t window)
{
    return window / 4 < UPDATE_STEP ? window / 4 : UPDATE_STEP;
}

void h2_codec_consumed(struct h2_codec *c, int32_t stream, size_t len)
{
    struct h2_stream *s = h2_codec_streams_find(c, stream);

    if (c->failed || len == 0)
        return;
    if (nghttp2_session_consume(c->session, stream, len) != 0) {
        h2_codec_fail_memory(c);
        return;
    }
    c->due += len;
    if (c->due >= step_of(c->options.connection_window))
        give_back(c, 0, &c->due, nghttp2_session_get_effective_recv_data_length(c->session));
    if (!s || s->in == H2_IN_DONE)
        return;
    s->due += len;
    if (s->due >= step_of(c->options.stream_window))
        give_back(c, stream, &s->due,
                  nghttp2_session_get_stream_effective_recv_data_length(c->session, stream));
}

static uint32_t code_for(enum err why)
{
    if (why == ERR_CANCELLED)
        return NGHTTP2_CANCEL;
    if (why == ERR_PROTOCOL)
        return NGHTTP2_PROTOCOL_ERROR;
    return why == ERR_BUSY ? NGHTTP2_REFUSED_STREAM : NGHTTP2_INTERNAL_ERROR;
}

void h2_codec_reset(struct h2_codec *c, int32_t stream, enum err why)
{
    struct h2_stream *s = h2_codec_streams_find(c, stream);
    bool is_done = s && s->in == H2_IN_DONE && s->out == H2_OUT_DONE;

    if (c->failed || !s || is_done || s->reset == H2_RESET_OURS || s->reset == H2_RESET_THEIRS)
        return;
    if (why == OK) {
        h2_codec_linger(s);
        return;
    }
    s->reset = H2_RESET_OURS;
    s->why = why;
    if (nghttp2_submit_rst_stream(c->session, NGHTTP2_FLAG_NONE, stream, code_for(why)) != 0)
        h2_codec_fail_memory(c);
}

void h2_codec_set_user(struct h2_codec *c, int32_t stream, void *user)
{
    struct h2_stream *s = h2_codec_streams_find(c, stream);

    if (s)
        s->user = user;
}

/* --- the connection --- */

enum err h2_codec_ping(struct h2_codec *c, uint64_t opaque)
{
    uint8_t bytes[sizeof opaque];

    if (c->failed)
        return ERR_CLOSED;
    memcpy(bytes, &opaque, sizeof opaque);
    if (nghttp2_submit_ping(c->session, NGHTTP2_FLAG_NONE, bytes) != 0)
        return ERR_NOMEM;
    c->frames.pings++;
    return OK;
}

static enum err say_goaway(struct h2_codec *c, int32_t last, uint32_t code)
{
    c->is_draining = true;
    int rc = nghttp2_submit_goaway(c->session, NGHTTP2_FLAG_NONE, last, code, NULL, 0);
    return rc == 0 ? OK : ERR_NOMEM;
}

enum err h2_codec_announce_shutdown(struct h2_codec *c)
{
    if (c->failed)
        return ERR_CLOSED;
    if (c->options.role == H2_CLIENT)
        return say_goaway(c, LAST_OF_SERVER, NGHTTP2_NO_ERROR);
    return nghttp2_submit_shutdown_notice(c->session) == 0 ? OK : ERR_NOMEM;
}

enum err h2_codec_announce_takeover(struct h2_codec *c)
{
    return c->failed ? ERR_CLOSED : say_goaway(c, 0, H2_TAKEOVER);
}

enum err h2_codec_refuse_streams(struct h2_codec *c)
{
    if (c->failed)
        return ERR_CLOSED;
    int32_t last =
        c->options.role == H2_SERVER ? nghttp2_session_get_last_proc_stream_id(c->session) : 0;
    return say_goaway(c, last, NGHTTP2_NO_ERROR);
}

uint32_t h2_codec_open_streams(const struct h2_codec *c)
{
    return c->streams;
}

const char *h2_codec_detail(const struct h2_codec *c)
{
    return c->detail;
}
