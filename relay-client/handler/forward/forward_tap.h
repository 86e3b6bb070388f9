#ifndef CLIENT_HANDLER_FORWARD_TAP_H
#define CLIENT_HANDLER_FORWARD_TAP_H

#include "base/span.h"
#include "net/stream.h"

/* A stream that passes everything on and remembers how the answer began: whether the bot
 * said anything at all before it hung up, and what it spoke if that was not HTTP.  It then
 * ends with ERR_PROTOCOL at once: a parser would wait for the end of a line that may never
 * come. */

#define FORWARD_TAP_FIRST 24u

struct forward_tap_heard {
    uint64_t bytes;
    char first[FORWARD_TAP_FIRST]; /* of them */
};

/* Over an open stream; on success the new one owns it.  `heard` is borrowed until the new
 * one is closed; the caller resets it when a new answer is to begin. */
MUST_CHECK enum err forward_tap_open(struct stream *lower, struct forward_tap_heard *heard,
                                     struct stream **out);

/* Something came, and it cannot be the beginning of an answer. */
bool forward_tap_heard_no_http(const struct forward_tap_heard *heard);
/* It is a TLS record: an alert, a handshake. */
bool forward_tap_heard_tls(const struct forward_tap_heard *heard);
struct span forward_tap_first(const struct forward_tap_heard *heard);

#endif
