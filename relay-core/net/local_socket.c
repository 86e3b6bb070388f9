/* libuv accepts a connection of a local socket into a TCP handle as well, and asks of an
 * opened descriptor only that it is a stream socket: so tcp_stream serves both families.
 *
 * Listening:
 *   1. connect to the path: somebody answers, it is taken; nobody, the file is a leftover
 *   2. bind with an umask that gives the file to its owner alone, listen
 * What can go wrong: the path is too long for a socket address, or not ours to write. */
#include "net/local_socket.h"

#include "base/mem.h"
#include "net/tcp_stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#define BACKLOG 64

struct local_socket {
    struct loop *loop;
    uv_pipe_t pipe;
    const struct local_socket_events *events;
    void *owner;
};

static enum err err_of(int code)
{
    switch (code) {
    case ENOENT:
        return ERR_NOT_FOUND;
    case ECONNREFUSED:
        return ERR_REFUSED;
    case EADDRINUSE:
        return ERR_CONFLICT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    default:
        return ERR_IO;
    }
}

static enum err address_of(const char *path, struct sockaddr_un *out)
{
    if (strlen(path) >= sizeof out->sun_path)
        return ERR_LIMIT;
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, path, strlen(path));
    return OK;
}

/* A local connect does not wait: the kernel has room in the backlog, or says no. */
static enum err connect_to(const char *path, int *fd)
{
    struct sockaddr_un address;
    enum err rc = address_of(path, &address);

    if (rc != OK)
        return rc;
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0)
        return ERR_IO;
    if (connect(s, (const struct sockaddr *)&address, sizeof address) != 0) {
        rc = err_of(errno);
        (void)close(s);
        return rc;
    }
    *fd = s;
    return OK;
}

static enum err remove_leftover(const char *path)
{
    int fd;
    enum err rc = connect_to(path, &fd);

    if (rc == OK) {
        (void)close(fd);
        return ERR_CONFLICT;
    }
    if (rc == ERR_REFUSED && unlink(path) != 0)
        return err_of(errno);
    return rc == ERR_REFUSED || rc == ERR_NOT_FOUND ? OK : rc;
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct local_socket *s = listener->data;
    struct stream *stream;

    if (status == 0 && tcp_stream_accept(s->loop, listener, &stream) == OK)
        s->events->on_accept(s->owner, stream);
}

static void on_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

/* Between bind and chmod nobody else may slip in, so the umask does it. */
static int bind_and_listen(struct local_socket *s, const char *path)
{
    mode_t before = umask(0177);
    int code = uv_pipe_bind(&s->pipe, path);

    (void)umask(before);
    return code != 0 ? code : uv_listen((uv_stream_t *)&s->pipe, BACKLOG, on_connection);
}

enum err local_socket_listen(struct loop *l, const char *path,
                             const struct local_socket_events *events, void *owner,
                             struct local_socket **out)
{
    struct sockaddr_un address;
    enum err rc = address_of(path, &address);

    if (rc == OK)
        rc = remove_leftover(path);
    if (rc != OK)
        return rc;
    struct local_socket *s = mem_alloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->loop = l;
    s->events = events;
    s->owner = owner;
    (void)uv_pipe_init(loop_uv(l), &s->pipe, 0); /* makes no socket yet: cannot fail */
    s->pipe.data = s;
    int code = bind_and_listen(s, path);
    if (code != 0) {
        uv_close((uv_handle_t *)&s->pipe, on_closed);
        return err_of(-code);
    }
    *out = s;
    return OK;
}

/* libuv removes the file of a pipe that it bound. */
void local_socket_close(struct local_socket *s)
{
    uv_close((uv_handle_t *)&s->pipe, on_closed);
}

enum err local_socket_connect(struct loop *l, const char *path, struct stream **out)
{
    int fd;
    enum err rc = connect_to(path, &fd);

    if (rc != OK)
        return rc;
    rc = tcp_stream_adopt(l, fd, out);
    if (rc != OK)
        (void)close(fd);
    return rc;
}
