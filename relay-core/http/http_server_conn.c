/* Which protocol it is, is known when the stream opens: ALPN says so.  From then on this
 * is a thin cover around an h1_server_conn or an h2_conn. */
#include "http/http_server_conn.h"

#include "base/mem.h"
#include "http/h1/h1_server_conn.h"
#include "http/h2/h2_conn.h"

#include <string.h>

#define STREAMS_DEFAULT           100u
#define STREAM_WINDOW_DEFAULT     (256u * 1024u)
#define CONNECTION_WINDOW_DEFAULT (1024u * 1024u)

struct http_server_conn {
    struct h1_server_conn *h1; /* one of them; owned */
    struct h2_conn *h2;
    struct span scheme; /* borrowed */
    const struct http_server_conn_events *events;
    void *owner;
};

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct http_server_conn *c = owner;

    c->events->on_request(c->owner, x, head, end);
}

/* A client may claim any :scheme; what it came over is known here. */
static void on_h2_request(void *owner, struct exchange *x, const struct http_head *head,
                          bool end)
{
    struct http_server_conn *c = owner;
    struct http_head copy = *head;

    copy.scheme = c->scheme;
    c->events->on_request(c->owner, x, &copy, end);
}

static void on_closed(void *owner)
{
    struct http_server_conn *c = owner;

    c->events->on_closed(c->owner);
    mem_free(c);
}

/* The peer ended or broke it; what was under way has been told already. */
static void on_lost(void *owner, enum err why, const char *detail)
{
    struct http_server_conn *c = owner;

    (void)why;
    (void)detail;
    h2_conn_close(c->h2);
}

static void on_ping_ack(void *owner, uint64_t opaque)
{
    (void)owner;
    (void)opaque;
}

static void on_heard(void *owner)
{
    (void)owner;
}

static void on_goaway(void *owner, uint32_t code)
{
    (void)owner;
    (void)code;
}

static const struct http_server_conn_events h1_events = {
    .on_request = on_request,
    .on_closed = on_closed,
};

static const struct h2_conn_events h2_events = {
    .on_request = on_h2_request,
    .on_ping_ack = on_ping_ack,
    .on_heard = on_heard,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

static enum err open_h2(struct loop *l, struct stream *stream,
                        const struct http_server_conn_options *o, struct http_server_conn *c)
{
    struct h2_options options = {
        .role = H2_SERVER,
        .streams_max = o->streams_max ? o->streams_max : STREAMS_DEFAULT,
        .stream_window = o->stream_window ? o->stream_window : STREAM_WINDOW_DEFAULT,
        .connection_window =
            o->connection_window ? o->connection_window : CONNECTION_WINDOW_DEFAULT,
        .send_max = 2 * EXCHANGE_HIGH_WATER,
    };

    return h2_conn_open(l, stream, &options, &h2_events, c, &c->h2);
}

enum err http_server_conn_open(struct loop *l, struct stream *stream,
                               const struct http_server_conn_options *options,
                               const struct http_server_conn_events *events, void *owner,
                               struct http_server_conn **out)
{
    bool is_h2 = options->http2 || strcmp(stream_protocol(stream), "h2") == 0;
    struct http_server_conn *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->scheme = span_text(options->scheme);
    c->events = events;
    c->owner = owner;
    enum err e = is_h2 ? open_h2(l, stream, options, c)
                       : h1_server_conn_open(l, stream, options->scheme, &h1_events, c, &c->h1);
    if (e) {
        mem_free(c);
        return e;
    }
    *out = c;
    return OK;
}

void http_server_conn_shutdown(struct http_server_conn *c)
{
    if (c->h2)
        h2_conn_shutdown(c->h2);
    else
        h1_server_conn_shutdown(c->h1);
}

void http_server_conn_retire(struct http_server_conn *c)
{
    if (c->h2)
        h2_conn_shutdown(c->h2);
    else
        h1_server_conn_retire(c->h1);
}

void http_server_conn_close(struct http_server_conn *c)
{
    if (c->h2)
        h2_conn_close(c->h2);
    else
        h1_server_conn_close(c->h1);
}

bool http_server_conn_is_h2(const struct http_server_conn *c)
{
    return c->h2 != NULL;
}

enum err http_server_conn_upgrade(struct http_server_conn *c, struct exchange *x,
                                  const struct http_head *head, struct stream **out)
{
    return c->h1 ? h1_server_conn_upgrade(c->h1, x, head, out) : ERR_UNSUPPORTED;
}
