#include "unit/support/talker.h"

#include "unit/check.h"

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct talker_connection *c = owner;
    struct talker *t = c->talker;

    (void)data, (void)len;
    if (!t->says)
        return;
    if (stream_write(c->stream, t->says, t->says_len) != OK)
        stream_close(c->stream);
    else
        stream_finish(c->stream);
}

static void on_end(void *owner, enum err why)
{
    struct talker_connection *c = owner;

    (void)why;
    stream_close(c->stream);
}

static void on_closed(void *owner)
{
    ((struct talker_connection *)owner)->stream = NULL;
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
    .on_closed = on_closed,
};

static void on_accept(void *owner, struct stream *stream)
{
    struct talker *t = owner;

    CHECK(t->accepted < TALKER_CONNECTIONS);
    struct talker_connection *c = &t->connections[t->accepted++];
    c->talker = t;
    c->stream = stream;
    stream_own(stream, &stream_events, c);
}

void talker_open(struct talker *t, struct loop *l, const void *says, size_t len)
{
    static const struct tcp_listener_events events = {on_accept};
    struct tcp_listener_options o = {.address = "127.0.0.1:0"};

    *t = (struct talker){.loop = l, .says = says, .says_len = len};
    CHECK_EQ(tcp_listener_open(l, &o, &events, t, &t->listener), OK);
    t->port = tcp_listener_port(t->listener);
}

void talker_close(struct talker *t)
{
    tcp_listener_close(t->listener);
    for (size_t i = 0; i < t->accepted; i++)
        if (t->connections[i].stream)
            stream_close(t->connections[i].stream);
}
