/* The happy path:
 *  1. The lower stream opens; a client's handshake begins, a server's waits.
 *  2. A step of the handshake runs whenever input has come: on the loop, or as a job on a
 *     worker, with the lower stream paused, the input copied and the output gathered, so that
 *     nothing is shared.
 *  3. Done: on_open.  From now on records are decrypted on the loop, straight from the slice
 *     that on_lower_data lends; what a paused owner does not want yet is kept, encrypted.
 *  4. write encrypts at once into the lower stream, which corks.
 *  5. close: close_notify, then the lower stream; only its on_closed frees.
 *
 * What can go wrong:
 *  - mbedTLS fails: it has written the alert by then, which the lower stream sends.
 *  - Closed while a job runs: everything waits for the job.
 *  - The end comes without close_notify: on_end(ERR_IO), the last message may be cut. */
#include "net/tls/tls_stream.h"

#include "base/mem.h"
#include "net/tls/tls_stream_impl.h"

#include <assert.h>

#define PLAIN_CHUNK 16384u /* a whole record: mbedTLS keeps no rest of one */

static struct tls_stream *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct tls_stream);
}

/* --- the end --- */

static void end_with(struct tls_stream *t, enum err why)
{
    t->phase = TLS_BROKEN;
    stream_emit_end(&t->base, why);
}

static void fail(struct tls_stream *t, int code)
{
    t->detail = tls_session_why(&t->session, code);
    end_with(t, tls_session_err(&t->session, code));
}

/* The lower stream ended, and mbedTLS wants more. */
static void end_cut(struct tls_stream *t)
{
    bool is_open = t->base.state == STREAM_OPEN;

    if (t->lower_end == ERR_EOF)
        t->detail = is_open ? "the connection was cut (no close_notify): data may be missing"
                            : "the peer closed the connection during the handshake";
    end_with(t, t->lower_end != ERR_EOF ? t->lower_end : is_open ? ERR_IO : ERR_TLS);
}

/* --- records --- */

/* The owner may pause or close in any event. */
static void pump(struct tls_stream *t)
{
    uint8_t plain[PLAIN_CHUNK];

    while (t->base.state == STREAM_OPEN && t->phase == TLS_RECORDS && !t->base.paused &&
           !t->base.ended) {
        int rc = tls_session_read(&t->session, plain, sizeof plain);
        if (rc > 0) {
            stream_emit_data(&t->base, plain, (size_t)rc);
        } else if (rc == MBEDTLS_ERR_SSL_WANT_READ) {
            if (t->lower_end != OK)
                end_cut(t);
            return;
        } else if (rc == 0 || rc == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
            stream_emit_end(&t->base, ERR_EOF);
        } else {
            fail(t, rc);
        }
    }
}

/* --- handshake --- */

static void step_done(struct tls_stream *t)
{
    if (t->result == 0 && t->session.write_error == OK) {
        t->phase = TLS_RECORDS;
        stream_emit_open(&t->base);
    } else if (t->result != MBEDTLS_ERR_SSL_WANT_READ || t->session.write_error != OK) {
        fail(t, t->result);
    } else if (t->lower_end != OK) {
        end_cut(t);
    }
}

static void close_lower(struct tls_stream *t);
static void drive(struct tls_stream *t);

static void on_worker(struct worker_job *job)
{
    struct tls_stream *t = CONTAINER_OF(job, struct tls_stream, job);

    t->result = tls_session_handshake(&t->session);
}

static void on_worker_done(struct worker_job *job)
{
    struct tls_stream *t = CONTAINER_OF(job, struct tls_stream, job);

    t->phase = TLS_HANDSHAKE;
    tls_session_send_flight(&t->session);
    if (t->base.state == STREAM_CLOSING) {
        close_lower(t);
    } else {
        step_done(t);
        drive(t);
    }
}

static void submit_step(struct tls_stream *t, struct worker *worker)
{
    enum err e = tls_session_keep(&t->session);

    if (e == OK)
        e = worker_submit(worker, &t->job, on_worker, on_worker_done);
    if (e != OK) {
        t->detail = e == ERR_BUSY ? "too many TLS handshakes at once" : NULL;
        end_with(t, e);
    }
}

static void step(struct tls_stream *t)
{
    struct worker *worker = tls_context_handshakes(t->session.context);

    if (t->has_begun && tls_session_input(&t->session) == 0) {
        if (t->lower_end != OK)
            end_cut(t);
    } else if (worker) {
        t->has_begun = true;
        t->phase = TLS_WORKING;
        t->session.is_private = true;
        submit_step(t, worker);
    } else {
        t->has_begun = true;
        t->result = tls_session_handshake(&t->session);
        step_done(t);
    }
}

static void set_lower_reading(struct tls_stream *t)
{
    bool paused = t->base.paused && t->base.state == STREAM_OPEN;

    if (paused || t->phase == TLS_WORKING)
        stream_pause(t->lower);
    else
        stream_resume(t->lower);
}

/* As far as the input allows; from the loop only. */
static void drive(struct tls_stream *t)
{
    if (t->base.state != STREAM_CLOSING && t->phase == TLS_HANDSHAKE)
        step(t);
    if (t->base.state != STREAM_CLOSING && t->phase == TLS_RECORDS)
        pump(t);
    if (t->base.state != STREAM_CLOSING)
        set_lower_reading(t);
}

static void on_task(struct defer_task *task)
{
    struct tls_stream *t = CONTAINER_OF(task, struct tls_stream, task);

    if (t->phase == TLS_BROKEN && t->session.write_error != OK)
        stream_emit_end(&t->base, t->session.write_error);
    else
        drive(t);
}

