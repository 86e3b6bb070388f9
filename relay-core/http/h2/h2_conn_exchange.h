#ifndef HTTP_H2_CONN_EXCHANGE_H
#define HTTP_H2_CONN_EXCHANGE_H

#include "http/h2/h2_conn_impl.h"

/* The exchanges of a connection: each is one HTTP/2 stream. */

/* The codec's events; their owner is the connection. */
extern const struct h2_events h2_conn_exchange_events;

/* NULL when memory is out. */
struct h2_exchange *h2_conn_exchange_new(struct h2_conn *c);
/* One that was never given to anybody. */
void h2_conn_exchange_discard(struct h2_exchange *x);
/* Inside an event only: gives up on one that its owner still holds. */
void h2_conn_exchange_abort(struct h2_exchange *x, enum err why, const char *detail);
void h2_conn_exchange_abort_all(struct h2_conn *c, enum err why, const char *detail);
/* Delivers what was held back, frees what was closed. */
void h2_conn_exchange_work(struct h2_conn *c);
/* Some exchange has not yet come to its end. */
bool h2_conn_exchange_is_any_open(const struct h2_conn *c);

#endif
