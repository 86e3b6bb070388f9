#ifndef CODEC_H2_CODEC_SESSION_H
#define CODEC_H2_CODEC_SESSION_H

#include "codec/h2/h2_codec_impl.h"

/* Makes nghttp2's session as c->options say and submits our SETTINGS.  Close it
 * after a failure too. */
MUST_CHECK enum err h2_codec_session_open(struct h2_codec *c);
void h2_codec_session_close(struct h2_codec *c);

#endif
