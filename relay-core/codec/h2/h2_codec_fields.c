#include "codec/h2/h2_codec_fields.h"

#include "base/container.h"

/* nghttp2 asks for pointers to what it may write, and does not write. */
static uint8_t *unconst(struct span s)
{
    return (uint8_t *)(uintptr_t)(s.len > 0 ? s.ptr : "");
}

static void add(struct h2_codec_fields *out, struct span name, struct span value, bool secret)
{
    out->nv[out->len++] = (nghttp2_nv){
        .name = unconst(name),
        .value = unconst(value),
        .namelen = name.len,
        .valuelen = value.len,
        .flags = secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE,
    };
}

/* RFC 9113 §8.2.2; Host is written as :authority. */
static bool belongs_to_http1(const struct http_field *f)
{
    switch (f->name.len) {
    case 2:
        return span_is_nocase(f->name, SPAN("te")) &&
               !span_is_nocase(f->value, SPAN("trailers"));
    case 4:
        return span_is_nocase(f->name, SPAN("host"));
    case 7:
        return span_is_nocase(f->name, SPAN("upgrade"));
    case 10:
        return span_is_nocase(f->name, SPAN("connection")) ||
               span_is_nocase(f->name, SPAN("keep-alive"));
    case 14:
        return span_is_nocase(f->name, SPAN("http2-settings"));
    case 16:
        return span_is_nocase(f->name, SPAN("proxy-connection"));
    case 17:
        return span_is_nocase(f->name, SPAN("transfer-encoding"));
    default:
        return false;
    }
}

static bool ends_with(struct span name, struct span ending)
{
    if (name.len < ending.len || (name.ptr[name.len - 1] | 0x20) != ending.ptr[ending.len - 1])
        return false; /* for most names this is all there is to look at */
    return span_is_nocase(span_slice(name, name.len - ending.len, name.len), ending);
}

/* Secrets must not be guessed by their effect on the table's size (RFC 7541 §7.1),
 * and values that never come again would only push out those that do. */
static bool stays_out_of_table(const struct http_field *f)
{
    static const struct span endings[] = {
        {"signature", 9}, {"signature-256", 13}, {"token", 5}, {"delivery", 8}, {"-ms", 3}};

    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (ends_with(f->name, endings[i]))
            return true;
    return f->secret;
}

static enum err add_fields(struct h2_codec_fields *out, const struct http_head *head)
{
    if (head->target.len > HTTP_TARGET_MAX)
        return ERR_URI_TOO_LONG;
    if (http_head_size(head) - head->target.len > HTTP_HEAD_MAX)
        return ERR_HEADERS_TOO_LARGE;
    for (size_t i = 0; i < head->fields_len; i++) {
        const struct http_field *f = &head->fields[i];

        if (belongs_to_http1(f))
            continue;
        if (!http_is_token(f->name) || !http_is_field_value(f->value))
            return ERR_SYNTAX;
        add(out, f->name, f->value, stays_out_of_table(f));
    }
    return OK;
}

enum err h2_codec_fields_request(struct h2_codec_fields *out, const struct http_head *head)
{
    struct span scheme = head->scheme.len > 0 ? head->scheme : SPAN("https");

    out->len = 0;
    if (!http_is_token(head->method) || !http_is_target(head->target))
        return ERR_SYNTAX;
    if (head->authority.len > 0 && !http_is_authority(head->authority))
        return ERR_SYNTAX;
    add(out, SPAN(":method"), head->method, false);
    add(out, SPAN(":scheme"), scheme, false);
    if (head->authority.len > 0)
        add(out, SPAN(":authority"), head->authority, false);
    add(out, SPAN(":path"), head->target, false);
    return add_fields(out, head);
}

enum err h2_codec_fields_response(struct h2_codec_fields *out, const struct http_head *head)
{
    /* 101 does not exist in HTTP/2 (RFC 9113 §8.6). */
    if (head->status < 100 || head->status > 599 || head->status == 101)
        return ERR_SYNTAX;
    out->len = 0;
    out->status[0] = (char)('0' + head->status / 100);
    out->status[1] = (char)('0' + head->status / 10 % 10);
    out->status[2] = (char)('0' + head->status % 10);
    add(out, SPAN(":status"), span_of(out->status, 3), false);
    return add_fields(out, head);
}
