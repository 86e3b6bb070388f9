#include "relay-client/scenario/scenario_calls.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define READ_MAX  200u /* at a time */
#define DEPTH_MAX 64u

static const struct operation {
    const char *id, *name;
    bool is_to_one;
} operations[] = {{"replyMessage", "reply", true},
                  {"pushMessage", "push", true},
                  {"multicast", "multicast", false},
                  {"broadcast", "broadcast", false},
                  {"narrowcast", "narrowcast", false}};

static const struct operation *operation_of(struct span id)
{
    for (size_t i = 0; i < ARRAY_LEN(operations); i++)
        if (span_is(id, span_text(operations[i].id)))
            return &operations[i];
    return NULL;
}

/* --- one call --- */

static void free_call(struct scenario_calls *c, struct scenario_call *call)
{
    list_remove(&call->in_calls);
    c->len--;
    json_fini(&call->body);
    mem_free(call);
}

static const char *chat_of(const struct scenario_calls *c, uint64_t exchange)
{
    size_t known = c->chats_len < SCENARIO_CHATS_MAX ? c->chats_len : SCENARIO_CHATS_MAX;

    for (size_t i = 0; i < known; i++)
        if (c->chats[i].exchange == exchange)
            return c->chats[i].chat;
    return NULL;
}

static void read_refusal(struct scenario_call *call, struct span body)
{
    struct json_doc doc;

    if (json_parse(&doc, body, JOURNAL_CALL_BODY_MAX) == OK) {
        const struct json_value *root = json_root(&doc);
        const struct json_value *first = json_first(json_member(root, "details"));
        const char *message = json_string(json_member(root, "message"));
        const char *detail = json_string(json_member(first, "message"));
        const char *property = json_string(json_member(first, "property"));
        char text[400];
        (void)snprintf(text, sizeof text, "%s%s%s%s%s", message ? message : "",
                       detail ? ": " : "", detail ? detail : "", property ? ", " : "",
                       property ? property : "");
        text_escape(call->refusal, sizeof call->refusal, span_text(text));
    }
    json_fini(&doc);
}

static struct scenario_call *add(struct scenario_calls *c, const struct operation *o,
                                 const struct journal_call_whole *whole, const char *chat)
{
    struct scenario_call *call = mem_alloc(sizeof *call);

    if (!call)
        return NULL;
    if (c->len == SCENARIO_CALLS_MAX)
        free_call(c, CONTAINER_OF(list_first(&c->list), struct scenario_call, in_calls));
    call->name = o->name;
    (void)snprintf(call->chat, sizeof call->chat, "%s", chat);
    call->status = whole->row.status;
    enum err rc = json_parse(&call->body, whole->request_body, JOURNAL_CALL_BODY_MAX);
    (void)rc; /* what was no JSON has no messages */
    if (call->status < 200 || call->status > 299)
        read_refusal(call, whole->answer_body);
    list_append(&c->list, &call->in_calls);
    c->len++;
    return call;
}

/* A multicast is one for each of them. */
static void add_each(struct scenario_calls *c, const struct operation *o,
                     const struct journal_call_whole *whole)
{
    struct scenario_call *first = add(c, o, whole, "");
    const struct json_value *to = first ? json_member(json_root(&first->body), "to") : NULL;
    const struct json_value *v = json_first(to);
    const char *id = json_string(v);

    if (!id)
        return;
    (void)snprintf(first->chat, sizeof first->chat, "%s", id);
    while ((v = json_next(v)))
        if (json_string(v))
            (void)add(c, o, whole, json_string(v));
}

static bool take(void *owner, const struct journal_call_whole *whole)
{
    struct scenario_calls *c = owner;
    const struct operation *o = operation_of(whole->row.operation);
    const char *chat = chat_of(c, whole->row.exchange);

    c->last = whole->row.id;
    if (!o)
        return true;
    if (strcmp(o->name, "reply") == 0) {
        if (chat)
            (void)add(c, o, whole, chat);
    } else if (o->is_to_one) {
        struct scenario_call *call = add(c, o, whole, "");
        const char *to = call ? json_string(json_member(json_root(&call->body), "to")) : NULL;
        if (to)
            (void)snprintf(call->chat, sizeof call->chat, "%s", to);
    } else {
        add_each(c, o, whole);
    }
    return true;
}

