/* A TLS server at one end of a pipe, and whatever a test likes at the other. */
#ifndef TESTS_UNIT_SUPPORT_TLS_TARGET_H
#define TESTS_UNIT_SUPPORT_TLS_TARGET_H

#include "loop/worker.h"
#include "net/tls/tls_context.h"
#include "unit/support/net_peer.h"

struct tls_target {
    struct loop *loop;
    struct tls_context *context;
    struct worker *worker; /* NULL: handshakes on the loop */
    struct net_peer server, raw;
};

/* Both ends are seated; `raw` is open. */
void tls_target_open(struct tls_target *h, bool on_worker, size_t chunk);
void tls_target_close(struct tls_target *h);

#endif
