#ifndef CODEC_H1_CODEC_H
#define CODEC_H1_CODEC_H

#include "base/bytes.h"
#include "codec/http_head.h"

/* HTTP/1.1 and 1.0 messages (RFC 9112): bytes in, events out.  Strict on purpose
 * (rule 0: reject, never repair): llhttp without lenient flags, and on top of it
 * exactly one Host, exactly `chunked`, no duplicate or odd Content-Length, no
 * Content-Length beside Transfer-Encoding, no obs-fold, no bare CR or LF, and
 * only origin-form targets (absolute-form only when its authority equals Host).
 *
 * Life:   h1_codec_init -> feed ... -> h1_codec_fini.  After an error: only fini.
 * Events: per message on_head, on_body any number of times, on_complete; a client
 *         codec may see several interim heads before the final one.
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

struct h1_parser; /* llhttp and the head under way; allocated while needed */

struct h1_codec {
    enum h1_role role;
    const struct h1_events *events;
    void *owner;
    struct h1_parser *parser; /* owned, NULL between messages */
    bool keep_alive;          /* of the last message */
    bool minor_0;             /* HTTP/1.0 */
    bool expect_continue;     /* the request under way waits for 100 */
    bool head_request;        /* client: the answer to a HEAD has no body */
};

void h1_codec_init(struct h1_codec *c, enum h1_role role, const struct h1_events *events,
                   void *owner);
void h1_codec_fini(struct h1_codec *c);

/* Takes bytes up to the end of a message and no further: *used says how many.
 * Feed the rest when the owner is ready for the next message.  Between messages
 * at most one leading CRLF is skipped.  Errors, with what a server answers:
 *   ERR_SYNTAX 400, ERR_URI_TOO_LONG 414, ERR_HEADERS_TOO_LARGE 431,
 *   ERR_VERSION 505, ERR_UNSUPPORTED 501, ERR_NOMEM 503. */
MUST_CHECK enum err h1_codec_feed(struct h1_codec *c, const uint8_t *data, size_t len,
                                  size_t *used);
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

/* Appends the head; hop-by-hop fields in it are left out, `Connection` is written
 * as told.  ERR_SYNTAX when a field or the target could break the framing. */
MUST_CHECK enum err h1_format_head(struct bytes *out, const struct http_head *head,
                                   enum h1_framing framing, bool keep_alive);
MUST_CHECK enum err h1_format_chunk(struct bytes *out, const uint8_t *data, size_t len);
MUST_CHECK enum err h1_format_last_chunk(struct bytes *out);

#endif
