#include "codec/h2/h2_codec_head.h"

#include "base/container.h"
#include "base/mem.h"

#define SEEN_MAX   (10u * HTTP_FIELDS_MAX)
#define PSEUDO_MAX 1024u /* a method, scheme or authority longer than this is none */

struct h2_codec_head *h2_codec_head_new(void)
{
    /* Not zeroed as a whole: that would cost more than reading a small head. */
    struct h2_codec_head *h = mem_grow(NULL, sizeof *h);

    if (!h)
        return NULL;
    h->held_len = 0;
    h->cookie = NULL;
    h2_codec_head_begin(h, 0, true);
    return h;
}

static void let_go(struct h2_codec_head *h)
{
    for (size_t i = 0; i < h->held_len; i++)
        nghttp2_rcbuf_decref(h->held[i]);
    h->held_len = 0;
    mem_free(h->cookie);
    h->cookie = NULL;
}

void h2_codec_head_free(struct h2_codec_head *h)
{
    if (!h)
        return;
    let_go(h);
    mem_free(h);
}

void h2_codec_head_begin(struct h2_codec_head *h, int32_t stream, bool is_trailer)
{
    let_go(h);
    http_head_init_request(&h->head, (struct span){0}, (struct span){0});
    h->status = h->host = (struct span){0};
    h->cookies = h->size = h->seen = 0;
    h->refusal = 0;
    h->stream = stream;
    h->is_trailer = is_trailer;
}

static struct span span_of_rcbuf(nghttp2_rcbuf *b)
{
    nghttp2_vec v = nghttp2_rcbuf_get_buf(b);

    return span_of(v.base, v.len);
}

static void hold(struct h2_codec_head *h, nghttp2_rcbuf *b)
{
    nghttp2_rcbuf_incref(b);
    h->held[h->held_len++] = b;
}

/* nghttp2 has made sure that each comes once and that no other one comes. */
static void add_pseudo(struct h2_codec_head *h, struct span name, struct span value)
{
    if (span_is(name, SPAN(":method")))
        h->head.method = value;
    else if (span_is(name, SPAN(":scheme")))
        h->head.scheme = value;
    else if (span_is(name, SPAN(":authority")))
        h->head.authority = value;
    else if (span_is(name, SPAN(":status")))
        h->status = value;
    else if (value.len > HTTP_TARGET_MAX)
        h->refusal = 414;
    else
        h->head.target = value;
}

static void add_field(struct h2_codec_head *h, struct span name, struct span value)
{
    if (span_is(name, SPAN("host"))) {
        h->host = value;
        return;
    }
    if (span_is(name, SPAN("cookie")))
        h->cookies++;
    if (http_head_add(&h->head, name, value) != OK)
        h->refusal = 431;
}

static bool fits(struct h2_codec_head *h, struct span name, struct span value)
{
    if (name.len > 0 && name.ptr[0] == ':')
        return value.len <= (span_is(name, SPAN(":path")) ? HTTP_HEAD_MAX : PSEUDO_MAX);
    h->size += name.len + value.len;
    return h->size <= HTTP_HEAD_MAX && h->held_len + 2 <= ARRAY_LEN(h->held);
}

bool h2_codec_head_add(struct h2_codec_head *h, nghttp2_rcbuf *name, nghttp2_rcbuf *value)
{
    struct span n = span_of_rcbuf(name);
    struct span v = span_of_rcbuf(value);

    if (++h->seen > SEEN_MAX)
        return false;
    if (!fits(h, n, v) && !h->refusal)
        h->refusal = 431;
    if (h->refusal || h->is_trailer)
        return true;
    hold(h, name);
    hold(h, value);
    if (n.len > 0 && n.ptr[0] == ':')
        add_pseudo(h, n, v);
    else
        add_field(h, n, v);
    return true;
}

/* The Host field is only another way to write :authority (RFC 9113 §8.3.1). */
static bool settle_authority(struct h2_codec_head *h)
{
    if (h->head.authority.len == 0)
        h->head.authority = h->host;
    else if (h->host.len > 0 && !span_is_nocase(h->head.authority, h->host))
        return false;
    return http_is_authority(h->head.authority);
}

static unsigned judge_request(struct h2_codec_head *h)
{
    struct http_head *head = &h->head;

    if (span_is(head->method, SPAN("CONNECT")))
        return 405;
    if (!span_is(head->scheme, SPAN("https")) && !span_is(head->scheme, SPAN("http")))
        return 400;
    if (!settle_authority(h) || !http_is_token(head->method) || !http_is_target(head->target))
        return 400;
    return 0;
}

static char *put(char *at, struct span s)
{
    memcpy(at, s.ptr, s.len);
    return at + s.len;
}

/* Clients cut this field in pieces for the sake of compression; everything behind
 * us knows only one (RFC 9113 §8.2.3). */
static enum err join_cookies(struct h2_codec_head *h)
{
    struct http_head *head = &h->head;
    char *at = mem_grow(NULL, h->size + 2 * h->cookies);
    struct http_field *first = NULL;
    size_t kept = 0;

    if (!at)
        return ERR_NOMEM;
    h->cookie = at;
    for (size_t i = 0; i < head->fields_len; i++) {
        struct http_field f = head->fields[i];
        bool is_cookie = span_is(f.name, SPAN("cookie"));

        if (is_cookie)
            at = put(first ? put(at, SPAN("; ")) : at, f.value);
        if (is_cookie && first)
            continue;
        head->fields[kept] = f;
        if (is_cookie)
            first = &head->fields[kept];
        kept++;
    }
    head->fields_len = kept;
    if (first)
        first->value = span_of(h->cookie, (size_t)(at - h->cookie));
    return OK;
}

enum err h2_codec_head_finish_request(struct h2_codec_head *h)
{
    if (!h->refusal)
        h->refusal = judge_request(h);
    return !h->refusal && h->cookies > 1 ? join_cookies(h) : OK;
}

void h2_codec_head_finish_response(struct h2_codec_head *h)
{
    uint64_t status;

    /* Three digits, says nghttp2. */
    if (!span_parse_u64(h->status, &status) || status < 100 || status > 599)
        h->refusal = 400;
    else
        h->head.status = (unsigned)status;
}
