#ifndef CODEC_H1_SCAN_H
#define CODEC_H1_SCAN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds the end of a head or trailer section while the bytes come in, and refuses
 * at the first byte that has no place there: CR and LF only as a pair, no
 * controls, no folded lines, nothing but tokens before a colon.  Works byte by
 * byte, so the result cannot depend on how the input was cut.
 *
 * Life: h1_scan_init -> feed until h1_scan_is_done, or an error. */

#define H1_METHOD_MAX      32u
#define H1_STATUS_LINE_MAX 512u
#define H1_TRAILERS_MAX    (4u * 1024u) /* bytes of names and values */

enum h1_scan_kind { H1_SCAN_REQUEST, H1_SCAN_RESPONSE, H1_SCAN_TRAILERS };

enum h1_scan_state {
    H1_SCAN_METHOD,
    H1_SCAN_TARGET,
    H1_SCAN_VERSION,
    H1_SCAN_STATUS_LINE,
    H1_SCAN_NAME,  /* with count 0: at the start of a line */
    H1_SCAN_BLANK, /* after a colon; one blank there counts nothing */
    H1_SCAN_VALUE,
    H1_SCAN_LF,     /* CR seen at the end of a line */
    H1_SCAN_END_LF, /* CR seen at the start of a line */
    H1_SCAN_DONE,
};

struct h1_scan {
    enum h1_scan_state state;
    size_t count; /* bytes of the part under way */
    size_t size;  /* bytes of names and values */
    size_t size_max;
    size_t fields;
    const char *detail; /* after an error */
};

void h1_scan_init(struct h1_scan *s, enum h1_scan_kind kind);
/* Takes bytes up to the end of the section; *used says how many.  ERR_SYNTAX,
 * ERR_URI_TOO_LONG, ERR_HEADERS_TOO_LARGE, ERR_UNSUPPORTED (no method is so long). */
MUST_CHECK enum err h1_scan_feed(struct h1_scan *s, const uint8_t *data, size_t len,
                                 size_t *used);

static inline bool h1_scan_is_done(const struct h1_scan *s)
{
    return s->state == H1_SCAN_DONE;
}

#endif
