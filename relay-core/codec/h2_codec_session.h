#ifndef CODEC_H2_CODEC_SESSION_H
#define CODEC_H2_CODEC_SESSION_H

#include "codec/h2_codec_impl.h"

/* Makes nghttp2's session as c->options say, with its memory from base/mem.h, and
 * submits our SETTINGS.  On failure c->session may be there: the codec frees it. */
MUST_CHECK enum err h2_codec_session_open(struct h2_codec *c);

#endif
