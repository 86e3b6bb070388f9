/* A public port on 127.0.0.1 that answers every request by itself (418), and clients of it;
 * only the clock does not move by itself.
 *
 * Life: port_rig_open -> ... -> port_rig_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_PORT_RIG_H
#define TESTS_UNIT_SUPPORT_PORT_RIG_H

#include "base/clock.h"
#include "relay-server/ingress/ingress.h"
#include "unit/support/loopback.h"

#define PORT_RIG_CLIENTS 4u

struct port_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct tls_context *tls; /* NULL: plain */
    struct ingress *ingress; /* NULL once closed */
    struct public_client clients[PORT_RIG_CLIENTS];
    bool holds; /* the next request is not answered, but is `held` */
    struct exchange *held;
    unsigned requests, closed;
    char server_name[300]; /* of the last request */
    unsigned long live;
};

extern const struct problem port_rig_answer;
extern const char *const port_rig_alpn[];           /* all that the port speaks */
extern const struct ingress_events port_rig_events; /* owner: the rig */

void port_rig_open(struct port_rig *rig, bool with_tls, size_t connections_max);
void port_rig_close(struct port_rig *rig);
/* Turns the loop until the port has closed. */
void port_rig_wait_closed(struct port_rig *rig);
void port_rig_advance(struct port_rig *rig, uint64_t ms);
/* Turns the loop until there are so many connections. */
void port_rig_await(struct port_rig *rig, size_t connections);

/* The i-th client, without and with TLS. */
void port_rig_call(struct port_rig *rig, size_t i);
void port_rig_call_tls(struct port_rig *rig, size_t i, const char *const *offers,
                       const char *host, bool is_h2);
/* GET /; false: no answer will come. */
bool port_rig_ask(struct port_rig *rig, size_t i);
/* The i-th client's request is here, and is held. */
void port_rig_hold(struct port_rig *rig, size_t i);

#endif