static void drive_later(struct tls_stream *t)
{
    defer_post(t->loop, &t->task, on_task);
}

/* --- events of the lower stream --- */

static void on_lower_open(void *owner)
{
    struct tls_stream *t = owner;

    t->phase = TLS_HANDSHAKE;
    drive(t);
}

static void on_lower_data(void *owner, const uint8_t *data, size_t len)
{
    struct tls_stream *t = owner;

    if (t->phase == TLS_BROKEN || t->base.ended)
        return;
    t->session.input = span_of(data, len);
    drive(t);
    if (t->phase == TLS_WORKING)
        return; /* the session is the worker's, and lends nothing any more */
    if (tls_session_keep(&t->session) != OK)
        end_with(t, ERR_NOMEM);
}

static void on_lower_drain(void *owner)
{
    struct tls_stream *t = owner;

    if (t->phase == TLS_RECORDS) /* after a failure it was only the alert */
        stream_emit_drain(&t->base);
}

static void on_lower_end(void *owner, enum err why)
{
    struct tls_stream *t = owner;

    t->lower_end = why;
    if (t->phase == TLS_WAITING)
        end_with(t, why);
    else
        drive(t);
}

static void on_lower_closed(void *owner)
{
    struct tls_stream *t = owner;

    stream_emit_closed(&t->base);
    tls_session_fini(&t->session);
    mem_free(t);
}

static const struct stream_events lower_events = {
    .on_open = on_lower_open,
    .on_data = on_lower_data,
    .on_drain = on_lower_drain,
    .on_end = on_lower_end,
    .on_closed = on_lower_closed,
};

/* --- stream_ops --- */

static enum err tls_write(struct stream *s, const void *data, size_t len)
{
    struct tls_stream *t = from_base(s);

    if (t->phase != TLS_RECORDS)
        return ERR_TLS;
    enum err e = tls_session_write(&t->session, data, len);
    if (t->session.write_error != OK) {
        t->phase = TLS_BROKEN;
        drive_later(t);
    }
    return e;
}

static size_t tls_queued(const struct stream *s)
{
    return stream_queued(from_base(s)->lower);
}

static void tls_keep_short(struct stream *s)
{
    stream_keep_short(from_base(s)->lower);
}

static void tls_reading(struct stream *s, bool on)
{
    struct tls_stream *t = from_base(s);

    if (s->state != STREAM_OPEN)
        return; /* the handshake goes on */
    set_lower_reading(t);
    if (on)
        drive_later(t); /* what has been received wakes nobody else */
}

static void tls_finish(struct stream *s)
{
    struct tls_stream *t = from_base(s);

    if (t->phase == TLS_RECORDS)
        tls_session_goodbye(&t->session);
    stream_finish(t->lower);
}

static void close_lower(struct tls_stream *t)
{
    if (t->phase == TLS_RECORDS && !t->base.finished && !t->is_reset)
        tls_session_goodbye(&t->session);
    if (t->is_reset)
        stream_reset(t->lower);
    else
        stream_close(t->lower);
}

static void tls_close(struct stream *s, bool reset)
{
    struct tls_stream *t = from_base(s);

    defer_cancel(t->loop, &t->task);
    t->is_reset = reset;
    if (t->phase != TLS_WORKING)
        close_lower(t);
}

static const char *tls_detail(const struct stream *s)
{
    const struct tls_stream *t = from_base(s);

    return t->detail ? t->detail : stream_detail(t->lower);
}

static const char *tls_peer(const struct stream *s)
{
    return stream_peer(from_base(s)->lower);
}

static const char *tls_protocol(const struct stream *s)
{
    const struct tls_stream *t = from_base(s);

    return t->phase == TLS_RECORDS ? tls_session_protocol(&t->session) : "";
}

static const struct stream_ops tls_ops = {
    .name = "tls",
    .queue_max = SIZE_MAX, /* the lower stream's counts */
    .write = tls_write,
    .queued = tls_queued,
    .keep_short = tls_keep_short,
    .reading = tls_reading,
    .finish = tls_finish,
    .close = tls_close,
    .detail = tls_detail,
    .peer = tls_peer,
    .protocol = tls_protocol,
};

enum err tls_stream_wrap(struct loop *l, struct stream *lower, struct tls_context *context,
                         const char *hostname, struct stream **out)
{
    bool is_server = tls_context_is_server(context);
    struct tls_stream *t = mem_alloc(sizeof *t);

    assert(is_server == (hostname == NULL));
    if (!t)
        return ERR_NOMEM;
    enum err e = tls_session_init(&t->session, context, lower, hostname);
    if (e != OK) {
        mem_free(t);
        return e;
    }
    stream_base_init(&t->base, &tls_ops);
    t->loop = l;
    t->lower = lower;
    t->has_begun = is_server; /* which never speaks first */
    stream_own(lower, &lower_events, t);
    if (stream_is_open(lower)) {
        t->phase = TLS_HANDSHAKE;
        drive_later(t);
    }
    *out = &t->base;
    return OK;
}

const struct tls_session *tls_stream_session(const struct stream *s)
{
    const struct tls_stream *t = from_base(s);

    return s->ops == &tls_ops && t->phase != TLS_WORKING ? &t->session : NULL;
}

const char *tls_stream_server_name(const struct stream *s)
{
    const struct tls_session *session = tls_stream_session(s);

    return session && session->hello.server_name ? session->hello.server_name : "";
}
