#include "relay-client/lineapi/validate/flex_component.h"

#include "relay-client/lineapi/validate/action_check.h"
#include "relay-client/lineapi/validate/flex_component_table.h"

static void check_action(const struct field_scope *in, enum action_place is, bool is_required)
{
    struct lineapi_place place = {.parent = in->place, .name = "action"};

    action_check(json_member(in->object, "action"), is, is_required, &place, in->problems);
}

static void check_children(struct flex_component *all, const struct field_scope *in,
                           const char *allowed, bool is_required)
{
    struct field_range range = {.max = JSON_VALUES_MAX, .is_required = is_required};
    struct field_list children;

    if (!field_check_list(in, "contents", range, &children))
        return;
    while (field_check_next(&children))
        flex_component_check(all, &children.item, allowed);
}

/* ---- each kind ---- */

static void check_background(const struct field_scope *box)
{
    struct field_scope background;

    if (field_check_object(box, "background", false, &background) &&
        field_check_type(&background, "linearGradient"))
        field_check_rules(&background, flex_component_gradient_rules);
}

static void check_box(struct flex_component *all, const struct field_scope *box)
{
    const char *layout = field_check_text(box, "layout");
    bool is_baseline = layout && strcmp(layout, "baseline") == 0;

    check_background(box);
    check_action(box, ACTION_IN_FLEX, false);
    check_children(all, box,
                   is_baseline ? "icon,text,filler" : "box,button,image,text,separator,filler",
                   true);
}

static void check_button(struct flex_component *all, const struct field_scope *button)
{
    (void)all;
    check_action(button, ACTION_IN_FLEX_BUTTON, true);
}

static void check_image(struct flex_component *all, const struct field_scope *image)
{
    bool is_animated = false;

    if (json_bool(json_member(image->object, "animated"), &is_animated) && is_animated)
        all->animated++;
    check_action(image, ACTION_IN_FLEX, false);
}

static void check_video(struct flex_component *all, const struct field_scope *video)
{
    const struct json_value *action = json_member(video->object, "action");
    const char *type = json_string(json_member(action, "type"));
    struct lineapi_place place = {.parent = video->place, .name = "action"};
    struct field_scope alternative;

    if (type && strcmp(type, "uri") != 0)
        lineapi_problems_add(video->problems, &place, "type",
                             "Must be one of the following values: [uri]");
    else
        check_action(video, ACTION_IN_FLEX, false);
    if (field_check_object(video, "altContent", true, &alternative))
        flex_component_check(all, &alternative, "box,image");
}

static void check_text(struct flex_component *all, const struct field_scope *text)
{
    struct field_rule rule = {.name = "text",
                              .kind = FIELD_TEXT,
                              .max = INT32_MAX,
                              .problem = "must be non-empty text"};

    if (json_len(field_check_value(text, "contents")) == 0) {
        rule.is_required = true;
        rule.min = 1;
    }
    field_check_rule(text, &rule);
    check_action(text, ACTION_IN_FLEX, false);
    check_children(all, text, "span", false);
}

static const struct {
    const char *type;
    const struct field_rule *rules;
    void (*check)(struct flex_component *all,
                  const struct field_scope *component); /* or NULL */
} kinds[] = {
    {"box", flex_component_box_rules, check_box},
    {"button", flex_component_button_rules, check_button},
    {"image", flex_component_image_rules, check_image},
    {"video", flex_component_video_rules, check_video},
    {"icon", flex_component_icon_rules, NULL},
    {"text", flex_component_text_rules, check_text},
    {"span", flex_component_span_rules, NULL},
    {"separator", flex_component_separator_rules, NULL},
    {"filler", flex_component_filler_rules, NULL},
};

void flex_component_check(struct flex_component *all, const struct field_scope *component,
                          const char *allowed)
{
    const char *type = field_check_type(component, allowed);

    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].type, type) != 0)
            continue;
        field_check_rules(component, kinds[i].rules);
        if (kinds[i].check)
            kinds[i].check(all, component);
    }
}
