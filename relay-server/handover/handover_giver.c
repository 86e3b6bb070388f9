/* A conversation:
 *   1. a process connects; only one of our own user is listened to
 *   2. it says hello and gets the sockets: copies, which do no harm while we accept too
 *   3. `take`: all listening ends, the owner releases what there can be only one of
 *   4. `released` is said, `serving` comes, the stream goes to the owner
 * What can go wrong:
 *   - it says anything else, takes too long or goes away: the conversation ends, and if it
 *     had taken, the owner goes on as before
 *   - another one has taken: refused
 *   - before 3 nothing has changed, so nothing is told */
#include "relay-server/handover/handover_giver.h"

#include "base/container.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/local_socket.h"
#include "net/socket_handover.h"
#include "net/tcp_stream.h"
#include "relay-server/handover/handover_line.h"

#include <stdio.h>

enum giving_state {
    GIVING_ASKED,     /* waits for hello */
    GIVING_OFFERED,   /* waits for take */
    GIVING_RELEASING, /* waits for us */
    GIVING_RELEASED,  /* waits for serving */
    GIVING_OVER,
};

struct handover_giver {
    struct loop *loop;
    char *path;                 /* owned */
    struct local_socket *local; /* owned; NULL: nobody may ask */
    const struct handover_giver_events *events;
    void *owner;
    struct list givings;
    size_t givings_len;
    struct giving *taking; /* one of them, from `take` on */
    struct defer_task broken;
    const char *why; /* it broke */
    bool is_closed;
};

struct giving {
    struct list_node in_giver;
    struct handover_giver *giver; /* back-pointer */
    struct stream *stream;        /* owned until it is over */
    pid_t pid;
    enum giving_state state;
    struct handover_line line;
    struct deadline deadline;
};

/* --- ends --- */

static void free_when_over(struct handover_giver *g)
{
    if (!g->is_closed || g->givings_len > 0)
        return;
    mem_free(g->path);
    mem_free(g);
}

static void free_giving(struct giving *v)
{
    struct handover_giver *g = v->giver;

    deadline_clear(g->loop, &v->deadline);
    list_remove(&v->in_giver);
    g->givings_len--;
    mem_free(v);
    free_when_over(g);
}

static void on_broken(struct defer_task *task)
{
    struct handover_giver *g = CONTAINER_OF(task, struct handover_giver, broken);

    g->events->on_broken(g->owner, g->why);
}

/* Ends a conversation. */
static void end(struct giving *v, const char *why)
{
    struct handover_giver *g = v->giver;
    bool had_taken = g->taking == v;

    if (v->state == GIVING_OVER)
        return;
    log_info("takeover", "process %ld: %s", (long)v->pid, why);
    v->state = GIVING_OVER;
    deadline_clear(g->loop, &v->deadline);
    stream_close(v->stream);
    if (!had_taken)
        return;
    g->taking = NULL;
    g->why = why;
    if (!g->is_closed)
        defer_post(g->loop, &g->broken, on_broken);
}

static void on_late(struct deadline *d)
{
    end(CONTAINER_OF(d, struct giving, deadline), "took too long");
}

/* --- the conversation --- */

static void move(struct giving *v, enum giving_state to, unsigned wait_ms)
{
    v->state = to;
    if (wait_ms == 0)
        deadline_clear(v->giver->loop, &v->deadline);
    else if (deadline_set(v->giver->loop, &v->deadline, wait_ms, on_late) != OK)
        end(v, "out of memory");
}

/* The peer reads it and goes; or its time is up. */
static void refuse(struct giving *v, const char *why)
{
    char line[HANDOVER_LINE_MAX];

    (void)snprintf(line, sizeof line, HANDOVER_REFUSED "%s\n", why);
    if (stream_write(v->stream, line, strlen(line)) == OK)
        stream_finish(v->stream);
    else
        end(v, why);
}

static void on_hello(struct giving *v, struct span line)
{
    struct handover_sockets s = v->giver->events->sockets(v->giver->owner);
    const int sockets[] = {s.https, s.http};
    char text[HANDOVER_LINE_MAX], shown[80];
    enum err rc = handover_text_hello_parse(line);

    if (rc == ERR_VERSION || s.https <= 0) {
        refuse(v, s.https > 0 ? "this is another version of taking over: stop me, then start "
                                "the other"
                              : "I am ending");
        return;
    }
    log_info("takeover", "process %ld asks for the listening sockets (%s)", (long)v->pid,
             text_escape(shown, sizeof shown, line));
    handover_text_sockets_format(s.http > 0, text);
    if (rc == OK)
        rc = socket_handover_send(tcp_stream_descriptor(v->stream), span_text(text), sockets,
                                  s.http > 0 ? 2 : 1);
    if (rc == OK)
        move(v, GIVING_OFFERED, HANDOVER_OFFERED_MS);
    else
        end(v, rc == ERR_SYNTAX ? "said something else than hello" : err_text(rc));
}

