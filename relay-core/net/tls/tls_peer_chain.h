#ifndef NET_TLS_PEER_CHAIN_H
#define NET_TLS_PEER_CHAIN_H

#include "base/bytes.h"
#include "net/stream.h"

/* What a server showed in the handshake, as it showed it: leaf first if it did it right, and
 * nothing that it left out. */
#define TLS_PEER_CHAIN_MAX ((size_t)128 * 1024)

/* Appends it as PEM, for tls_chain_check.h.  `s` is an open TLS stream of a client, else
 * nothing is appended.  ERR_NOMEM, ERR_LIMIT. */
MUST_CHECK enum err tls_peer_chain_append(const struct stream *s, struct bytes *out);
/* "TLSv1.3", or "". */
const char *tls_peer_chain_version(const struct stream *s);

#endif
