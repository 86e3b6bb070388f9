#ifndef LINK_LINK_SESSION_H
#define LINK_LINK_SESSION_H

#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* An established link, after 101: HTTP/2 with the roles reversed (the relay is
 * the client and opens streams, the agent serves them), kept alive and watched
 * by a heartbeat.  Both ends distrust each other: see h2_codec's limits.
 *
 * Life: open -> closing -> closed (freed); takes the stream over.
 * Windows: 256 KiB per stream, and per link what 100 of them need together.  Whoever
 * pauses more than that many holds up the others: of 1,024 streams only
 * LINK_PAUSED_MAX may ever stand still (plain requests); webhooks and their answers are
 * always taken.  Memory is only taken for what is really held back. */
struct link_session;

enum link_side { LINK_RELAY, LINK_AGENT };

#define LINK_STREAMS_MAX       1024u
#define LINK_PAUSED_MAX        100u
#define LINK_STREAM_WINDOW     (256u * 1024u)
#define LINK_CONNECTION_WINDOW (LINK_PAUSED_MAX * LINK_STREAM_WINDOW)

struct link_session_events {
    /* Agent: a request for the handler; see http_server_conn.h. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    /* The peer takes no more requests; those under way finish.  The agent redials, unless
     * its link was taken over: then the tunnel is another's, who would lose it again. */
    void (*on_goaway)(void *owner, bool taken_over);
    /* The machine slept; a ping is on its way.  May be NULL. */
    void (*on_wake)(void *owner);
    /* Broken, silent for 15 s, or ended.  Not after link_session_close. */
    void (*on_lost)(void *owner, enum err why, const char *detail);
    void (*on_closed)(void *owner);
};

MUST_CHECK enum err link_session_open(struct loop *l, struct stream *stream,
                                      enum link_side side,
                                      const struct link_session_events *events, void *owner,
                                      struct link_session **out);
/* Agent: what came in one piece with the 101; see h2_conn_feed_early. */
MUST_CHECK enum err link_session_feed_early(struct link_session *s, const void *data,
                                            size_t len);
/* Relay: see h2_conn_request. */
MUST_CHECK enum err link_session_request(struct link_session *s, const struct http_head *head,
                                         bool end, const struct exchange_events *events,
                                         void *owner, struct exchange **out);
/* GOAWAY twice, no new requests of the relay, streams finish (at most 30 s, then they
 * are cut off), on_closed.  on_lost only if the link breaks before that. */
void link_session_shutdown(struct link_session *s);
/* Relay: the same with one GOAWAY that says that another link has taken over. */
void link_session_replace(struct link_session *s);
void link_session_close(struct link_session *s);
/* Round trip of the last ping in microseconds, 0 before the first. */
uint64_t link_session_rtt_us(const struct link_session *s);

#endif
