#include "unit/support/net_world.h"

#include "base/mem.h"
#include "net/pipe_stream.h"
#include "net/tcp_stream.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

#include <signal.h>
#include <uv.h>

const unsigned net_world_kinds[NET_WORLD_KINDS] = {
    NET_PLAIN,
    NET_TCP,
    NET_TLS,
    NET_TLS | NET_TLS12,
    NET_TLS | NET_WORKER,
    NET_TCP | NET_TLS,
    NET_TCP | NET_TLS | NET_TLS12,
    NET_TCP | NET_TLS | NET_WORKER,
};

static void open_tls(struct net_world *w)
{
    static const struct worker_options options = {
        .name = "handshakes", .threads = 2, .queue_max = 64};

    if (w->kind & NET_WORKER)
        CHECK_EQ(worker_open(w->loop, &options, &w->worker), OK);
    w->server_context = test_pki_server(w->worker, NULL);
    w->client_context = test_pki_client(w->worker, NULL);
    if (w->kind & NET_TLS12)
        test_pki_limit_to_tls12(w->client_context);
}

static void on_accept(void *owner, struct stream *stream)
{
    struct net_world *w = owner;

    net_world_seat(w, &w->server, stream);
}

static void open_listener(struct net_world *w)
{
    static const struct tcp_listener_events events = {on_accept};
    struct tcp_listener_options options = {.address = "127.0.0.1:0"};

    CHECK_EQ(tcp_listener_open(w->loop, &options, &events, w, &w->listener), OK);
}

void net_world_open(struct net_world *w, unsigned kind)
{
    *w = (struct net_world){.kind = kind, .chunk = 4096, .hostname = "localhost"};
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    w->live = mem_live();
    CHECK_EQ(loop_new(clock_system(), &w->loop), OK);
    if (kind & NET_TLS)
        open_tls(w);
    if (kind & NET_TCP)
        open_listener(w);
}

void net_world_seat(struct net_world *w, struct net_peer *side, struct stream *raw)
{
    bool is_server = side == &w->server;
    struct stream *top = raw;

    *(is_server ? &w->lower_server : &w->lower_client) = raw;
    if (w->kind & NET_TLS &&
        tls_stream_wrap(w->loop, raw, is_server ? w->server_context : w->client_context,
                        is_server ? NULL : w->hostname, &top) != OK) {
        w->failed = true;
        stream_let_go(raw);
        return;
    }
    net_peer_sit(side, w->loop, top);
}

static void connect_tcp(struct net_world *w)
{
    struct sockaddr_in address;
    struct stream *stream;

    CHECK_EQ(uv_ip4_addr("127.0.0.1", (int)tcp_listener_port(w->listener), &address), 0);
    if (tcp_stream_connect(w->loop, (const struct sockaddr *)&address, &stream) == OK)
        net_world_seat(w, &w->client, stream);
    else
        w->failed = true;
}

void net_world_connect(struct net_world *w)
{
    struct stream *a, *b;

    if (w->kind & NET_TCP) {
        connect_tcp(w);
    } else if (pipe_stream_pair(w->loop, w->chunk, &a, &b) == OK) {
        net_world_seat(w, &w->client, a);
        net_world_seat(w, &w->server, b);
    } else {
        w->failed = true;
    }
}

void net_world_join(struct net_world *w)
{
    net_world_connect(w);
    net_peer_wait(&w->client, &w->client.opened, 1);
    net_peer_wait(&w->server, &w->server.opened, 1);
}

/* The server's stream comes into being only when the client's connection is
 * accepted; a client that closed before it was may never be. */
void net_world_run(struct net_world *w)
{
    while (w->client.stream || w->server.stream)
        loop_turn(w->loop, true);
}

static void on_worker_closed(void *owner)
{
    (void)owner;
}

void net_world_close(struct net_world *w)
{
    if (w->listener)
        tcp_listener_close(w->listener);
    net_peer_close(&w->client);
    net_peer_close(&w->server);
    net_world_run(w);
    if (w->worker)
        worker_close(w->worker, on_worker_closed, NULL);
    loop_run(w->loop);
    net_peer_fini(&w->client);
    net_peer_fini(&w->server);
    tls_context_put(w->server_context);
    tls_context_put(w->client_context);
    loop_free(w->loop);
    CHECK_EQ(mem_live(), w->live);
}
