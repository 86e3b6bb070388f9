#include "relay-client/inspector/import/har_message.h"

#include "base/bytes.h"
#include "codec/json/json_text.h"

#include <string.h>

/* --- fields --- */

static struct span field_value(struct har_text *t, struct span field)
{
    struct span raw = json_text_member(field, "_base64"), value;

    if (json_text_is_string(raw) && har_text_base64(t, raw, &value))
        return value;
    return span_trim(har_text_string(t, json_text_member(field, "value")));
}

/* Pseudo fields of HTTP/2 (":path"), and what no message can have, are left out; Host stands
 * in the address. */
static enum err add_field(struct har_text *t, struct span field, struct http_head *head)
{
    struct span name = har_text_string(t, json_text_member(field, "name"));

    if (!http_is_token(name) || span_is_nocase(name, SPAN("host")))
        return OK;
    struct span value = field_value(t, field);
    return http_is_field_value(value) ? http_head_add(head, name, value) : OK;
}

static enum err add_fields(struct har_text *t, struct span message, struct http_head *head)
{
    struct span headers = json_text_member(message, "headers");
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(headers) || !json_text_walk_init(&walk, headers))
        return ERR_NOT_FOUND;
    while (json_text_walk_next(&walk, &item))
        if (add_field(t, item.value, head) != OK)
            return ERR_NOT_FOUND;
    return http_head_size(head) <= HTTP_HEAD_MAX ? OK : ERR_NOT_FOUND;
}

/* --- the address --- */

static size_t find_one_of(struct span s, const char *set)
{
    size_t at = 0;

    while (at < s.len && !strchr(set, s.ptr[at]))
        at++;
    return at;
}

static bool read_url(struct span url, struct http_head *head)
{
    size_t end = find_one_of(url, ":");
    struct span scheme = span_slice(url, 0, end);
    struct span rest = span_slice(url, end + 3, find_one_of(url, "#"));

    if (!span_starts(span_slice(url, end, url.len), SPAN("://")))
        return false;
    if (!span_is(scheme, SPAN("https")) && !span_is(scheme, SPAN("http")))
        return false;
    head->scheme = scheme;
    head->authority = span_slice(rest, 0, find_one_of(rest, "/?"));
    head->target = span_slice(rest, head->authority.len, rest.len);
    if (head->target.len == 0)
        head->target = SPAN("/");
    return (head->authority.len == 0 || http_is_authority(head->authority)) &&
           http_is_target(head->target) && head->target.len <= HTTP_TARGET_MAX;
}

enum err har_message_request(struct har_text *t, struct span request, struct http_head *head)
{
    struct span method = har_text_string(t, json_text_member(request, "method"));
    struct span url = har_text_string(t, json_text_member(request, "url"));

    http_head_init_request(head, method, (struct span){0});
    if (!http_is_token(method) || !read_url(url, head))
        return ERR_NOT_FOUND;
    return add_fields(t, request, head);
}

enum err har_message_response(struct har_text *t, struct span response, struct http_head *head)
{
    uint64_t status = har_text_number(response, "status");

    if (status < 100 || status > 599)
        return ERR_NOT_FOUND;
    http_head_init_response(head, (unsigned)status);
    return add_fields(t, response, head);
}

/* --- the body --- */

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._*", c));
}

/* As forms are sent (application/x-www-form-urlencoded). */
static enum err put_encoded(struct bytes *form, struct span s)
{
    enum err rc = OK;

    for (size_t i = 0; rc == OK && i < s.len; i++) {
        if (is_unreserved(s.ptr[i]))
            rc = bytes_append(form, &s.ptr[i], 1);
        else if (s.ptr[i] == ' ')
            rc = bytes_append_text(form, "+");
        else
            rc = bytes_printf(form, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
    }
    return rc;
}

static enum err put_param(struct har_text *t, struct span param, struct bytes *form)
{
    enum err rc = bytes_len(form) > 0 ? bytes_append_text(form, "&") : OK;

    if (rc == OK)
        rc = put_encoded(form, har_text_string(t, json_text_member(param, "name")));
    if (rc == OK)
        rc = bytes_append_text(form, "=");
    if (rc == OK)
        rc = put_encoded(form, har_text_string(t, json_text_member(param, "value")));
    return rc;
}

static bool is_form(struct har_text *t, struct span data)
{
    return span_starts(har_text_string(t, json_text_member(data, "mimeType")),
                       SPAN("application/x-www-form-urlencoded"));
}

/* Without a text. */
static enum err read_params(struct har_text *t, const struct har_body_place *place,
                            struct har_body *out)
{
    struct span params = json_text_member(place->data, "params");
    struct json_text_walk walk;
    struct json_text_item item;
    enum err rc = OK;

    out->is_truncated = place->said_len > 0;
    if (!place->form || !json_text_is_array(params) || !is_form(t, place->data) ||
        !json_text_walk_init(&walk, params))
        return OK;
    while (rc == OK && json_text_walk_next(&walk, &item))
        rc = put_param(t, item.value, place->form);
    out->bytes = bytes_span(place->form);
    out->is_truncated = rc != OK;
    return rc == ERR_LIMIT ? OK : rc;
}

static void cut(struct har_body *body, size_t max)
{
    body->is_truncated = body->bytes.len > max;
    body->bytes = span_slice(body->bytes, 0, max);
}

enum err har_message_body(struct har_text *t, const struct har_body_place *place,
                          struct har_body *out)
{
    struct span literal = json_text_member(place->data, "text");

    *out = (struct har_body){0};
    if (!json_text_is_string(literal))
        return read_params(t, place, out);
    if (json_text_string_is(json_text_member(place->data, "encoding"), SPAN("base64"))) {
        if (!har_text_base64(t, literal, &out->bytes))
            out->is_truncated = true;
    } else {
        out->bytes = har_text_string(t, literal);
    }
    if (!out->is_truncated)
        cut(out, place->max);
    return OK;
}
