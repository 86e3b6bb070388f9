#include "relay-client/lineapi/lineapi_facts.h"

#include "base/container.h"

#include <stdio.h>
#include <string.h>

#define TIE_MS    60000u
#define DEPTH_MAX 8u /* of ids in a body; messages are not looked into */

/* --- ids and tokens that are ours --- */

static bool is_own(const struct line_mint *mint, struct span text)
{
    static const enum line_mint_kind kinds[] = {
        LINE_MINT_USER,       LINE_MINT_GROUP,      LINE_MINT_ROOM,   LINE_MINT_REPLY_TOKEN,
        LINE_MINT_MESSAGE_ID, LINE_MINT_READ_TOKEN, LINE_MINT_COUPON, LINE_MINT_RICH_MENU,
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (line_mint_is_own(mint, kinds[i], text))
            return true;
    return false;
}

static bool has_own(const struct line_mint *mint, const struct json_value *v, unsigned depth)
{
    const char *text = json_string(v);

    if (text)
        return is_own(mint, span_text(text));
    if (depth == DEPTH_MAX || strcmp(json_name(v), "messages") == 0)
        return false;
    for (const struct json_value *m = json_first(v); m; m = json_next(m))
        if (has_own(mint, m, depth + 1))
            return true;
    return false;
}

static bool names_own(const struct lineapi_facts *f, const struct lineapi_request *r)
{
    const struct line_mint *mint = r->options->mint;

    for (size_t i = 0; i < LINEAPI_PARAMS_MAX; i++)
        if (r->match->params[i].len > 0 && is_own(mint, r->match->params[i]))
            return true;
    return has_own(mint, json_root(&f->doc), 0);
}

/* --- the reply token --- */

static bool has_flag(const struct lineapi_request *r, enum lineapi_flag flag)
{
    return r->match->operation && r->match->operation->flags & flag;
}

/* Two of them are doubtful: another reader may take the other one. */
static const char *find_token(const struct json_value *root)
{
    const char *token = NULL;
    size_t found = 0;

    for (const struct json_value *m = json_first(root); m; m = json_next(m)) {
        if (strcmp(json_name(m), "replyToken") != 0)
            continue;
        token = json_string(m);
        found++;
    }
    return found == 1 ? token : NULL;
}

static enum lineapi_token judge_token(struct lineapi_facts *f, const struct lineapi_request *r)
{
    const char *token = has_flag(r, LINEAPI_REPLY) ? find_token(json_root(&f->doc)) : NULL;

    if (!has_flag(r, LINEAPI_REPLY))
        return LINEAPI_TOKEN_NONE;
    if (!token)
        return LINEAPI_TOKEN_UNKNOWN;
    f->event = given_events_by_token(r->options->given, span_text(token));
    if (f->event)
        snprintf(f->reply_token, sizeof f->reply_token, "%s", token);
    if (line_mint_is_own(r->options->mint, LINE_MINT_REPLY_TOKEN, span_text(token)))
        return LINEAPI_TOKEN_OURS;
    if (!f->event)
        return LINEAPI_TOKEN_UNKNOWN;
    return f->event->origin == GIVEN_BY_LINE ? LINEAPI_TOKEN_OF_LINE : LINEAPI_TOKEN_OURS;
}

/* --- harm --- */

/* A server that heeds one of these does something else than the request line says. */
static bool overrides_method(const struct http_head *head)
{
    return http_head_find(head, "x-http-method-override") ||
           http_head_find(head, "x-http-method") || http_head_find(head, "x-method-override");
}

static bool is_harmless(const struct lineapi_request *r)
{
    bool is_odd_get = span_is(r->head->method, SPAN("GET")) && r->body.len > 0;

    return lineapi_operation_is_harmless(r->match->operation) && !is_odd_get &&
           !overrides_method(r->head);
}

/* What has no row may be new at LINE. */
static bool is_for_line(const struct lineapi_operation *o)
{
    if (!o)
        return true;
    switch (o->host) {
    case LINEAPI_HOST_API:
    case LINEAPI_HOST_DATA:
        return true;
    case LINEAPI_HOST_MANAGER:
    case LINEAPI_HOST_WORKS:
        break;
    }
    return false;
}

/* --- whom it concerns --- */

static void add_chat(struct lineapi_facts *f, const char *chat)
{
    if (chat && *chat && f->chats_len < JOURNAL_CALL_CHATS_MAX)
        f->chats[f->chats_len++] = chat;
}

/* By a name that is not in the body. */
static void add_named(struct lineapi_facts *f, struct span name)
{
    snprintf(f->chat, sizeof f->chat, "%.*s", (int)name.len, name.len > 0 ? name.ptr : "");
    add_chat(f, f->chat);
}

/* No message, but who is in the chat notices it. */
static void find_noticed(struct lineapi_facts *f, const struct lineapi_request *r)
{
    static const char *const named[] = {"linkRichMenuIdToUser", "unlinkRichMenuIdFromUser",
                                        "leaveGroup", "leaveRoom"};
    const struct json_value *root = json_root(&f->doc);
    const char *name = r->match->operation ? r->match->operation->name : "";

    if (strcmp(name, "showLoadingAnimation") == 0)
        add_chat(f, json_string(json_member(root, "chatId")));
    else if (strcmp(name, "markMessagesAsRead") == 0)
        add_chat(f, json_string(json_member(json_member(root, "chat"), "userId")));
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (strcmp(name, named[i]) == 0)
            add_named(f, r->match->params[0]);
}

static void find_chats(struct lineapi_facts *f, const struct lineapi_request *r)
{
    const struct json_value *to = json_member(json_root(&f->doc), "to");

    if (!has_flag(r, LINEAPI_SENDS)) {
        find_noticed(f, r);
        return;
    }
    if (has_flag(r, LINEAPI_REPLY))
        add_named(f, f->event ? span_text(f->event->chat) : SPAN(""));
    else if (r->match->operation->host == LINEAPI_HOST_WORKS)
        add_named(f, r->match->params[1]);
    else if (json_string(to))
        add_chat(f, json_string(to));
    else if (json_kind(to) == JSON_ARRAY)
        for (const struct json_value *e = json_first(to); e; e = json_next(e))
            add_chat(f, json_string(e));
    else
        add_chat(f, "*"); /* broadcast, narrowcast */
}

static void tie_to(struct lineapi_facts *f, enum journal_call_tie how,
                   const struct given_event *e)
{
    if (e && f->tie.how == JOURNAL_CALL_UNTIED)
        f->tie = (struct lineapi_tie){.how = how, .exchange = e->exchange, .event = e->index};
}

static void tie_by_time(struct lineapi_facts *f, const struct lineapi_request *r,
                        struct span chat)
{
    uint64_t since_ms = r->now_ms > TIE_MS ? r->now_ms - TIE_MS : 0;

    if (chat.len > 0)
        tie_to(f, JOURNAL_CALL_BY_TIME,
               given_events_by_chat(r->options->given, chat, since_ms));
}

static bool is_about_message(const struct lineapi_operation *o)
{
    return o && strstr(o->pattern, "/{messageId}/");
}

static void tie(struct lineapi_facts *f, const struct lineapi_request *r)
{
    const struct json_value *root = json_root(&f->doc);

    tie_to(f, JOURNAL_CALL_BY_TOKEN, f->event);
    if (is_about_message(r->match->operation))
        tie_to(f, JOURNAL_CALL_BY_MESSAGE,
               given_events_by_message(r->options->given, r->match->params[0]));
    for (size_t i = 0; i < f->chats_len; i++)
        tie_by_time(f, r, span_text(f->chats[i]));
    tie_by_time(f, r, span_text(json_string(json_member(root, "chatId"))));
    for (size_t i = 0; i < LINEAPI_PARAMS_MAX; i++)
        tie_by_time(f, r, r->match->params[i]);
}

/* --- all of it --- */

static bool is_json(const struct lineapi_request *r)
{
    bool is_file = has_flag(r, LINEAPI_BYTES) || has_flag(r, LINEAPI_FORM);

    return r->is_body_whole && r->body.len > 0 && !is_file;
}

void lineapi_facts_read(struct lineapi_facts *out, const struct lineapi_request *r)
{
    const struct lineapi_options *o = r->options;

    out->doc = (struct json_doc){0};
    out->event = NULL;
    out->reply_token[0] = '\0';
    out->tie = (struct lineapi_tie){0};
    out->chats_len = 0;
    if (is_json(r) && json_parse(&out->doc, r->body, EMULATED_BODY_MAX) != OK)
        json_fini(&out->doc);
    out->decision = (struct lineapi_decision_facts){
        .mode = o->mode,
        .is_configured = o->is_configured,
        .live_push = o->live_push,
        .is_for_line = is_for_line(r->match->operation),
        .is_known_here = emulator_knows(r->emulator, r->match, r->head, r->body),
        .has_own_id = names_own(out, r),
        .token = judge_token(out, r),
        .guard = push_guard_now(o->guard),
        .is_harmless = is_harmless(r),
    };
    find_chats(out, r);
    tie(out, r);
}

void lineapi_facts_fini(struct lineapi_facts *f)
{
    json_fini(&f->doc);
}
