#ifndef CODEC_HTTP_HEAD_TEXT_H
#define CODEC_HTTP_HEAD_TEXT_H

#include "codec/http/http_head.h"

/* A head as the journal and the inbox keep it: one line per field, "name: value" and a
 * line feed, every byte as it was, in order.  Control data comes first, named as in HTTP/2
 * (RFC 9113 §8.3), in a request as
 *     :method: POST
 *     :scheme: https
 *     :authority: mybot.relay.example.com
 *     :path: /callback
 *     content-type: application/json
 * and in an answer as one line ":status: 200".  A space in front marks a field that is
 * never shown.  Names hold neither ": " nor spaces, and values no line feed. */

/* Bytes of the text; there is no NUL behind it. */
size_t http_head_text_size(const struct http_head *h);
/* Writes just that many bytes. */
void http_head_text_format(const struct http_head *h, char *out);
/* The spans of `out` point into `text`.  ERR_CORRUPT: not such a text. */
MUST_CHECK enum err http_head_text_parse(struct span text, struct http_head *out);

#endif
