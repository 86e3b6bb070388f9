#ifndef HTTP_H2_CONN_IMPL_H
#define HTTP_H2_CONN_IMPL_H

/* What an h2_conn is made of.  Only for http/h2_conn*.c. */

#include "base/list.h"
#include "http/exchange_impl.h"
#include "http/h2/h2_conn.h"
#include "loop/deadline.h"
#include "loop/defer.h"

enum h2_conn_state {
    H2_CONN_OPEN,
    H2_CONN_DRAINING,  /* GOAWAY is being said; what is under way finishes */
    H2_CONN_FINISHING, /* everything is said, the peer is to close */
    H2_CONN_CLOSING,   /* waits for on_closed of the stream and of all exchanges */
};

struct h2_conn {
    struct loop *loop;      /* borrowed for ever */
    struct stream *stream;  /* owned; NULL after its on_closed */
    struct h2_codec *codec; /* owned */
    struct h2_options options;
    const struct h2_conn_events *events;
    void *owner;
    enum h2_conn_state state;
    enum err why; /* it has to end for this reason; OK: it has not */
    bool is_told; /* on_lost was called, or must not be */
    bool keeps_idle;
    struct list exchanges;
    struct list work; /* exchanges that the pump has to look at */
    uint32_t exchanges_len;
    uint32_t owned_len; /* of these, not yet closed by their owners */
    struct bytes out;
    struct bytes early;
    struct defer_task pump;
    struct deadline tick; /* watches limits while there is something to watch */
    struct deadline step; /* the next step of the end */
    uint64_t opened_ms;
    uint64_t idle_ms;   /* since when nothing is under way */
    uint64_t queued_ms; /* since when `queued` bytes wait in the stream */
    size_t queued;
    bool is_busy;
    char detail[160];
};

struct h2_exchange {
    struct exchange base;
    struct h2_conn *conn; /* back-pointer; outlives the exchange */
    struct list_node all, work;
    struct bytes held; /* received while paused */
    int32_t stream;
    bool is_detached; /* the codec knows nothing of it any more */
    bool is_received; /* the peer's message is complete, though perhaps in `held` */
    uint64_t rate_ms; /* when counting of the body's bytes began */
    size_t rate;
};

/* Look at everything again, later in this turn. */
void h2_conn_post(struct h2_conn *c);

#endif
