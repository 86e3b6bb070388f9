#include "codec/h2/h2_codec_frames.h"

#define PREFACE_LEN 24u
#define HEADER_LEN  9u
/* A padded DATA frame up to this length may hold nothing but padding. */
#define PADDING_MAX 256u
/* Some receivers give back their window in steps as small as this. */
#define UPDATE_STEP 1024u
#define CREDIT_MAX  100000u

/* RFC 9113 §6 */
enum frame_type {
    FRAME_DATA,
    FRAME_HEADERS,
    FRAME_PRIORITY,
    FRAME_RST_STREAM,
    FRAME_SETTINGS,
    FRAME_PUSH_PROMISE,
    FRAME_PING,
    FRAME_GOAWAY,
    FRAME_WINDOW_UPDATE,
    FRAME_CONTINUATION,
};

#define FLAG_END_STREAM 0x1u
#define FLAG_ACK        0x1u
#define FLAG_PADDED     0x8u

void h2_codec_frames_init(struct h2_codec_frames *f, bool is_server)
{
    *f = (struct h2_codec_frames){.credit = 16, .preface_left = is_server ? PREFACE_LEN : 0};
}

bool h2_codec_frames_odd(struct h2_codec_frames *f)
{
    if (f->now_ms - f->window_ms >= H2_ODD_WINDOW_MS) {
        f->window_ms = f->now_ms;
        f->odd = 0;
    }
    if (f->odd == H2_ODD_MAX) {
        f->complaint = "more than 1000 odd frames in 30 s";
        return false;
    }
    f->odd++;
    return true;
}

void h2_codec_frames_sent(struct h2_codec_frames *f, size_t len)
{
    f->credit += 4 + (unsigned)(len / UPDATE_STEP);
    if (f->credit > CREDIT_MAX)
        f->credit = CREDIT_MAX;
}

void h2_codec_frames_interim(struct h2_codec_frames *f)
{
    if (f->resets < CREDIT_MAX)
        f->resets++;
}

static bool take(unsigned *count)
{
    if (*count == 0)
        return false;
    (*count)--;
    return true;
}

static bool is_empty_data(size_t len, uint8_t flags)
{
    if (flags & FLAG_END_STREAM)
        return false;
    return len == 0 || ((flags & FLAG_PADDED) && len <= PADDING_MAX);
}

static bool is_odd(struct h2_codec_frames *f, size_t len)
{
    uint8_t type = f->header[3];
    uint8_t flags = f->header[4];

    if (type == FRAME_DATA)
        return is_empty_data(len, flags);
    if (type == FRAME_HEADERS || type == FRAME_CONTINUATION)
        return false;
    if (type == FRAME_WINDOW_UPDATE)
        return !take(&f->credit);
    if (type == FRAME_RST_STREAM)
        return !take(&f->resets);
    if (type == FRAME_PING && (flags & FLAG_ACK))
        return !take(&f->pings);
    return true;
}

static enum err judge(struct h2_codec_frames *f)
{
    uint8_t type = f->header[3];

    if (type == FRAME_SETTINGS)
        f->has_settings = true;
    f->continuations = type == FRAME_CONTINUATION ? f->continuations + 1 : 0;
    if (f->continuations > H2_CONTINUATIONS_MAX) {
        f->complaint = "more than 8 CONTINUATION frames in a row";
        return ERR_PROTOCOL;
    }
    if (type == FRAME_HEADERS)
        h2_codec_frames_sent(f, 0);
    if (is_odd(f, f->payload_left) && !h2_codec_frames_odd(f))
        return ERR_PROTOCOL;
    return OK;
}

static size_t skip(size_t *left, size_t len)
{
    size_t step = *left < len ? *left : len;

    *left -= step;
    return step;
}

enum err h2_codec_frames_watch(struct h2_codec_frames *f, const uint8_t *data, size_t len)
{
    size_t at = skip(&f->preface_left, len);

    while (at < len) {
        at += skip(&f->payload_left, len - at);
        while (at < len && f->header_len < HEADER_LEN)
            f->header[f->header_len++] = data[at++];
        if (f->header_len < HEADER_LEN)
            break;
        f->header_len = 0;
        f->payload_left = (size_t)f->header[0] << 16 | (size_t)f->header[1] << 8 | f->header[2];
        enum err e = judge(f);
        if (e)
            return e;
    }
    return OK;
}
