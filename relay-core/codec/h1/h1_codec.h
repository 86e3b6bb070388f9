#ifndef CODEC_H1_CODEC_H
#define CODEC_H1_CODEC_H

#include "base/bytes.h"
#include "codec/http/http_head.h"

/* HTTP/1.1 and 1.0 messages (RFC 9112): bytes in, events out.  Strict on purpose
 * (rule 0: reject, never repair): exactly one Host, exactly `chunked`, no duplicate or
 * odd Content-Length, none beside Transfer-Encoding, no obs-fold, no bare CR or LF,
 * only origin-form targets (absolute-form when its authority equals Host: it becomes
 * origin-form).  CONNECT, TRACE, PRI, `OPTIONS *` and methods that llhttp does not know
 * are ERR_UNSUPPORTED.  A head must pass our rules and llhttp's, and both must frame the
 * body alike.  Extensions of chunks and trailers are checked, limited and dropped.
 *
 * Life:   h1_codec_init -> feed ... -> h1_codec_fini, which is not for events.
 *         After an error: only fini.
 * Events: per message on_head, on_body any number of times, on_complete; a client
 *         codec may see several interim heads before the final one (101 is final, and
 *         what follows it is another protocol).
 * Heads:  Host is the authority and no field; Transfer-Encoding and the expectation of
 *         100 are dealt with and no fields either.  Connection and Upgrade are there:
 *         h1_format_head and http_field_is_hop_by_hop keep them from going further.
 * Memory: nothing between messages; at most HTTP_HEAD_MAX + HTTP_TARGET_MAX while
 *         a head is being read. */

struct h1_events {
    /* `end`: no body follows.  on_complete comes in any case. */
    void (*on_head)(void *owner, const struct http_head *head, bool end);
    void (*on_body)(void *owner, const uint8_t *data, size_t len);
    void (*on_complete)(void *owner);
};

enum h1_role {
    H1_SERVER, /* reads requests */
    H1_CLIENT, /* reads responses */
};

struct h1_parser; /* the message under way; allocated while needed */

struct h1_codec {
    enum h1_role role;
    const struct h1_events *events;
    void *owner;
    struct h1_parser *parser; /* owned, NULL between messages */
    bool keep_alive;          /* of the last message; known in on_head */
    bool minor_0;             /* HTTP/1.0 */
    bool expect_continue;     /* the request under way waits for 100 */
    bool head_request;        /* client: the answer to a HEAD has no body */
    struct span scheme;       /* server: goes into each head; borrowed */
    bool stopped;             /* this feed ends after the event under way */
    size_t ahead;             /* in on_head: bytes of this feed behind the head */
};

void h1_codec_init(struct h1_codec *c, enum h1_role role, const struct h1_events *events,
                   void *owner);
void h1_codec_fini(struct h1_codec *c);

/* Takes bytes up to the end of a message and no further: *used says how many.
 * Feed the rest when the owner is ready for the next message.  Between messages
 * at most one CRLF is skipped in front of a request.  Errors (*used is not set), with
 * what a server answers:
 *   ERR_SYNTAX 400, ERR_URI_TOO_LONG 414, ERR_HEADERS_TOO_LARGE 431,
 *   ERR_VERSION 505, ERR_UNSUPPORTED 501, ERR_NOMEM 503. */
MUST_CHECK enum err h1_codec_feed(struct h1_codec *c, const uint8_t *data, size_t len,
                                  size_t *used);
/* In an event: no further event from this feed.  The next feed goes on, if need be
 * with no bytes: a message may be complete already. */
void h1_codec_stop(struct h1_codec *c);
/* Body bytes that are certain to follow: the rest of a Content-Length, else 0. */
uint64_t h1_codec_body_left(const struct h1_codec *c);
/* The peer closed.  OK: between messages, or it ends a response that is framed by
 * the close (on_complete is called).  ERR_EOF: in the middle of a message. */
MUST_CHECK enum err h1_codec_feed_eof(struct h1_codec *c);
/* In the middle of a message? */
bool h1_codec_is_busy(const struct h1_codec *c);
/* What exactly was wrong, for a log line: "Content-Length beside Transfer-Encoding". */
const char *h1_codec_detail(const struct h1_codec *c);

/* --- the other direction: always from the parsed form, never from peer bytes --- */

enum h1_framing {
    H1_NO_BODY, /* no length field is written but what the head has */
    H1_LENGTH,  /* the head has Content-Length */
    H1_CHUNKED, /* Transfer-Encoding: chunked is added */
    H1_CLOSE,   /* HTTP/1.0 response: until the connection closes */
};

/* What fits for `head`: by its Content-Length, `end`, and the peer's version. */
enum h1_framing h1_framing_for(const struct http_head *head, bool end, bool peer_minor_0);

/* Appends the head: Host from the authority, no hop-by-hop fields, `Connection` as
 * told (nothing in an interim response).  Upgrade goes out only with the link's own
 * protocol, in a request or a 101 that nominates it.  ERR_SYNTAX when a field, the target
 * or a length could break the framing. */
MUST_CHECK enum err h1_format_head(struct bytes *out, const struct http_head *head,
                                   enum h1_framing framing, bool keep_alive);
/* For writers that do not want the data copied: this, the data, CRLF.  Returns the
 * length. */
#define H1_CHUNK_HEAD_MAX 20
#define H1_LAST_CHUNK     "0\r\n\r\n"
size_t h1_format_chunk_head(char out[static H1_CHUNK_HEAD_MAX], size_t len);

#endif
