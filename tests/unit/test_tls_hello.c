/* A TLS server against clients that are broken, hostile, or something else; handshakes
 * also on threads (thread-test). */
#include "base/container.h"
#include "check.h"
#include "net/pipe_stream.h"
#include "net/tls/tls_stream.h"
#include "unit/support/net_world.h"
#include "unit/support/test_pki.h"
#include "unit/support/tls_target.h"

/* --- what a real client says first --- */

static uint8_t hello[4096];
static size_t hello_len;

static void record_hello(void)
{
    struct tls_target h;
    struct stream *a, *b, *top;
    struct net_peer client = {0};
    struct tls_context *context = test_pki_client(NULL, NULL);

    tls_target_open(&h, false, 4096);
    CHECK_EQ(pipe_stream_pair(h.loop, 16384, &a, &b), OK);
    CHECK_EQ(tls_stream_wrap(h.loop, a, context, "localhost", &top), OK);
    net_peer_sit(&client, h.loop, top);
    struct net_peer ear = {0};
    net_peer_sit(&ear, h.loop, b);
    net_peer_wait_bytes(&ear, 100);
    CHECK(ear.got_len < sizeof(hello));
    hello_len = ear.got_len;
    memcpy(hello, ear.got, hello_len);
    net_peer_close(&client);
    net_peer_close(&ear);
    net_peer_wait(&client, &client.closed, 1);
    net_peer_wait(&ear, &ear.closed, 1);
    net_peer_fini(&client);
    net_peer_fini(&ear);
    tls_context_put(context);
    tls_target_close(&h);
}

/* The server's verdict on `data` followed by the end of the stream. */
static void judge(const void *data, size_t len, bool on_worker, const char *want)
{
    struct tls_target h;

    tls_target_open(&h, on_worker, 4096);
    CHECK_EQ(stream_write(h.raw.stream, data, len), OK);
    stream_finish(h.raw.stream);
    net_peer_wait(&h.server, &h.server.ended, 1);
    CHECK_EQ(h.server.opened, 0);
    CHECK_EQ(h.server.end, ERR_TLS);
    if (want)
        CHECK_STR(h.server.detail, want);
    else
        CHECK(h.server.detail[0] != '\0');
    CHECK_EQ(stream_write(h.server.stream, "x", 1), ERR_CLOSED);
    tls_target_close(&h);
}

static void test_every_prefix_of_a_hello(void)
{
    record_hello();
    for (size_t len = 0; len < hello_len; len++)
        judge(hello, len, len % 16 == 0, "the peer closed the connection during the handshake");
    judge(hello, hello_len, true, "the peer closed the connection during the handshake");
}

/* Every byte of the hello is wrong once: refused, or ignored until the end comes. */
static void test_every_byte_of_a_hello_flipped(void)
{
    record_hello();
    for (size_t at = 0; at < hello_len; at++) {
        uint8_t bad[sizeof(hello)];
        memcpy(bad, hello, hello_len);
        bad[at] ^= 0xff;
        judge(bad, hello_len, false, NULL);
    }
}

static void test_hello_in_tiny_pieces(void)
{
    for (int on_worker = 0; on_worker < 2; on_worker++) {
        struct net_world w;
        net_world_open(&w, on_worker ? NET_TLS | NET_WORKER : NET_TLS);
        w.chunk = 1;
        net_world_join(&w);
        net_world_close(&w);
    }
}

/* Each byte of the hello in a record of its own is legal, and understood (but for the
 * first four, which mbedTLS wants together). */
static void test_hello_in_tiny_records(void)
{
    struct tls_target h;

    record_hello();
    tls_target_open(&h, true, 4096);
    uint8_t first[] = {22, 3, 1, 0, 4, hello[5], hello[6], hello[7], hello[8]};
    CHECK_EQ(stream_write(h.raw.stream, first, sizeof(first)), OK);
    for (size_t i = 9; i < hello_len; i++) {
        uint8_t record[] = {22, 3, 1, 0, 1, hello[i]};
        CHECK_EQ(stream_write(h.raw.stream, record, sizeof(record)), OK);
    }
    net_peer_wait_bytes(&h.raw, 100);
    CHECK_EQ(h.raw.got[0], 22);
    CHECK_EQ(h.raw.got[5], 2); /* ServerHello */
    tls_target_close(&h);
}

/* Records without content, and a message that is announced as 16 MB. */
static void test_floods(void)
{
    static uint8_t empty[100000], endless[20000];

    for (size_t i = 0; i + 5 <= sizeof(empty); i += 5)
        memcpy(empty + i, (uint8_t[]){22, 3, 1, 0, 0}, 5);
    judge(empty, sizeof(empty), true, NULL);
    for (size_t i = 0; i + 5 <= sizeof(empty); i += 5)
        memcpy(empty + i, (uint8_t[]){21, 3, 1, 0, 2}, 5);
    judge(empty, sizeof(empty), true, NULL);
    memcpy(endless, (uint8_t[]){22, 3, 1, 0x3f, 0xff, 1, 0xff, 0xff, 0xff}, 9);
    judge(endless, sizeof(endless), true, NULL);
}

