/* 1. the maker has dressed an event with a content: its message id is noted
 * 2. the webhook is to be sent: first the content is brought for each id, one after the other
 * 3. then it is sent
 * What can go wrong: the agent does not take it; then the webhook is not sent either. */
#include "relay-client/simulate/trigger_content.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json.h"
#include "codec/json/json_text.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/replay/replay_input.h"

#include <stdio.h>

static const char *type_of(const char *path)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".jpg", "image/jpeg"},        {".jpeg", "image/jpeg"}, {".png", "image/png"},
        {".gif", "image/gif"},         {".webp", "image/webp"}, {".mp4", "video/mp4"},
        {".mov", "video/quicktime"},   {".m4a", "audio/x-m4a"}, {".mp3", "audio/mpeg"},
        {".wav", "audio/wav"},         {".aac", "audio/aac"},   {".pdf", "application/pdf"},
        {".txt", "text/plain"},        {".csv", "text/csv"},    {".zip", "application/zip"},
        {".json", "application/json"},
    };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < ARRAY_LEN(types); i++)
        if (span_is_nocase(span_text(dot), span_text(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

enum err trigger_content_init(struct trigger_content *c, struct command_call *call,
                              struct agent_reach *reach, const char *path)
{
    *c = (struct trigger_content){.reach = reach};
    bytes_init(&c->file, EMULATOR_CONTENT_MAX);
    if (!path)
        return OK;
    c->type = type_of(path);
    return replay_input_read(call, "--file", path, &c->file);
}

void trigger_content_fini(struct trigger_content *c)
{
    bytes_fini(&c->file);
}

/* --- step 1 --- */

static bool has_content(struct span event)
{
    static const char *const kinds[] = {"image", "video", "audio", "file"};
    struct span type, provider;

    if (json_text_find(event, SPAN("message.type"), &type) != OK)
        return false;
    if (json_text_find(event, SPAN("message.contentProvider.type"), &provider) == OK &&
        json_text_string_is(provider, SPAN("external")))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (json_text_string_is(type, span_text(kinds[i])))
            return true;
    return false;
}

void trigger_content_note(void *owner, size_t index, struct span event)
{
    struct trigger_content *c = owner;
    struct span id;

    (void)index;
    if (!c->type || c->ids_len == SIMULATE_EVENTS_MAX || !has_content(event) ||
        json_text_find(event, SPAN("message.id"), &id) != OK || !json_text_is_string(id) ||
        id.len >= LINE_MINT_SIZE)
        return;
    size_t len = json_text_unescape(id, c->ids[c->ids_len]);
    c->ids[c->ids_len++][len] = '\0';
}

/* --- step 2 --- */

struct bringing {
    struct trigger_content *content;
    struct agent_call_request request; /* the webhook's */
    void (*done)(void *call, const struct agent_call_result *result);
    void *call;
    char target[300], length[24];
    struct http_head head;
};

static void on_brought(void *owner, const struct agent_call_result *result);

static enum err bring_one(struct bringing *b)
{
    struct trigger_content *c = b->content;

    (void)snprintf(b->target, sizeof b->target, CONTROL_CONTENT "?message=%s",
                   c->ids[--c->ids_len]);
    (void)snprintf(b->length, sizeof b->length, "%zu", bytes_len(&c->file));
    http_head_init_request(&b->head, SPAN("POST"), span_text(b->target));
    b->head.scheme = SPAN("http");
    b->head.authority = SPAN("localhost");
    enum err rc = http_head_add(&b->head, SPAN("content-type"), span_text(c->type));
    if (rc == OK)
        rc = http_head_add(&b->head, SPAN("content-length"), span_text(b->length));
    const struct agent_call_request request = {
        .head = &b->head, .body = bytes_span(&c->file), .timeout_ms = AGENT_QUESTION_MS};
    return rc == OK ? agent_reach_ask(c->reach, &request, on_brought, b) : rc;
}

static void fail(struct bringing *b, enum err why, const char *detail)
{
    const struct agent_call_result result = {.why = why, .detail = detail};

    b->done(b->call, &result);
    mem_free(b);
}

/* --- step 3 --- */

static enum err send(struct trigger_content *c, const struct agent_call_request *request,
                     void (*done)(void *call, const struct agent_call_result *result),
                     void *call)
{
    void *handle;

    return agent_reach_sender(c->reach)->start(c->reach, request, done, call, &handle);
}

static const char *refusal(struct trigger_content *c, const struct agent_call_result *result)
{
    struct json_doc doc = {0};
    const char *detail = NULL;

    if (json_parse(&doc, result->body, CONTROL_BODY_MAX) == OK)
        detail = json_string(json_member(json_root(&doc), "detail"));
    (void)snprintf(c->detail, sizeof c->detail, "--file: %s",
                   detail ? detail : "the agent does not take it");
    json_fini(&doc);
    return c->detail;
}

static void on_brought(void *owner, const struct agent_call_result *result)
{
    struct bringing *b = owner;
    struct trigger_content *c = b->content;
    enum err rc = result->why;

    if (rc != OK) {
        fail(b, rc, result->detail);
        return;
    }
    if (result->status != 200) {
        fail(b, ERR_DENIED, refusal(c, result));
        return;
    }
    if (c->ids_len > 0) {
        rc = bring_one(b);
        if (rc != OK)
            fail(b, rc, err_text(rc));
        return;
    }
    rc = send(c, &b->request, b->done, b->call);
    if (rc != OK)
        fail(b, rc, err_text(rc));
    else
        mem_free(b);
}

static enum err start(void *owner, const struct agent_call_request *request,
                      void (*done)(void *call, const struct agent_call_result *result),
                      void *call, void **handle)
{
    struct trigger_content *c = owner;
    struct bringing *b;

    (void)handle; /* nobody cancels here */
    if (c->ids_len == 0)
        return send(c, request, done, call);
    b = mem_alloc(sizeof *b);
    if (!b)
        return ERR_NOMEM;
    *b = (struct bringing){.content = c, .request = *request, .done = done, .call = call};
    enum err rc = bring_one(b);
    if (rc != OK)
        mem_free(b);
    return rc;
}

static void cancel(void *handle)
{
    (void)handle;
}

const struct replay_sender trigger_content_sender = {.start = start, .cancel = cancel};
