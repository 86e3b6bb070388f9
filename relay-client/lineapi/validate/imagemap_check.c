#include "relay-client/lineapi/validate/imagemap_check.h"

#include "relay-client/lineapi/validate/text_form.h"

#define ACTIONS_MAX 50u
#define PIXELS_MAX  INT32_MAX

/* clang-format off */
#define ADDRESS(member, limit, form)                                                           \
    {.name = (member), .kind = FIELD_FORM, .is_required = true, .max = (limit),                \
     .fits = (form), .problem = "invalid uri"}
#define TEXT(member, limit)                                                                    \
    {.name = (member), .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = (limit)}
#define PIXELS(member, least)                                                                  \
    {.name = (member), .kind = FIELD_INTEGER, .is_required = true, .min = (least),             \
     .max = PIXELS_MAX}
/* clang-format on */

static void check_area(const struct field_scope *in)
{
    static const struct field_rule rules[] = {
        PIXELS("x", 0), PIXELS("y", 0), PIXELS("width", 1), PIXELS("height", 1), {.name = NULL},
    };
    struct field_scope area;

    if (field_check_object(in, "area", true, &area))
        field_check_rules(&area, rules);
}

static void check_size(const struct field_scope *message)
{
    static const struct field_rule rules[] = {
        PIXELS("width", 1), PIXELS("height", 1), {.name = NULL}};
    struct field_scope size;
    int64_t width;

    if (!field_check_object(message, "baseSize", true, &size))
        return;
    field_check_rules(&size, rules);
    if (json_i64(json_member(size.object, "width"), &width) && width > 0 && width != 1040)
        lineapi_problems_add(size.problems, size.place, "width", "must be 1040");
}

static void check_action(const struct field_scope *action)
{
    static const struct field_rule message = TEXT("text", 400);
    static const struct field_rule uri = ADDRESS("linkUri", 1000, text_form_is_link);
    static const struct field_rule clipboard = TEXT("clipboardText", 1000);
    static const struct field_rule label = {.name = "label", .kind = FIELD_TEXT, .max = 100};
    const char *type = field_check_type(action, "message,uri,clipboard");

    field_check_rule(action, &label);
    check_area(action);
    if (type && strcmp(type, "message") == 0)
        field_check_rule(action, &message);
    else if (type && strcmp(type, "uri") == 0)
        field_check_rule(action, &uri);
    else if (type)
        field_check_rule(action, &clipboard);
}

static void check_video(const struct field_scope *message)
{
    static const struct field_rule video_rules[] = {
        ADDRESS("originalContentUrl", 2000, text_form_is_https),
        ADDRESS("previewImageUrl", 2000, text_form_is_https),
        {.name = NULL},
    };
    static const struct field_rule link_rules[] = {
        ADDRESS("linkUri", 1000, text_form_is_link),
        TEXT("label", 30),
        {.name = NULL},
    };
    struct field_scope video;
    struct field_scope link;

    if (!field_check_object(message, "video", false, &video))
        return;
    field_check_rules(&video, video_rules);
    check_area(&video);
    if (field_check_object(&video, "externalLink", false, &link))
        field_check_rules(&link, link_rules);
}

void imagemap_check(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule rules[] = {
        ADDRESS("baseUrl", 2000, text_form_is_https),
        TEXT("altText", 1500),
        {.name = NULL},
    };
    struct field_range range = {.max = ACTIONS_MAX, .is_required = true};
    struct field_list actions;

    (void)c;
    field_check_rules(message, rules);
    check_size(message);
    if (field_check_list(message, "actions", range, &actions))
        while (field_check_next(&actions))
            check_action(&actions.item);
    check_video(message);
}
