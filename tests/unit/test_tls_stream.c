/* TLS after the handshake, and against what breaks below it. */
#include "net/tls/tls_stream.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "net/fault_stream.h"
#include "net/pipe_stream.h"
#include "unit/support/net_world.h"
#include "unit/support/test_pki.h"
#include "unit/support/tls_target.h"

/* --- the server end is not TLS --- */

static void test_client_of_a_plain_server(void)
{
    struct tls_target h;
    struct stream *a, *b, *top;
    struct net_peer client = {0}, plain = {0};
    struct tls_context *context = test_pki_client(NULL, NULL);

    tls_target_open(&h, false, 4096);
    CHECK_EQ(pipe_stream_pair(h.loop, 4096, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(h.loop, a, context, "localhost", &top), OK);
    net_peer_sit(&client, h.loop, top);
    net_peer_sit(&plain, h.loop, b);
    net_peer_wait_bytes(&plain, 1);
    net_peer_say(&plain, "HTTP/1.1 400 Bad Request\r\n\r\n");
    net_peer_wait(&client, &client.ended, 1);
    CHECK_STR(client.detail, "the peer answers in plain text: this is not a TLS port");
    net_peer_close(&client);
    net_peer_close(&plain);
    net_peer_wait(&client, &client.closed, 1);
    net_peer_wait(&plain, &plain.closed, 1);
    net_peer_fini(&client);
    net_peer_fini(&plain);
    tls_context_put(context);
    tls_target_close(&h);
}

/* --- after the handshake --- */

static void test_cut_without_goodbye(void)
{
    struct net_world w;

    for (unsigned tcp = 0; tcp <= NET_TCP; tcp++) {
        net_world_open(&w, NET_TLS | tcp);
        net_world_join(&w);
        net_peer_say(&w.client, "half a mess");
        net_peer_wait_bytes(&w.server, 11);
        stream_finish(w.lower_client); /* under TLS' feet */
        net_peer_wait(&w.server, &w.server.ended, 1);
        CHECK_EQ(w.server.end, ERR_IO);
        CHECK_STR(w.server.detail,
                  "the connection was cut (no close_notify): data may be missing");
        net_world_close(&w);
    }
}

static void test_damaged_record(void)
{
    struct net_world w;
    uint8_t record[64] = {23, 3, 3, 0, 40};

    for (unsigned tls12 = 0; tls12 <= NET_TLS12; tls12 += NET_TLS12) {
        net_world_open(&w, NET_TLS | tls12);
        net_world_join(&w);
        CHECK_EQ(stream_write(w.lower_client, record, 45), OK);
        net_peer_wait(&w.server, &w.server.ended, 1);
        CHECK_EQ(w.server.end, ERR_TLS);
        CHECK_STR(w.server.detail, "a record was damaged on its way");
        CHECK_EQ(stream_write(w.server.stream, "x", 1), ERR_TLS);
        stream_finish(w.server.stream);
        net_world_close(&w);
    }
}

/* All or nothing: the limit of the stream below is asked before encrypting. */
static void test_limit_of_what_waits(void)
{
    struct net_world w;
    static uint8_t data[1 << 20];

    net_world_open(&w, NET_TLS);
    net_world_join(&w);
    stream_pause(w.server.stream);
    CHECK_EQ(stream_write(w.client.stream, data, sizeof(data)), ERR_LIMIT);
    CHECK_EQ(stream_write(w.client.stream, data, 1000000), OK);
    CHECK_EQ(stream_write(w.client.stream, data, 100000), ERR_LIMIT);
    net_peer_say(&w.client, "goes on");
    CHECK(stream_queued(w.client.stream) > 1000000);
    stream_resume(w.server.stream);
    net_peer_wait_bytes(&w.server, 1000007);
    CHECK_MEM(w.server.got + 1000000, "goes on", 7);
    net_world_close(&w);
}

static void test_write_that_breaks(void)
{
    struct net_world w;

    net_world_open(&w, NET_TLS);
    net_world_join(&w);
    mem_fail_at(1);
    CHECK_EQ(stream_write(w.client.stream, "lost", 4), ERR_NOMEM);
    mem_fail_at(0);
    CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_TLS);
    CHECK_EQ(w.client.ended, 0); /* not from inside the call */
    net_peer_wait(&w.client, &w.client.ended, 1);
    CHECK_EQ(w.client.end, ERR_NOMEM);
    net_world_close(&w);
}

/* --- workers --- */

static void test_too_many_handshakes(void)
{
    static const struct worker_options options = {
        .name = "handshakes", .threads = 1, .queue_max = 0};
    struct tls_target h;
    struct stream *a, *b, *top;

    h = (struct tls_target){0};
    CHECK_EQ(loop_new(clock_system(), &h.loop), OK);
    CHECK_EQ(worker_open(h.loop, &options, &h.worker), OK);
    h.context = test_pki_server(h.worker, NULL);
    CHECK_EQ(pipe_stream_pair(h.loop, 4096, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(h.loop, a, h.context, NULL, &top), OK);
    net_peer_sit(&h.server, h.loop, top);
    net_peer_sit(&h.raw, h.loop, b);
    net_peer_wait(&h.raw, &h.raw.opened, 1);
    net_peer_say(&h.raw, "anything");
    net_peer_wait(&h.server, &h.server.ended, 1);
    CHECK_EQ(h.server.end, ERR_BUSY);
    CHECK_STR(h.server.detail, "too many TLS handshakes at once");
    tls_target_close(&h);
}

/* The network brings everything in odd pieces, cut at every place. */
static void test_cut_at_every_byte(void)
{
    struct fault_plan plan = {0};

    for (uint64_t cut = 1, opened = 0; !opened; cut += 13) {
        struct net_world w;
        struct stream *a, *b, *broken;
        net_world_open(&w, NET_TLS);
        plan = (struct fault_plan){.chunk = 7, .cut_after = cut};
        CHECK_EQ(pipe_stream_pair(w.loop, 4096, &a, &b), OK);
        CHECK_EQ(fault_stream_wrap(w.loop, a, &plan, &broken), OK);
        net_world_seat(&w, &w.client, broken);
        net_world_seat(&w, &w.server, b);
        net_peer_wait(&w.client, &w.client.ended, 1);
        CHECK_EQ(w.client.end, ERR_IO);
        opened = (uint64_t)w.client.opened;
        net_world_close(&w);
    }
}

static void test_long_host_name(void)
{
    struct net_world w;
    struct stream *a, *b, *top;
    char name[257];

    memset(name, 'a', sizeof(name));
    name[256] = '\0';
    net_world_open(&w, NET_TLS);
    CHECK_EQ(pipe_stream_pair(w.loop, 4096, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(w.loop, a, w.client_context, name, &top), ERR_CONFIG);
    stream_let_go(a);
    stream_let_go(b);
    net_world_close(&w);
}

CHECK_MAIN(TEST(test_client_of_a_plain_server), TEST(test_cut_without_goodbye),
           TEST(test_damaged_record), TEST(test_limit_of_what_waits),
           TEST(test_write_that_breaks), TEST(test_too_many_handshakes),
           TEST(test_cut_at_every_byte), TEST(test_long_host_name))
