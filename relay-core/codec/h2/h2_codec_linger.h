#ifndef CODEC_H2_CODEC_LINGER_H
#define CODEC_H2_CODEC_LINGER_H

#include "codec/h2/h2_codec_impl.h"

/* A server's answer is complete and the request is not.  A client that meets a reset
 * right behind the answer may throw the answer away, so the end of the request is
 * awaited: so many bytes of it are taken and dropped, for so long.  Only then
 * RST_STREAM(NO_ERROR) (RFC 9113 §8.1). */

#define H2_LINGER_MAX (64u * 1024u)
#define H2_LINGER_MS  1000u /* looked at with each h2_codec_tick */

/* Instead of a reset; counts from when our message is out. */
void h2_codec_linger(struct h2_stream *s);
/* Our message is out. */
void h2_codec_linger_answered(struct h2_stream *s);
/* More of the request came, and was dropped. */
void h2_codec_linger_dropped(struct h2_stream *s, size_t len);
void h2_codec_linger_check(struct h2_codec *c);

#endif
