/* Connections to a port of this process on 127.0.0.1. */
#ifndef TESTS_UNIT_SUPPORT_LOOPBACK_H
#define TESTS_UNIT_SUPPORT_LOOPBACK_H

#include "net/tls/tls_context.h"
#include "unit/support/public_client.h"

/* Opens later. */
struct stream *loopback_tcp(struct loop *l, unsigned port);
/* And TLS on top of it; `host` is SNI unless it is an address, and must be in the
 * certificate. */
struct stream *loopback_tls(struct loop *l, unsigned port, struct tls_context *context,
                            const char *host);

/* A client on such a stream, connected or refused when this returns. */
void loopback_sit(struct public_client *c, struct loop *l, struct stream *s, bool is_h2);
/* Turns the loop until the answer is here; false: it will not come. */
bool loopback_wait(struct public_client *c);
/* Sends and waits. */
bool loopback_ask(struct public_client *c, const struct public_request *request);
/* Turns the loop until the other side has ended the connection. */
void loopback_wait_end(struct public_client *c);
/* Closes, and turns the loop until it is closed; then public_client_fini. */
void loopback_leave(struct public_client *c);

#endif
