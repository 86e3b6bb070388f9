/* Who is trusted, which certificate is shown, which protocol is chosen; over pipes,
 * with TLS 1.3 and 1.2, on the loop and on worker threads (thread-test). */
#include "net/tls/tls_stream.h"

#include "base/container.h"
#include "check.h"
#include "unit/support/net_world.h"
#include "unit/support/test_pki.h"

struct tls_case {
    const struct tls_identity *identities; /* NULL: test_pki_localhost() */
    size_t identities_len;
    const char *ca_file; /* NULL: the pin alone */
    const char *pin;
    const char *hostname;
    const char *const *server_alpn, *const *client_alpn;
};

static struct tls_context *server_of(const struct tls_case *c, struct worker *worker)
{
    struct tls_identity localhost = test_pki_localhost();
    struct tls_server_options o = {
        .identities = c->identities ? c->identities : &localhost,
        .identities_len = c->identities ? c->identities_len : 1,
        .alpn = c->server_alpn,
        .handshakes = worker,
    };
    struct tls_context *context = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_server(&o, &context, detail), OK);
    return context;
}

static struct tls_context *client_of(const struct tls_case *c, struct worker *worker)
{
    struct tls_client_options o = {
        .ca_file = c->ca_file, .pin = c->pin, .alpn = c->client_alpn, .handshakes = worker};
    struct tls_context *context = NULL;
    char detail[256];

    CHECK_EQ(tls_context_new_client(&o, &context, detail), OK);
    return context;
}

/* Connects as the case wants; both ends have opened or ended afterwards. */
static void shake(struct net_world *w, const struct tls_case *c, unsigned kind)
{
    net_world_open(w, kind);
    tls_context_put(w->server_context);
    tls_context_put(w->client_context);
    w->server_context = server_of(c, w->worker);
    w->client_context = client_of(c, w->worker);
    if (kind & NET_TLS12)
        test_pki_limit_to_tls12(w->client_context);
    w->hostname = c->hostname;
    net_world_connect(w);
    while (w->client.opened + w->client.ended == 0)
        loop_turn(w->loop, true);
    if (w->client.ended)
        stream_close(w->client.stream);
    while (w->server.opened + w->server.ended == 0)
        loop_turn(w->loop, true);
}

static const unsigned kinds[] = {NET_TLS, NET_TLS | NET_TLS12, NET_TLS | NET_WORKER,
                                 NET_TLS | NET_TLS12 | NET_WORKER};

/* `want` NULL: the handshake succeeds. */
static void check_case(const struct tls_case *c, const char *want)
{
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct net_world w;
        shake(&w, c, kinds[k]);
        CHECK_EQ(w.client.opened, want == NULL);
        CHECK_STR(w.client.detail, want ? want : "");
        CHECK_EQ(w.client.end, want ? ERR_TLS : OK);
        net_world_close(&w);
    }
}

/* --- trust --- */

static struct tls_identity leaf_for(const char *name)
{
    const char *const names[] = {name, NULL};
    struct tls_certificate_options o = test_pki_options(names);

    return test_pki_leaf(&o, NULL);
}

static void test_names(void)
{
    struct tls_case c = {.ca_file = test_pki_ca()};

    c.hostname = "localhost";
    check_case(&c, NULL);
    c.hostname = "LOCALHOST";
    check_case(&c, NULL);
    c.hostname = "127.0.0.1";
    check_case(&c, NULL);
    c.hostname = "localhost.example.com";
    check_case(&c, "certificate: it is for another host name");
    c.hostname = "127.0.0.2";
    check_case(&c, "certificate: it is for another host name");
    c.hostname = "::1";
    check_case(&c, "certificate: it is for another host name");
}

static void test_wildcard_names(void)
{
    struct tls_identity id = leaf_for("*.relay.example.com");
    struct tls_case c = {.identities = &id, .identities_len = 1, .ca_file = test_pki_ca()};

    c.hostname = "mybot.relay.example.com";
    check_case(&c, NULL);
    c.hostname = "relay.example.com";
    check_case(&c, "certificate: it is for another host name");
    c.hostname = "a.b.relay.example.com";
    check_case(&c, "certificate: it is for another host name");
}

