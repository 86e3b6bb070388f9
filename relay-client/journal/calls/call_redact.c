#include "relay-client/journal/calls/call_redact.h"

#include "base/container.h"
#include "base/hex.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#define HIDDEN      "\xe2\x80\xa6"
#define HIDDEN_FORM "%E2%80%A6"
/* What stands for a value may be longer than it. */
#define GROWTH 16u

#define NAME_MAX_LEN 24u /* no name that is looked for is longer */

/* With its %XX undone; cut when it is longer than any that is looked for. */
static struct span decode(struct span text, char out[static NAME_MAX_LEN])
{
    size_t len = 0;

    for (size_t i = 0; i < text.len && len < NAME_MAX_LEN; i++) {
        uint8_t byte = (uint8_t)text.ptr[i];

        if (byte == '%' && hex_parse(span_slice(text, i + 1, i + 3), &byte, 1) == OK)
            i += 2;
        out[len++] = (char)byte;
    }
    return span_of(out, len);
}

static bool is_one_of(struct span name, const char *const *list, size_t len)
{
    char decoded[NAME_MAX_LEN];

    name = decode(name, decoded);
    for (size_t i = 0; i < len; i++)
        if (span_is_nocase(name, span_text(list[i])))
            return true;
    return false;
}

/* Of a token endpoint: all other values are hidden. */
static bool is_harmless(struct span name)
{
    static const char *const names[] = {
        "grant_type",
        "client_id",
        "client_assertion_type",
        "token_exp_in",
        "token_type",
        "expires_in",
        "key_id",
        "scope",
        "error",
        "message",
        "error_description",
        "response_type",
    };

    return is_one_of(name, names, ARRAY_LEN(names));
}

/* ... of any other: these are hidden. */
static bool is_credential(struct span name)
{
    static const char *const names[] = {
        "access_token",     "refresh_token", "client_secret",
        "client_assertion", "id_token",      "assertion",
    };

    return is_one_of(name, names, ARRAY_LEN(names));
}

/* ---- which call it is ---- */

static bool is_oauth(struct span segment)
{
    static const char *const names[] = {"oauth", "oauth2"};

    return is_one_of(segment, names, ARRAY_LEN(names));
}

static bool has_oauth(struct span target)
{
    struct span path = span_slice(target, 0, span_find(target, '?'));

    for (size_t at = 0; at < path.len;) {
        struct span rest = span_slice(path, at, path.len);
        size_t len = span_find(rest, '/');

        if (is_oauth(span_slice(rest, 0, len)))
            return true;
        at += len + 1;
    }
    return false;
}

static bool is_form(const struct http_head *head)
{
    struct span type = http_head_value(head, "content-type");

    return span_is_nocase(span_slice(type, 0, SPAN("application/x-www-form").len),
                          SPAN("application/x-www-form"));
}

/* ---- name=value pairs ---- */

static enum err append_pair(struct span pair, bool is_token, struct bytes *out)
{
    size_t equal = span_find(pair, '=');
    struct span name = span_slice(pair, 0, equal);
    bool is_shown = is_token ? is_harmless(name) : !is_credential(name);

    if (is_shown)
        return bytes_append_span(out, pair);
    if (equal == pair.len) /* a value that stands alone */
        return is_token ? bytes_append_text(out, HIDDEN_FORM) : bytes_append_span(out, pair);
    enum err rc = bytes_append_span(out, span_slice(pair, 0, equal + 1));
    return rc ? rc : bytes_append_text(out, HIDDEN_FORM);
}

static enum err append_pairs(struct span all, bool is_token, struct bytes *out)
{
    enum err rc = OK;

    for (size_t at = 0; !rc && at < all.len;) {
        struct span pair = span_slice(all, at, all.len);

        pair.len = span_find(pair, '&');
        rc = append_pair(pair, is_token, out);
        at += pair.len + 1;
        if (!rc && at <= all.len)
            rc = bytes_append_text(out, "&");
    }
    return rc;
}

/* ---- JSON ---- */

static enum err append_member(const struct json_text_item *item, struct bytes *out)
{
    struct span name = span_slice(item->name, 1, item->name.len - 1);
    bool is_plain = !json_text_is_string(item->value) && !json_text_is_object(item->value) &&
                    !json_text_is_array(item->value);
    enum err rc = bytes_append_span(out, item->name);

    if (!rc)
        rc = bytes_append_text(out, ":");
    if (rc)
        return rc;
    return is_plain || is_harmless(name) ? bytes_append_span(out, item->value)
                                         : bytes_append_text(out, "\"" HIDDEN "\"");
}

static enum err append_object(struct span object, struct bytes *out)
{
    struct json_text_walk walk;
    struct json_text_item item;
    const char *before = "{";
    enum err rc = OK;

    if (!json_text_walk_init(&walk, object))
        return OK;
    while (!rc && json_text_walk_next(&walk, &item)) {
        rc = bytes_append_text(out, before);
        if (!rc)
            rc = append_member(&item, out);
        before = ",";
    }
    return rc ? rc : bytes_append_text(out, before[0] == '{' ? "{}" : "}");
}

static bool find_object(struct span body, struct span *out)
{
    if (json_scan(body, NULL))
        return false;
    size_t from = json_scan_space_end(body, 0);
    *out = span_slice(body, from, json_scan_value_end(body, from));
    return json_text_is_object(*out);
}

/* ---- both ---- */

/* What is neither a form nor a JSON object is left out. */
static enum err redact_body(struct span *body, bool form, bool *is_cut, struct bytes *storage)
{
    struct span object;
    enum err rc = OK;

    bytes_init(storage, GROWTH * (body->len + 1));
    if (form)
        rc = append_pairs(*body, true, storage);
    else if (find_object(*body, &object))
        rc = append_object(object, storage);
    else
        *is_cut = body->len > 0;
    *body = bytes_span(storage);
    return rc;
}

static void hide_fields(struct http_head *head)
{
    for (size_t i = 0; i < head->fields_len; i++)
        if (head->fields[i].secret)
            head->fields[i].value = SPAN("");
}

static enum err redact_target(struct call_redact *r, bool is_token)
{
    struct span target = r->request.target;
    size_t query = span_find(target, '?');

    bytes_init(&r->target, GROWTH * (target.len + 1));
    if (query == target.len)
        return OK;
    enum err rc = bytes_append_span(&r->target, span_slice(target, 0, query + 1));
    if (!rc)
        rc = append_pairs(span_slice(target, query + 1, target.len), is_token, &r->target);
    r->request.target = bytes_span(&r->target);
    return rc;
}

enum err call_redact_init(struct call_redact *r, const struct journal_call *call)
{
    bool is_token = has_oauth(call->request->target) || is_form(call->request);

    *r = (struct call_redact){.request = *call->request,
                              .request_body = call->request_body,
                              .answer_body = call->answer_body};
    if (call->answer)
        r->answer = *call->answer;
    hide_fields(&r->request);
    hide_fields(&r->answer);
    enum err rc = redact_target(r, is_token);
    if (rc || !is_token)
        return rc;
    rc = redact_body(&r->request_body, is_form(call->request), &r->is_request_cut,
                     &r->request_storage);
    if (!rc)
        rc = redact_body(&r->answer_body, false, &r->is_answer_cut, &r->answer_storage);
    return rc;
}

void call_redact_fini(struct call_redact *r)
{
    bytes_fini(&r->target);
    bytes_fini(&r->request_storage);
    bytes_fini(&r->answer_storage);
}
