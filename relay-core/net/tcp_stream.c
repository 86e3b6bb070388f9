/* The happy path:
 *  1. accept: `begin` is posted, and emits on_open from the loop.
 *     connect: libuv's callback does.
 *  2. Reading fills the loop's one read buffer, which on_data borrows.
 *  3. write appends to `filling` and posts `flush`; at the end of the turn the
 *     kernel is offered all of it in one call, and on_drain follows.
 *  4. What the kernel does not take goes to `flying` under one uv_write; until it
 *     is done `filling` collects what comes, then they swap again.
 *  5. finish: the FIN follows the last byte.
 *  6. close: one last offer of what is corked, then uv_close; its callback is the
 *     only place that frees.
 *
 * What can go wrong:
 *  - Writing fails: what the peer said before it left is worth reading, so the
 *    reading side reports the end, as ERR_IO, when it comes to it.
 *  - A write that finished before uv_close reports success after it: every
 *    callback looks at our state first. */
#include "net/tcp_stream.h"

#include "base/bytes.h"
#include "base/mem.h"
#include "loop/defer.h"
#include "net/stream_impl.h"
#include "net/tcp_failure.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <uv.h>

#define OUT_MAX ((size_t)8 << 20)

struct tcp_stream {
    struct stream base;
    struct loop *loop; /* borrowed for ever */
    uv_tcp_t tcp;
    uv_write_t write;
    union { /* never needed at the same time */
        uv_connect_t connect;
        uv_shutdown_t shutdown;
    } request;
    struct bytes filling, flying;
    struct defer_task task;
    int failure; /* libuv's code of what broke the connection; 0: nothing has */
    char peer[INET6_ADDRSTRLEN];
};

static struct tcp_stream *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct tcp_stream);
}

static uv_stream_t *uv_of(struct tcp_stream *t)
{
    return (uv_stream_t *)&t->tcp;
}

/* --- errors --- */

static void end_with(struct tcp_stream *t, int code)
{
    t->failure = code;
    stream_emit_end(&t->base, tcp_failure_of(code)->err);
}

static const char *tcp_detail(const struct stream *s)
{
    return tcp_failure_of(from_base(s)->failure)->text;
}

/* --- reading --- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct tcp_stream *t = handle->data;

    (void)suggested;
    *buf = uv_buf_init((char *)loop_read_buffer(t->loop), LOOP_READ_BUFFER);
}

static void on_read(uv_stream_t *uv, ssize_t n, const uv_buf_t *buf)
{
    struct tcp_stream *t = uv->data;

    if (n > 0) {
        stream_emit_data(&t->base, (const uint8_t *)buf->base, (size_t)n);
    } else if (n < 0) {
        uv_read_stop(uv);
        if (t->failure != 0 || n != UV_EOF)
            end_with(t, t->failure != 0 ? t->failure : (int)n);
        else
            stream_emit_end(&t->base, ERR_EOF);
    }
}

/* Fails only for handles that are closing or at their end: not here. */
static void start_reading(struct tcp_stream *t)
{
    if (t->base.state == STREAM_OPEN && !t->base.paused && !t->base.ended)
        (void)uv_read_start(uv_of(t), on_alloc, on_read);
}

static void tcp_reading(struct stream *s, bool on)
{
    struct tcp_stream *t = from_base(s);

    if (on)
        start_reading(t);
    else
        uv_read_stop(uv_of(t));
}

/* --- opening --- */

static void remember_peer(struct tcp_stream *t)
{
    struct sockaddr_storage address;
    int len = sizeof address;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;

    if (uv_tcp_getpeername(&t->tcp, (struct sockaddr *)&address, &len) != 0)
        return;
    if (address.ss_family == AF_INET)
        (void)inet_ntop(AF_INET, &v4->sin_addr, t->peer, sizeof t->peer);
    else if (address.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        (void)inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], t->peer, sizeof t->peer);
    else if (address.ss_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &v6->sin6_addr, t->peer, sizeof t->peer);
}

static void open_now(struct tcp_stream *t)
{
    (void)uv_tcp_nodelay(&t->tcp, 1);
    remember_peer(t);
    stream_emit_open(&t->base);
    start_reading(t);
}

static void on_begin(struct defer_task *task)
{
    open_now(CONTAINER_OF(task, struct tcp_stream, task));
}

static void on_connect(uv_connect_t *request, int status)
{
    struct tcp_stream *t = request->data;

    if (t->base.state == STREAM_CLOSING)
        return;
    if (status != 0)
        end_with(t, status);
    else
        open_now(t);
}

static const char *tcp_peer(const struct stream *s)
{
    return from_base(s)->peer;
}

/* --- writing --- */

static void flush(struct tcp_stream *t);

static void write_failed(struct tcp_stream *t, int code)
{
    bool peer_is_gone = code == UV_EPIPE || code == UV_ECONNRESET;

    t->failure = code;
    bytes_clear(&t->filling);
    bytes_release(&t->filling);
    if (!peer_is_gone || t->base.paused)
        end_with(t, code);
}

static void on_written(uv_write_t *request, int status)
{
    struct tcp_stream *t = request->data;

    bytes_clear(&t->flying);
    bytes_release(&t->flying);
    if (t->base.state == STREAM_CLOSING)
        return;
    if (status != 0)
        write_failed(t, status);
    else
        flush(t);
}

static uv_buf_t buf_of(const struct bytes *b)
{
    return uv_buf_init((char *)b->base + b->head, (unsigned)bytes_len(b));
}