static void check_fault(const struct tls_certificate_options *o,
                        const struct tls_certificate *issuer, const char *want)
{
    struct tls_identity id = test_pki_leaf(o, issuer);
    struct tls_case c = {.identities = &id,
                         .identities_len = 1,
                         .ca_file = test_pki_ca(),
                         .hostname = "localhost"};

    check_case(&c, want);
}

static void test_bad_certificates(void)
{
    static const char *const names[] = {"localhost", NULL};
    const struct tls_certificate_options good = test_pki_options(names);
    struct tls_certificate_options o = good;
    struct tls_certificate stranger = {0};

    o.not_after_ms = o.not_before_ms + 1000;
    check_fault(&o, NULL, "certificate: it has expired (or this clock is wrong)");
    o = good;
    o.not_before_ms = o.not_after_ms - 1000;
    check_fault(&o, NULL, "certificate: it is not valid yet (or this clock is wrong)");
    o = good;
    o.digest = TLS_CERTIFICATE_SHA1;
    check_fault(&o, NULL, "certificate: signed with a digest that is too weak");

    o = test_pki_options(NULL);
    o.is_ca = true;
    o.subject = "Hookline test authority"; /* the name alone does not count */
    CHECK_EQ(tls_certificate_make(&o, NULL, &stranger), OK);
    check_fault(&good, &stranger, "certificate: not signed by a trusted authority");
    tls_certificate_fini(&stranger);
}

static void test_rsa_certificate(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options o = test_pki_options(names);

    o.rsa_bits = 2048;
    check_fault(&o, NULL, NULL);
}

static const char *pin_of(const char *certificate_file,
                          char out[static TLS_CERTIFICATE_PIN_SIZE])
{
    static char pem[16384];
    FILE *file = fopen(certificate_file, "re");

    CHECK(file != NULL);
    pem[fread(pem, 1, sizeof(pem) - 1, file)] = '\0';
    CHECK_EQ(fclose(file), 0);
    CHECK_EQ(tls_certificate_pin(pem, out), OK);
    return out;
}

static void test_pins(void)
{
    const char *wrong = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    char right[TLS_CERTIFICATE_PIN_SIZE];
    struct tls_case c = {.hostname = "localhost"};

    (void)pin_of(test_pki_localhost().certificate_file, right);
    for (int with_ca = 0; with_ca < 2; with_ca++) {
        c.ca_file = with_ca ? test_pki_ca() : NULL;
        c.pin = right;
        check_case(&c, NULL);
        c.pin = wrong;
        check_case(&c, "certificate: its public key is not the pinned one");
    }
}

/* The pin replaces the authorities; not the name, not the dates, and with a CA
 * file not the chain either. */
static void test_what_a_pin_does_not_do(void)
{
    static const char *const names[] = {"localhost", NULL};
    struct tls_certificate_options o = test_pki_options(names);
    char pin[TLS_CERTIFICATE_PIN_SIZE];
    struct tls_certificate stranger = {0};
    struct tls_certificate_options ca = test_pki_options(NULL);

    ca.is_ca = true;
    ca.subject = "nobody knows me";
    CHECK_EQ(tls_certificate_make(&ca, NULL, &stranger), OK);
    struct tls_identity id = test_pki_leaf(&o, &stranger);
    struct tls_case c = {.identities = &id, .identities_len = 1, .hostname = "localhost"};
    c.pin = pin_of(id.certificate_file, pin);
    check_case(&c, NULL);
    c.hostname = "other.example.com";
    check_case(&c, "certificate: it is for another host name");
    c.hostname = "localhost";
    c.ca_file = test_pki_ca();
    check_case(&c, "certificate: not signed by a trusted authority");

    o.not_after_ms = o.not_before_ms + 1000;
    id = test_pki_leaf(&o, &stranger);
    c.ca_file = NULL;
    c.pin = pin_of(id.certificate_file, pin);
    check_case(&c, "certificate: it has expired (or this clock is wrong)");
    tls_certificate_fini(&stranger);
}

/* The pin of an authority does not open the door for its other certificates. */
static void test_pin_is_of_the_leaf(void)
{
    char pin[TLS_CERTIFICATE_PIN_SIZE];
    struct tls_case c = {.ca_file = test_pki_ca(), .hostname = "localhost"};

    c.pin = pin_of(test_pki_ca(), pin);
    check_case(&c, "certificate: its public key is not the pinned one");
}

