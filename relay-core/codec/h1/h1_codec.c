/* The happy path of a message:
 *   1. h1_scan finds the end of the head; parts of it wait in `partial`.
 *   2. h1_head takes it apart and says how the body is framed; on_head.
 *   3. The body by its framing; on_body for each run of data in the input.
 *   4. The parser is given back; on_complete.
 * An interim response goes from 2 to 1.  h1_codec_stop makes any step the last one of
 * a feed, so the phase says all that the next feed must know.
 */
#include "codec/h1/h1_codec.h"

#include "base/mem.h"
#include "codec/h1/h1_chunked.h"
#include "codec/h1/h1_head.h"
#include "codec/h1/h1_scan.h"

/* Colons, blanks and line ends, which the limits do not count, and a start line. */
#define PARTIAL_MAX (HTTP_HEAD_MAX + HTTP_TARGET_MAX + HTTP_FIELDS_MAX * 4 + 1024u)

enum h1_phase {
    PHASE_IDLE,
    PHASE_IDLE_LF,   /* CR of a leading CRLF seen */
    PHASE_IDLE_CRLF, /* one was skipped, another one is too much */
    PHASE_HEAD,
    PHASE_LENGTH,
    PHASE_CHUNKED,
    PHASE_CLOSE, /* the body ends with the connection */
    PHASE_COMPLETE,
    PHASE_BROKEN,
};

struct h1_parser {
    enum h1_phase phase;
    struct h1_scan scan;
    struct bytes partial; /* of the head */
    struct h1_chunked chunked;
    uint64_t left; /* PHASE_LENGTH */
    const char *detail;
};

void h1_codec_init(struct h1_codec *c, enum h1_role role, const struct h1_events *events,
                   void *owner)
{
    *c = (struct h1_codec){.role = role, .events = events, .owner = owner};
}

static void free_parser(struct h1_codec *c)
{
    if (c->parser)
        bytes_fini(&c->parser->partial);
    mem_free(c->parser);
    c->parser = NULL;
}

void h1_codec_fini(struct h1_codec *c)
{
    free_parser(c);
}

static enum err new_parser(struct h1_codec *c)
{
    struct h1_parser *p = mem_alloc(sizeof *p);

    if (!p)
        return ERR_NOMEM;
    bytes_init(&p->partial, PARTIAL_MAX);
    c->parser = p;
    return OK;
}

static enum err refuse(struct h1_parser *p, enum err why, const char *detail)
{
    p->phase = PHASE_BROKEN;
    p->detail = detail;
    return why;
}

static void begin_head(struct h1_codec *c)
{
    h1_scan_init(&c->parser->scan, c->role == H1_SERVER ? H1_SCAN_REQUEST : H1_SCAN_RESPONSE);
    c->parser->phase = PHASE_HEAD;
}

/* RFC 9112 §2.2: one CRLF in front of a request line is forgiven, not two. */
static enum err take_idle(struct h1_codec *c, const uint8_t *data, size_t *used)
{
    struct h1_parser *p = c->parser;
    bool forgives = c->role == H1_SERVER && p->phase == PHASE_IDLE;

    *used = 1;
    if (forgives && data[0] == '\r') {
        p->phase = PHASE_IDLE_LF;
        return OK;
    }
    if (p->phase == PHASE_IDLE_LF) {
        if (data[0] != '\n')
            return refuse(p, ERR_SYNTAX, "CR without LF");
        p->phase = PHASE_IDLE_CRLF;
        return OK;
    }
    *used = 0;
    begin_head(c);
    return OK;
}

static enum h1_phase phase_of_body(enum h1_body body)
{
    switch (body) {
    case H1_BODY_NONE:
        break;
    case H1_BODY_LENGTH:
        return PHASE_LENGTH;
    case H1_BODY_CHUNKED:
        return PHASE_CHUNKED;
    case H1_BODY_CLOSE:
        return PHASE_CLOSE;
    }
    return PHASE_COMPLETE;
}

static void enter_body(struct h1_codec *c, const struct h1_facts *facts, unsigned status)
{
    struct h1_parser *p = c->parser;

    c->keep_alive = facts->keep_alive;
    c->minor_0 = facts->minor_0;
    c->expect_continue = facts->expect_continue;
    if (status >= 100 && status < 200 && status != 101) {
        begin_head(c);
        return;
    }
    p->phase = phase_of_body(facts->body);
    p->left = facts->length;
    h1_chunked_init(&p->chunked);
}

