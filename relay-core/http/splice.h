#ifndef HTTP_SPLICE_H
#define HTTP_SPLICE_H

#include "http/exchange.h"
#include "loop/loop.h"

/* Two exchanges joined back to back: what one receives the other sends, with
 * backpressure in both directions and bounded memory.  The server's end faces
 * whoever asked, the client's end whoever answers.
 *
 * Life: splice_start -> events -> on_done (frees itself; the client's end is
 *       closed by then).  The request's head is already sent by the caller. */
struct splice;

struct splice_events {
    /* The answer's heads on their way to the server's end; may edit `head` (a copy
     * whose spans stay borrowed).  Return false to keep an interim head back.  NULL:
     * everything passes. */
    bool (*on_answer)(void *owner, struct http_head *head);
    /* Look at bodies on their way (the recorder); either may be NULL. */
    void (*on_request_body)(void *owner, const uint8_t *data, size_t len);
    void (*on_answer_body)(void *owner, const uint8_t *data, size_t len);
    /* All of the request's body has come; not if it had come before.  May be NULL. */
    void (*on_request_complete)(void *owner);
    /* Over.  OK: both messages went through.  Else why, and whether the server's end
     * had already got a final head: if not, the receiver of this event may still
     * answer on it, and must exchange_close it (`server` is NULL otherwise). */
    void (*on_done)(void *owner, enum err why, const char *detail, struct exchange *server);
};

/* Owns both exchanges from now on (exchange_own is called here).  The server's
 * request, or a part of it, may already have been read and sent on by the caller
 * (a webhook's body is read whole first): what is complete stays complete. */
MUST_CHECK enum err splice_start(struct loop *l, struct exchange *server,
                                 struct exchange *client, const struct splice_events *events,
                                 void *owner, struct splice **out);
/* Give up on the client's end (a deadline passed): on_done follows, as if it broke. */
void splice_abort(struct splice *s, enum err why, const char *detail);
/* Abandon both ends; no event afterwards.  Allowed in any event but on_done. */
void splice_cancel(struct splice *s);

#endif
