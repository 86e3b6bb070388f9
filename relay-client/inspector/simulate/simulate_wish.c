#include "relay-client/inspector/simulate/simulate_wish.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/lineapi/emulate/emulator.h"

#include <stdio.h>

#define TYPE_MAX 100u

static enum err wrong(struct simulate_wish *w, const char *detail)
{
    (void)snprintf(w->detail, sizeof w->detail, "%s", detail);
    return ERR_SYNTAX;
}

/* With a NUL behind it. */
static struct span unescape(struct simulate_wish *w, struct span literal)
{
    char *at = w->text + w->text_len; /* what they say is never longer than the literals */
    size_t len = json_text_unescape(literal, at);

    at[len] = '\0';
    w->text_len += len + 1;
    return span_of(at, len);
}

static bool is_null(struct span value)
{
    return span_is(value, SPAN("null"));
}

/* --- lists --- */

static enum err read_events(struct simulate_wish *w, struct span value)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(value) || !json_text_walk_init(&walk, value))
        return wrong(w, "`events` is a list of events");
    w->events_len = 0;
    while (json_text_walk_next(&walk, &item)) {
        if (w->events_len == SIMULATE_EVENTS_MAX)
            return wrong(w, "at most 100 `events`");
        if (!json_text_is_object(item.value))
            return wrong(w, "each of the `events` is an object");
        w->events[w->events_len++].text = item.value;
    }
    return w->events_len > 0 ? OK : wrong(w, "at least one of `events`");
}

static enum err read_bytes(struct simulate_wish *w, struct span literal, struct span *out)
{
    struct span text = unescape(w, literal);
    uint8_t *at = (uint8_t *)w->text + (size_t)(text.ptr - w->text);
    size_t len;

    /* In place: what it says is shorter. */
    if (base64_parse(text, at, text.len, &len) != OK)
        return wrong(w, "the `base64` of a content is none");
    if (len > EMULATOR_CONTENT_MAX)
        return wrong(w, "a content may have at most 10 MiB");
    *out = span_of(at, len);
    return OK;
}

/* It becomes a field of the answer to the bot. */
static bool is_type(struct span type)
{
    for (size_t i = 0; i < type.len; i++)
        if (type.ptr[i] < ' ' || type.ptr[i] > '~')
            return false;
    return type.len > 0 && type.len <= TYPE_MAX && span_trim(type).len == type.len;
}

static enum err read_content(struct simulate_wish *w, const struct json_text_item *item)
{
    struct span type = json_text_is_object(item->value) ? json_text_member(item->value, "type")
                                                        : (struct span){0};
    struct span bytes = json_text_is_object(item->value)
                            ? json_text_member(item->value, "base64")
                            : (struct span){0};
    uint64_t index;

    if (!span_parse_u64(span_slice(item->name, 1, item->name.len - 1), &index) ||
        index >= SIMULATE_EVENTS_MAX)
        return wrong(w, "`contents` are named by the index of their event");
    if (!json_text_is_string(type) || !json_text_is_string(bytes))
        return wrong(w, "a content has `type` and `base64`");
    w->contents[index].type = unescape(w, type);
    if (!is_type(w->contents[index].type))
        return wrong(w, "the `type` of a content is like image/png");
    return read_bytes(w, bytes, &w->contents[index].bytes);
}

static enum err read_contents(struct simulate_wish *w, struct span value)
{
    struct json_text_walk walk;
    struct json_text_item item;
    enum err rc = OK;

    if (!json_text_is_object(value) || !json_text_walk_init(&walk, value))
        return wrong(w, "`contents` is an object");
    while (rc == OK && json_text_walk_next(&walk, &item))
        rc = read_content(w, &item);
    return rc;
}

/* --- single values --- */

static enum err read_destination(struct simulate_wish *w, struct span value)
{
    if (!json_text_is_string(value))
        return wrong(w, "`destination` is a text");
    w->destination = unescape(w, value).ptr;
    return OK;
}

static enum err read_batch(struct simulate_wish *w, struct span value)
{
    w->is_each = json_text_string_is(value, SPAN("each"));
    return w->is_each || json_text_string_is(value, SPAN("one"))
               ? OK
               : wrong(w, "`batch` is one or each");
}

static enum err read_order(struct simulate_wish *w, struct span value)
{
    return json_text_is_string(value) &&
                   simulate_plan_order_parse(unescape(w, value), &w->order)
               ? OK
               : wrong(w, "`order` is listed, reversed or shuffled");
}

static enum err read_sign(struct simulate_wish *w, struct span value)
{
    return json_text_is_string(value) && simulate_plan_sign_parse(unescape(w, value), &w->sign)
               ? OK
               : wrong(w, "`sign` is right, previous, wrong or missing");
}