static void test_what_the_server_is_told(void)
{
    struct tls_case c = {.ca_file = test_pki_ca(), .hostname = "other.example.com"};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct net_world w;
        shake(&w, &c, kinds[k]);
        if (!w.server.ended) /* in TLS 1.3 it has opened before the client judges */
            net_peer_wait(&w.server, &w.server.ended, 1);
        CHECK_EQ(w.server.end, ERR_TLS);
        CHECK_STR(w.server.detail, "the peer rejects our certificate: bad (alert 42)");
        net_world_close(&w);
    }
}

/* --- which certificate --- */

static struct tls_identity shown[4];

/* The pin tells which certificate the server chose for `hostname`. */
static void check_choice(const char *hostname, size_t want)
{
    char pin[TLS_CERTIFICATE_PIN_SIZE];
    struct tls_case c = {.identities = shown,
                         .identities_len = ARRAY_LEN(shown),
                         .ca_file = test_pki_ca(),
                         .hostname = hostname,
                         .pin = pin};

    (void)pin_of(shown[want].certificate_file, pin);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct net_world w;
        shake(&w, &c, kinds[k]);
        if (strstr(w.client.detail, "pinned"))
            CHECK_STR(hostname, "shown another certificate");
        CHECK_STR(tls_stream_server_name(w.server.stream), hostname);
        net_world_close(&w);
    }
}

static void test_choice_by_name(void)
{
    static const char *const common_name_only[] = {NULL};
    struct tls_certificate_options o = test_pki_options(common_name_only);

    shown[0] = test_pki_localhost();
    shown[1] = leaf_for("*.example.com");
    shown[2] = leaf_for("exact.example.com");
    o.subject = "common.example.net";
    shown[3] = test_pki_leaf(&o, NULL);
    check_choice("localhost", 0);
    check_choice("bot.example.com", 1);
    check_choice("exact.example.com", 2); /* before the wildcard */
    check_choice("EXACT.Example.COM", 2);
    check_choice("common.example.net", 3); /* no SAN: the common name */
    check_choice("example.com", 0);
    check_choice("a.b.example.com", 0);
    check_choice("unknown.test", 0);
}

static void test_no_server_name(void)
{
    struct net_world w;
    struct tls_case c = {.ca_file = test_pki_ca(), .hostname = "127.0.0.1"};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        shake(&w, &c, kinds[k]);
        CHECK_EQ(w.server.opened, 1);
        CHECK_STR(tls_stream_server_name(w.server.stream), ""); /* no address as SNI */
        CHECK_STR(tls_stream_server_name(w.lower_server), "");  /* not a TLS stream */
        net_world_close(&w);
    }
}

/* --- which protocol --- */

static void check_alpn(const char *const *server, const char *const *client, const char *want)
{
    struct tls_case c = {.ca_file = test_pki_ca(),
                         .hostname = "localhost",
                         .server_alpn = server,
                         .client_alpn = client};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct net_world w;
        shake(&w, &c, kinds[k]);
        CHECK_EQ(w.server.opened, want != NULL);
        CHECK_EQ(w.client.opened, want != NULL);
        CHECK_STR(w.server.protocol, want ? want : "");
        CHECK_STR(w.client.protocol, want ? want : "");
        CHECK_STR(w.server.detail, want ? "" : "no common application protocol (ALPN)");
        CHECK_STR(w.client.detail,
                  want ? "" : "the peer speaks none of our protocols (alert 120)");
        net_world_close(&w);
    }
}

static void test_alpn(void)
{
    static const char *const both[] = {"h2", "http/1.1", NULL};
    static const char *const reversed[] = {"http/1.1", "h2", NULL};
    static const char *const h1[] = {"http/1.1", NULL};
    static const char *const other[] = {"imap", NULL};

    check_alpn(both, both, "h2");
    check_alpn(both, reversed, "h2"); /* the server's order */
    check_alpn(both, h1, "http/1.1");
    check_alpn(both, NULL, "");
    check_alpn(NULL, both, "");
    check_alpn(both, other, NULL);
}

CHECK_MAIN(TEST(test_names), TEST(test_wildcard_names), TEST(test_bad_certificates),
           TEST(test_rsa_certificate), TEST(test_pins), TEST(test_what_a_pin_does_not_do),
           TEST(test_pin_is_of_the_leaf), TEST(test_what_the_server_is_told),
           TEST(test_choice_by_name), TEST(test_no_server_name), TEST(test_alpn))
