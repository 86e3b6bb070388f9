#ifndef CODEC_H1_CHUNKED_H
#define CODEC_H1_CHUNKED_H

#include "base/span.h"
#include "codec/h1/h1_scan.h"

/* The chunked transfer coding (RFC 9112 §7.1), byte by byte.  Extensions and
 * trailers are checked, counted and dropped.  Our own, because llhttp lets a
 * trailer change what it knows of the head.
 *
 * Life: h1_chunked_init -> feed until h1_chunked_is_done, or an error. */

#define H1_EXTENSIONS_MAX (4u * 1024u) /* bytes in one message */

enum h1_chunked_state {
    H1_CHUNKED_SIZE,
    H1_CHUNKED_EXT_START, /* after ; */
    H1_CHUNKED_EXT_NAME,
    H1_CHUNKED_EXT_VALUE_START, /* after = */
    H1_CHUNKED_EXT_VALUE,
    H1_CHUNKED_EXT_QUOTED,
    H1_CHUNKED_EXT_ESCAPE, /* after a backslash in quotes */
    H1_CHUNKED_EXT_AFTER,  /* after the closing quote */
    H1_CHUNKED_SIZE_LF,
    H1_CHUNKED_DATA,
    H1_CHUNKED_DATA_CR,
    H1_CHUNKED_DATA_LF,
    H1_CHUNKED_TRAILERS,
    H1_CHUNKED_DONE,
};

struct h1_chunked {
    enum h1_chunked_state state;
    unsigned digits; /* of the size under way */
    uint64_t left;   /* of the chunk */
    size_t extensions;
    struct h1_scan trailers;
    const char *detail; /* after an error */
};

void h1_chunked_init(struct h1_chunked *d);
/* Takes bytes up to the end of the body, or of a run of data, which is in *piece
 * (else empty).  ERR_SYNTAX; ERR_HEADERS_TOO_LARGE for trailers. */
MUST_CHECK enum err h1_chunked_feed(struct h1_chunked *d, const uint8_t *data, size_t len,
                                    size_t *used, struct span *piece);

static inline bool h1_chunked_is_done(const struct h1_chunked *d)
{
    return d->state == H1_CHUNKED_DONE;
}

#endif