static enum err read_way(struct simulate_wish *w, struct span value)
{
    w->is_by_relay = json_text_string_is(value, SPAN("relay"));
    return w->is_by_relay || json_text_string_is(value, SPAN("direct"))
               ? OK
               : wrong(w, "`way` is direct or relay");
}

static enum err read_target(struct simulate_wish *w, struct span value)
{
    if (!json_text_is_string(value) && !is_null(value))
        return wrong(w, "`target` is the name of one, or null");
    w->target = json_text_is_string(value) ? unescape(w, value) : (struct span){0};
    return OK;
}

/* Whole, however it is written: 5, 5.0, 5e0 (JSON Schema, "integer"). */
static bool read_whole(struct span value, uint64_t *out)
{
    struct json_doc doc;
    double number = -1;
    bool is_whole = span_parse_u64(value, out);

    if (is_whole || value.len == 0 || value.ptr[0] == '"')
        return is_whole;
    if (json_parse(&doc, value, value.len) == OK)
        is_whole = json_double(json_root(&doc), &number) && number >= 0 && number <= 1e9;
    json_fini(&doc);
    if (is_whole)
        *out = (uint64_t)number;
    return is_whole && (double)*out == number;
}

static enum err read_times(struct simulate_wish *w, struct span value)
{
    uint64_t n;

    if (!read_whole(value, &n) || n < 1 || n > SIMULATE_TIMES_MAX)
        return wrong(w, "`times` is a whole number from 1 to 1000");
    w->times = (unsigned)n;
    return OK;
}

static enum err read_every(struct simulate_wish *w, struct span value)
{
    if (!read_whole(value, &w->every_ms) || w->every_ms > SIMULATE_PAUSE_MAX)
        return wrong(w, "`every_ms` is a whole number from 0 to 60000");
    return OK;
}

static enum err read_drip(struct simulate_wish *w, struct span value)
{
    if (!read_whole(value, &w->drip_ms) || w->drip_ms > SIMULATE_DRIP_MAX)
        return wrong(w, "`drip_ms` is a whole number from 0 to 30000");
    return OK;
}

static enum err read_redelivery(struct simulate_wish *w, struct span value)
{
    w->is_redelivered = !is_null(value);
    if (w->is_redelivered && (!read_whole(value, &w->redeliver_after_ms) ||
                              w->redeliver_after_ms > SIMULATE_PAUSE_MAX))
        return wrong(w, "`redeliver_after_ms` is a whole number from 0 to 60000, or null");
    return OK;
}

static enum err read_duplicate(struct simulate_wish *w, struct span value)
{
    w->is_duplicate = span_is(value, SPAN("true"));
    return w->is_duplicate || span_is(value, SPAN("false"))
               ? OK
               : wrong(w, "`duplicate` is true or false");
}

/* --- all of it --- */

static enum err read_member(struct simulate_wish *w, const struct json_text_item *item)
{
    static const struct {
        const char *name;
        enum err (*read)(struct simulate_wish *w, struct span value);
    } members[] = {
        {"events", read_events},
        {"contents", read_contents},
        {"destination", read_destination},
        {"batch", read_batch},
        {"order", read_order},
        {"sign", read_sign},
        {"way", read_way},
        {"target", read_target},
        {"times", read_times},
        {"every_ms", read_every},
        {"drip_ms", read_drip},
        {"redeliver_after_ms", read_redelivery},
        {"duplicate", read_duplicate},
    };

    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (json_text_string_is(item->name, span_text(members[i].name)))
            return members[i].read(w, item->value);
    return OK;
}

enum err simulate_wish_read(struct span json, struct simulate_wish *out)
{
    struct json_text_walk walk;
    struct json_text_item item;
    enum err rc = OK;

    *out = (struct simulate_wish){.times = 1};
    if (json_scan(json, NULL) != OK || json.ptr[json_scan_space_end(json, 0)] != '{')
        return wrong(out, "send a JSON object: {\"events\": [{\"type\": \"follow\"}]}");
    out->json = mem_text(json.ptr, json.len);
    out->text = mem_alloc(json.len + 1); /* each string loses two quotes and gets a NUL */
    if (!out->json || !out->text)
        return ERR_NOMEM;
    struct span copy = span_of(out->json, json.len);
    size_t from = json_scan_space_end(copy, 0);
    (void)json_text_walk_init(&walk, span_slice(copy, from, copy.len));
    while (rc == OK && json_text_walk_next(&walk, &item))
        rc = read_member(out, &item);
    if (rc == OK && out->events_len == 0)
        rc = wrong(out, "at least one of `events`");
    if (rc != OK || !out->is_by_relay || out->target.len == 0)
        return rc;
    (void)wrong(out, "by the relay it goes to the usual handler: no `target` then");
    return ERR_CONFLICT;
}

void simulate_wish_fini(struct simulate_wish *w)
{
    mem_free(w->json);
    mem_free(w->text);
    w->json = w->text = NULL;
}