/* --- the journal --- */

static bool skip(void *owner, const struct journal_call_whole *whole)
{
    struct scenario_calls *c = owner;

    c->last = whole->row.id;
    return true;
}

static bool open_reader(struct scenario_calls *c)
{
    char detail[512];

    if (!c->reader && journal_reader_open(c->path, &c->reader, detail) != OK)
        c->reader = NULL;
    return c->reader != NULL;
}

static void read_all(struct scenario_calls *c,
                     bool (*each)(void *owner, const struct journal_call_whole *call))
{
    uint64_t before;

    do {
        before = c->last;
        if (journal_calls_since(c->reader, c->last, READ_MAX, each, c) != OK)
            return; /* busy, say: the next look has it */
    } while (c->last != before);
}

void scenario_calls_init(struct scenario_calls *c, const char *path)
{
    *c = (struct scenario_calls){0};
    list_init(&c->list);
    (void)snprintf(c->path, sizeof c->path, "%s", path);
    if (open_reader(c))
        read_all(c, skip);
}

void scenario_calls_fini(struct scenario_calls *c)
{
    struct list_node *n;

    while ((n = list_first(&c->list)))
        free_call(c, CONTAINER_OF(n, struct scenario_call, in_calls));
    if (c->reader)
        journal_reader_close(c->reader);
}

void scenario_calls_know(struct scenario_calls *c, uint64_t exchange, const char *chat)
{
    size_t at = c->chats_len++ % SCENARIO_CHATS_MAX;

    c->chats[at].exchange = exchange;
    (void)snprintf(c->chats[at].chat, sizeof c->chats[at].chat, "%s", chat);
}

void scenario_calls_look(struct scenario_calls *c)
{
    if (!open_reader(c) || journal_reader_version(c->reader) == c->version)
        return;
    c->version = journal_reader_version(c->reader);
    read_all(c, take);
}

/* --- looking --- */

static bool is_for(const struct scenario_call *call, const char *chat)
{
    return !*call->chat || strcmp(call->chat, chat) == 0;
}

struct scenario_call *scenario_calls_next(struct scenario_calls *c, const char *chat)
{
    for (struct list_node *n = list_first(&c->list); n; n = list_next(&c->list, n)) {
        struct scenario_call *call = CONTAINER_OF(n, struct scenario_call, in_calls);
        if (!call->is_taken && is_for(call, chat))
            return call;
    }
    return NULL;
}

static const struct json_value *find_action(const struct json_value *v, const char *label,
                                            unsigned depth)
{
    const char *own = json_string(json_member(v, "label"));
    const struct json_value *found = NULL;

    if (own && strcmp(own, label) == 0 && json_string(json_member(v, "type")))
        return v;
    if (depth == DEPTH_MAX)
        return NULL;
    for (v = json_first(v); v && !found; v = json_next(v))
        found = find_action(v, label, depth + 1);
    return found;
}

const struct json_value *scenario_calls_action(struct scenario_calls *c, const char *chat,
                                               const char *label)
{
    const struct json_value *found = NULL;

    for (struct list_node *n = list_first(&c->list); n; n = list_next(&c->list, n)) {
        struct scenario_call *call = CONTAINER_OF(n, struct scenario_call, in_calls);
        bool is_sent = call->status >= 200 && call->status <= 299;
        const struct json_value *messages = json_member(json_root(&call->body), "messages");
        const struct json_value *action =
            is_sent && is_for(call, chat) ? find_action(messages, label, 0) : NULL;
        if (action)
            found = action; /* a later one counts */
    }
    return found;
}
