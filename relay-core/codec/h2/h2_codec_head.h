#ifndef CODEC_H2_CODEC_HEAD_H
#define CODEC_H2_CODEC_HEAD_H

#include "codec/http/http_head.h"

#include <nghttp2/nghttp2.h>

/* A head while its fields come in.  The values stay where nghttp2 decoded them,
 * counted references; past a limit nothing more is kept, so that a block of
 * references to one large table entry costs no more than an honest one.
 *
 * Life: new -> (begin -> add ... -> finish) any number of times -> free */
struct h2_codec_head {
    struct http_head head;
    nghttp2_rcbuf *held[2 * (HTTP_FIELDS_MAX + 5)]; /* pseudo fields too */
    size_t held_len;
    struct span status;
    struct span host; /* the Host field */
    size_t cookies;   /* fields of this name */
    char *cookie;     /* owned: all of them in one, NULL unless there are several */
    size_t size;      /* of names and values */
    size_t seen;      /* fields, kept or not */
    unsigned refusal; /* how to answer: 400, 405, 414, 431; 0 when all is well */
    int32_t stream;
    bool is_trailer; /* limits hold, the fields are dropped */
};

struct h2_codec_head *h2_codec_head_new(void);
void h2_codec_head_free(struct h2_codec_head *h);
void h2_codec_head_begin(struct h2_codec_head *h, int32_t stream, bool is_trailer);
/* False: far beyond every limit, somebody only wants us to decode. */
MUST_CHECK bool h2_codec_head_add(struct h2_codec_head *h, nghttp2_rcbuf *name,
                                  nghttp2_rcbuf *value);
/* `h->head` is complete, unless `refusal` says no.  ERR_NOMEM. */
MUST_CHECK enum err h2_codec_head_finish_request(struct h2_codec_head *h);
void h2_codec_head_finish_response(struct h2_codec_head *h);

#endif
