#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A duplex byte stream: TCP, TLS over another stream, or a test pipe.
 *
 * Life:   opening -> open -> closing -> closed (freed)
 * Events: on_open once; then on_data and on_drain any number of times; then at
 *         most one on_end; and always, exactly once and last, on_closed.
 *         After on_end(ERR_EOF) the other direction is still open: writing goes
 *         on, with on_drain, until stream_finish or stream_close.
 * Rules:  - No event is ever delivered from inside a stream_* call.
 *         - After stream_close returns, on_closed is the only event to come.
 *         - The stream frees itself after on_closed: forget the pointer there.
 */
struct stream;

struct stream_events {
    void (*on_open)(void *owner);
    /* `data` is borrowed: copy what must outlive the call. */
    void (*on_data)(void *owner, const uint8_t *data, size_t len);
    /* Everything accepted by stream_write has gone to the layer below. */
    void (*on_drain)(void *owner);
    /* ERR_EOF: peer finished in good order.  Anything else: it broke.  While the
     * stream is paused, ERR_EOF waits for stream_resume. */
    void (*on_end)(void *owner, enum err why);
    void (*on_closed)(void *owner);
};

/* Before the first event; again when the stream changes hands.  `events` is
 * borrowed until on_closed; NULL: nobody listens any more (then stream_close). */
void stream_own(struct stream *s, const struct stream_events *events, void *owner);

/* on_open has come, and stream_close has not been called. */
bool stream_is_open(const struct stream *s);

/* Copies `data`; takes all of it or none.  What is written in one turn of the
 * loop leaves in one system call at its end.  ERR_CLOSED before on_open and
 * after stream_finish; ERR_LIMIT, ERR_NOMEM; any other error: it is broken. */
MUST_CHECK enum err stream_write(struct stream *s, const void *data, size_t len);

/* Bytes accepted but not yet passed down: the caller's backpressure signal.
 * Producers stop above STREAM_HIGH_WATER and go on at on_drain. */
size_t stream_queued(const struct stream *s);
#define STREAM_HIGH_WATER ((size_t)256 * 1024)

/* Lets little of what is written wait further down, in the kernel (32 KiB that it has not
 * sent), so that a producer with several things to say can decide late which goes next.
 * Its own part is to stop above STREAM_SHORT. */
void stream_keep_short(struct stream *s);
#define STREAM_SHORT ((size_t)32 * 1024)

/* No on_data comes after stream_pause, not even for bytes already received. */
void stream_pause(struct stream *s);
void stream_resume(struct stream *s);

/* Say goodbye after everything written so far: FIN, and close_notify over TLS.
 * Only between on_open and stream_close; elsewhere it does nothing.
 * Later writes fail with ERR_CLOSED; reading goes on.  The usual order is
 * stream_finish, wait for on_end under a deadline, stream_close. */
void stream_finish(struct stream *s);

/* Abandon at once: what was written in this turn is offered to the kernel once,
 * what does not fit is lost.  Idempotent; allowed inside any event. */
void stream_close(struct stream *s);

/* Close, and nobody listens any more: the owner may go at once. */
void stream_let_go(struct stream *s);

/* Like stream_close, but with a TCP reset, so that the peer cannot take a cut
 * message for a complete one. */
void stream_reset(struct stream *s);

/* Why it broke, for people: "certificate: host name not covered"; "" when the
 * error says it all.  Borrowed until on_closed. */
const char *stream_detail(const struct stream *s);
/* The remote address without port: "192.0.2.7", "2001:db8::1"; "" if there is none. */
const char *stream_peer(const struct stream *s);
/* The protocol that ALPN chose ("h2"), or "". */
const char *stream_protocol(const struct stream *s);

#endif
