#include "codec/h2/h2_codec_session.h"

#include "base/container.h"
#include "codec/h2/h2_codec_receive.h"
#include "codec/h2/h2_codec_send.h"

/* RFC 9113 §10.5.1 counts 32 bytes for each field. */
#define HEAD_LIST_MAX (HTTP_HEAD_MAX + HTTP_TARGET_MAX + 32 * (HTTP_FIELDS_MAX + 4))

/* Heads that wait to be sent are the most that nghttp2 has to keep. */
#define MEMORY_BASE       (256u * 1024u)
#define MEMORY_PER_STREAM (HTTP_HEAD_MAX + HTTP_TARGET_MAX + 8u * 1024u)

static enum err open_session(struct h2_codec *c, const nghttp2_session_callbacks *callbacks,
                             const nghttp2_option *option)
{
    nghttp2_mem mem = h2_codec_memory_hooks(&c->memory);
    int rc = c->options.role == H2_SERVER
                 ? nghttp2_session_server_new3(&c->session, callbacks, c, option, &mem)
                 : nghttp2_session_client_new3(&c->session, callbacks, c, option, &mem);

    return rc == 0 ? OK : ERR_NOMEM;
}

#ifdef HOOKLINE_NGHTTP2_LIMITS_RESETS
/* Versions of nghttp2 that count resets by themselves know nothing of those that
 * h2_codec_frames.h lets pass; it counts the others. */
static void leave_resets_to_us(nghttp2_option *option)
{
    nghttp2_option_set_stream_reset_rate_limit(option, UINT32_MAX, UINT32_MAX);
}
#else
static void leave_resets_to_us(nghttp2_option *option)
{
    (void)option;
}
#endif

static enum err new_session(struct h2_codec *c)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    enum err e = ERR_NOMEM;

    if (nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0) {
        h2_codec_receive_install(callbacks);
        h2_codec_send_install(callbacks);
        nghttp2_option_set_no_auto_window_update(option, 1);
        nghttp2_option_set_no_closed_streams(option, 1);
        leave_resets_to_us(option);
        nghttp2_option_set_peer_max_concurrent_streams(option, c->options.streams_max);
        e = open_session(c, callbacks, option);
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return e;
}

static enum err greet(struct h2_codec *c)
{
    bool is_server = c->options.role == H2_SERVER;
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, is_server ? c->options.streams_max : 0},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, c->options.stream_window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEAD_LIST_MAX},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, /* only a client may say so */
    };
    size_t len = ARRAY_LEN(settings) - (is_server ? 1 : 0);

    if (nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings, len) != 0)
        return ERR_NOMEM;
    return nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0,
                                                 (int32_t)c->options.connection_window) == 0
               ? OK
               : ERR_NOMEM;
}

enum err h2_codec_session_open(struct h2_codec *c)
{
    h2_codec_memory_init(&c->memory,
                         MEMORY_BASE + (size_t)c->options.streams_max * MEMORY_PER_STREAM);
    enum err e = new_session(c);
    return e == OK ? greet(c) : e;
}

void h2_codec_session_close(struct h2_codec *c)
{
    if (!c->memory.has_failed)
        nghttp2_session_del(c->session);
    h2_codec_memory_fini(&c->memory);
    c->session = NULL;
}
