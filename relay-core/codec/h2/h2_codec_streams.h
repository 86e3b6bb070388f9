#ifndef CODEC_H2_CODEC_STREAMS_H
#define CODEC_H2_CODEC_STREAMS_H

#include "codec/h2/h2_codec_impl.h"

/* The streams of a codec by number.  nghttp2 has such a table too, but does not
 * know a client's stream before its HEADERS have left. */

/* Not yet in the table; NULL when memory is out. */
struct h2_stream *h2_codec_streams_new(struct h2_codec *c);
void h2_codec_streams_add(struct h2_codec *c, struct h2_stream *s, int32_t id);
struct h2_stream *h2_codec_streams_find(const struct h2_codec *c, int32_t id);
/* Out of the table; NULL if it was not there. */
struct h2_stream *h2_codec_streams_take(struct h2_codec *c, int32_t id);
void h2_codec_streams_free(struct h2_stream *s);
void h2_codec_streams_free_all(struct h2_codec *c);
/* The first one, and the one after `s`, in no special order; NULL at the end. */
struct h2_stream *h2_codec_streams_first(const struct h2_codec *c);
struct h2_stream *h2_codec_streams_next(const struct h2_codec *c, const struct h2_stream *s);

#endif
