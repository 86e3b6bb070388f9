#ifndef CLIENT_LINEAPI_HELLO_H
#define CLIENT_LINEAPI_HELLO_H

#include "net/stream.h"

/* A stream that looks at the first byte: a client that begins with a TLS handshake was given
 * https for the port's address, and would read our answer as garbage.  It then ends with
 * ERR_PROTOCOL at once, without an answer. */

/* Over an open stream; on success the new one owns it.  `on_tls` at most once, from an event
 * of the lower stream. */
MUST_CHECK enum err lineapi_hello_open(struct stream *lower, void (*on_tls)(void *owner),
                                       void *owner, struct stream **out);

#endif
