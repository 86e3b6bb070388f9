#include "net/tls/tls_context.h"

#include "base/mem.h"
#include "net/tls/tls_context_impl.h"
#include "net/tls/tls_keypair.h"
#include "net/tls/tls_trust.h"

#include <mbedtls/psa_util.h>
#include <mbedtls/ssl_ticket.h>
#include <psa/crypto.h>
#include <stdio.h>

#if MBEDTLS_VERSION_NUMBER < 0x03060600
#error "mbedTLS 3.6.6 or a later 3.6 is needed"
#endif
#ifndef MBEDTLS_THREADING_C
#error "mbedTLS must be built with MBEDTLS_THREADING_C: handshakes run on several threads"
#endif

#define IDENTITIES_MAX  64u
#define TICKET_LIFE_S   (24u * 3600u)
#define SERVER_NAME_MAX 253u

struct tls_context {
    unsigned references; /* touched on the loop's thread only */
    bool is_server;
    mbedtls_ssl_config config;
    mbedtls_ssl_ticket_context tickets; /* server: two keys that take turns */
    struct tls_keypair *keypairs;       /* server: owned */
    size_t keypairs_len;
    struct tls_trust trust;    /* client */
    struct worker *handshakes; /* borrowed; NULL: on the loop */
};

/* --- policy --- */

/* The faster cipher first: AES-128-GCM where the processor computes it (505 MB/s, against
 * 405 of ChaCha20-Poly1305), which other than x86-64 not every one can.  The server's order
 * decides in TLS 1.2; in TLS 1.3 mbedTLS takes the first suite of the client's list that is
 * in ours. */
#ifdef __x86_64__
#define FAST_FIRST(aes, chacha) aes, chacha
#else
#define FAST_FIRST(aes, chacha) chacha, aes
#endif

