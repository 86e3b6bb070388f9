#ifndef CODEC_H1_HEAD_H
#define CODEC_H1_HEAD_H

#include "codec/http/http_head.h"

/* A complete head, found by h1_scan, taken apart.  What our own rules accept must
 * then be accepted by llhttp too, and both must agree on how the body is framed:
 * a head that two parsers could read differently goes no further. */

enum h1_body { H1_BODY_NONE, H1_BODY_LENGTH, H1_BODY_CHUNKED, H1_BODY_CLOSE };

struct h1_facts {
    enum h1_body body;
    uint64_t length; /* H1_BODY_LENGTH: more than 0 */
    bool keep_alive;
    bool minor_0;
    bool expect_continue;
};

/* Spans of *out point into `text`.  Host becomes the authority; Transfer-Encoding
 * and "Expect: 100-continue" are dealt with here; none of the three stays among the
 * fields.  On failure *detail says what is wrong, and *out is not to be used. */
MUST_CHECK enum err h1_head_parse_request(struct span text, struct http_head *out,
                                          struct h1_facts *facts, const char **detail);
/* `to_head`: it answers a HEAD request. */
MUST_CHECK enum err h1_head_parse_response(struct span text, bool to_head,
                                           struct http_head *out, struct h1_facts *facts,
                                           const char **detail);

#endif
