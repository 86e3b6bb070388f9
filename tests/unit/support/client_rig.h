/* An h1_client_conn on one end of a pipe, a raw server on the other, and its exchanges
 * written down. */
#ifndef TESTS_UNIT_SUPPORT_CLIENT_RIG_H
#define TESTS_UNIT_SUPPORT_CLIENT_RIG_H

#include "http/h1/h1_client_conn.h"
#include "unit/support/exchange_log.h"
#include "unit/support/net_peer.h"

struct client_rig {
    struct loop *loop;
    struct net_peer server;
    struct h1_client_conn *conn; /* NULL after on_closed */
    struct exchange_log log;     /* of the last request */
    int idles, closed;
    bool had_answer; /* h1_client_conn_has_answer inside the abort */
    unsigned long live;
    void (*hook)(struct exchange_log *log, enum exchange_event event);
};

/* Pieces of `chunk` bytes; both ends are open afterwards. */
void client_rig_open(struct client_rig *rig, size_t chunk);
/* Until nothing moves any more. */
void client_rig_run(struct client_rig *rig);
/* A request to host "bot", and run.  The exchange closes itself when it is complete in both
 * directions, or aborted. */
enum err client_rig_request(struct client_rig *rig, const char *method, bool end);
enum err client_rig_request_with(struct client_rig *rig, const char *method, const char *name,
                                 const char *value);
/* The server says something, and run. */
void client_rig_answer(struct client_rig *rig, const char *text);
/* What the server has heard since the last look. */
void client_rig_check(struct client_rig *rig, const char *want);
/* Everything must end when the server goes; nothing may be left. */
void client_rig_close(struct client_rig *rig);

#endif
