#ifndef HTTP_H1_SERVER_CONN_H
#define HTTP_H1_SERVER_CONN_H

#include "http/http_server_conn.h"

/* The server's side of one HTTP/1.1 or 1.0 connection, for http_server_conn: one
 * request at a time, answered in order.
 *
 * Life:   open -> lingering (answered for the last time; waits for the peer to close,
 *         at most 5 s) -> closed (freed).
 * Memory: at most H1_SERVER_PENDING_MAX and one read of the stream wait unparsed;
 *         nothing but the object itself while idle. */
struct h1_server_conn;

#define H1_SERVER_PENDING_MAX ((size_t)64 * 1024)
/* Of a body that nobody wants, after its answer; more, and the connection closes. */
#define H1_SERVER_DRAIN_MAX ((size_t)64 * 1024)

#define H1_SERVER_HEAD_MS    5000u
#define H1_SERVER_BODY_MS    5000u /* in each: */
#define H1_SERVER_BODY_BYTES (512u * (H1_SERVER_BODY_MS / 1000u))
#define H1_SERVER_IDLE_MS    75000u
#define H1_SERVER_RETIRE_MS  5000u  /* the same while it retires */
#define H1_SERVER_STALL_MS   10000u /* without the peer taking anything */
#define H1_SERVER_LINGER_MS  5000u

/* `stream` is open, or opens later.  `scheme` is what all requests get; borrowed for
 * ever. */
MUST_CHECK enum err h1_server_conn_open(struct loop *l, struct stream *stream,
                                        const char *scheme,
                                        const struct http_server_conn_events *events,
                                        void *owner, struct h1_server_conn **out);
/* As http_server_conn's. */
void h1_server_conn_shutdown(struct h1_server_conn *c);
void h1_server_conn_retire(struct h1_server_conn *c);
void h1_server_conn_close(struct h1_server_conn *c);
MUST_CHECK enum err h1_server_conn_upgrade(struct h1_server_conn *c, struct exchange *x,
                                           const struct http_head *head, struct stream **out);

#endif
