#ifndef CODEC_H2_CODEC_RECEIVE_H
#define CODEC_H2_CODEC_RECEIVE_H

#include "codec/h2/h2_codec_impl.h"

/* nghttp2's events become ours: heads as a whole, bodies, ends. */

void h2_codec_receive_install(nghttp2_session_callbacks *callbacks);
/* After each input: what is only needed while a head is being read goes. */
void h2_codec_receive_rest(struct h2_codec *c);

#endif
