/* Every allocation of ours fails once, in every kind of connection (also with
 * handshakes on threads: thread-test).  Nothing may leak, crash or hang. */
#include "base/mem.h"
#include "check.h"
#include "unit/support/net_world.h"

#define TOTAL ((size_t)20000)

static void client_hook(struct net_peer *p, enum net_event event)
{
    static const uint8_t zeros[TOTAL];

    if (event == NET_OPEN && stream_write(p->stream, zeros, TOTAL) != OK)
        stream_close(p->stream);
    if (event == NET_END || p->got_len == TOTAL)
        net_peer_close(p);
}

/* Echoes in pieces, with a pause in each turn, so that rests are kept. */
static void server_hook(struct net_peer *p, enum net_event event)
{
    size_t *echoed = p->context;

    if (event == NET_DATA) {
        if (stream_write(p->stream, p->got + *echoed, p->got_len - *echoed) != OK)
            stream_close(p->stream);
        *echoed = p->got_len;
        if (p->got_len % 2 == 0)
            stream_pause(p->stream);
    }
    if (event == NET_DRAIN)
        stream_resume(p->stream);
    if (event == NET_END)
        stream_close(p->stream);
}

/* True when all bytes made the round trip. */
static bool run(unsigned kind, unsigned long fail_at)
{
    struct net_world w;
    size_t echoed = 0;

    net_world_open(&w, kind);
    w.chunk = 999;
    w.client.hook = client_hook;
    w.server.hook = server_hook;
    w.server.context = &echoed;
    mem_fail_at(fail_at);
    net_world_connect(&w);
    while (w.client.stream && !w.failed)
        loop_turn(w.loop, true);
    mem_fail_at(0);
    bool ok = w.client.got_len == TOTAL;
    net_world_close(&w);
    return ok;
}

static void test_every_allocation_fails(void)
{
    for (size_t k = 0; k < NET_WORLD_KINDS; k++) {
        unsigned long n = 1;
        CHECK(run(net_world_kinds[k], 0));
        while (!run(net_world_kinds[k], n))
            n++;
        CHECK(n > 4);
    }
}

CHECK_MAIN(TEST(test_every_allocation_fails))
