#ifndef CODEC_H2_CODEC_TURNS_H
#define CODEC_H2_CODEC_TURNS_H

#include "codec/h2/h2_codec_impl.h"

/* Who sends next when several streams have body waiting, for connections whose streams
 * share them (h2_options.takes_turns).  By itself nghttp2 sends one body to its end before
 * it begins with the next (RFC 9218 §10 for streams without a signal), so that a webhook
 * would wait for a download.  And its priorities can only be set by a server.
 *
 * So streams step aside (NGHTTP2_ERR_DEFERRED) and are called back:
 *   1. in a pass for the short, those that have sent SHORT_MAX step aside at once
 *   2. in a pass for the long, each of these sends one frame, then steps aside
 *   3. a pass ends when nghttp2 has nothing more to send; whoever stood aside comes back */

/* At the beginning of h2_codec_produce: a pass for the short. */
void h2_codec_turns_begin(struct h2_codec *c);
/* nghttp2 has nothing to send; true: another pass began, ask again. */
bool h2_codec_turns_go_on(struct h2_codec *c);
/* True: it is not this stream's turn, and nghttp2 must be told that it is deferred. */
bool h2_codec_turns_step_aside(struct h2_stream *s);
/* A frame of `len` bytes left. */
void h2_codec_turns_sent(struct h2_stream *s, size_t len);

#endif