/* Returns libuv's code. */
static int offer(struct tcp_stream *t)
{
    uv_buf_t buf = buf_of(&t->filling);
    int n = uv_try_write(uv_of(t), &buf, 1);

    if (n > 0)
        bytes_consume(&t->filling, (size_t)n);
    return n >= 0 || n == UV_EAGAIN ? 0 : n;
}

/* Returns libuv's code. */
static int fly(struct tcp_stream *t)
{
    struct bytes empty = t->flying;

    t->flying = t->filling;
    t->filling = empty;
    uv_buf_t buf = buf_of(&t->flying);
    return uv_write(&t->write, uv_of(t), &buf, 1, on_written);
}

static void on_fin_sent(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status; /* what broke it is reported by reading */
}

static void flush(struct tcp_stream *t)
{
    int code = 0;

    if (t->failure != 0 || bytes_len(&t->flying) > 0)
        return;
    if (bytes_len(&t->filling) > 0)
        code = offer(t);
    if (code == 0 && bytes_len(&t->filling) > 0)
        code = fly(t);
    else if (code == 0)
        bytes_release(&t->filling);
    if (code != 0) {
        write_failed(t, code);
        return;
    }
    if (bytes_len(&t->flying) > 0)
        return;
    if (t->base.finished)
        (void)uv_shutdown(&t->request.shutdown, uv_of(t), on_fin_sent);
    stream_emit_drain(&t->base);
}

static void on_flush(struct defer_task *task)
{
    flush(CONTAINER_OF(task, struct tcp_stream, task));
}

static size_t tcp_queued(const struct stream *s)
{
    const struct tcp_stream *t = from_base(s);

    return bytes_len(&t->filling) +
           uv_stream_get_write_queue_size((const uv_stream_t *)&t->tcp);
}

static void tcp_keep_short(struct stream *s)
{
    const int limit = (int)STREAM_SHORT;

    /* Where the kernel cannot do it, more waits there. */
    (void)setsockopt(tcp_stream_descriptor(s), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limit,
                     sizeof limit);
}

static enum err tcp_write(struct stream *s, const void *data, size_t len)
{
    struct tcp_stream *t = from_base(s);

    if (t->failure != 0)
        return ERR_IO;
    if (len > OUT_MAX - tcp_queued(s))
        return ERR_LIMIT;
    enum err e = bytes_append(&t->filling, data, len);
    if (e == OK)
        defer_post(t->loop, &t->task, on_flush);
    return e;
}

static void tcp_finish(struct stream *s)
{
    struct tcp_stream *t = from_base(s);

    defer_post(t->loop, &t->task, on_flush);
}

/* --- life --- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct tcp_stream *t = handle->data;

    stream_emit_closed(&t->base);
    bytes_fini(&t->filling);
    bytes_fini(&t->flying);
    mem_free(t);
}

static void tcp_close(struct stream *s, bool reset)
{
    struct tcp_stream *t = from_base(s);

    defer_cancel(t->loop, &t->task);
    if (reset && uv_tcp_close_reset(&t->tcp, on_handle_closed) == 0)
        return;
    if (!reset && bytes_len(&t->filling) > 0 && bytes_len(&t->flying) == 0)
        (void)offer(t);
    uv_close((uv_handle_t *)&t->tcp, on_handle_closed);
}

static const struct stream_ops tcp_ops = {
    .name = "tcp",
    .queue_max = OUT_MAX,
    .write = tcp_write,
    .queued = tcp_queued,
    .keep_short = tcp_keep_short,
    .reading = tcp_reading,
    .finish = tcp_finish,
    .close = tcp_close,
    .detail = tcp_detail,
    .peer = tcp_peer,
};

static struct tcp_stream *new_tcp(struct loop *l)
{
    struct tcp_stream *t = mem_alloc(sizeof *t);

    if (!t)
        return NULL;
    stream_base_init(&t->base, &tcp_ops);
    bytes_init(&t->filling, OUT_MAX);
    bytes_init(&t->flying, OUT_MAX);
    t->loop = l;
    (void)uv_tcp_init(loop_uv(l), &t->tcp); /* makes no socket yet: cannot fail */
    t->tcp.data = t->request.connect.data = t->write.data = t;
    return t;
}

/* `code`: what libuv says about the handle's socket.  `begins`: it is connected already. */
static enum err hand_out(struct tcp_stream *t, int code, bool begins, struct stream **out)
{
    if (code != 0) {
        stream_close(&t->base);
        return tcp_failure_of(code)->err;
    }
    if (begins)
        defer_post(t->loop, &t->task, on_begin);
    *out = &t->base;
    return OK;
}

enum err tcp_stream_accept(struct loop *l, struct uv_stream_s *listener, struct stream **out)
{
    struct tcp_stream *t = new_tcp(l);

    return t ? hand_out(t, uv_accept(listener, uv_of(t)), true, out) : ERR_NOMEM;
}

enum err tcp_stream_connect(struct loop *l, const struct sockaddr *address, struct stream **out)
{
    struct tcp_stream *t = new_tcp(l);

    if (!t)
        return ERR_NOMEM;
    int code = uv_tcp_connect(&t->request.connect, &t->tcp, address, on_connect);
    return hand_out(t, code, false, out);
}

enum err tcp_stream_adopt(struct loop *l, int fd, struct stream **out)
{
    struct tcp_stream *t = new_tcp(l);

    return t ? hand_out(t, uv_tcp_open(&t->tcp, fd), true, out) : ERR_NOMEM;
}

int tcp_stream_descriptor(const struct stream *s)
{
    uv_os_fd_t fd = -1;

    if (s->ops == &tcp_ops)
        (void)uv_fileno((const uv_handle_t *)&from_base(s)->tcp, &fd);
    return fd;
}
