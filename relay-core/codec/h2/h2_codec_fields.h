#ifndef CODEC_H2_CODEC_FIELDS_H
#define CODEC_H2_CODEC_FIELDS_H

#include "codec/http/http_head.h"

#include <nghttp2/nghttp2.h>

/* A head in nghttp2's form.  It borrows the head's bytes; nghttp2 copies them when
 * it is submitted, and writes the names in lower case. */
struct h2_codec_fields {
    nghttp2_nv nv[HTTP_FIELDS_MAX + 4];
    size_t len;
    char status[4];
};

/* Host and the fields that belong to an HTTP/1 connection are left out.  ERR_SYNTAX:
 * not a head that may be sent; ERR_URI_TOO_LONG, ERR_HEADERS_TOO_LARGE. */
MUST_CHECK enum err h2_codec_fields_request(struct h2_codec_fields *out,
                                            const struct http_head *head);
MUST_CHECK enum err h2_codec_fields_response(struct h2_codec_fields *out,
                                             const struct http_head *head);

#endif
