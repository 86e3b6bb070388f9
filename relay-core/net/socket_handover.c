#include "net/socket_handover.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for one more than may come: a sender that has more is noticed, not obeyed. */
union control {
    char bytes[CMSG_SPACE((SOCKET_HANDOVER_MAX + 1) * sizeof(int))];
    struct cmsghdr align;
};

static bool is_unix_stream(int fd)
{
    int domain = 0, type = 0;
    socklen_t len = sizeof(int);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

enum err socket_handover_check_peer(int fd, pid_t *out)
{
    struct ucred peer = {0};
    socklen_t len = sizeof peer;

    if (!is_unix_stream(fd) || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
        peer.pid == 0 || peer.uid != geteuid())
        return ERR_DENIED;
    *out = peer.pid;
    return OK;
}

/* --- sending --- */

static enum err err_of_sending(int code)
{
    switch (code) {
    case EAGAIN:
    case ENOBUFS:
    case ETOOMANYREFS:
        return ERR_BUSY;
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
        return ERR_CLOSED;
    default:
        return ERR_IO;
    }
}

static void attach(struct msghdr *m, union control *control, const int *sockets, size_t len)
{
    m->msg_control = control->bytes;
    m->msg_controllen = CMSG_SPACE(len * sizeof(int));
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(len * sizeof(int));
    memcpy(CMSG_DATA(c), sockets, len * sizeof(int));
}

/* A short write is as good as none: the message and its sockets belong together. */
enum err socket_handover_send(int fd, struct span message, const int *sockets, size_t len)
{
    union control control = {0};
    char copy[512];
    struct iovec bytes = {.iov_base = copy, .iov_len = message.len};
    struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1};
    ssize_t sent;

    if (message.len == 0 || message.len > sizeof copy || len == 0 || len > SOCKET_HANDOVER_MAX)
        return ERR_LIMIT;
    memcpy(copy, message.ptr, message.len);
    attach(&m, &control, sockets, len);
    do
        sent = sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return err_of_sending(errno);
    return (size_t)sent == message.len ? OK : ERR_BUSY;
}

/* --- receiving --- */

static void close_all(const int *sockets, size_t len)
{
    for (size_t i = 0; i < len; i++)
        (void)close(sockets[i]);
}

static enum err keep(struct socket_handover *in, const struct cmsghdr *c)
{
    int sockets[sizeof(union control) / sizeof(int)]; /* padding has room for some too */
    size_t len = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

    memcpy(sockets, CMSG_DATA(c), len * sizeof(int));
    if (len > SOCKET_HANDOVER_MAX - in->len) {
        close_all(sockets, len);
        return ERR_PROTOCOL;
    }
    memcpy(in->sockets + in->len, sockets, len * sizeof(int));
    in->len += len;
    return OK;
}

static enum err keep_all(struct socket_handover *in, struct msghdr *m)
{
    enum err rc = (m->msg_flags & MSG_CTRUNC) ? ERR_PROTOCOL : OK;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        enum err kept = keep(in, c);
        rc = rc != OK ? rc : kept;
    }
    return rc;
}

enum err socket_handover_receive(int fd, char *data, size_t size, size_t *len,
                                 struct socket_handover *in)
{
    union control control = {0};
    struct iovec bytes = {.iov_base = data, .iov_len = size};
    struct msghdr m = {.msg_iov = &bytes,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    ssize_t got;

    do
        got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? ERR_TIMEOUT : errno == ECONNRESET ? ERR_EOF : ERR_IO;
    enum err rc = keep_all(in, &m);
    if (rc != OK)
        return rc;
    if (got == 0)
        return ERR_EOF;
    *len = (size_t)got;
    return OK;
}

void socket_handover_fini(struct socket_handover *in)
{
    close_all(in->sockets, in->len);
    *in = (struct socket_handover){0};
}
