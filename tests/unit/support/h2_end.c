#include "unit/support/h2_end.h"

#include "unit/check.h"

#define LOG_MAX  (4u << 20)
#define WIRE_MAX (32u << 20)

/* --- what happens is written down --- */

#define NOTE(end, ...)                                                                         \
    do {                                                                                       \
        enum err note_ = bytes_printf(&(end)->log, __VA_ARGS__);                               \
        if (note_)                                                                             \
            (end)->failed = note_;                                                             \
    } while (0)

static int length(struct span s)
{
    return (int)s.len;
}

static void note_head(struct h2_end *e, int32_t stream, const struct http_head *head)
{
    if (e->is_server)
        NOTE(e, "head %d %.*s %.*s %.*s %.*s", (int)stream, length(head->method),
             head->method.ptr, length(head->scheme), head->scheme.ptr, length(head->authority),
             head->authority.ptr, length(head->target), head->target.ptr);
    else
        NOTE(e, "head %d %u", (int)stream, head->status);
    for (size_t i = 0; i < head->fields_len && i < 8; i++) {
        const struct http_field *f = &head->fields[i];

        NOTE(e, "%s%.*s=%.*s", i ? "; " : " ", length(f->name), f->name.ptr,
             length(f->value) < 60 ? length(f->value) : 60, f->value.len ? f->value.ptr : "");
    }
    NOTE(e, "%s", head->fields_len > 8 ? " ...\n" : "\n");
}

static size_t *body_of(struct h2_end *e, int32_t stream)
{
    return &e->body[(size_t)stream / 2 % 64];
}

/* Moves the stream from one of the phases in `from` (a set of bits) to `to`. */
static void move(struct h2_end *e, int32_t stream, unsigned from, enum h2_phase to)
{
    struct h2_seen *place = NULL;

    for (size_t i = 0; i < 256; i++)
        if (e->seen[i].stream == stream)
            place = &e->seen[i];
    for (size_t i = 0; !place && i < 256; i++)
        if (e->seen[i].stream == 0)
            place = &e->seen[i];
    CHECK(place && stream > 0);
    enum h2_phase phase = place->stream ? place->phase : H2_PHASE_NONE;
    CHECK(from & (1u << phase));
    *place = (struct h2_seen){to == H2_PHASE_NONE ? 0 : stream, to};
}

#define IN(phase) (1u << H2_PHASE_##phase)

static void on_head(void *owner, int32_t stream, void *user, const struct http_head *head,
                    bool end)
{
    struct h2_end *e = owner;

    (void)end;
    move(e, stream, e->is_server ? IN(NONE) : IN(NONE) | IN(HEAD), H2_PHASE_HEAD);
    if (e->is_server) {
        CHECK(!user);
        h2_codec_set_user(e->codec, stream, e);
        *body_of(e, stream) = 0;
    } else {
        CHECK(user == e);
    }
    note_head(e, stream, head);
}

static void on_body(void *owner, int32_t stream, void *user, const uint8_t *data, size_t len)
{
    struct h2_end *e = owner;

    CHECK(user == e && data && len > 0);
    move(e, stream, IN(HEAD), H2_PHASE_HEAD);
    *body_of(e, stream) += len;
    if (!e->keeps)
        h2_codec_consumed(e->codec, stream, len);
}

static enum err answer(struct h2_end *e, int32_t stream)
{
    static const uint8_t filler[4096];
    struct http_head head;
    size_t left = e->answer;

    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("content-type"), SPAN("text/plain"));
    if (rc == OK)
        rc = h2_codec_respond(e->codec, stream, &head, left == 0);
    for (; rc == OK && left > 0; left -= left < sizeof filler ? left : sizeof filler)
        rc = h2_codec_send_body(e->codec, stream, filler,
                                left < sizeof filler ? left : sizeof filler);
    if (rc == OK && e->answer > 0)
        rc = h2_codec_send_end(e->codec, stream);
    return rc;
}

static void on_complete(void *owner, int32_t stream, void *user)
{
    struct h2_end *e = owner;

    CHECK(user == e);
    move(e, stream, IN(HEAD), H2_PHASE_COMPLETE);
    NOTE(e, "body %d %zu\ncomplete %d\n", (int)stream, *body_of(e, stream), (int)stream);
    if (e->is_server && !e->is_silent && answer(e, stream) != OK)
        h2_codec_reset(e->codec, stream, ERR_NOMEM);
}

static void on_drain(void *owner, int32_t stream, void *user)
{
    struct h2_end *e = owner;

    CHECK(user == e);
    NOTE(e, "drain %d\n", (int)stream);
}

static void on_stream_closed(void *owner, int32_t stream, void *user, enum err why)
{
    struct h2_end *e = owner;

    CHECK(user == e);
    move(e, stream, (e->is_server ? 0 : IN(NONE)) | IN(HEAD) | IN(COMPLETE), H2_PHASE_NONE);
    NOTE(e, "closed %d %s\n", (int)stream, err_text(why));
}

static void on_ping_ack(void *owner, uint64_t opaque)
{
    struct h2_end *e = owner;

    NOTE(e, "pong %llu\n", (unsigned long long)opaque);
}

static void on_goaway(void *owner, uint32_t code)
{
    struct h2_end *e = owner;

    NOTE(e, "goaway %u\n", (unsigned)code);
}

