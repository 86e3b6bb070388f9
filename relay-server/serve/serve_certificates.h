#ifndef SERVER_SERVE_CERTIFICATES_H
#define SERVER_SERVE_CERTIFICATES_H

#include "cli/command.h"
#include "net/tls/tls_context.h"

/* The certificates of `serve`: read from the settings, and checked as LINE would before
 * anything is opened (and again at each reload). */

#define SERVE_CERTIFICATES_MAX 32u

struct serve_certificates {
    struct tls_identity identities[SERVE_CERTIFICATES_MAX]; /* borrow from the settings */
    size_t len;
    bool covers_wildcard; /* "*.domain": tunnels may be told as host names */
};

/* ERR_USAGE when --cert and --key are not pairs. */
MUST_CHECK enum err serve_certificates_read(struct command_call *call,
                                            struct serve_certificates *out);
/* Says every finding on call->err; ERR_TLS when a chain is broken and --insecure-cert is
 * not given. */
MUST_CHECK enum err serve_certificates_check(struct command_call *call,
                                             struct serve_certificates *certificates,
                                             uint64_t now_ms);

#endif
