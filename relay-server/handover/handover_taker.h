#ifndef SERVER_HANDOVER_TAKER_H
#define SERVER_HANDOVER_TAKER_H

#include "loop/loop.h"
#include "net/socket_handover.h"
#include "net/stream.h"
#include "relay-server/handover/handover_line.h"

/* The new relay's side of a takeover (handover_text.h).  Synchronous: until it serves it has
 * nothing else to do.
 *
 * Life: handover_taker_ask -> _take -> _serve -> handover_taker_fini; zeroed is legal.
 *
 * ERR_EOF from any of them: the old one is gone, or has broken off; whoever can open the
 * inbox then serves, and the sockets that were received are good. */
struct handover_taker {
    int fd;    /* owned; 0: none */
    pid_t pid; /* of the old one; 0: there was none */
    struct socket_handover in;
    struct handover_line line;
    bool has_sockets;
    int https, http; /* listening sockets, borrowed from `in`; 0: none */
    char detail[320];
};

/* For each answer. */
#define HANDOVER_ASK_MS  5000u
#define HANDOVER_TAKE_MS 30000u /* the old one brings webhooks to the disk first */

/* ERR_NOT_FOUND: no relay serves `path`; ERR_DENIED: another user's does; ERR_BUSY: it says
 * no; ERR_TIMEOUT; ERR_PROTOCOL, ERR_LIMIT (the path is too long).  In all cases but OK,
 * ERR_NOT_FOUND and ERR_EOF `detail` says what to do, and the old one goes on. */
MUST_CHECK enum err handover_taker_ask(struct handover_taker *t, const char *path);
/* The old one accepts no more, and its inbox is closed. */
MUST_CHECK enum err handover_taker_take(struct handover_taker *t);
/* We accept.  *out is for predecessor_open. */
MUST_CHECK enum err handover_taker_serve(struct handover_taker *t, struct loop *l,
                                         struct stream **out);
void handover_taker_fini(struct handover_taker *t);

#endif
