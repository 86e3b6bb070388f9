/* The happy path:
 *  1. output_init opens the file behind the descriptor once more, non-blocking: the flag
 *     would otherwise be set for every process that shares it (the shell, standard error).
 *  2. output_write writes at once.  What is not taken waits in the backlog.
 *  3. A deadline tries again every 20 ms until the backlog is empty, then on_drained.
 *
 * What can go wrong:
 *  - The file cannot be opened again (a socket, somebody else's terminal): small pieces
 *    are written, each only when poll says that there is room.
 *  - Nobody reads: the backlog fills up, then texts are dropped and counted.
 *  - The reader is gone (EPIPE): nothing is written any more. */
#include "relay-client/display/output.h"

#include "base/container.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define RETRY_MS  20u
#define FINISH_MS 250
#define PIECE     512u /* POSIX: a pipe that poll calls writable takes PIPE_BUF, >= 512 */

static void try_again(struct deadline *d);

/* A descriptor of our own, or -1. */
static int open_again(int fd)
{
    char path[32];
    int own;

    (void)snprintf(path, sizeof(path), "/dev/fd/%d", fd);
    own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0)
        return -1;
    /* Some systems only duplicate the descriptor, with the flags it had. */
    int flags = fcntl(own, F_GETFL);

    if (flags >= 0 && (flags & O_NONBLOCK))
        return own;
    close(own);
    return -1;
}

void output_init(struct output *o, struct loop *l, int fd, void (*on_drained)(struct output *o))
{
    struct stat st;

    *o = (struct output){.loop = l, .fd = fd, .on_drained = on_drained};
    bytes_init(&o->backlog, OUTPUT_BACKLOG_MAX);
    if (fstat(fd, &st) || S_ISREG(st.st_mode))
        return; /* a file never blocks, and has a place that must stay shared */
    int own = S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode) ? open_again(fd) : -1;

    if (own >= 0) {
        o->fd = own;
        o->owns_fd = true;
    } else {
        o->may_block = true;
    }
}

static bool is_writable(const struct output *o, int timeout_ms)
{
    struct pollfd p = {.fd = o->fd, .events = POLLOUT};

    return poll(&p, 1, timeout_ms) > 0;
}

/* Bytes taken, 0 when there is no room. */
static size_t write_some(struct output *o, struct span text)
{
    ssize_t n;

    if (o->may_block && !is_writable(o, 0))
        return 0;
    if (o->may_block && text.len > PIECE)
        text.len = PIECE;
    do
        n = write(o->fd, text.ptr, text.len);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return (size_t)n;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        o->is_broken = true;
    return 0;
}

static void write_backlog(struct output *o)
{
    size_t n = 1;

    while (n > 0 && !o->is_broken && bytes_len(&o->backlog) > 0) {
        n = write_some(o, bytes_span(&o->backlog));
        bytes_consume(&o->backlog, n);
    }
    if (o->is_broken)
        bytes_clear(&o->backlog);
}

static void wait_for_room(struct output *o)
{
    if (!deadline_is_set(&o->retry) &&
        deadline_set(o->loop, &o->retry, RETRY_MS, try_again) != OK)
        return; /* the next write tries again */
}

static void try_again(struct deadline *d)
{
    struct output *o = CONTAINER_OF(d, struct output, retry);

    write_backlog(o);
    if (bytes_len(&o->backlog) > 0) {
        wait_for_room(o);
        return;
    }
    bytes_release(&o->backlog);
    if (o->on_drained)
        o->on_drained(o);
}

void output_write(struct output *o, struct span text)
{
    if (o->is_broken)
        return;
    write_backlog(o);
    /* Kept first, so that memory cannot run out in the middle of a line. */
    if (bytes_append_span(&o->backlog, text))
        o->dropped++;
    else if (bytes_len(&o->backlog) == text.len) /* else there was no room just now */
        write_backlog(o);
    if (bytes_len(&o->backlog) > 0 || o->dropped > 0)
        wait_for_room(o);
}

bool output_is_idle(const struct output *o)
{
    return bytes_len(&o->backlog) == 0;
}

void output_fini(struct output *o)
{
    uint64_t until = loop_now_ms(o->loop) + FINISH_MS;

    deadline_clear(o->loop, &o->retry);
    write_backlog(o);
    while (bytes_len(&o->backlog) > 0 && is_writable(o, FINISH_MS) &&
           loop_now_ms(o->loop) < until)
        write_backlog(o);
    bytes_fini(&o->backlog);
    if (o->owns_fd)
        close(o->fd);
}
