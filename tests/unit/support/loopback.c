#include "unit/support/loopback.h"

#include "net/tcp_stream.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"

#include <uv.h>

struct stream *loopback_tcp(struct loop *l, unsigned port)
{
    struct sockaddr_in address;
    struct stream *s;

    CHECK_EQ(uv_ip4_addr("127.0.0.1", (int)port, &address), 0);
    CHECK_EQ(tcp_stream_connect(l, (const struct sockaddr *)&address, &s), OK);
    return s;
}

struct stream *loopback_tls(struct loop *l, unsigned port, struct tls_context *context,
                            const char *host)
{
    struct stream *s;

    CHECK_EQ(tls_stream_wrap(l, loopback_tcp(l, port), context, host, &s), OK);
    return s;
}

void loopback_sit(struct public_client *c, struct loop *l, struct stream *s, bool is_h2)
{
    CHECK(public_client_sit(c, l, s, is_h2));
    while (!is_h2 && !c->peer.opened && !c->peer.ended)
        loop_turn(l, true);
}

static bool has_ended(const struct public_client *c)
{
    if (c->is_h2)
        return c->is_lost || c->is_aborted || !c->h2;
    return c->peer.ended || !c->peer.stream;
}

bool loopback_wait(struct public_client *c)
{
    while (!public_client_look(c) && !has_ended(c))
        loop_turn(c->loop, true);
    return public_client_look(c);
}

bool loopback_ask(struct public_client *c, const struct public_request *request)
{
    return public_client_send(c, request) && loopback_wait(c);
}

void loopback_wait_end(struct public_client *c)
{
    while (!has_ended(c))
        loop_turn(c->loop, true);
}

void loopback_leave(struct public_client *c)
{
    public_client_close(c);
    while (!public_client_is_closed(c))
        loop_turn(c->loop, true);
    public_client_fini(c);
}
