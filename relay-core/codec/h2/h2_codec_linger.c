#include "codec/h2/h2_codec_linger.h"

#include "codec/h2/h2_codec_streams.h"

static bool is_lingering(const struct h2_stream *s)
{
    return s->reset == H2_RESET_AT_END && s->out == H2_OUT_DONE;
}

static void leave(struct h2_stream *s)
{
    struct h2_codec *c = s->codec;

    s->reset = H2_RESET_OURS;
    s->why = OK;
    if (nghttp2_submit_rst_stream(c->session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_NO_ERROR) != 0)
        h2_codec_fail_memory(c);
}

void h2_codec_linger(struct h2_stream *s)
{
    if (s->reset != H2_RESET_NONE)
        return;
    s->reset = H2_RESET_AT_END;
    s->dropped = 0;
    h2_codec_linger_answered(s);
}

void h2_codec_linger_answered(struct h2_stream *s)
{
    s->answered_ms = s->codec->frames.now_ms;
    h2_codec_linger_dropped(s, 0);
}

void h2_codec_linger_dropped(struct h2_stream *s, size_t len)
{
    s->dropped += len;
    if (is_lingering(s) && s->in != H2_IN_DONE && s->dropped > H2_LINGER_MAX)
        leave(s);
}

void h2_codec_linger_check(struct h2_codec *c)
{
    if (c->failed)
        return;
    for (struct h2_stream *s = h2_codec_streams_first(c); s; s = h2_codec_streams_next(c, s))
        if (is_lingering(s) && c->frames.now_ms - s->answered_ms >= H2_LINGER_MS)
            leave(s);
}
