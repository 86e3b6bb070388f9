/* A whole relay (relay_rig.h) and the process that takes over from it, which is played by
 * the test: first the dialogue over the socket, then an agent's end of the link.
 *
 * Life: heir_open -> ... -> heir_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_HEIR_H
#define TESTS_UNIT_SUPPORT_HEIR_H

#include "net/socket_handover.h"
#include "relay-server/inbox/inbox.h"
#include "unit/support/relay_rig.h"

struct heir {
    struct relay_rig rig;
    int fd;                         /* -1: no conversation, or it is a link now */
    struct socket_handover sockets; /* what it got */
    struct fake_agent successor;
    pid_t handed_to; /* as the relay said; 0: not yet */
};

void heir_open(struct heir *h);
/* And an agent was linked a moment ago. */
void heir_open_known(struct heir *h);
void heir_close(struct heir *h);
void heir_turn(struct heir *h);

/* Each of them turns the loop until it has happened. */
void heir_join(struct heir *h);
void heir_ask(struct heir *h);  /* and has the sockets */
void heir_take(struct heir *h); /* and hears that it may */
void heir_serve(struct heir *h);
/* At whatever it was. */
void heir_die(struct heir *h);

/* The relay's inbox, as the other process opens it; it must work. */
struct inbox *heir_open_inbox(struct heir *h);
void heir_close_inbox(struct heir *h, struct inbox *inbox);

struct public_client *heir_client(struct heir *h, size_t i);
/* Even ones speak HTTP/1, odd ones HTTP/2. */
void heir_call(struct heir *h, size_t i);
void heir_send_webhook(struct heir *h, size_t i);
void heir_send_get(struct heir *h, size_t i);
void heir_check_status(struct heir *h, size_t i, unsigned status);
/* Neither answered nor cut off. */
void heir_check_waits(struct heir *h, size_t i);

#endif
