#include "unit/support/h1_reparse.h"

#include "codec/h1/h1_codec.h"
#include "unit/check.h"

#define TEXT_MAX ((size_t)1 << 20)

struct reparse {
    const struct http_head *want;
    bool end;
    size_t heads;
};

static void check_span(struct span got, struct span want)
{
    CHECK(span_is(got, want));
}

/* Is it no longer there, or not yet the same, after printing? */
static bool differs(const struct http_head *h, const struct http_field *f)
{
    bool no_length = h->status == 204 || (h->status > 0 && h->status < 200);

    return http_field_is_hop_by_hop(h, f) ||
           (no_length && span_is_nocase(f->name, SPAN("content-length")));
}

static size_t next_field(const struct http_head *h, size_t at)
{
    while (at < h->fields_len && differs(h, &h->fields[at]))
        at++;
    return at;
}

static void check_fields(const struct http_head *got, const struct http_head *want)
{
    size_t i = next_field(got, 0), k = next_field(want, 0);

    for (; i < got->fields_len && k < want->fields_len; i = next_field(got, i + 1)) {
        check_span(got->fields[i].name, want->fields[k].name);
        check_span(got->fields[i].value, want->fields[k].value);
        k = next_field(want, k + 1);
    }
    CHECK_EQ(i, got->fields_len);
    CHECK_EQ(k, want->fields_len);
}

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct reparse *r = owner;

    r->heads++;
    CHECK_EQ(head->status, r->want->status);
    CHECK_EQ(end, r->end);
    check_span(head->method, r->want->method);
    check_span(head->authority, r->want->authority);
    check_span(head->target, r->want->target);
    check_fields(head, r->want);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_complete(void *owner)
{
    (void)owner;
}

static bool is_near_limits(const struct http_head *head)
{
    return head->fields_len > HTTP_FIELDS_MAX - 3 || http_head_size(head) > HTTP_HEAD_MAX - 100;
}

void h1_reparse_check(const struct http_head *head, bool end)
{
    static const struct h1_events events = {on_head, on_body, on_complete};
    struct reparse r = {.want = head, .end = end};
    struct h1_codec codec;
    struct bytes text;
    size_t used;

    bytes_init(&text, TEXT_MAX);
    CHECK_EQ(h1_format_head(&text, head, h1_framing_for(head, end, false), true), OK);
    if (is_near_limits(head)) {
        bytes_fini(&text);
        return;
    }
    h1_codec_init(&codec, head->status ? H1_CLIENT : H1_SERVER, &events, &r);
    CHECK_EQ(h1_codec_feed(&codec, bytes_peek(&text), bytes_len(&text), &used), OK);
    CHECK_EQ(used, bytes_len(&text));
    CHECK_EQ(r.heads, 1);
    h1_codec_fini(&codec);
    bytes_fini(&text);
}
