#ifndef NET_TLS_CONTEXT_IMPL_H
#define NET_TLS_CONTEXT_IMPL_H

/* What tls_stream needs of a context; users include net/tls_context.h only. */

#include "net/tls/tls_context.h"
#include "net/tls/tls_trust.h"

#include <mbedtls/ssl.h>

/* Each mbedtls_ssl_context has one as its user data pointer.  A server's is written
 * when the certificate is chosen, on the thread of the handshake. */
struct tls_hello {
    const struct tls_context *context; /* borrowed: the stream counts it */
    char *server_name;                 /* owned by the stream (mem_free); NULL: none was sent */
};

bool tls_context_is_server(const struct tls_context *c);
const mbedtls_ssl_config *tls_context_config(const struct tls_context *c);
/* A client's. */
const struct tls_trust *tls_context_trust(const struct tls_context *c);
/* NULL: handshakes run on the loop. */
struct worker *tls_context_handshakes(const struct tls_context *c);

#endif
