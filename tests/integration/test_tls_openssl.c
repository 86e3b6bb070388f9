/* Our TLS against OpenSSL's, both ways, over real TCP. Does nothing where there is
 * no openssl program (scripts/setup installs it). */
#include "net/tls/tls_stream.h"

#include "base/container.h"
#include "net/dial.h"
#include "net/tcp_listener.h"
#include "unit/check.h"
#include "unit/support/net_peer.h"
#include "unit/support/openssl_program.h"
#include "unit/support/test_pki.h"

#include <signal.h>

static struct loop *loop;

/* --- our server: answers "ping" with "pong <server name> <protocol>", then closes --- */

static const char *const alpn[] = {"h2", "http/1.1", NULL};
static struct tls_context *context;
static struct tcp_listener *listener;
static struct net_peer served;
static bool keep_open;

static void serve(struct net_peer *p, enum net_event event)
{
    char answer[128];

    if (event == NET_DATA && memchr(p->got, '\n', p->got_len)) {
        p->got_len = 0;
        (void)snprintf(answer, sizeof(answer), "pong %s %s\n",
                       tls_stream_server_name(p->stream), stream_protocol(p->stream));
        net_peer_say(p, answer);
        if (!keep_open)
            stream_finish(p->stream);
    }
    if (event == NET_END)
        stream_close(p->stream);
}

static void on_accept(void *owner, struct stream *stream)
{
    struct stream *top;

    (void)owner;
    CHECK_EQ(tls_stream_wrap(loop, stream, context, NULL, &top), OK);
    served = (struct net_peer){.hook = serve};
    net_peer_sit(&served, loop, top);
}

static void server_start(const struct tls_identity *identity)
{
    static const struct tcp_listener_events events = {on_accept};
    struct tcp_listener_options o = {.address = "127.0.0.1:0"};
    struct tls_server_options options = {
        .identities = identity, .identities_len = 1, .alpn = alpn};
    char detail[256];

    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    keep_open = false;
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(tls_context_new_server(&options, &context, detail), OK);
    CHECK_EQ(tcp_listener_open(loop, &o, &events, NULL, &listener), OK);
}

static void server_stop(void)
{
    tcp_listener_close(listener);
    net_peer_close(&served);
    loop_run(loop);
    net_peer_fini(&served);
    tls_context_put(context);
    loop_free(loop);
}

/* One s_client with these options; what it printed is left in `o`. */
static void client_runs(struct openssl_program *o, const char *options)
{
    char arguments[1024];

    net_peer_close(&served);
    while (served.stream)
        loop_turn(loop, true);
    net_peer_fini(&served);
    (void)snprintf(arguments, sizeof(arguments),
                   "s_client -connect 127.0.0.1:%u -CAfile %s -verify_return_error %s",
                   tcp_listener_port(listener), test_pki_ca(), options);
    openssl_program_start(o, loop, arguments);
    openssl_program_say(o, "ping\n");
    openssl_program_wait(o);
}

static void check_output(const struct openssl_program *o, const char *text)
{
    if (!strstr(o->text, text)) {
        (void)fprintf(stderr, "%s\n", o->text);
        CHECK_STR("the output above", text);
    }
}

/* --- openssl is the client --- */

#ifdef __x86_64__
#define FASTER "ECDHE-ECDSA-AES128-GCM-SHA256"
#else
#define FASTER "ECDHE-ECDSA-CHACHA20-POLY1305"
#endif

static const struct {
    const char *options, *output;
} accepted[] = {
    {"-tls1_3 -servername localhost -alpn http/1.1", "pong localhost http/1.1"},
    {"-tls1_2 -servername localhost -alpn http/1.1,h2", "pong localhost h2"},
    {"-tls1_3", "pong  "},
    {"-tls1_2 -noservername", "pong  "},
    {"-tls1_3", "Verification: OK"},
    {"-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"},
    {"-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"},
    {"-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"},
    {"-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"-tls1_3 -groups X25519", "X25519"},
    {"-tls1_3 -groups P-256", "prime256v1"},
    {"-tls1_3 -groups P-384", "secp384r1"},
    {"-tls1_2 -groups X25519:P-256", "X25519"},
    /* The first key share is of a group we do not have: HelloRetryRequest. */
    {"-tls1_3 -groups X448:X25519 -servername localhost", "pong localhost"},
    /* The server's order in TLS 1.2, the client's in TLS 1.3. */
    {"-tls1_2 -cipher ECDHE+CHACHA20:ECDHE+AESGCM", FASTER},
    {"-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
     "TLS_AES_128_GCM_SHA256"},
};

static void test_clients_that_are_served(void)
{
    struct tls_identity identity = test_pki_localhost();

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        struct openssl_program o;
        client_runs(&o, accepted[i].options);
        check_output(&o, accepted[i].output);
        check_output(&o, "pong");
        CHECK_EQ(o.status, 0);
    }
    server_stop();
}

