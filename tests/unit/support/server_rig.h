/* An h1_server_conn on one end of a pipe, a raw client on the other, a clock that moves
 * when the test says so, and up to 8 exchanges written down. */
#ifndef TESTS_UNIT_SUPPORT_SERVER_RIG_H
#define TESTS_UNIT_SUPPORT_SERVER_RIG_H

#include "base/clock.h"
#include "http/h1/h1_server_conn.h"
#include "net/fault_stream.h"
#include "unit/support/exchange_log.h"
#include "unit/support/net_peer.h"

#define SERVER_RIG_LOGS 8

struct server_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct net_peer client;
    struct fault_plan faults;    /* of the server's stream, if wanted */
    struct stream *lower;        /* below the fault stream; borrowed */
    struct h1_server_conn *conn; /* NULL after on_closed */
    struct exchange_log logs[SERVER_RIG_LOGS];
    size_t requests;
    int closed;
    unsigned long live;
    char heads[512]; /* "POST host /target|" of each request */
    /* What to do with a request; NULL: answer 200 with the request's body when it is
     * complete. */
    void (*on_request)(struct server_rig *rig, struct exchange_log *log,
                       const struct http_head *head, bool end);
    void (*hook)(struct exchange_log *log, enum exchange_event event); /* for new logs */
    struct stream *upgraded;
    int counter; /* for the test */
};

/* Pieces of `chunk` bytes; both ends are open afterwards. */
void server_rig_open(struct server_rig *rig, size_t chunk);
/* With rig->faults in between. */
void server_rig_open_faulty(struct server_rig *rig, size_t chunk);
/* Until nothing moves any more. */
void server_rig_run(struct server_rig *rig);
void server_rig_advance(struct server_rig *rig, uint64_t ms);
/* Sends and runs. */
void server_rig_say(struct server_rig *rig, const char *text);
/* What the client has received since the last look; the Date field is left out. */
void server_rig_check(struct server_rig *rig, const char *want);
bool server_rig_heard(struct server_rig *rig, const char *part);
/* Forget what was received. */
void server_rig_forget(struct server_rig *rig);
/* The default of on_request: the echo. */
void server_rig_echo(struct exchange_log *log, enum exchange_event event);
/* The client leaves; the exchanges and the connection must end; nothing may be left. */
void server_rig_close(struct server_rig *rig);

#endif
