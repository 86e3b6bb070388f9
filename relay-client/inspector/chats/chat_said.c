#include "relay-client/inspector/chats/chat_said.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#define ERRORS_MAX    100u  /* of one answer */
#define LITERAL_MAX   4000u /* bytes of one text in it */
#define PROPERTY_TEXT "messages["

struct said {
    struct json_writer *w;
    struct span messages[CHAT_SAID_MAX];
    size_t len;
    struct span sent, details, refusal; /* of the answer; empty: it has none */
    bool is_refused;
};

/* ---- the two bodies ---- */

static struct span root_of(struct span body)
{
    if (body.len == 0 || json_scan(body, NULL))
        return SPAN("");
    size_t from = json_scan_space_end(body, 0);
    struct span root = span_slice(body, from, json_scan_value_end(body, from));

    return json_text_is_object(root) ? root : SPAN("");
}

static struct span member(struct span object, const char *name)
{
    return json_text_is_object(object) ? json_text_member(object, name) : SPAN("");
}

static void read_bodies(struct said *s, const struct journal_call_whole *call)
{
    struct span answer = root_of(call->answer_body);
    struct json_text_walk walk;
    struct json_text_item item;

    s->sent = member(answer, "sentMessages");
    s->details = member(answer, "details");
    s->refusal = member(answer, "message");
    s->is_refused = call->answer.status >= 400;
    struct span messages = member(root_of(call->request_body), "messages");
    if (!json_text_is_array(messages) || !json_text_walk_init(&walk, messages))
        return;
    while (s->len < CHAT_SAID_MAX && json_text_walk_next(&walk, &item))
        s->messages[s->len++] = item.value;
}

/* ---- one message ---- */

/* Null unless it is a string. */
static void text_member(struct json_writer *w, const char *name, struct span literal)
{
    json_writer_key(w, name);
    if (json_text_is_string(literal) && literal.len <= LITERAL_MAX)
        json_writer_raw(w, literal);
    else
        json_writer_null(w);
}

static struct span element(struct span array, size_t index)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(array) || !json_text_walk_init(&walk, array))
        return SPAN("");
    for (size_t i = 0; json_text_walk_next(&walk, &item); i++)
        if (i == index)
            return item.value;
    return SPAN("");
}

/* What does not say which message it means is said of the first. */
static size_t message_of(const struct said *s, struct span property)
{
    uint64_t index = 0;

    if (!json_text_is_string(property))
        return 0;
    struct span text = span_slice(property, 1, property.len - 1);
    if (!span_starts(text, SPAN(PROPERTY_TEXT)))
        return 0;
    text = span_slice(text, SPAN(PROPERTY_TEXT).len, text.len);
    text.len = span_find(text, ']');
    return span_parse_u64(text, &index) && index < s->len ? (size_t)index : 0;
}

static void string_member(struct json_writer *w, const char *name, struct span literal)
{
    json_writer_key(w, name);
    if (json_text_is_string(literal) && literal.len <= LITERAL_MAX)
        json_writer_raw(w, literal);
    else
        json_writer_text(w, "");
}

static void error_object(struct said *s, struct span property, struct span message)
{
    json_writer_object(s->w);
    string_member(s->w, "property", property);
    string_member(s->w, "message", message);
    json_writer_object_end(s->w);
}

static void errors_member(struct said *s, size_t index)
{
    struct json_text_walk walk;
    struct json_text_item item;
    size_t count = 0;

    json_writer_key(s->w, "errors");
    json_writer_array(s->w);
    if (s->is_refused && json_text_is_array(s->details) &&
        json_text_walk_init(&walk, s->details))
        for (; count < ERRORS_MAX && json_text_walk_next(&walk, &item); count++) {
            struct span property = member(item.value, "property");

            if (message_of(s, property) == index)
                error_object(s, property, member(item.value, "message"));
        }
    if (s->is_refused && count == 0 && index == 0)
        error_object(s, SPAN(""), s->refusal);
    json_writer_array_end(s->w);
}

static void message_object(struct said *s, size_t index)
{
    struct span sent = element(s->sent, index);

    json_writer_object(s->w);
    json_writer_key(s->w, "message");
    if (s->messages[index].len <= CHAT_SAID_MESSAGE)
        json_writer_raw(s->w, s->messages[index]);
    else
        json_writer_null(s->w);
    text_member(s->w, "id", member(sent, "id"));
    text_member(s->w, "quote_token", member(sent, "quoteToken"));
    errors_member(s, index);
    json_writer_object_end(s->w);
}

void chat_said_member(struct json_writer *w, const struct journal_call_whole *call)
{
    struct said s = {.w = w};

    read_bodies(&s, call);
    json_writer_key(w, "messages");
    json_writer_array(w);
    for (size_t i = 0; i < s.len; i++)
        message_object(&s, i);
    json_writer_array_end(w);
}

const char *chat_said_state(const struct journal_call_row *row)
{
    if (row->mode == JOURNAL_CALL_FAILED || row->status == 0 || row->status >= 500)
        return "failed";
    if (row->status >= 400)
        return "refused";
    return row->mode == JOURNAL_CALL_EMULATED ? "emulated" : "sent";
}