static void test_other_protocols(void)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    static const char ssh[] = "SSH-2.0-OpenSSH_9.6\r\n";
    static const char h2[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static const uint8_t ssl2[] = {0x80, 0x2e, 0x01, 0x00, 0x02, 0x00, 0x15, 0x00};
    static const uint8_t zeros[64];

    for (int w = 0; w < 2; w++) {
        judge(http, sizeof(http) - 1, w, "plain HTTP was sent to the TLS port");
        judge(h2, sizeof(h2) - 1, w, "plain HTTP was sent to the TLS port");
        judge("G", 1, w, "the peer closed the connection during the handshake");
        judge(ssh, sizeof(ssh) - 1, w, "plain HTTP was sent to the TLS port");
        judge(ssl2, sizeof(ssl2), w, "what the peer sent is not TLS");
        judge(zeros, sizeof(zeros), w, "what the peer sent is not TLS");
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void test_garbage(void)
{
    uint64_t state = 20261121;

    for (int round = 0; round < 300; round++) {
        uint8_t data[600];
        size_t len = next_random(&state) % sizeof(data) + 1;
        for (size_t i = 0; i < len; i++)
            data[i] = (uint8_t)next_random(&state);
        if (round % 2 == 0) { /* at least it looks like a record */
            static const uint8_t header[] = {22, 3, 1};
            memcpy(data, header, len < 3 ? len : 3);
        }
        judge(data, len, round % 10 == 0, NULL);
    }
}

/* --- versions and suites --- */

/* A TLS 1.2 style hello: ciphers and the one version are the caller's. */
static size_t old_hello(uint8_t out[static 128], uint8_t minor, uint16_t suite)
{
    static const uint8_t extensions[] = {
        0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17,             /* groups: P-256 */
        0x00, 0x0b, 0x00, 0x02, 0x01, 0x00,                         /* points: uncompressed */
        0x00, 0x0d, 0x00, 0x06, 0x00, 0x04, 0x04, 0x03, 0x04, 0x01, /* ECDSA, RSA; SHA-256 */
    };
    size_t body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + sizeof(extensions);
    uint8_t *p = out;

    memset(out, 0, 128);
    *p++ = 22, *p++ = 3, *p++ = 1, *p++ = 0, *p++ = (uint8_t)(body + 4);
    *p++ = 1, *p++ = 0, *p++ = 0, *p++ = (uint8_t)body;
    *p++ = 3, *p++ = minor;
    p += 32 + 1; /* random, no session */
    *p++ = 0, *p++ = 2, *p++ = (uint8_t)(suite >> 8), *p++ = (uint8_t)suite;
    *p++ = 1, *p++ = 0; /* no compression */
    *p++ = 0, *p++ = sizeof(extensions);
    memcpy(p, extensions, sizeof(extensions));
    return (size_t)(p - out) + sizeof(extensions);
}

static void check_old_hello(uint8_t minor, uint16_t suite, const char *want)
{
    uint8_t data[128];
    size_t len = old_hello(data, minor, suite);

    judge(data, len, false, want);
}

static void test_old_versions_and_suites(void)
{
    static const uint16_t bad[] = {
        0x009c, /* RSA with AES-128-GCM: no forward secrecy */
        0x002f, /* RSA with AES-128-CBC-SHA */
        0x009e, /* DHE-RSA with AES-128-GCM */
        0xc009, /* ECDHE-ECDSA with AES-128-CBC-SHA */
        0xc023, /* ECDHE-ECDSA with AES-128-CBC-SHA256 */
        0xc0ac, /* ECDHE-ECDSA with AES-128-CCM */
        0x000a, /* 3DES */
        0x0005, /* RC4 */
        0x008c, /* PSK with AES-128-CBC-SHA */
    };
    static const uint16_t good[] = {0xc02b, 0xc02c, 0xcca9};
    const char *version = "no common TLS version (ours: 1.2 and 1.3)";

    for (uint8_t minor = 0; minor <= 2; minor++)
        check_old_hello(minor, good[0], version);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        check_old_hello(3, bad[i], "no common cipher suite, group or signature");
    for (size_t i = 0; i < ARRAY_LEN(good); i++) /* so far it was all right */
        check_old_hello(3, good[i], "the peer closed the connection during the handshake");
    check_old_hello(3, 0xc02f, "no common cipher suite, group or signature"); /* RSA only */
}

/* --- alerts --- */

/* The alert leaves although the owner closes in on_end. */
static void close_at_end(struct net_peer *p, enum net_event event)
{
    if (event == NET_END)
        stream_close(p->stream);
}

static void test_alert_goes_out(void)
{
    for (int on_worker = 0; on_worker < 2; on_worker++) {
        struct tls_target h;
        static const uint8_t alert[] = {21, 3, 3, 0, 2, 2};
        uint8_t data[128];
        tls_target_open(&h, on_worker, 4096);
        h.server.hook = close_at_end;
        CHECK_EQ(stream_write(h.raw.stream, data, old_hello(data, 3, 0x009c)), OK);
        net_peer_wait(&h.raw, &h.raw.ended, 1);
        CHECK_EQ(h.raw.got_len, 7);
        CHECK_MEM(h.raw.got, alert, sizeof(alert));
        CHECK_EQ(h.raw.got[6], 40); /* handshake_failure */
        tls_target_close(&h);
    }
}

CHECK_MAIN(TEST(test_every_prefix_of_a_hello), TEST(test_every_byte_of_a_hello_flipped),
           TEST(test_hello_in_tiny_pieces), TEST(test_hello_in_tiny_records), TEST(test_floods),
           TEST(test_other_protocols), TEST(test_garbage), TEST(test_old_versions_and_suites),
           TEST(test_alert_goes_out))
