#ifndef HTTP_H1_SERVER_IMPL_H
#define HTTP_H1_SERVER_IMPL_H

/* What an h1_server_conn is made of; for the h1_server_*.c files only:
 *   h1_server_conn.c    life, events of the stream, one thing after the other
 *   h1_server_request.c bytes into the codec, and what it says of them
 *   h1_server_answer.c  the exchange's operations: the answer's way out
 *   h1_server_refuse.c  answers of our own
 *   h1_server_watch.c   deadlines */

#include "http/exchange_impl.h"
#include "http/h1/h1_server_conn.h"
#include "http/h1/h1_writer.h"
#include "loop/deadline.h"

enum h1_server_life { H1_SERVER_OPEN, H1_SERVER_LINGERING, H1_SERVER_CLOSED };

/* How much of the request under way has come. */
enum h1_server_received { H1_RECEIVED_NOTHING, H1_RECEIVED_HEAD, H1_RECEIVED_ALL };

/* The one exchange, embedded: its owner's part. */
enum h1_server_slot { H1_SLOT_FREE, H1_SLOT_OWNED, H1_SLOT_CLOSING };

struct h1_server_turn {
    enum h1_server_received received;
    enum h1_server_slot slot;
    bool in_on_request; /* the moment for an upgrade */
    bool ended;         /* the request has no body */
    bool is_head;       /* HEAD: the answer has no body */
    bool expects;       /* the client waits for 100 */
    bool answered;      /* our message is complete */
    bool keep_alive;    /* another request may follow */
    size_t drained;     /* bytes of body that nobody got */
};

enum h1_server_phase {
    H1_PHASE_FIRST, /* not a byte yet */
    H1_PHASE_IDLE,
    H1_PHASE_HEAD,
    H1_PHASE_BODY,
    H1_PHASE_ANSWER, /* or paused by the owner: the peer owes nothing */
    H1_PHASE_LINGER,
};

struct h1_server_watch {
    struct deadline deadline;
    enum h1_server_phase phase;
    uint64_t since_ms;
    size_t received; /* bytes of body since then */
    bool waiting;    /* something did wait for the peer at stalled_ms, ... */
    uint64_t sent;   /* ... when so many bytes had left */
    uint64_t stalled_ms;
};

struct h1_server_conn {
    struct loop *loop;     /* borrowed for ever */
    struct stream *stream; /* owned until its on_closed, or an upgrade; then NULL */
    const struct http_server_conn_events *events;
    void *owner;
    enum h1_server_life life;
    struct h1_codec codec;
    struct h1_writer writer;
    struct bytes pending; /* received, not yet parsed */
    struct exchange exchange;
    struct h1_server_turn turn;
    struct h1_server_watch watch;
    struct defer_task task;
    bool shutting; /* the next answer is the last */
    bool retiring; /* but who was not told yet may still ask */
    bool peer_ended;
    enum err abort; /* not OK: the exchange's owner must be told */
    char detail[128];
};

/* --- h1_server_conn.c --- */

/* Something is due that must not happen inside the caller. */
void h1_server_conn_post(struct h1_server_conn *c);
/* Are bytes of the peer wanted now? */
bool h1_server_conn_can_feed(const struct h1_server_conn *c);
/* Match the stream's reading, and the deadline, to the present state. */
void h1_server_conn_update(struct h1_server_conn *c);
/* The exchange's owner will be told, if there is one. */
void h1_server_conn_abort(struct h1_server_conn *c, enum err why, const char *detail);
/* Everything is written: say goodbye and wait for the peer's. */
void h1_server_conn_finish(struct h1_server_conn *c);
/* At once; with a reset if the peer could take what it has for a complete answer. */
void h1_server_conn_break(struct h1_server_conn *c, enum err why, const char *detail);
/* Has the answer begun, and is not complete? */
bool h1_server_conn_is_answering(const struct h1_server_conn *c);

/* --- h1_server_request.c --- */

extern const struct h1_events h1_server_request_events;
/* While h1_server_conn_can_feed.  Returns how many were taken; calls the codec once at
 * least, which may have something left to say without new bytes. */
size_t h1_server_request_feed(struct h1_server_conn *c, const uint8_t *data, size_t len);

/* --- h1_server_answer.c --- */

extern const struct exchange_ops h1_server_answer_ops;
/* 100, if the client waits for it and the owner for the body. */
void h1_server_answer_continue(struct h1_server_conn *c);

/* --- h1_server_refuse.c --- */

/* Answers with a problem instead of the exchange's owner, if there is still time for
 * that, and lets the connection end. */
void h1_server_refuse(struct h1_server_conn *c, unsigned status, enum err why,
                      const char *detail);
/* The same for what the codec said. */
void h1_server_refuse_message(struct h1_server_conn *c, enum err why);

/* --- h1_server_watch.c --- */

/* From the open of the connection. */
MUST_CHECK enum err h1_server_watch_start(struct h1_server_conn *c);
void h1_server_watch_update(struct h1_server_conn *c);
/* From now on it may not be idle for long. */
void h1_server_watch_retire(struct h1_server_conn *c);
/* All that was written has left. */
void h1_server_watch_drained(struct h1_server_conn *c);

#endif