static void stop_listening(struct handover_giver *g)
{
    if (g->local)
        local_socket_close(g->local);
    g->local = NULL;
}

static void on_take(struct giving *v, struct span line)
{
    struct handover_giver *g = v->giver;

    if (!handover_text_is(line, HANDOVER_TAKE)) {
        end(v, "said something else than take");
        return;
    }
    if (g->taking || g->is_closed) {
        refuse(v, "another one is taking over already, or I am ending: try again in a while");
        return;
    }
    log_info("takeover", "process %ld takes over", (long)v->pid);
    g->taking = v;
    stop_listening(g);
    move(v, GIVING_RELEASING, 0);
    if (v->state == GIVING_RELEASING)
        g->events->on_take(g->owner);
}

static void on_serving(struct giving *v, struct span line, struct span early)
{
    struct handover_giver *g = v->giver;
    struct stream *stream = v->stream;

    if (!handover_text_is(line, HANDOVER_SERVING)) {
        end(v, "said something else than serving");
        return;
    }
    pid_t pid = v->pid;
    g->taking = NULL;
    v->state = GIVING_OVER;
    stream_own(stream, NULL, NULL);
    free_giving(v);
    g->events->on_served(g->owner, stream, early, pid);
}

static void on_line(struct giving *v, struct span line, struct span rest)
{
    switch (v->state) {
    case GIVING_ASKED:
        on_hello(v, line);
        break;
    case GIVING_OFFERED:
        on_take(v, line);
        break;
    case GIVING_RELEASING:
        end(v, "did not wait for the answer");
        break;
    case GIVING_RELEASED:
        on_serving(v, line, rest);
        break;
    case GIVING_OVER:
        break;
    }
}

/* Nobody says two things at once but who serves: then HTTP/2 may follow at once. */
static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct giving *v = owner;
    struct span bytes = span_of(data, len), rest;
    size_t used;

    if (!handover_line_add(&v->line, bytes, &used)) {
        if (handover_line_is_full(&v->line))
            end(v, "said a line that is too long");
        return;
    }
    rest = span_slice(bytes, used, len);
    if (rest.len > 0 && v->state != GIVING_RELEASED)
        end(v, "did not wait for the answer");
    else
        on_line(v, handover_line_text(&v->line), rest);
}

static void on_end(void *owner, enum err why)
{
    end(owner, err_text(why));
}

static void on_stream_closed(void *owner)
{
    free_giving(owner);
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static const struct stream_events stream_events = {
    .on_open = on_nothing,
    .on_data = on_data,
    .on_drain = on_nothing,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

/* --- listening --- */

static void on_accept(void *owner, struct stream *stream)
{
    struct handover_giver *g = owner;
    struct giving *v = g->givings_len < HANDOVER_GIVINGS ? mem_alloc(sizeof *v) : NULL;

    if (!v) {
        stream_close(stream);
        return;
    }
    v->giver = g;
    v->stream = stream;
    list_append(&g->givings, &v->in_giver);
    g->givings_len++;
    stream_own(stream, &stream_events, v);
    if (socket_handover_check_peer(tcp_stream_descriptor(stream), &v->pid) != OK)
        end(v, "is another user's, or gone");
    else
        move(v, GIVING_ASKED, HANDOVER_ASKED_MS);
}

static const struct local_socket_events local_events = {.on_accept = on_accept};

enum err handover_giver_listen(struct handover_giver *g)
{
    return g->local ? OK : local_socket_listen(g->loop, g->path, &local_events, g, &g->local);
}

enum err handover_giver_open(struct loop *l, const char *path,
                             const struct handover_giver_events *events, void *owner,
                             struct handover_giver **out)
{
    struct handover_giver *g = mem_alloc(sizeof *g);

    if (!g)
        return ERR_NOMEM;
    *g = (struct handover_giver){.loop = l, .events = events, .owner = owner};
    list_init(&g->givings);
    g->path = mem_text(path, strlen(path));
    enum err rc = g->path ? handover_giver_listen(g) : ERR_NOMEM;
    if (rc != OK) {
        mem_free(g->path);
        mem_free(g);
        return rc;
    }
    *out = g;
    return OK;
}

void handover_giver_released(struct handover_giver *g)
{
    struct giving *v = g->taking;

    if (!v || v->state != GIVING_RELEASING)
        return;
    move(v, GIVING_RELEASED, HANDOVER_SERVING_MS);
    if (v->state == GIVING_RELEASED &&
        stream_write(v->stream, HANDOVER_RELEASED, strlen(HANDOVER_RELEASED)) != OK)
        end(v, "cannot be written to");
}

void handover_giver_close(struct handover_giver *g)
{
    struct list_node *next;

    if (g->is_closed)
        return;
    g->is_closed = true;
    defer_cancel(g->loop, &g->broken);
    stop_listening(g);
    for (struct list_node *n = list_first(&g->givings); n; n = next) {
        next = list_next(&g->givings, n);
        end(CONTAINER_OF(n, struct giving, in_giver), "this relay ends");
    }
    free_when_over(g);
}
