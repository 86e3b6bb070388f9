#ifndef NET_TLS_STREAM_H
#define NET_TLS_STREAM_H

#include "loop/loop.h"
#include "net/stream.h"
#include "net/tls/tls_context.h"

/* TLS over any stream.  Handshakes run on the context's workers, records on the
 * loop.  on_open comes when the handshake is done; a failed one ends the stream
 * with ERR_TLS (after the alert went out) and a stream_detail that names the
 * cause.  There is no deadline here: the owner sets one (5 s).
 *
 * On success the new stream owns `lower` and closes it; on failure the caller
 * still owns it.  `hostname` is NULL on the server side, mandatory on the client
 * side (checked against the certificate, sent as SNI unless an IP literal);
 * ERR_CONFIG when it is longer than 255 bytes. */
MUST_CHECK enum err tls_stream_wrap(struct loop *l, struct stream *lower,
                                    struct tls_context *context, const char *hostname,
                                    struct stream **out);

/* The stream_detail of a client that does not know who signed the peer's certificate. */
#define TLS_STREAM_NOT_TRUSTED "certificate: not signed by a trusted authority"

/* Server side: the name the client asked for (SNI), or "". */
const char *tls_stream_server_name(const struct stream *s);

#endif
