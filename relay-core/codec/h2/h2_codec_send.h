#ifndef CODEC_H2_CODEC_SEND_H
#define CODEC_H2_CODEC_SEND_H

#include "codec/h2/h2_codec_impl.h"

/* Bodies on their way out, and what nghttp2 tells about frames that left. */

void h2_codec_send_install(nghttp2_session_callbacks *callbacks);
/* nghttp2 reads the body of `s` through this. */
nghttp2_data_provider h2_codec_send_source(struct h2_stream *s);
/* Resets streams whose peer keeps the window shut while body waits. */
void h2_codec_send_check_stalls(struct h2_codec *c);

#endif
