/* Many handshakes at the same time on several threads, which share one context, its
 * key and its tickets (thread-test). */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "net/pipe_stream.h"
#include "net/tls/tls_stream.h"
#include "unit/support/net_peer.h"
#include "unit/support/test_pki.h"

#define PAIRS 24u

static struct loop *loop;
static struct worker *worker;
static struct net_peer clients[PAIRS], servers[PAIRS];

static void connect_pair(size_t i, struct tls_context *server, struct tls_context *client)
{
    struct stream *a, *b;

    CHECK_EQ(pipe_stream_pair(loop, 500 + i, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(loop, a, client, "localhost", &a), OK);
    CHECK_EQ(tls_stream_wrap(loop, b, server, NULL, &b), OK);
    net_peer_sit(&clients[i], loop, a);
    net_peer_sit(&servers[i], loop, b);
}

/* All say something to each other; every third pair is closed on the way instead. */
static void talk(void)
{
    for (size_t i = 0; i < PAIRS; i++) {
        if (i % 3 == 2)
            net_peer_close(i % 2 ? &clients[i] : &servers[i]);
        else
            net_peer_wait(&clients[i], &clients[i].opened, 1);
    }
    for (size_t i = 0; i < PAIRS; i++) {
        if (i % 3 == 2)
            continue;
        net_peer_say(&clients[i], "ping");
        net_peer_wait_bytes(&servers[i], 4);
        net_peer_say(&servers[i], "pong");
        net_peer_wait_bytes(&clients[i], 4);
    }
}

static void leave(void)
{
    for (size_t i = 0; i < PAIRS; i++) {
        net_peer_close(&clients[i]);
        net_peer_close(&servers[i]);
        net_peer_wait(&clients[i], &clients[i].closed, 1);
        net_peer_wait(&servers[i], &servers[i].closed, 1);
        net_peer_fini(&clients[i]);
        net_peer_fini(&servers[i]);
    }
}

static void on_worker_closed(void *owner)
{
    (void)owner;
}

static struct tls_context *server_with(const struct tls_identity *identity)
{
    struct tls_server_options o = {
        .identities = identity, .identities_len = 1, .handshakes = worker};
    struct tls_context *context = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_server(&o, &context, detail), OK);
    return context;
}

static void run(const struct tls_identity *identity, bool tls12)
{
    static const struct worker_options options = {
        .name = "handshakes", .threads = 4, .queue_max = 2 * PAIRS};

    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(worker_open(loop, &options, &worker), OK);
    struct tls_context *server = server_with(identity);
    struct tls_context *client = test_pki_client(worker, NULL);
    if (tls12)
        test_pki_limit_to_tls12(client);
    for (size_t i = 0; i < PAIRS; i++)
        connect_pair(i, server, client);
    /* The streams keep what they began with. */
    tls_context_put(server);
    tls_context_put(client);
    talk();
    leave();
    worker_close(worker, on_worker_closed, NULL);
    loop_run(loop);
    loop_free(loop);
}

static void test_ecdsa(void)
{
    struct tls_identity identity = test_pki_localhost();

    run(&identity, false);
    run(&identity, true);
}

static void test_rsa(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options o = test_pki_options(names);

    o.rsa_bits = 2048;
    struct tls_identity identity = test_pki_leaf(&o, NULL);
    run(&identity, false);
    run(&identity, true);
}

CHECK_MAIN(TEST(test_ecdsa), TEST(test_rsa))
