/* The happy path:
 *  1. The address is parsed, bound and listened on, or the socket that was given is looked
 *     at and taken; every failure is told in the caller's options.
 *  2. Each connection becomes a stream and goes to on_accept.
 *  3. close: uv_close, and its callback frees.
 *
 * What can go wrong:
 *  - Out of file descriptors: libuv gives up a descriptor that it keeps for this,
 *    accepts, closes and takes it back, so that the backlog does not spin the
 *    loop; here it is only an error code without a connection.
 *  - Out of memory for the stream: libuv would stop listening until somebody
 *    takes the connection, so `spare` does, and closes it. */
#include "net/tcp_listener.h"

#include "base/mem.h"
#include "base/span.h"
#include "net/tcp_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define BACKLOG_DEFAULT 511

struct tcp_listener {
    uv_tcp_t tcp;
    uv_tcp_t spare;    /* takes connections that nobody can */
    unsigned handles;  /* not yet closed, of the two */
    struct loop *loop; /* borrowed for ever */
    const struct tcp_listener_events *events;
    void *owner;
    bool is_closing;
    bool is_waiting; /* a connection waits until `spare` is closed */
};

struct place {
    char host[INET6_ADDRSTRLEN + 1];
    unsigned port;
    struct sockaddr_storage address;
};

static uv_stream_t *uv_of(struct tcp_listener *t)
{
    return (uv_stream_t *)&t->tcp;
}

/* --- the address --- */

static bool split(const char *text, struct place *p)
{
    struct span all = span_text(text);
    const char *colon = text ? strrchr(text, ':') : NULL;
    uint64_t port;

    if (!colon)
        return false;
    struct span host = span_slice(all, 0, (size_t)(colon - text));
    if (!span_parse_u64(span_text(colon + 1), &port) || port > 65535)
        return false;
    if (host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = span_slice(host, 1, host.len - 1);
    else if (span_find(host, ':') < host.len)
        return false; /* IPv6 needs its brackets: "::1:80" is an address too */
    if (host.len >= sizeof p->host)
        return false;
    (void)snprintf(p->host, sizeof p->host, "%.*s", (int)host.len, host.len ? host.ptr : "");
    p->port = (unsigned)port;
    return true;
}

static bool resolve(struct place *p)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&p->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&p->address;
    const char *host = p->host;

    if (host[0] == '\0')
        host = "::";
    else if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    return uv_ip4_addr(host, (int)p->port, v4) == 0 || uv_ip6_addr(host, (int)p->port, v6) == 0;
}

static enum err parse(struct tcp_listener_options *o, struct place *p)
{
    if (split(o->address, p) && resolve(p))
        return OK;
    (void)snprintf(o->detail, sizeof o->detail,
                   "not an address to listen on: \"%.60s\"; write 0.0.0.0:443, [::1]:8080, or "
                   ":443 for every address",
                   o->address ? o->address : "");
    return ERR_CONFIG;
}

/* --- opening --- */

static enum err explain(struct tcp_listener_options *o, const struct place *p, int code)
{
    const char *shown = p->host[0] != '\0' ? p->host : "every address";
    char *out = o->detail;

    if (o->fd > 0) {
        (void)snprintf(out, sizeof o->detail, "cannot listen on descriptor %d: %s", o->fd,
                       uv_strerror(code));
        return code == UV_ENOMEM ? ERR_NOMEM : ERR_IO;
    }
    switch (code) {
    case UV_EADDRINUSE:
        (void)snprintf(
            out, sizeof o->detail,
            "port %u of %s is in use by another program; stop it (ss -ltnp shows it) "
            "or choose another port",
            p->port, shown);
        return ERR_CONFLICT;
    case UV_EACCES:
    case UV_EPERM:
        (void)snprintf(out, sizeof o->detail,
                       "no permission to listen on port %u: ports below 1024 need root, or "
                       "CAP_NET_BIND_SERVICE (setcap cap_net_bind_service=+ep PROGRAM)",
                       p->port);
        return ERR_DENIED;
    case UV_EADDRNOTAVAIL:
    case UV_EINVAL:
        (void)snprintf(out, sizeof o->detail,
                       "%s is not an address of this machine (ip address shows them)", shown);
        return ERR_CONFIG;
    case UV_ENOMEM:
        return ERR_NOMEM;
    default:
        (void)snprintf(out, sizeof o->detail, "cannot listen on port %u of %s: %s", p->port,
                       shown, uv_strerror(code));
        return ERR_IO;
    }
}

/* --- accepting --- */

static void take(struct tcp_listener *t);