static enum err take_whole_head(struct h1_codec *c, struct span text)
{
    struct h1_parser *p = c->parser;
    struct http_head head;
    struct h1_facts facts;
    const char *detail;
    enum err e = c->role == H1_SERVER
                     ? h1_head_parse_request(text, &head, &facts, &detail)
                     : h1_head_parse_response(text, c->head_request, &head, &facts, &detail);

    if (e)
        return refuse(p, e, detail);
    head.scheme = c->scheme;
    enter_body(c, &facts, head.status);
    c->events->on_head(c->owner, &head, p->phase == PHASE_COMPLETE);
    return OK;
}

static enum err take_head(struct h1_codec *c, const uint8_t *data, size_t len, size_t *used)
{
    struct h1_parser *p = c->parser;
    enum err e = h1_scan_feed(&p->scan, data, len, used);

    if (e)
        return refuse(p, e, p->scan.detail);
    c->ahead = len - *used;
    if (h1_scan_is_done(&p->scan) && bytes_len(&p->partial) == 0)
        return take_whole_head(c, span_of(data, *used));
    e = bytes_append(&p->partial, data, *used);
    if (e)
        return refuse(p, e == ERR_LIMIT ? ERR_HEADERS_TOO_LARGE : e, err_text(e));
    if (!h1_scan_is_done(&p->scan))
        return OK;
    e = take_whole_head(c, bytes_span(&p->partial));
    bytes_fini(&p->partial);
    return e;
}

static enum err take_length(struct h1_codec *c, const uint8_t *data, size_t len, size_t *used)
{
    struct h1_parser *p = c->parser;

    *used = len < p->left ? len : (size_t)p->left;
    p->left -= *used;
    if (p->left == 0)
        p->phase = PHASE_COMPLETE;
    c->events->on_body(c->owner, data, *used);
    return OK;
}

static enum err take_chunked(struct h1_codec *c, const uint8_t *data, size_t len, size_t *used)
{
    struct h1_parser *p = c->parser;
    struct span piece;
    enum err e = h1_chunked_feed(&p->chunked, data, len, used, &piece);

    if (e)
        return refuse(p, e, p->chunked.detail);
    if (h1_chunked_is_done(&p->chunked))
        p->phase = PHASE_COMPLETE;
    if (piece.len > 0)
        c->events->on_body(c->owner, (const uint8_t *)piece.ptr, piece.len);
    return OK;
}

static enum err take(struct h1_codec *c, const uint8_t *data, size_t len, size_t *used)
{
    switch (c->parser->phase) {
    case PHASE_IDLE:
    case PHASE_IDLE_LF:
    case PHASE_IDLE_CRLF:
        return take_idle(c, data, used);
    case PHASE_HEAD:
        return take_head(c, data, len, used);
    case PHASE_LENGTH:
        return take_length(c, data, len, used);
    case PHASE_CHUNKED:
        return take_chunked(c, data, len, used);
    case PHASE_CLOSE:
        *used = len;
        c->events->on_body(c->owner, data, len);
        return OK;
    case PHASE_COMPLETE:
    case PHASE_BROKEN:
        break;
    }
    return ERR_SYNTAX;
}

static void complete(struct h1_codec *c)
{
    free_parser(c);
    c->events->on_complete(c->owner);
}

enum err h1_codec_feed(struct h1_codec *c, const uint8_t *data, size_t len, size_t *used)
{
    size_t at = 0;

    c->stopped = false;
    if (!c->parser && len > 0) {
        enum err e = new_parser(c);
        if (e)
            return e;
    }
    while (!c->stopped && c->parser && c->parser->phase != PHASE_COMPLETE && at < len) {
        size_t taken;
        enum err e = take(c, data + at, len - at, &taken);

        if (e)
            return e;
        at += taken;
    }
    *used = at;
    if (!c->stopped && c->parser && c->parser->phase == PHASE_COMPLETE)
        complete(c);
    return OK;
}

enum err h1_codec_feed_eof(struct h1_codec *c)
{
    if (!h1_codec_is_busy(c))
        return OK;
    if (c->parser->phase != PHASE_CLOSE && c->parser->phase != PHASE_COMPLETE)
        return ERR_EOF;
    complete(c);
    return OK;
}

void h1_codec_stop(struct h1_codec *c)
{
    c->stopped = true;
}

uint64_t h1_codec_body_left(const struct h1_codec *c)
{
    return c->parser && c->parser->phase == PHASE_LENGTH ? c->parser->left : 0;
}

bool h1_codec_is_busy(const struct h1_codec *c)
{
    return c->parser && c->parser->phase > PHASE_IDLE_CRLF;
}

const char *h1_codec_detail(const struct h1_codec *c)
{
    if (!c->parser)
        return err_text(ERR_NOMEM);
    return c->parser->detail ? c->parser->detail : "";
}