static const struct h2_events events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_stream_closed = on_stream_closed,
    .on_ping_ack = on_ping_ack,
    .on_goaway = on_goaway,
};

struct h2_options h2_end_options(enum h2_role role)
{
    return (struct h2_options){
        .role = role,
        .streams_max = 100,
        .stream_window = 256 * 1024,
        .connection_window = 1024 * 1024,
        .send_max = 1024 * 1024,
    };
}

enum err h2_end_open(struct h2_end *e, const struct h2_options *options)
{
    *e = (struct h2_end){.answer = 3, .is_server = options->role == H2_SERVER};
    bytes_init(&e->log, LOG_MAX);
    bytes_init(&e->wire, WIRE_MAX);
    return h2_codec_new(options, &events, e, &e->codec);
}

void h2_end_close(struct h2_end *e)
{
    h2_codec_free(e->codec);
    bytes_fini(&e->log);
    bytes_fini(&e->wire);
    e->codec = NULL;
}

const char *h2_end_log(struct h2_end *e)
{
    uint8_t *end;

    CHECK_EQ(bytes_reserve(&e->log, 1, &end), OK);
    *end = '\0';
    return (const char *)bytes_peek(&e->log);
}

bool h2_end_says(struct h2_end *e, const char *line)
{
    return strstr(h2_end_log(e), line) != NULL;
}

enum err h2_end_produce(struct h2_end *e)
{
    return h2_codec_produce(e->codec, &e->wire, SIZE_MAX);
}

/* Each piece is an allocation of its own size: reading past it is caught. */
static enum err feed_pieces(struct h2_end *to, struct bytes *wire, size_t chunk)
{
    enum err rc = OK;

    while (rc == OK && bytes_len(wire) > 0) {
        size_t len = bytes_len(wire) < chunk ? bytes_len(wire) : chunk;
        uint8_t *piece = malloc(len);

        CHECK(piece);
        memcpy(piece, bytes_peek(wire), len);
        bytes_consume(wire, len);
        rc = h2_codec_feed(to->codec, piece, len);
        free(piece);
    }
    return rc;
}

enum err h2_end_talk(struct h2_end *a, struct h2_end *b, size_t chunk)
{
    enum err rc = OK;

    do {
        rc = h2_end_produce(a);
        if (rc == OK)
            rc = h2_end_produce(b);
        if (rc == OK)
            rc = feed_pieces(b, &a->wire, chunk);
        if (rc == OK)
            rc = feed_pieces(a, &b->wire, chunk);
        if (rc == OK)
            rc = h2_end_produce(a);
        if (rc == OK)
            rc = h2_end_produce(b);
    } while (rc == OK && bytes_len(&a->wire) + bytes_len(&b->wire) > 0);
    if (rc == OK)
        rc = a->failed ? a->failed : b->failed;
    return rc;
}

void h2_end_request(struct http_head *head, const char *target)
{
    http_head_init_request(head, SPAN("POST"), span_text(target));
    head->scheme = SPAN("https");
    head->authority = SPAN("a.test");
    CHECK_EQ(http_head_add(head, SPAN("User-Agent"), SPAN("LineBotWebhook/2.0")), OK);
    CHECK_EQ(http_head_add(head, SPAN("x-line-signature"), SPAN("c2lnbmF0dXJl")), OK);
}

/* --- frames by hand --- */

void h2_raw_frame(struct bytes *out, const struct h2_raw_frame *f)
{
    uint8_t header[9] = {(uint8_t)(f->len >> 16),
                         (uint8_t)(f->len >> 8),
                         (uint8_t)f->len,
                         f->type,
                         f->flags,
                         (uint8_t)(f->stream >> 24),
                         (uint8_t)(f->stream >> 16),
                         (uint8_t)(f->stream >> 8),
                         (uint8_t)f->stream};

    CHECK_EQ(bytes_append(out, header, sizeof header), OK);
    CHECK_EQ(bytes_append(out, f->payload, f->len), OK);
}

/* An integer with a prefix of seven bits (RFC 7541 §5.1). */
static void raw_length(struct bytes *out, size_t len)
{
    uint8_t byte = len < 127 ? (uint8_t)len : 127;

    CHECK_EQ(bytes_append(out, &byte, 1), OK);
    if (len < 127)
        return;
    for (len -= 127; len >= 128; len /= 128) {
        byte = (uint8_t)(len % 128 + 128);
        CHECK_EQ(bytes_append(out, &byte, 1), OK);
    }
    byte = (uint8_t)len;
    CHECK_EQ(bytes_append(out, &byte, 1), OK);
}

void h2_raw_field(struct bytes *out, const char *name, const void *value, size_t len)
{
    CHECK_EQ(bytes_append(out, "\0", 1), OK);
    raw_length(out, strlen(name));
    CHECK_EQ(bytes_append_text(out, name), OK);
    raw_length(out, len);
    CHECK_EQ(bytes_append(out, value, len), OK);
}

void h2_raw_get(struct bytes *out)
{
    CHECK_EQ(bytes_append(out, "\x82\x87\x84", 3), OK);
    h2_raw_field(out, ":authority", "a.test", 6);
}

void h2_raw_hello(struct bytes *out)
{
    CHECK_EQ(bytes_append_text(out, H2_RAW_PREFACE), OK);
    h2_raw_frame(out, &(struct h2_raw_frame){.type = 4});
}
