#include "relay-client/inspector/replay/replay_wish.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#include <inttypes.h>
#include <stdio.h>

/* Not by cJSON: a body may hold NUL characters, and it should stay as it was typed. */

static enum err wrong(struct replay_wish *w, const char *detail)
{
    (void)snprintf(w->detail, sizeof w->detail, "%s", detail);
    return ERR_SYNTAX;
}

static struct span unescape(struct replay_wish *w, struct span literal)
{
    char *at = w->text + w->text_len; /* what they say is never longer than the literals */
    size_t len = json_text_unescape(literal, at);

    w->text_len += len;
    return span_of(at, len);
}

/* --- the body --- */

static enum err set_body(struct replay_wish *w, struct span body)
{
    if (w->has_body)
        return wrong(w, "give `body` or `base64`, not both");
    if (body.len > REPLAY_BODY_MAX) {
        (void)wrong(w, "the body may have at most 1 MiB");
        return ERR_LIMIT;
    }
    w->has_body = true;
    w->body = body;
    return OK;
}

static enum err read_body(struct replay_wish *w, struct span value)
{
    if (!json_text_is_string(value))
        return wrong(w, "`body` is a string");
    return set_body(w, unescape(w, value));
}

static enum err read_base64(struct replay_wish *w, struct span value)
{
    bool is_string = json_text_is_string(value);
    struct span text = is_string ? unescape(w, value) : (struct span){0};
    char *at = w->text + w->text_len;
    size_t len;

    if (!is_string || base64_parse(text, (uint8_t *)at, text.len, &len) != OK)
        return wrong(w, "`base64` is a string of Base64 (RFC 4648, section 4)");
    w->text_len += len;
    return set_body(w, span_of(at, len));
}

/* --- the fields --- */

static enum err read_field(struct replay_wish *w, struct span pair)
{
    struct json_text_walk walk;
    struct json_text_item name, value, more;
    struct http_field *f = &w->fields[w->fields_len];

    if (!json_text_is_array(pair) || !json_text_walk_init(&walk, pair) ||
        !json_text_walk_next(&walk, &name) || !json_text_walk_next(&walk, &value) ||
        json_text_walk_next(&walk, &more) || !json_text_is_string(name.value))
        return wrong(w, "each of `headers` is [name, value]");
    f->secret = span_is(value.value, SPAN("null"));
    if (!f->secret && !json_text_is_string(value.value))
        return wrong(w, "the value of a header is a string, or null to keep a hidden one");
    f->name = unescape(w, name.value);
    f->value = f->secret ? (struct span){0} : unescape(w, value.value);
    w->fields_len++;
    return OK;
}

static enum err read_headers(struct replay_wish *w, struct span value)
{
    struct json_text_walk walk;
    struct json_text_item item;
    enum err rc = OK;

    if (!json_text_is_array(value) || !json_text_walk_init(&walk, value))
        return wrong(w, "`headers` is a list of [name, value]");
    w->has_fields = true;
    w->fields_len = 0;
    while (rc == OK && json_text_walk_next(&walk, &item))
        rc = w->fields_len < REPLAY_WISH_FIELDS_MAX ? read_field(w, item.value)
                                                    : wrong(w, "at most 90 `headers`");
    return rc;
}

/* --- the rest --- */

static enum err read_flag(struct replay_wish *w, struct span value, bool *out)
{
    *out = span_is(value, SPAN("true"));
    return *out || span_is(value, SPAN("false")) ? OK
                                                 : wrong(w, "a flag is neither true nor false");
}

static enum err read_fresh(struct replay_wish *w, struct span value)
{
    return read_flag(w, value, &w->is_fresh);
}

static enum err read_redelivery(struct replay_wish *w, struct span value)
{
    return read_flag(w, value, &w->is_redelivery);
}

static enum err read_sign(struct replay_wish *w, struct span value)
{
    if (json_text_is_string(value) && replay_request_sign_parse(unescape(w, value), &w->sign))
        return OK;
    return wrong(w, "`sign` is auto, again, keep, wrong or none");
}

static enum err read_way(struct replay_wish *w, struct span value)
{
    w->is_by_relay = json_text_string_is(value, SPAN("relay"));
    return w->is_by_relay || json_text_string_is(value, SPAN("direct"))
               ? OK
               : wrong(w, "`way` is direct or relay");
}

static enum err read_target(struct replay_wish *w, struct span value)
{
    if (!json_text_is_string(value) && !span_is(value, SPAN("null")))
        return wrong(w, "`target` is the name of one, or null");
    w->target = json_text_is_string(value) ? unescape(w, value) : (struct span){0};
    return OK;
}

static enum err read_times(struct replay_wish *w, struct span value)
{
    uint64_t n;

    if (!span_parse_u64(value, &n) || n < 1 || n > REPLAY_RUN_TIMES_MAX)
        return wrong(w, "`times` is a whole number from 1 to 1000");
    w->times = (unsigned)n;
    return OK;
}

static enum err read_every(struct replay_wish *w, struct span value)
{
    if (!span_parse_u64(value, &w->every_ms) || w->every_ms > REPLAY_RUN_EVERY_MAX)
        return wrong(w, "`every_ms` is a whole number from 0 to 60000");
    return OK;
}

static enum err read_member(struct replay_wish *w, const struct json_text_item *item)
{
    static const struct {
        const char *name;
        enum err (*read)(struct replay_wish *w, struct span value);
    } members[] = {
        {"body", read_body},      {"base64", read_base64},         {"headers", read_headers},
        {"sign", read_sign},      {"fresh", read_fresh},           {"way", read_way},
        {"target", read_target},  {"redelivery", read_redelivery}, {"times", read_times},
        {"every_ms", read_every},
    };

    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (json_text_string_is(item->name, span_text(members[i].name)))
            return members[i].read(w, item->value);
    return OK;
}

enum err replay_wish_read(struct span json, struct replay_wish *out)
{
    struct span root = span_slice(json, json_scan_space_end(json, 0), json.len);
    struct json_text_walk walk;
    struct json_text_item item;
    enum err rc = OK;

    *out = (struct replay_wish){.times = 1};
    if (json_scan(json, NULL) != OK || !json_text_is_object(root) ||
        !json_text_walk_init(&walk, root))
        return wrong(out, "send a JSON object; {} replays what was recorded");
    out->text = mem_alloc(json.len * 2); /* what they say, and what that is of Base64 */
    if (!out->text)
        return ERR_NOMEM;
    while (rc == OK && json_text_walk_next(&walk, &item))
        rc = read_member(out, &item);
    if (rc == OK && out->is_by_relay && out->target.len > 0)
        rc = wrong(out, "by the relay it goes to the usual handler: no `target` then");
    return rc;
}

void replay_wish_fini(struct replay_wish *w)
{
    mem_free(w->text);
    w->text = NULL;
}
