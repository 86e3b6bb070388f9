#include "codec/h2/h2_codec_turns.h"

#include "base/container.h"

/* A webhook and its answer are shorter, as a rule; pages and files are not. */
#define SHORT_MAX ((size_t)64 * 1024)

static void call_back(struct h2_codec *c)
{
    struct list_node *n;

    while ((n = list_first(&c->aside)) != NULL) {
        struct h2_stream *s = CONTAINER_OF(n, struct h2_stream, aside);

        list_remove(n);
        if (nghttp2_session_resume_data(c->session, s->id) == NGHTTP2_ERR_NOMEM) {
            h2_codec_fail_memory(c);
            return;
        }
    }
}

void h2_codec_turns_begin(struct h2_codec *c)
{
    c->is_for_long = false;
    call_back(c);
}

/* A pass for the long that is cut short by the caller's limit goes on in the next one: only
 * when it has come to its end may everybody send again. */
bool h2_codec_turns_go_on(struct h2_codec *c)
{
    if (list_is_empty(&c->aside))
        return false;
    if (c->is_for_long)
        c->round++;
    c->is_for_long = !c->is_for_long;
    call_back(c);
    return true;
}

bool h2_codec_turns_step_aside(struct h2_stream *s)
{
    struct h2_codec *c = s->codec;

    if (!c->options.takes_turns || c->streams < 2 || s->sent < SHORT_MAX ||
        (c->is_for_long && s->round != c->round))
        return false;
    list_append(&c->aside, &s->aside);
    return true;
}

void h2_codec_turns_sent(struct h2_stream *s, size_t len)
{
    s->sent += len;
    s->round = s->codec->round;
}
