#ifndef HTTP_H1_CLIENT_IMPL_H
#define HTTP_H1_CLIENT_IMPL_H

/* What an h1_client_conn is made of; for the h1_client_*.c files only:
 *   h1_client_conn.c    life, events of the stream, one thing after the other
 *   h1_client_request.c the exchange's operations: the request's way out
 *   h1_client_answer.c  the answer's way in */

#include "http/exchange_impl.h"
#include "http/h1/h1_client_conn.h"
#include "http/h1/h1_writer.h"

enum h1_client_life { H1_CLIENT_OPEN, H1_CLIENT_CLOSED };
enum h1_client_slot { H1_CLIENT_FREE, H1_CLIENT_OWNED, H1_CLIENT_CLOSING };

struct h1_client_conn {
    struct exchange base;
    struct loop *loop;     /* borrowed for ever */
    struct stream *stream; /* owned; NULL after its on_closed */
    const struct h1_client_conn_events *events;
    void *owner;
    enum h1_client_life life;
    enum h1_client_slot slot;
    struct h1_codec codec;
    struct h1_writer writer;
    struct bytes pending; /* received while the owner pauses */
    struct defer_task task;
    unsigned interims;
    bool answer_begun; /* a byte of it has come */
    bool deaf;         /* the server takes no more of the request */
    bool used_up;      /* no request after the one under way */
    enum err abort;    /* not OK: the exchange's owner must be told */
    char detail[160];
};

/* --- h1_client_conn.c --- */

/* Something is due that must not happen inside the caller. */
void h1_client_conn_post(struct h1_client_conn *c);
/* Match the stream's reading to the present state. */
void h1_client_conn_update(struct h1_client_conn *c);
/* The exchange's owner will be told `what` and `detail`, if there is one. */
void h1_client_conn_abort(struct h1_client_conn *c, enum err why, const char *what,
                          const char *detail);
/* Closes the stream. */
void h1_client_conn_shut(struct h1_client_conn *c);
/* Both. */
void h1_client_conn_give_up(struct h1_client_conn *c, enum err why, const char *detail);

/* --- h1_client_request.c --- */

extern const struct exchange_ops h1_client_request_ops;
MUST_CHECK enum err h1_client_request_start(struct h1_client_conn *c,
                                            const struct http_head *head, bool end);

/* --- h1_client_answer.c --- */

extern const struct h1_events h1_client_answer_events;
void h1_client_answer_take(struct h1_client_conn *c, const uint8_t *data, size_t len);
/* What was held back while the owner paused. */
void h1_client_answer_resume(struct h1_client_conn *c);
/* The connection ended before the answer was complete, or that is what completes it. */
void h1_client_answer_cut(struct h1_client_conn *c, enum err why);

#endif
