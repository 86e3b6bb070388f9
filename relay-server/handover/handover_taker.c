#include "relay-server/handover/handover_taker.h"

#include "base/text.h"
#include "net/tcp_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* --- the conversation --- */

static bool wait_at_most(const struct handover_taker *t, unsigned ms)
{
    const struct timeval time = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    return setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0 &&
           setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0;
}

static enum err say(const struct handover_taker *t, const char *text)
{
    ssize_t sent = send(t->fd, text, strlen(text), MSG_NOSIGNAL);

    if (sent == (ssize_t)strlen(text))
        return OK;
    return sent < 0 && (errno == EPIPE || errno == ECONNRESET) ? ERR_EOF : ERR_TIMEOUT;
}

/* Byte by byte: what comes behind the last line is HTTP/2's. */
static enum err hear(struct handover_taker *t)
{
    size_t len, used;
    char c;

    while (!handover_line_is_full(&t->line)) {
        enum err rc = socket_handover_receive(t->fd, &c, 1, &len, &t->in);

        if (rc != OK)
            return rc;
        if (handover_line_add(&t->line, span_of(&c, 1), &used))
            return OK;
    }
    return ERR_PROTOCOL;
}

/* What it said instead of what was expected. */
static enum err judge(struct handover_taker *t)
{
    struct span why = handover_text_refusal(handover_line_text(&t->line));
    char shown[200];

    if (why.len == 0)
        return ERR_PROTOCOL;
    (void)snprintf(t->detail, sizeof t->detail, "the running relay (process %ld) says: %s",
                   (long)t->pid, text_escape(shown, sizeof shown, why));
    return ERR_BUSY;
}

static enum err explain(struct handover_taker *t, enum err why)
{
    if (why == ERR_TIMEOUT)
        (void)snprintf(t->detail, sizeof t->detail,
                       "the running relay (process %ld) does not answer, and goes on: see its "
                       "log, or stop it and start without --takeover",
                       (long)t->pid);
    else if (why != OK && why != ERR_EOF && why != ERR_BUSY)
        (void)snprintf(t->detail, sizeof t->detail,
                       "the running relay (process %ld) does not speak this version's "
                       "language, and goes on: stop it and start without --takeover",
                       (long)t->pid);
    return why;
}

/* --- asking --- */

static enum err err_of_connecting(int code)
{
    switch (code) {
    case ENOENT:
    case ECONNREFUSED:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    case EAGAIN:
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}

static enum err connect_to(struct handover_taker *t, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return ERR_LIMIT;
    memcpy(address.sun_path, path, strlen(path));
    t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (t->fd < 0) {
        t->fd = 0;
        return ERR_IO;
    }
    if (!wait_at_most(t, HANDOVER_ASK_MS) ||
        connect(t->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        return err_of_connecting(errno);
    return socket_handover_check_peer(t->fd, &t->pid);
}

static enum err complain(struct handover_taker *t, enum err why, const char *path)
{
    if (why == ERR_LIMIT)
        (void)snprintf(t->detail, sizeof t->detail,
                       "the path of %.160s is too long for a socket (at most 107 bytes): "
                       "choose a shorter --data",
                       path);
    else if (why == ERR_DENIED)
        (void)snprintf(t->detail, sizeof t->detail,
                       "%.160s belongs to a relay of another user: take over as that user",
                       path);
    else if (why != OK && why != ERR_NOT_FOUND)
        (void)snprintf(t->detail, sizeof t->detail, "%.160s: %s", path, err_text(why));
    return why;
}

static enum err take_sockets(struct handover_taker *t)
{
    bool has_http;
    struct span line = handover_line_text(&t->line);

    if (handover_text_sockets_parse(line, &has_http) != OK)
        return judge(t);
    if (t->in.len != (has_http ? 2 : 1))
        return ERR_PROTOCOL;
    t->has_sockets = true;
    t->https = t->in.sockets[0];
    t->http = has_http ? t->in.sockets[1] : 0;
    return OK;
}

enum err handover_taker_ask(struct handover_taker *t, const char *path)
{
    char hello[HANDOVER_LINE_MAX];

    *t = (struct handover_taker){0};
    enum err rc = connect_to(t, path);
    if (rc != OK)
        return complain(t, rc, path);
    handover_text_hello_format(hello);
    rc = say(t, hello);
    if (rc == OK)
        rc = hear(t);
    return explain(t, rc == OK ? take_sockets(t) : rc);
}

/* --- taking --- */

enum err handover_taker_take(struct handover_taker *t)
{
    enum err rc = wait_at_most(t, HANDOVER_TAKE_MS) ? say(t, HANDOVER_TAKE) : ERR_IO;

    if (rc == OK)
        rc = hear(t);
    if (rc == OK && !handover_text_is(handover_line_text(&t->line), HANDOVER_RELEASED))
        rc = judge(t);
    return explain(t, rc);
}

enum err handover_taker_serve(struct handover_taker *t, struct loop *l, struct stream **out)
{
    enum err rc = say(t, HANDOVER_SERVING);

    if (rc == OK)
        rc = tcp_stream_adopt(l, t->fd, out);
    if (rc == OK)
        t->fd = 0;
    return rc;
}

void handover_taker_fini(struct handover_taker *t)
{
    if (t->fd > 0)
        (void)close(t->fd);
    socket_handover_fini(&t->in);
    *t = (struct handover_taker){0};
}
