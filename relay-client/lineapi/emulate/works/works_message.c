#include "base/container.h"
#include "relay-client/lineapi/emulate/works/works_calls.h"
#include "relay-client/lineapi/emulate/works/works_gate.h"
#include "relay-client/lineapi/validate/text_form.h"

#define URL_LEN_MAX 1000u

enum member_kind { MEMBER_TEXT, MEMBER_URL, MEMBER_NUMBER, MEMBER_LIST, MEMBER_OBJECT };

/* What each type of content needs.  `instead`: a member that takes its place. */
struct member {
    const char *type, *name, *instead;
    enum member_kind kind;
};

static const struct member members[] = {
    {"text", "text", NULL, MEMBER_TEXT},
    {"sticker", "packageId", NULL, MEMBER_TEXT},
    {"sticker", "stickerId", NULL, MEMBER_TEXT},
    {"image", "previewImageUrl", "fileId", MEMBER_URL},
    {"image", "originalContentUrl", "fileId", MEMBER_URL},
    {"file", "originalContentUrl", "fileId", MEMBER_URL},
    {"link", "contentText", NULL, MEMBER_TEXT},
    {"link", "linkText", NULL, MEMBER_TEXT},
    {"link", "link", NULL, MEMBER_TEXT},
    {"audio", "originalContentUrl", "fileId", MEMBER_URL},
    {"video", "originalContentUrl", "fileId", MEMBER_URL},
    {"location", "title", NULL, MEMBER_TEXT},
    {"location", "address", NULL, MEMBER_TEXT},
    {"location", "latitude", NULL, MEMBER_NUMBER},
    {"location", "longitude", NULL, MEMBER_NUMBER},
    {"button_template", "contentText", NULL, MEMBER_TEXT},
    {"button_template", "actions", NULL, MEMBER_LIST},
    {"list_template", "elements", NULL, MEMBER_LIST},
    {"carousel", "columns", NULL, MEMBER_LIST},
    {"image_carousel", "columns", NULL, MEMBER_LIST},
    {"flex", "altText", NULL, MEMBER_TEXT},
    {"flex", "contents", NULL, MEMBER_OBJECT},
};

static bool is_url(const char *text)
{
    struct span s = span_text(text);

    return span_starts(s, SPAN("https://")) && text_form_utf16_len(s) <= URL_LEN_MAX;
}

static bool is_kind(const struct json_value *v, enum member_kind kind)
{
    const char *text = json_string(v);
    double number;

    switch (kind) {
    case MEMBER_TEXT:
        return text && *text;
    case MEMBER_URL:
        return text && is_url(text);
    case MEMBER_NUMBER:
        return json_double(v, &number);
    case MEMBER_LIST:
        return json_kind(v) == JSON_ARRAY && json_len(v) > 0;
    case MEMBER_OBJECT:
        return json_kind(v) == JSON_OBJECT;
    }
    return false;
}

static bool check_member(struct emulated_call *c, const struct json_value *content,
                         const struct member *m)
{
    const struct json_value *v = json_member(content, m->name);

    if (!v && m->instead && is_kind(json_member(content, m->instead), MEMBER_TEXT))
        return true;
    if (!v)
        works_gate_refuse(c, 400, "MISSING_PARAMETER", "content.%s is missing.", m->name);
    else if (!is_kind(v, m->kind))
        works_gate_refuse(c, 400, "INVALID_PARAMETER", "content.%s is invalid.", m->name);
    else
        return true;
    return false;
}

static bool check_content(struct emulated_call *c, const struct json_value *content)
{
    const char *type = json_string(json_member(content, "type"));
    bool is_known = false;

    if (!type) {
        works_gate_refuse(c, 400, "MISSING_PARAMETER", "%s is missing.",
                          content ? "content.type" : "content");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (strcmp(members[i].type, type) != 0)
            continue;
        is_known = true;
        if (!check_member(c, content, &members[i]))
            return false;
    }
    if (!is_known)
        works_gate_refuse(c, 400, "INVALID_PARAMETER", "content.type is invalid.");
    return is_known;
}

static void send(struct emulated_call *c)
{
    if (!works_gate_pass(c) || !check_content(c, json_member(c->root, "content")))
        return;
    c->status = 201;
    c->is_empty = true;
}

void works_message_to_user(struct emulated_call *c)
{
    send(c);
}

void works_message_to_channel(struct emulated_call *c)
{
    send(c);
}