static void test_rsa_certificate(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options options = test_pki_options(names);
    struct openssl_program o;

    if (!openssl_program_exists())
        return;
    options.rsa_bits = 2048;
    struct tls_identity identity = test_pki_leaf(&options, NULL);
    server_start(&identity);
    client_runs(&o, "-tls1_3");
    check_output(&o, "pong");
    client_runs(&o, "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256");
    check_output(&o, "pong");
    client_runs(&o, "-tls1_2 -cipher AES128-GCM-SHA256"); /* no forward secrecy */
    CHECK_EQ(served.opened, 0);
    net_peer_wait(&served, &served.ended, 1);
    CHECK_STR(served.detail, "no common cipher suite, group or signature");
    client_runs(&o, "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256");
    CHECK_EQ(served.opened, 0);
    client_runs(&o, "-tls1_2 -cipher ECDHE-RSA-AES128-SHA");
    CHECK_EQ(served.opened, 0);
    server_stop();
}

static void test_clients_that_are_refused(void)
{
    static const struct {
        const char *options, *detail;
    } rows[] = {
        {"-tls1_1 -cipher DEFAULT@SECLEVEL=0", "no common TLS version (ours: 1.2 and 1.3)"},
        {"-tls1 -cipher DEFAULT@SECLEVEL=0", "no common TLS version (ours: 1.2 and 1.3)"},
        {"-tls1_3 -alpn imap", "no common application protocol (ALPN)"},
        {"-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256",
         "no common cipher suite, group or signature"},
        {"-verify_hostname other.example.com",
         "the peer rejects our certificate: bad (alert 42)"},
    };
    struct tls_identity identity = test_pki_localhost();

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct openssl_program o;
        client_runs(&o, rows[i].options);
        net_peer_wait(&served, &served.ended, 1);
        CHECK_STR(served.detail, rows[i].detail);
        CHECK_EQ(served.end, ERR_TLS);
    }
    server_stop();
}

static void test_client_that_does_not_trust_us(void)
{
    static const char *const versions[] = {"-tls1_2", "-tls1_3"};
    struct tls_identity identity = test_pki_localhost();
    struct openssl_program o;
    char options[256];

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        (void)snprintf(options, sizeof(options), "%s -CAfile %s", versions[i],
                       identity.certificate_file);
        client_runs(&o, options);
        net_peer_wait(&served, &served.ended, 1);
        CHECK_STR(served.detail,
                  "the peer does not trust who signed our certificate (alert 48)");
    }
    server_stop();
}

static void test_resumption(void)
{
    struct tls_identity identity = test_pki_localhost();
    const char *file = test_pki_path("session");
    char options[256];
    struct openssl_program o;

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    for (int version = 2; version <= 3; version++) {
        (void)snprintf(options, sizeof(options), "-tls1_%d -servername localhost -sess_out %s",
                       version, file);
        client_runs(&o, options);
        check_output(&o, "New, TLSv1.");
        (void)snprintf(options, sizeof(options), "-tls1_%d -servername localhost -sess_in %s",
                       version, file);
        client_runs(&o, options);
        check_output(&o, "Reused, TLSv1.");
        check_output(&o, "pong localhost"); /* the name is known all the same */
    }
    server_stop();
}

/* Renegotiation is refused, in whatever way, and the server lives. */
static void test_no_renegotiation(void)
{
    struct tls_identity identity = test_pki_localhost();
    struct openssl_program o;
    char arguments[512];

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    keep_open = true;
    (void)snprintf(arguments, sizeof(arguments), "s_client -connect 127.0.0.1:%u -tls1_2",
                   tcp_listener_port(listener));
    openssl_program_start(&o, loop, arguments);
    openssl_program_say(&o, "ping\n");
    openssl_program_wait_for(&o, "pong");
    openssl_program_say(&o, "R\n");
    openssl_program_wait_for(&o, "RENEGOTIATING");
    openssl_program_wait_for(&o, "error");
    openssl_program_end(&o);
    keep_open = false;
    client_runs(&o, "-tls1_2");
    check_output(&o, "pong");
    server_stop();
}

