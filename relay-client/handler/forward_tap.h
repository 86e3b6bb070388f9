#ifndef CLIENT_HANDLER_FORWARD_TAP_H
#define CLIENT_HANDLER_FORWARD_TAP_H

#include "net/stream.h"

/* A stream that passes everything on and remembers how what came in began: whether a
 * bot said anything at all before it hung up, and whether it spoke TLS. */

struct forward_tap_heard {
    uint64_t bytes;
    uint8_t first[3];
};

/* Over an open stream; on success the new one owns it.  `heard` is borrowed until the new
 * one is closed; the caller may reset it at any time. */
MUST_CHECK enum err forward_tap_open(struct stream *lower, struct forward_tap_heard *heard,
                                     struct stream **out);

/* A TLS record (an alert, a handshake) where HTTP was expected. */
bool forward_tap_heard_tls(const struct forward_tap_heard *heard);

#endif
