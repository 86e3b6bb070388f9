#include "relay-client/inspector/exchanges/exchange_message_json.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"

/* Which one the sender spoke is not recorded; downloads are written in this one. */
#define VERSION "HTTP/1.1"

static void headers_member(struct json_writer *w, const struct http_head *h)
{
    json_writer_key(w, "headers");
    json_writer_array(w);
    for (size_t i = 0; i < h->fields_len; i++) {
        const struct http_field *f = &h->fields[i];

        json_writer_array(w);
        json_writer_string(w, f->name);
        if (f->secret)
            json_writer_null(w);
        else
            json_writer_string(w, f->value);
        json_writer_array_end(w);
    }
    json_writer_array_end(w);
}

/* ERR_NOMEM. */
static enum err base64_member(struct json_writer *w, struct span s)
{
    const size_t size = BASE64_LEN(s.len) + 1;
    char *text = mem_alloc(size);

    if (!text)
        return ERR_NOMEM;
    enum err rc = base64_format(text, size, s.ptr, s.len);

    if (!rc)
        json_writer_member_text(w, "base64", text);
    mem_free(text);
    return rc;
}

/* Not through the middle of a character. */
static struct span cut_text(struct span s, size_t end)
{

    if (s.len <= end)
        return s;
    while (end > 0 && ((unsigned char)s.ptr[end] & 0xc0) == 0x80)
        end--;
    return span_slice(s, 0, end);
}

static enum err content_members(struct json_writer *w, const struct exchange_message *m,
                                size_t *shown)
{
    bool is_hidden = m->is_brief && m->body.len > EXCHANGE_MESSAGE_JSON_BRIEF;
    size_t max = is_hidden ? 0 : EXCHANGE_MESSAGE_JSON_BODY;
    struct span body = m->body;
    bool is_text = text_is_utf8(body);
    struct span part = is_text ? cut_text(body, max) : span_slice(body, 0, max);

    *shown = part.len;
    json_writer_member_text(w, "charset",
                            body.len == 0 ? "empty"
                            : is_text     ? "utf-8"
                                          : "binary");
    if (is_text) {
        json_writer_member_string(w, "text", part);
        json_writer_member_null(w, "base64");
        return OK;
    }
    json_writer_member_null(w, "text");
    return base64_member(w, part);
}

static enum err body_member(struct json_writer *w, const struct exchange_message *m)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char sha256[2 * DIGEST_SHA256_LEN + 1];
    size_t shown = 0;

    digest_sha256(m->body, digest);
    hex_format(sha256, digest, sizeof(digest));
    json_writer_key(w, "body");
    json_writer_object(w);
    json_writer_member_u64(w, "size", m->size > m->body.len ? m->size : m->body.len);
    json_writer_member_text(w, "sha256", sha256);
    enum err rc = content_members(w, m, &shown);
    json_writer_member_bool(w, "truncated", shown < m->body.len);
    json_writer_member_bool(w, "recorded_whole", !m->is_truncated);
    json_writer_member_text(w, "href", m->href);
    json_writer_object_end(w);
    return rc;
}

enum err exchange_message_json(struct json_writer *w, const struct exchange_message *m)
{
    const struct http_head *h = m->head;

    json_writer_object(w);
    json_writer_member_text(w, "version", VERSION);
    if (h->status > 0) {
        json_writer_member_u64(w, "status", h->status);
    } else {
        json_writer_member_string(w, "method", h->method);
        json_writer_member_string(w, "scheme", h->scheme);
        json_writer_member_string(w, "authority", h->authority);
        json_writer_member_string(w, "target", h->target);
    }
    headers_member(w, h);
    enum err rc = body_member(w, m);
    json_writer_object_end(w);
    return rc;
}
