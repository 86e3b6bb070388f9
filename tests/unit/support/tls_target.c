#include "unit/support/tls_target.h"

#include "net/pipe_stream.h"
#include "net/tls/tls_stream.h"
#include "unit/check.h"
#include "unit/support/test_pki.h"

void tls_target_open(struct tls_target *h, bool on_worker, size_t chunk)
{
    static const struct worker_options options = {
        .name = "handshakes", .threads = 2, .queue_max = 4};
    struct stream *a, *b, *top;

    *h = (struct tls_target){0};
    CHECK_EQ(loop_new(clock_system(), &h->loop), OK);
    if (on_worker)
        CHECK_EQ(worker_open(h->loop, &options, &h->worker), OK);
    h->context = test_pki_server(h->worker, NULL);
    CHECK_EQ(pipe_stream_pair(h->loop, chunk, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(h->loop, a, h->context, NULL, &top), OK);
    net_peer_sit(&h->server, h->loop, top);
    net_peer_sit(&h->raw, h->loop, b);
    net_peer_wait(&h->raw, &h->raw.opened, 1);
}

static void on_worker_closed(void *owner)
{
    (void)owner;
}

void tls_target_close(struct tls_target *h)
{
    net_peer_close(&h->server);
    net_peer_close(&h->raw);
    net_peer_wait(&h->server, &h->server.closed, 1);
    net_peer_wait(&h->raw, &h->raw.closed, 1);
    if (h->worker)
        worker_close(h->worker, on_worker_closed, NULL);
    loop_run(h->loop);
    net_peer_fini(&h->server);
    net_peer_fini(&h->raw);
    tls_context_put(h->context);
    loop_free(h->loop);
}