static const int suites[] = {
    FAST_FIRST(MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256),
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    FAST_FIRST(MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
               MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
    FAST_FIRST(MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
               MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    0,
};

static const uint16_t groups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
};

/* The library declares the list without const, and only reads it. */
static enum err set_alpn(struct tls_context *c, const char *const *alpn)
{
    if (!alpn)
        return OK;
    const char **protocols = (const char **)(uintptr_t)alpn;
    return mbedtls_ssl_conf_alpn_protocols(&c->config, protocols) == 0 ? OK : ERR_CONFIG;
}

static enum err set_policy(struct tls_context *c, const char *const *alpn)
{
    int end = c->is_server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;

    if (mbedtls_ssl_config_defaults(&c->config, end, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return ERR_NOMEM;
    mbedtls_ssl_conf_rng(&c->config, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    mbedtls_ssl_conf_min_tls_version(&c->config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(&c->config, MBEDTLS_SSL_VERSION_TLS1_3);
    mbedtls_ssl_conf_ciphersuites(&c->config, suites);
    mbedtls_ssl_conf_groups(&c->config, groups);
    mbedtls_ssl_conf_tls13_key_exchange_modes(
        &c->config, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
    return set_alpn(c, alpn);
}

static struct tls_context *new_context(bool is_server, struct worker *handshakes)
{
    struct tls_context *c = NULL;

    if (psa_crypto_init() == PSA_SUCCESS) /* the first call does it */
        c = mem_alloc(sizeof *c);
    if (!c)
        return NULL;
    c->references = 1;
    c->is_server = is_server;
    c->handshakes = handshakes;
    mbedtls_ssl_config_init(&c->config);
    mbedtls_ssl_ticket_init(&c->tickets);
    return c;
}

/* --- server --- */

static bool is_host_name(struct span name)
{
    bool plain = name.len > 0 && name.len <= SERVER_NAME_MAX;

    for (size_t i = 0; i < name.len && plain; i++) {
        char ch = name.ptr[i];
        plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                (ch >= '0' && ch <= '9') || ch == '-' || ch == '.' || ch == '_';
    }
    return plain;
}

/* A second hello (after a HelloRetryRequest) replaces the first. */
static int remember_name(mbedtls_ssl_context *ssl, struct span name)
{
    struct tls_hello *hello = mbedtls_ssl_get_user_data_p(ssl);

    mem_free(hello->server_name);
    hello->server_name = mem_text(name.ptr, name.len);
    return hello->server_name ? 0 : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

/* Every keypair that covers the name equally well is offered, so that an ECDSA
 * and an RSA certificate can stand side by side. */
static int use_best(const struct tls_context *c, mbedtls_ssl_context *ssl, struct span name)
{
    enum tls_keypair_match best = TLS_KEYPAIR_NO_MATCH;

    for (size_t i = 0; i < c->keypairs_len; i++) {
        enum tls_keypair_match match = tls_keypair_covers(&c->keypairs[i], name);
        best = match > best ? match : best;
    }
    for (size_t i = 0; i < c->keypairs_len && best != TLS_KEYPAIR_NO_MATCH; i++) {
        struct tls_keypair *k = &c->keypairs[i];
        if (tls_keypair_covers(k, name) != best)
            continue;
        int rc = mbedtls_ssl_set_hs_own_cert(ssl, &k->chain, &k->key);
        if (rc != 0)
            return rc;
    }
    return 0; /* no match: the configuration's own, which is the first */
}

/* On the thread of the handshake; the keypairs do not change any more. */
static int on_hello(mbedtls_ssl_context *ssl)
{
    const struct tls_hello *hello = mbedtls_ssl_get_user_data_p(ssl);
    size_t len = 0;
    const uint8_t *sni = mbedtls_ssl_get_hs_sni(ssl, &len);
    struct span name = span_of(sni, sni ? len : 0);

    if (!is_host_name(name))
        return 0;
    int rc = remember_name(ssl, name);
    return rc == 0 ? use_best(hello->context, ssl, name) : rc;
}

static enum err load_keypairs(struct tls_context *c, const struct tls_server_options *o,
                              char detail[static 256])
{
    if (o->identities_len < 1 || o->identities_len > IDENTITIES_MAX) {
        (void)snprintf(detail, 256, "a TLS server needs a certificate, and takes at most %u",
                       IDENTITIES_MAX);
        return ERR_CONFIG;
    }
    c->keypairs = mem_alloc(o->identities_len * sizeof *c->keypairs);
    if (!c->keypairs)
        return ERR_NOMEM;
    for (; c->keypairs_len < o->identities_len; c->keypairs_len++) {
        const struct tls_identity *id = &o->identities[c->keypairs_len];
        enum err e = tls_keypair_load(&c->keypairs[c->keypairs_len], id->certificate_file,
                                      id->key_file, detail);
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err set_tickets(struct tls_context *c)
{
    if (mbedtls_ssl_ticket_setup(&c->tickets, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE,
                                 MBEDTLS_CIPHER_AES_256_GCM, TICKET_LIFE_S) != 0)
        return ERR_NOMEM;
    mbedtls_ssl_conf_session_tickets_cb(&c->config, mbedtls_ssl_ticket_write,
                                        mbedtls_ssl_ticket_parse, &c->tickets);
    mbedtls_ssl_conf_new_session_tickets(&c->config, 1);
    return OK;
}

static enum err set_server(struct tls_context *c, const struct tls_server_options *o,
                           char detail[static 256])
{
    enum err e = load_keypairs(c, o, detail);

    if (e == OK)
        e = set_policy(c, o->alpn);
    if (e == OK)
        e = set_tickets(c);
    if (e != OK)
        return e;
    mbedtls_ssl_conf_preference_order(&c->config, MBEDTLS_SSL_SRV_CIPHERSUITE_ORDER_SERVER);
    mbedtls_ssl_conf_cert_cb(&c->config, on_hello);
    if (mbedtls_ssl_conf_own_cert(&c->config, &c->keypairs[0].chain, &c->keypairs[0].key) != 0)
        return ERR_NOMEM;
    return OK;
}

enum err tls_context_new_server(const struct tls_server_options *options,
                                struct tls_context **out, char detail[static 256])
{
    struct tls_context *c = new_context(true, options->handshakes);
    enum err e = ERR_NOMEM;

    detail[0] = '\0';
    if (c)
        e = set_server(c, options, detail);
    if (e != OK)
        tls_context_put(c);
    else
        *out = c;
    return e;
}

/* --- client --- */

static void set_versions(struct tls_context *c, enum tls_versions versions)
{
    if (versions == TLS_VERSIONS_ONLY_12)
        mbedtls_ssl_conf_max_tls_version(&c->config, MBEDTLS_SSL_VERSION_TLS1_2);
    if (versions == TLS_VERSIONS_ONLY_13)
        mbedtls_ssl_conf_min_tls_version(&c->config, MBEDTLS_SSL_VERSION_TLS1_3);
}

static enum err set_client(struct tls_context *c, const struct tls_client_options *o,
                           char detail[static 256])
{
    enum err e = o->looks_only ? OK : tls_trust_load(&c->trust, o->ca_file, o->pin, detail);

    if (e == OK)
        e = set_policy(c, o->alpn);
    if (e != OK)
        return e;
    set_versions(c, o->versions);
    mbedtls_ssl_conf_session_tickets(&c->config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    mbedtls_ssl_conf_authmode(&c->config, o->looks_only ? MBEDTLS_SSL_VERIFY_NONE
                                                        : MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&c->config, &c->trust.authorities, NULL);
    return OK;
}

enum err tls_context_new_client(const struct tls_client_options *options,
                                struct tls_context **out, char detail[static 256])
{
    struct tls_context *c = new_context(false, options->handshakes);
    enum err e = ERR_NOMEM;

    detail[0] = '\0';
    if (c)
        e = set_client(c, options, detail);
    if (e != OK)
        tls_context_put(c);
    else
        *out = c;
    return e;
}

/* --- life and what streams ask --- */

struct tls_context *tls_context_get(struct tls_context *c)
{
    c->references++;
    return c;
}

void tls_context_put(struct tls_context *c)
{
    if (!c || --c->references > 0)
        return;
    mbedtls_ssl_config_free(&c->config);
    mbedtls_ssl_ticket_free(&c->tickets);
    for (size_t i = 0; i < c->keypairs_len; i++)
        tls_keypair_fini(&c->keypairs[i]);
    mem_free(c->keypairs);
    tls_trust_fini(&c->trust);
    mem_free(c);
}

bool tls_context_is_server(const struct tls_context *c)
{
    return c->is_server;
}

const mbedtls_ssl_config *tls_context_config(const struct tls_context *c)
{
    return &c->config;
}

const struct tls_trust *tls_context_trust(const struct tls_context *c)
{
    return &c->trust;
}

struct worker *tls_context_handshakes(const struct tls_context *c)
{
    return c->handshakes;
}

const char *tls_context_system_bundle(void)
{
    return tls_trust_system_bundle();
}
