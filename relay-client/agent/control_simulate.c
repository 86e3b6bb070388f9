#include "relay-client/agent/control_simulate.h"

#include "base/container.h"
#include "base/hex.h"
#include "codec/json/json.h"
#include "relay-client/agent/announced.h"
#include "relay-client/agent/control.h"
#include "relay-client/journal/journal_call.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/lineapi.h"

#define OUT_OF_MEMORY "memory is out; try again in a moment"
#define PORT_CLOSED                                                                            \
    "the LINE API port is closed (--line-api-addr off): nobody would ask for this"

/* --- announcements --- */

static bool read_hash(const struct json_doc *doc, uint8_t out[32])
{
    const char *text = json_string(json_member(json_root(doc), "sha256"));

    return text && hex_parse(span_text(text), out, 32) == OK;
}

static unsigned announce(struct agent_context *agent, const struct control_message *m,
                         struct json_writer *w, const char **why_not)
{
    struct announced_entry wish = {0};
    struct json_doc doc;
    bool is_good = json_parse(&doc, m->body, CONTROL_BODY_MAX) == OK;

    if (is_good) {
        const struct json_value *root = json_root(&doc), *of = json_member(root, "replay_of");
        is_good = read_hash(&doc, wish.sha256) &&
                  (json_kind(of) == JSON_NULL || json_u64(of, &wish.replay_of)) &&
                  json_bool(json_member(root, "simulated"), &wish.is_simulated);
    }
    json_fini(&doc);
    *why_not = "send {\"sha256\": ..., \"replay_of\": 17 or null, \"simulated\": true}";
    if (!is_good)
        return 400;
    *why_not = OUT_OF_MEMORY;
    if (announced_put(agent, &wish) != OK)
        return 503;
    json_writer_member_u64(w, "life_ms", ANNOUNCED_LIFE_MS);
    return 200;
}

static unsigned announced(struct agent_context *agent, const struct control_message *m,
                          struct json_writer *w, const char **why_not)
{
    uint8_t sha256[32];
    struct json_doc doc;
    bool is_good = json_parse(&doc, m->body, CONTROL_BODY_MAX) == OK && read_hash(&doc, sha256);

    json_fini(&doc);
    *why_not = "send {\"sha256\": ...}";
    if (!is_good)
        return 400;
    uint64_t exchange = announced_collect(agent, sha256);
    if (exchange > 0)
        json_writer_member_u64(w, "exchange", exchange);
    else
        json_writer_member_null(w, "exchange");
    return 200;
}

/* --- contents --- */

/* "?message=444573844083572737" */
static struct span message_of(const char *target)
{
    struct span all = span_text(target);
    struct span query = span_slice(all, span_find(all, '?') + 1, all.len);
    struct span name = SPAN("message=");

    return span_starts(query, name) ? span_slice(query, name.len, query.len) : (struct span){0};
}

static unsigned content(struct agent_context *agent, const struct control_message *m,
                        struct json_writer *w, const char **why_not)
{
    const struct emulator_content c = {
        .message_id = message_of(m->target), .type = span_text(m->type), .bytes = m->body};

    (void)w;
    *why_not = "name the message (?message=ID) and the Content-Type";
    if (c.message_id.len == 0 || c.type.len == 0)
        return 400;
    *why_not = PORT_CLOSED;
    if (!agent->options->lineapi)
        return 409;
    *why_not = OUT_OF_MEMORY;
    enum err rc = emulator_put_content(lineapi_emulator(agent->options->lineapi), &c);
    return rc == OK ? 200 : 503;
}

/* --- people --- */

struct somebody {
    const char *id, *type, *name, *language;
};

static bool read_somebody(const struct json_doc *doc, struct somebody *out)
{
    const struct json_value *root = json_root(doc);
    const char *language = json_string(json_member(root, "language"));

    out->id = json_string(json_member(root, "id"));
    out->type = json_string(json_member(root, "type"));
    out->name = json_string(json_member(root, "name"));
    out->language = language ? language : "";
    return out->id && *out->id && out->type && out->name;
}

static enum err put_person(struct agent_context *agent, const struct somebody *s)
{
    const struct journal_person known = {.id = s->id,
                                         .type = s->type,
                                         .name = s->name,
                                         .language = s->language,
                                         .picture_url = "",
                                         .source = JOURNAL_PERSON_USER,
                                         .is_test = true};
    const struct emulator_person emulated = {
        .id = span_text(s->id), .name = span_text(s->name), .language = span_text(s->language)};
    enum err rc = journal_call_person(agent->options->journal, &known);

    if (rc == OK && agent->options->lineapi)
        rc = emulator_put_person(lineapi_emulator(agent->options->lineapi), &emulated);
    return rc;
}

static unsigned person(struct agent_context *agent, const struct control_message *m,
                       struct json_writer *w, const char **why_not)
{
    struct somebody s;
    struct json_doc doc;
    unsigned status = 400;

    (void)w;
    *why_not = "send {\"id\": ..., \"type\": \"user\", \"name\": ..., \"language\": \"ja\"}";
    if (json_parse(&doc, m->body, CONTROL_BODY_MAX) == OK && read_somebody(&doc, &s)) {
        enum err rc = put_person(agent, &s);
        *why_not = rc == OK ? NULL : err_text(rc);
        status = rc == OK ? 200 : 503;
    }
    json_fini(&doc);
    return status;
}

/* --- all of them --- */

const struct control_simulate_route *control_simulate_find(struct span target)
{
    static const struct control_simulate_route routes[] = {
        {CONTROL_ANNOUNCE, CONTROL_BODY_MAX, announce},
        {CONTROL_ANNOUNCED, CONTROL_BODY_MAX, announced},
        {CONTROL_CONTENT, EMULATOR_CONTENT_MAX, content},
        {CONTROL_PERSON, CONTROL_BODY_MAX, person},
    };
    struct span path = span_slice(target, 0, span_find(target, '?'));

    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (span_is(path, span_text(routes[i].path)))
            return &routes[i];
    return NULL;
}
