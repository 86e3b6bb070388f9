#include "relay-client/lineapi/validate/text_check.h"

#include "relay-client/lineapi/validate/text_form.h"

#define TEXT_MAX          5000u
#define EMOJIS_MAX        20u
#define MENTIONS_MAX      20u
#define SUBSTITUTIONS_MAX 100u
#define TOKEN_MAX         1000u /* no figure is documented */
#define KEY_MAX           20u

static const struct field_rule text_rules[] = {
    {.name = "text", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = TEXT_MAX},
    {.name = "quoteToken", .kind = FIELD_TEXT, .min = 1, .max = TOKEN_MAX},
    {.name = NULL},
};

/* ---- text: emojis stand where "$" is ---- */

static const struct field_rule emoji_rules[] = {
    {.name = "index", .kind = FIELD_INTEGER, .is_required = true},
    {.name = "productId", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = TOKEN_MAX},
    {.name = "emojiId", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = TOKEN_MAX},
    {.name = NULL},
};

/* Is the code unit at `index` a "$"? */
static bool has_dollar_at(const char *text, uint64_t index)
{
    uint64_t at = 0;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c & 0xC0) == 0x80)
            continue;
        if (at >= index)
            return at == index && c == '$';
        at += c >= 0xF0 ? 2 : 1;
    }
    return false;
}

static bool was_before(const struct field_list *list, uint64_t index)
{
    const struct json_value *v = json_first(list->value);
    uint64_t other;

    for (; v && v != list->item.object; v = json_next(v))
        if (json_u64(json_member(v, "index"), &other) && other == index)
            return true;
    return false;
}

static void check_emoji(const struct field_list *list, const char *text)
{
    const struct field_scope *emoji = &list->item;
    uint64_t index;

    field_check_rules(emoji, emoji_rules);
    if (!text || !json_u64(json_member(emoji->object, "index"), &index))
        return;
    if (!has_dollar_at(text, index))
        lineapi_problems_add(emoji->problems, emoji->place, "index",
                             "must be the position of a \"$\" in the text");
    else if (was_before(list, index))
        lineapi_problems_add(emoji->problems, emoji->place, "index", "must not be duplicated");
}

void text_check_plain(const struct field_scope *message, const struct message_check *c)
{
    const char *text = field_check_text(message, "text");
    struct field_list emojis;

    (void)c;
    field_check_rules(message, text_rules);
    if (field_check_list(message, "emojis", (struct field_range){.max = EMOJIS_MAX}, &emojis))
        while (field_check_next(&emojis))
            check_emoji(&emojis, text);
}

/* ---- textV2: {key} is replaced by an emoji or a mention ---- */

struct substitutions {
    const struct message_check *check;
    struct field_scope scope;
    size_t mentions, emojis;
};

static bool is_key(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!is_letter && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return s.len > 0 && s.len <= KEY_MAX;
}

static bool is_user_id(struct span text)
{
    return text_form_is_id(text, 'U');
}

static void check_mention(struct substitutions *s, const struct field_scope *mention)
{
    static const struct field_rule user = {.name = "userId",
                                           .kind = FIELD_FORM,
                                           .is_required = true,
                                           .fits = is_user_id,
                                           .problem = "invalid user ID"};
    struct field_scope mentionee;
    const char *type;

    s->mentions++;
    if (!s->check->is_group || !s->check->is_to_one_chat)
        lineapi_problems_add(mention->problems, mention->place, "type",
                             "mention can only be sent to a group chat or multi-person chat by "
                             "a reply or push message");
    if (!field_check_object(mention, "mentionee", true, &mentionee))
        return;
    type = field_check_type(&mentionee, "user,all");
    if (type && strcmp(type, "user") == 0)
        field_check_rule(&mentionee, &user);
}

static void check_substitution(struct substitutions *s, const char *key)
{
    struct field_scope value;
    const char *type;

    if (!is_key(span_text(key)))
        lineapi_problems_add(s->scope.problems, s->scope.place, key,
                             "key must match [0-9a-zA-Z_]{1,20}");
    if (!field_check_object(&s->scope, key, true, &value))
        return;
    type = field_check_type(&value, "mention,emoji");
    if (type && strcmp(type, "mention") == 0)
        check_mention(s, &value);
    if (!type || strcmp(type, "emoji") != 0)
        return;
    s->emojis++;
    field_check_rules(&value, emoji_rules + 1);
}

static void check_substitutions(struct substitutions *s, const struct field_scope *message)
{
    const struct lineapi_place *place = s->scope.place;
    struct lineapi_problems *problems = message->problems;
    size_t len = json_len(s->scope.object);

    if (len > SUBSTITUTIONS_MAX) {
        lineapi_problems_add(problems, place, NULL, "Size must be between 0 and %u",
                             SUBSTITUTIONS_MAX);
        return;
    }
    for (const struct json_value *v = json_first(s->scope.object); v; v = json_next(v))
        check_substitution(s, json_name(v));
    if (s->mentions > MENTIONS_MAX)
        lineapi_problems_add(problems, place, NULL, "must not have more than %u mentions",
                             MENTIONS_MAX);
    if (s->emojis > EMOJIS_MAX)
        lineapi_problems_add(problems, place, NULL, "must not have more than %u emojis",
                             EMOJIS_MAX);
}

/* The key of the placeholder behind "{", or the empty span. */
static struct span key_at(struct span rest)
{
    size_t end = span_find(rest, '}');

    return end < rest.len ? span_slice(rest, 0, end) : (struct span){0};
}

static bool has_member(const struct json_value *object, struct span name)
{
    for (const struct json_value *v = json_first(object); v; v = json_next(v))
        if (span_is(span_text(json_name(v)), name))
            return true;
    return false;
}

/* Behind the brace at text[at]; 0 after a problem.  "{{" and "}}" are braces themselves. */
static size_t behind_brace(const struct field_scope *message, struct span text, size_t at)
{
    char brace = text.ptr[at];
    struct span key = key_at(span_slice(text, at + 1, text.len));

    if (at + 1 < text.len && text.ptr[at + 1] == brace)
        return at + 2;
    if (brace == '}' || !is_key(key)) {
        lineapi_problems_add(message->problems, message->place, "text",
                             "\"%c\" must be part of a placeholder, or be doubled", brace);
        return 0;
    }
    if (!has_member(field_check_value(message, "substitution"), key)) {
        lineapi_problems_add(message->problems, message->place, "text",
                             "{%.*s} has no substitution", (int)key.len, key.ptr);
        return 0;
    }
    return at + 1 + key.len + 1;
}

static void check_placeholders(const struct field_scope *message, struct span text)
{
    size_t at = 0;

    while (at < text.len) {
        bool is_brace = text.ptr[at] == '{' || text.ptr[at] == '}';

        at = is_brace ? behind_brace(message, text, at) : at + 1;
        if (at == 0)
            return;
    }
}

/* Else there is a problem already, and the search for keys would take long. */
static bool is_small(const struct field_scope *message)
{
    const char *text = field_check_text(message, "text");
    const struct json_value *keys = field_check_value(message, "substitution");

    return text && text_form_utf16_len(span_text(text)) <= TEXT_MAX &&
           json_len(keys) <= SUBSTITUTIONS_MAX;
}

void text_check_v2(const struct field_scope *message, const struct message_check *c)
{
    struct substitutions s = {.check = c};

    field_check_rules(message, text_rules);
    if (field_check_object(message, "substitution", false, &s.scope))
        check_substitutions(&s, message);
    if (is_small(message))
        check_placeholders(message, span_text(field_check_text(message, "text")));
}