/* mbedTLS knows no key updates (nobody's SDK sends them): the connection ends, said. */
static void test_key_update(void)
{
    struct tls_identity identity = test_pki_localhost();
    struct openssl_program o;
    char arguments[512];

    if (!openssl_program_exists())
        return;
    server_start(&identity);
    keep_open = true;
    (void)snprintf(arguments, sizeof(arguments), "s_client -connect 127.0.0.1:%u -tls1_3",
                   tcp_listener_port(listener));
    openssl_program_start(&o, loop, arguments);
    openssl_program_say(&o, "ping\n");
    openssl_program_wait_for(&o, "pong");
    openssl_program_say(&o, "k\n");
    net_peer_wait(&served, &served.ended, 1);
    CHECK_EQ(served.end, ERR_TLS);
    CHECK_STR(served.detail, "the peer sent a message out of turn");
    openssl_program_end(&o);
    server_stop();
}

/* --- openssl is the server --- */

static struct net_peer dialled;
static const char *expected_host;

static void on_connected(void *owner, struct stream *stream)
{
    struct stream *top;

    (void)owner;
    CHECK_EQ(tls_stream_wrap(loop, stream, context, expected_host, &top), OK);
    net_peer_sit(&dialled, loop, top);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    (void)owner;
    (void)why;
    CHECK_STR(detail, "");
}

static void dial_openssl(struct openssl_program *o, const char *options)
{
    static const struct dial_events events = {on_connected, on_failed};
    struct tls_identity identity = test_pki_localhost();
    struct dial_options to = {.host = "127.0.0.1", .timeout_ms = 20000};
    struct dial *d;
    char arguments[1024];

    (void)snprintf(arguments, sizeof(arguments),
                   "s_server -accept 127.0.0.1:0 -cert %s -key %s -rev %s",
                   identity.certificate_file, identity.key_file, options);
    openssl_program_start(o, loop, arguments);
    openssl_program_wait_for(o, "ACCEPT 127.0.0.1:");
    openssl_program_wait_for(o, "\n");
    to.port = (unsigned)strtoul(strstr(o->text, "127.0.0.1:") + 10, NULL, 10);
    dialled = (struct net_peer){0};
    CHECK_EQ(dial_start(loop, &to, &events, NULL, &d), OK);
    while (dialled.opened + dialled.ended == 0)
        loop_turn(loop, true);
}

static void test_our_client(void)
{
    static const char *const rows[] = {
        "-tls1_3",
        "-tls1_2",
        "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384",
        "-tls1_3 -groups P-384",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        "-tls1_3 -alpn http/1.1",
        "-tls1_3 -num_tickets 4",
    };

    if (!openssl_program_exists())
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct openssl_program o;
        CHECK_EQ(loop_new(clock_system(), &loop), OK);
        context = test_pki_client(NULL, alpn);
        expected_host = "localhost";
        dial_openssl(&o, rows[i]);
        CHECK_STR(dialled.detail, "");
        CHECK_STR(dialled.protocol, strstr(rows[i], "alpn") ? "http/1.1" : "");
        net_peer_say(&dialled, "abcdef\n");
        net_peer_wait_bytes(&dialled, 7);
        CHECK_MEM(dialled.got, "fedcba\n", 7);
        net_peer_close(&dialled);
        openssl_program_end(&o);
        loop_run(loop);
        net_peer_fini(&dialled);
        tls_context_put(context);
        loop_free(loop);
    }
}

static void test_our_client_refuses(void)
{
    struct openssl_program o;

    if (!openssl_program_exists())
        return;
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    context = test_pki_client(NULL, NULL);
    expected_host = "other.example.com";
    dial_openssl(&o, "-tls1_3");
    CHECK_EQ(dialled.end, ERR_TLS);
    CHECK_STR(dialled.detail, "certificate: it is for another host name");
    net_peer_close(&dialled);
    openssl_program_end(&o);
    loop_run(loop);
    net_peer_fini(&dialled);
    tls_context_put(context);
    loop_free(loop);
}

CHECK_MAIN(TEST(test_clients_that_are_served), TEST(test_rsa_certificate),
           TEST(test_clients_that_are_refused), TEST(test_client_that_does_not_trust_us),
           TEST(test_resumption), TEST(test_no_renegotiation), TEST(test_key_update),
           TEST(test_our_client), TEST(test_our_client_refuses))
