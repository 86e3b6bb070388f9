#include "relay-client/inspector/chats/chat_list.h"

#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/lookup/journal_chats.h"

#define CHATS_MAX 500u

static const char *name_from(const struct journal_chat *chat)
{
    if (chat->name.len == 0)
        return NULL;
    switch (chat->name_from) {
    case JOURNAL_PERSON_MADE_UP:
        return "made_up";
    case JOURNAL_PERSON_LINE:
        return "line";
    case JOURNAL_PERSON_USER:
        break;
    }
    return "user";
}

static bool take_chat(void *owner, const struct journal_chat *chat)
{
    struct json_writer *w = owner;

    json_writer_object(w);
    json_writer_member_string(w, "id", chat->id);
    json_writer_member_string(w, "type", chat->type);
    exchange_json_member_string(w, "name", chat->name);
    json_writer_member_text(w, "name_from", name_from(chat));
    exchange_json_member_string(w, "lang", chat->language);
    exchange_json_member_string(w, "picture_url", chat->picture_url);
    json_writer_member_bool(w, "test", chat->is_test);
    json_writer_member_u64(w, "count", chat->count);
    json_writer_key(w, "last");
    json_writer_object(w);
    json_writer_member_u64(w, "at", chat->at_ms);
    json_writer_member_string(w, "type", chat->event_type);
    json_writer_member_string(w, "sub", chat->message_type);
    json_writer_member_string(w, "text",
                              exchange_json_member_cut(chat->text, EXCHANGE_ROW_JSON_TEXT));
    json_writer_member_bool(w, "out", chat->is_out);
    json_writer_object_end(w);
    json_writer_object_end(w);
    return !w->failed;
}

enum err chat_list_read(struct inspector_reading *r)
{
    struct json_writer w;

    exchange_request_begin(r, &w);
    json_writer_object(&w);
    json_writer_key(&w, "items");
    json_writer_array(&w);
    enum err rc = journal_chats_list(r->reader, CHATS_MAX, take_chat, &w);
    json_writer_array_end(&w);
    json_writer_member_null(&w, "next");
    json_writer_object_end(&w);
    return exchange_request_end(&w, rc);
}
