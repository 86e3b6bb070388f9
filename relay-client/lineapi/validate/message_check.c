#include "relay-client/lineapi/validate/message_check.h"

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/flex_check.h"
#include "relay-client/lineapi/validate/imagemap_check.h"
#include "relay-client/lineapi/validate/media_check.h"
#include "relay-client/lineapi/validate/quick_reply_check.h"
#include "relay-client/lineapi/validate/template_check.h"
#include "relay-client/lineapi/validate/text_check.h"

#define MESSAGES_MAX 5u

struct kind {
    const char *type;
    bool is_quotable;
    void (*check)(const struct field_scope *message, const struct message_check *c);
};

#define TYPES "text,textV2,sticker,image,video,audio,location,imagemap,template,flex,coupon"
static const struct kind kinds[] = {
    {"text", true, text_check_plain},          {"textV2", true, text_check_v2},
    {"sticker", true, media_check_sticker},    {"image", true, media_check_image},
    {"video", true, media_check_video},        {"audio", false, media_check_audio},
    {"location", false, media_check_location}, {"imagemap", false, imagemap_check},
    {"template", true, template_check},        {"flex", true, flex_check},
    {"coupon", false, media_check_coupon},
};

static const struct kind *kind_of(const char *type)
{
    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

static void check_message(const struct message_check *c, const struct field_scope *message)
{
    const struct kind *kind = kind_of(field_check_type(message, TYPES));

    if (kind)
        kind->check(message, c);
    quick_reply_check(message);
    quick_reply_check_sender(message);
}

void message_check_list(const struct message_check *c, const struct json_value *messages,
                        struct lineapi_problems *problems)
{
    struct field_scope body = {.problems = problems, .is_outer = true};
    struct field_range range = {.min = 1, .max = MESSAGES_MAX, .is_required = true};
    struct field_list list;

    if (json_kind(messages) == JSON_NULL)
        messages = NULL;
    if (!field_check_list_of(&body, "messages", messages, range, &list))
        return;
    list.item.is_outer = true;
    while (field_check_next(&list))
        check_message(c, &list.item);
}

bool message_check_is_quotable(const struct json_value *message)
{
    const struct kind *kind = kind_of(json_string(json_member(message, "type")));

    return kind && kind->is_quotable;
}