static void on_handle_closed(uv_handle_t *handle)
{
    struct tcp_listener *t = handle->data;

    t->handles--;
    if (t->is_closing && t->handles == 0)
        mem_free(t);
    else if (!t->is_closing && t->is_waiting)
        take(t);
}

/* Takes the connection only to close it. */
static void shed(struct tcp_listener *t)
{
    t->is_waiting = t->handles > 1;
    if (t->is_waiting)
        return;
    (void)uv_tcp_init(loop_uv(t->loop), &t->spare);
    t->handles++;
    (void)uv_accept(uv_of(t), (uv_stream_t *)&t->spare);
    uv_close((uv_handle_t *)&t->spare, on_handle_closed);
}

static void take(struct tcp_listener *t)
{
    struct stream *stream;

    t->is_waiting = false;
    if (tcp_stream_accept(t->loop, uv_of(t), &stream) == OK)
        t->events->on_accept(t->owner, stream);
    else
        shed(t);
}

static void on_connection(uv_stream_t *uv, int status)
{
    struct tcp_listener *t = uv->data;

    if (status == 0 && !t->is_closing)
        take(t);
}

/* --- a socket that listens already --- */

static bool has_option(int fd, int option, int wanted)
{
    int value = -1;
    socklen_t len = sizeof value;

    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == wanted;
}

static bool is_listening_tcp(int fd)
{
    return has_option(fd, SO_ACCEPTCONN, 1) && has_option(fd, SO_TYPE, SOCK_STREAM) &&
           (has_option(fd, SO_DOMAIN, AF_INET) || has_option(fd, SO_DOMAIN, AF_INET6));
}

static enum err check_given(struct tcp_listener_options *o)
{
    if (is_listening_tcp(o->fd))
        return OK;
    (void)snprintf(o->detail, sizeof o->detail,
                   "descriptor %d is not a TCP socket that listens", o->fd);
    return ERR_CONFIG;
}

static int take_copy(struct tcp_listener *t, int fd, int backlog)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (copy < 0)
        return uv_translate_sys_error(errno);
    int code = uv_tcp_open(&t->tcp, copy);
    if (code != 0) {
        (void)close(copy);
        return code;
    }
    return uv_listen(uv_of(t), backlog, on_connection);
}

/* --- life --- */

static int bind_and_listen(struct tcp_listener *t, struct place *p, int backlog)
{
    int code = uv_tcp_bind(&t->tcp, (const struct sockaddr *)&p->address, 0);

    /* Every address, on a machine without IPv6. */
    if (code != 0 && code != UV_EACCES && p->host[0] == '\0' &&
        uv_ip4_addr("0.0.0.0", (int)p->port, (struct sockaddr_in *)&p->address) == 0)
        code = uv_tcp_bind(&t->tcp, (const struct sockaddr *)&p->address, 0);
    return code != 0 ? code : uv_listen(uv_of(t), backlog, on_connection);
}

enum err tcp_listener_open(struct loop *l, struct tcp_listener_options *options,
                           const struct tcp_listener_events *events, void *owner,
                           struct tcp_listener **out)
{
    struct place place = {0};

    options->detail[0] = '\0';
    enum err e = options->fd > 0 ? check_given(options) : parse(options, &place);
    if (e != OK)
        return e;
    struct tcp_listener *t = mem_alloc(sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->loop = l;
    t->events = events;
    t->owner = owner;
    t->handles = 1;
    (void)uv_tcp_init(loop_uv(l), &t->tcp); /* makes no socket yet: cannot fail */
    t->tcp.data = t->spare.data = t;
    int backlog = options->backlog > 0 ? options->backlog : BACKLOG_DEFAULT;
    int code = options->fd > 0 ? take_copy(t, options->fd, backlog)
                               : bind_and_listen(t, &place, backlog);
    if (code != 0) {
        tcp_listener_close(t);
        return explain(options, &place, code);
    }
    *out = t;
    return OK;
}

unsigned tcp_listener_port(const struct tcp_listener *t)
{
    struct sockaddr_storage address = {0};
    int len = sizeof address;

    if (uv_tcp_getsockname(&t->tcp, (struct sockaddr *)&address, &len) != 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
}

int tcp_listener_descriptor(const struct tcp_listener *t)
{
    uv_os_fd_t fd = -1;

    (void)uv_fileno((const uv_handle_t *)&t->tcp, &fd);
    return fd;
}

void tcp_listener_close(struct tcp_listener *t)
{
    if (t->is_closing)
        return;
    t->is_closing = true;
    uv_close((uv_handle_t *)&t->tcp, on_handle_closed);
}
