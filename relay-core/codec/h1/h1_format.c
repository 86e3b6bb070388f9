#include "codec/h1/h1_codec.h"

#include <stdio.h>
#include <string.h>

/* The one protocol that we switch to (docs/protocol.md). */
#define UPGRADE_PROTOCOL SPAN("hookline/1")

static bool has_length(const struct http_head *head)
{
    return http_head_find(head, "content-length") != NULL;
}

static bool is_response(const struct http_head *head)
{
    return head->status != 0;
}

static bool is_interim(const struct http_head *head)
{
    return is_response(head) && head->status < 200;
}

/* Does this head ask for, or grant, the switch to the link's protocol? */
static bool upgrades(const struct http_head *head)
{
    if (is_response(head) && head->status != 101)
        return false;
    return span_is(http_head_value(head, "upgrade"), UPGRADE_PROTOCOL) &&
           http_head_has_token(head, "connection", SPAN("upgrade"));
}

/* RFC 9110 §8.6: none in interim responses and in 204; and none that contradicts the
 * framing. */
static bool may_have_length(const struct http_head *head, enum h1_framing framing)
{
    if (is_interim(head) || head->status == 204)
        return false;
    return framing == H1_NO_BODY || framing == H1_LENGTH;
}

static bool is_left_out(const struct http_head *head, const struct http_field *f,
                        enum h1_framing framing)
{
    if (span_is_nocase(f->name, SPAN("content-length")))
        return !may_have_length(head, framing);
    return span_is_nocase(f->name, SPAN("host")) || http_field_is_hop_by_hop(head, f);
}

static bool is_request_line_sound(const struct http_head *head)
{
    return http_is_token(head->method) && http_is_target(head->target) &&
           http_is_authority(head->authority);
}

static bool is_length_sound(const struct http_head *head, enum h1_framing framing)
{
    uint64_t ignored;

    if (!has_length(head))
        return framing != H1_LENGTH;
    return http_head_count(head, "content-length") == 1 &&
           http_parse_content_length(http_head_value(head, "content-length"), &ignored);
}

static bool is_sound(const struct http_head *head, enum h1_framing framing)
{
    if (is_response(head) ? head->status < 100 || head->status > 599
                          : !is_request_line_sound(head))
        return false;
    for (size_t i = 0; i < head->fields_len; i++) {
        const struct http_field *f = &head->fields[i];

        if (!http_is_token(f->name) || !http_is_field_value(f->value))
            return false;
    }
    return is_length_sound(head, framing);
}

/* Writing into one reservation: sizes are added up before, not checked after. */
static void put(uint8_t **at, struct span s)
{
    if (s.len > 0)
        memcpy(*at, s.ptr, s.len);
    *at += s.len;
}

static void put_field(uint8_t **at, struct span name, struct span value)
{
    put(at, name);
    put(at, SPAN(": "));
    put(at, value);
    put(at, SPAN("\r\n"));
}

static void put_start_line(uint8_t **at, const struct http_head *head)
{
    char code[3];

    if (!is_response(head)) {
        put(at, head->method);
        put(at, SPAN(" "));
        put(at, head->target);
        put(at, SPAN(" HTTP/1.1\r\n"));
        put_field(at, SPAN("Host"), head->authority);
        return;
    }
    code[0] = (char)('0' + head->status / 100);
    code[1] = (char)('0' + head->status / 10 % 10);
    code[2] = (char)('0' + head->status % 10);
    put(at, SPAN("HTTP/1.1 "));
    put(at, span_of(code, sizeof code));
    put(at, SPAN(" "));
    put(at, span_text(http_status_text(head->status)));
    put(at, SPAN("\r\n"));
}

static void put_connection(uint8_t **at, const struct http_head *head, bool keep_alive)
{
    if (upgrades(head)) {
        put_field(at, SPAN("Connection"), SPAN("Upgrade"));
        put_field(at, SPAN("Upgrade"), UPGRADE_PROTOCOL);
    } else if (!is_interim(head)) {
        put_field(at, SPAN("Connection"), keep_alive ? SPAN("keep-alive") : SPAN("close"));
    }
}

/* More than put_... can write: start line, Host, Connection, Transfer-Encoding. */
static size_t room_for(const struct http_head *head)
{
    return http_head_size(head) + head->method.len + head->authority.len +
           head->fields_len * 4 + 256;
}

enum err h1_format_head(struct bytes *out, const struct http_head *head,
                        enum h1_framing framing, bool keep_alive)
{
    uint8_t *start;

    if (!is_sound(head, framing))
        return ERR_SYNTAX;
    enum err e = bytes_reserve(out, room_for(head), &start);
    if (e)
        return e;
    uint8_t *at = start;
    put_start_line(&at, head);
    for (size_t i = 0; i < head->fields_len; i++)
        if (!is_left_out(head, &head->fields[i], framing))
            put_field(&at, head->fields[i].name, head->fields[i].value);
    if (framing == H1_CHUNKED)
        put_field(&at, SPAN("Transfer-Encoding"), SPAN("chunked"));
    put_connection(&at, head, keep_alive);
    put(&at, SPAN("\r\n"));
    bytes_added(out, (size_t)(at - start));
    return OK;
}

size_t h1_format_chunk_head(char out[static H1_CHUNK_HEAD_MAX], size_t len)
{
    return (size_t)snprintf(out, H1_CHUNK_HEAD_MAX, "%zx\r\n", len);
}
