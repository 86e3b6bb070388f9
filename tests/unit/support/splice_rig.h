/* A public client and a bot, both raw, on pipes; between them an h1_server_conn and an
 * h1_client_conn, whose exchanges are spliced. */
#ifndef TESTS_UNIT_SUPPORT_SPLICE_RIG_H
#define TESTS_UNIT_SUPPORT_SPLICE_RIG_H

#include "base/clock.h"
#include "http/h1/h1_client_conn.h"
#include "http/h1/h1_server_conn.h"
#include "http/splice.h"
#include "unit/support/net_peer.h"

struct splice_rig {
    struct clock_fake clock; /* stands still */
    struct loop *loop;
    struct stream *public_side, *bot_side; /* for the test to own */
    struct h1_server_conn *server;         /* NULL after on_closed */
    struct h1_client_conn *client;         /* NULL after on_closed */
    struct splice *splice;                 /* NULL after on_done */
    struct exchange *ends[2];              /* as they were given to the splice */
    int starts, dones, idles;
    enum err why;
    char detail[160];
    bool handed_over;
    size_t request_bytes, answer_bytes; /* that the observers saw */
    unsigned long live;
    /* Called after each event that the splice tells; may be NULL. */
    void (*hook)(struct splice_rig *rig, const char *event);
    bool (*on_answer)(struct splice_rig *rig, struct http_head *head);
    int events, act_at, action; /* for the test */
};

/* Both connections are open, all streams too. */
void splice_rig_open(struct splice_rig *rig, size_t chunk);
/* Until nothing moves any more. */
void splice_rig_run(struct splice_rig *rig);
/* Closes the connections; the streams of both sides must be closed.  Nothing may be left. */
void splice_rig_close(struct splice_rig *rig);

#endif
