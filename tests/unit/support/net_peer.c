#include "unit/support/net_peer.h"

#include "unit/check.h"

static void tell_hook(struct net_peer *p, enum net_event event)
{
    if (p->hook)
        p->hook(p, event);
}

static void on_open(void *owner)
{
    struct net_peer *p = owner;

    CHECK(!p->closed && !p->ended && p->got_len == 0);
    CHECK_EQ(++p->opened, 1);
    CHECK(stream_is_open(p->stream));
    (void)snprintf(p->protocol, sizeof(p->protocol), "%s", stream_protocol(p->stream));
    tell_hook(p, NET_OPEN);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct net_peer *p = owner;

    CHECK(p->opened == 1 && !p->ended && !p->closed && len > 0);
    if (len > p->got_cap - p->got_len) {
        p->got_cap = (p->got_cap + len) * 2;
        p->got = realloc(p->got, p->got_cap);
        CHECK(p->got != NULL);
    }
    memcpy(p->got + p->got_len, data, len);
    p->got_len += len;
    p->largest = len > p->largest ? len : p->largest;
    tell_hook(p, NET_DATA);
}

static void on_drain(void *owner)
{
    struct net_peer *p = owner;

    CHECK(p->opened == 1 && !p->closed && (!p->ended || p->end == ERR_EOF));
    p->drained++;
    tell_hook(p, NET_DRAIN);
}

static void on_end(void *owner, enum err why)
{
    struct net_peer *p = owner;

    CHECK(!p->closed && why != OK);
    CHECK_EQ(++p->ended, 1);
    p->end = why;
    (void)snprintf(p->detail, sizeof(p->detail), "%s", stream_detail(p->stream));
    tell_hook(p, NET_END);
}

static void on_closed(void *owner)
{
    struct net_peer *p = owner;

    CHECK_EQ(++p->closed, 1);
    p->stream = NULL;
    tell_hook(p, NET_CLOSED);
}

static const struct stream_events events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_closed,
};

void net_peer_sit(struct net_peer *p, struct loop *l, struct stream *s)
{
    CHECK(!p->stream && !p->closed);
    p->loop = l;
    p->stream = s;
    if (stream_is_open(s))
        p->opened = 1;
    stream_own(s, &events, p);
}

void net_peer_close(struct net_peer *p)
{
    if (p->stream)
        stream_close(p->stream);
}

void net_peer_fini(struct net_peer *p)
{
    CHECK(!p->stream);
    free(p->got);
    *p = (struct net_peer){0};
}

void net_peer_wait(struct net_peer *p, const int *flag, int count)
{
    while (*flag < count)
        loop_turn(p->loop, true);
}

void net_peer_wait_bytes(struct net_peer *p, size_t len)
{
    while (p->got_len < len)
        loop_turn(p->loop, true);
}

void net_peer_say(struct net_peer *p, const char *text)
{
    CHECK_EQ(stream_write(p->stream, text, strlen(text)), OK);
}
