#include "codec/line/line_text.h"

#include "base/container.h"
#include "codec/json/json_text.h"

#define FIELDS_MAX 6u

/* Fields are "name" or "name.inner"; an array stands for each of its elements.
 * Nonces and tokens stay out: what is searchable gets shown. */
struct rule {
    const char *type;
    const char *object; /* the event's member that holds the fields; "": the event */
    const char *fields[FIELDS_MAX];
};

static const struct rule line_events[] = {
    {"postback",
     "postback",
     {"data", "params.date", "params.time", "params.datetime", "params.newRichMenuAliasId",
      "params.status"}},
    {"videoPlayComplete", "videoPlayComplete", {"trackingId"}},
    {"beacon", "beacon", {"type", "hwid", "dm"}},
    {"accountLink", "link", {"result"}},
    {"membership", "membership", {"type", "membershipId"}},
    {"memberJoined", "joined", {"members.userId"}},
    {"memberLeft", "left", {"members.userId"}},
    {"module", "module", {"type", "botId"}},
    {"delivery", "delivery", {"data"}},
};

static const struct rule works_events[] = {
    {"postback", "", {"data"}},
    {"joined", "", {"members"}},
    {"left", "", {"members"}},
};

static const struct rule messages[] = {
    {"text", "", {"text", "postback"}},
    {"image", "", {"contentProvider.originalContentUrl"}},
    {"video", "", {"contentProvider.originalContentUrl"}},
    {"audio", "", {"contentProvider.originalContentUrl"}},
    {"file", "", {"fileName"}},
    {"location", "", {"title", "address"}},
    {"sticker", "", {"keywords", "text"}},
};

struct collector {
    struct line_arena *arena;
    const char *begin;
};

/* A string or number, or the strings and numbers of an array. */
static void collect_leaf(struct collector *c, struct span value)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(value)) {
        line_arena_add(c->arena, c->begin, value);
        return;
    }
    (void)json_text_walk_init(&walk, value);
    while (json_text_walk_next(&walk, &item))
        line_arena_add(c->arena, c->begin, item.value);
}

/* `inner` of an object, or of each object of an array. */
static void collect_inner(struct collector *c, struct span value, const char *inner)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(value)) {
        collect_leaf(c, json_text_member(value, inner));
        return;
    }
    (void)json_text_walk_init(&walk, value);
    while (json_text_walk_next(&walk, &item))
        collect_leaf(c, json_text_member(item.value, inner));
}

static void collect_field(struct collector *c, struct span object, const char *field)
{
    const char *dot = strchr(field, '.');
    char name[24];

    if (!dot) {
        collect_leaf(c, json_text_member(object, field));
        return;
    }
    size_t len = (size_t)(dot - field);
    if (len >= sizeof(name))
        return;
    memcpy(name, field, len);
    name[len] = '\0';
    collect_inner(c, json_text_member(object, name), dot + 1);
}

static const struct rule *rule_for(const struct rule *rules, size_t len, struct span type)
{
    for (size_t i = 0; i < len; i++)
        if (json_text_string_is(type, span_text(rules[i].type)))
            return &rules[i];
    return NULL;
}

static void collect(struct collector *c, const struct rule *rule, struct span value)
{
    if (rule && rule->object[0])
        value = json_text_member(value, rule->object);
    for (size_t i = 0; rule && i < FIELDS_MAX && rule->fields[i]; i++)
        collect_field(c, value, rule->fields[i]);
}

const char *line_text(struct line_arena *a, enum line_dialect dialect, struct span event,
                      struct span message)
{
    struct collector c = {a, line_arena_begin(a)};
    struct span type = json_text_member(event, "type");

    if (json_text_is_object(message))
        collect(&c, rule_for(messages, ARRAY_LEN(messages), json_text_member(message, "type")),
                message);
    else if (dialect == LINE_DIALECT_LINE)
        collect(&c, rule_for(line_events, ARRAY_LEN(line_events), type), event);
    else
        collect(&c, rule_for(works_events, ARRAY_LEN(works_events), type), event);
    return line_arena_end(a, c.begin);
}
