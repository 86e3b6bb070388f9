#ifndef CLIENT_INSPECTOR_INSPECTOR_GATE_H
#define CLIENT_INSPECTOR_INSPECTOR_GATE_H

#include "codec/http/http_head.h"
#include "relay-client/inspector/inspector_session.h"

/* Who may ask what: a pure decision over the head of a request, before anything else looks
 * at it.  Nothing here trusts that a request comes from our own page: any site that the
 * user has open can send one here (threats E1 - E5, E8). */

/* The names that we answer to. */
struct inspector_gate_site {
    unsigned port;
    char host[64];      /* of --inspect-addr, as in a Host field; "" if that is loopback */
    bool is_everywhere; /* it listens on every address: any literal one may be meant */
};

/* Why not; all static. */
struct inspector_gate_refusal {
    unsigned status;
    const char *code; /* docs/inspector-api.yaml */
    const char *title;
    const char *detail;
};

/* "127.0.0.1:4649" as tcp_listener takes it, with the port that it has got.  ERR_CONFIG: not
 * such an address. */
MUST_CHECK enum err inspector_gate_site_init(struct inspector_gate_site *out,
                                             const char *address, unsigned port);
/* Only this machine can reach it. */
bool inspector_gate_is_loopback(const char *address);
bool inspector_gate_is_api(struct span target);
/* NULL: it may pass. */
const struct inspector_gate_refusal *
inspector_gate_check(const struct inspector_gate_site *site,
                     const struct inspector_session *session, const struct http_head *head);

#endif
