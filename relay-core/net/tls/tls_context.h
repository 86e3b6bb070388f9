#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include "base/err.h"
#include "base/span.h"
#include "loop/worker.h"

#include <stdbool.h>

/* What TLS connections of one role share: certificates, trust, policy (TLS 1.2
 * and 1.3, ECDHE with AES-GCM or ChaCha20-Poly1305; no renegotiation, no 0-RTT,
 * no compression).  Immutable once made and counted: a reload makes a new one,
 * and connections keep the one they began with. */
struct tls_context;

struct tls_identity {
    const char *certificate_file; /* PEM, leaf first, with its intermediates */
    const char *key_file;         /* PEM, unencrypted; must not be readable by others */
};

struct tls_server_options {
    const struct tls_identity *identities; /* the first serves clients without matching SNI */
    size_t identities_len;
    const char *const *alpn;   /* NULL-terminated, preference first; borrowed for ever */
    struct worker *handshakes; /* borrowed; NULL: on the loop (tests) */
};

enum tls_versions { TLS_VERSIONS_BOTH, TLS_VERSIONS_ONLY_12, TLS_VERSIONS_ONLY_13 };

/* A pin stands beside the authorities when a CA file is given: both must agree.  Without
 * one the pin alone decides whom to trust (a relay with a certificate of its own
 * making).  Either way host name and dates are checked, and a wrong pin fails. */
struct tls_client_options {
    const char *ca_file; /* PEM; NULL: the system's bundle, or with a pin none */
    const char *pin;     /* "sha256/BASE64" of the leaf's SPKI, or NULL: no pin */
    const char *const *alpn;
    struct worker *handshakes;
    /* To see what a server shows (tls_peer_chain.h): believes every certificate, so nothing
     * that must stay secret may be sent.  `ca_file` and `pin` are not asked. */
    bool looks_only;
    enum tls_versions versions;
};

/* `detail` says what is wrong and what to do. */
MUST_CHECK enum err tls_context_new_server(const struct tls_server_options *options,
                                           struct tls_context **out, char detail[static 256]);
MUST_CHECK enum err tls_context_new_client(const struct tls_client_options *options,
                                           struct tls_context **out, char detail[static 256]);
struct tls_context *tls_context_get(struct tls_context *c);
void tls_context_put(struct tls_context *c);

/* Path of the system's CA bundle, or NULL when none of the usual places has one. */
const char *tls_context_system_bundle(void);

#endif
