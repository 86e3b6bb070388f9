#include "relay-client/lineapi/validate/template_check.h"

#include "relay-client/lineapi/validate/action_check.h"
#include "relay-client/lineapi/validate/text_form.h"

#define COLUMNS_MAX 10u
#define TITLE_MAX   40

static const struct field_rule image_rule = {.name = "thumbnailImageUrl",
                                             .kind = FIELD_FORM,
                                             .max = 2000,
                                             .fits = text_form_is_https,
                                             .problem = "invalid uri"};
static const struct field_rule color_rule = {.name = "imageBackgroundColor",
                                             .kind = FIELD_FORM,
                                             .fits = text_form_is_rgb,
                                             .problem = "invalid property"};
static const struct field_rule shape_rules[] = {
    {.name = "imageAspectRatio", .kind = FIELD_ENUM, .values = "rectangle,square"},
    {.name = "imageSize", .kind = FIELD_ENUM, .values = "cover,contain"},
    {.name = NULL},
};

static void check_text(const struct field_scope *in, int64_t max)
{
    struct field_rule rule = {
        .name = "text", .kind = FIELD_LABEL, .is_required = true, .min = 1, .max = max};

    field_check_rule(in, &rule);
}

static void check_actions(const struct field_scope *in, size_t min, size_t max)
{
    struct field_list actions;
    struct field_range range = {.min = min, .max = max, .is_required = true};

    if (!field_check_list(in, "actions", range, &actions))
        return;
    while (field_check_next(&actions))
        action_check(actions.item.object, ACTION_IN_TEMPLATE, true, actions.item.place,
                     in->problems);
}

static void check_action(const struct field_scope *in, const char *name, enum action_place is,
                         bool is_required)
{
    struct lineapi_place place = {.parent = in->place, .name = name};

    action_check(json_member(in->object, name), is, is_required, &place, in->problems);
}

static bool has_text(const struct field_scope *in, const char *name)
{
    const char *text = field_check_text(in, name);

    return text && *text;
}

/* Picture, title, and a text that is shorter below them. */
static void check_card(const struct field_scope *card, int64_t text_max)
{
    static const struct field_rule title = {
        .name = "title", .kind = FIELD_LABEL, .max = TITLE_MAX};
    bool has_head = has_text(card, "title") || has_text(card, "thumbnailImageUrl");

    field_check_rule(card, &image_rule);
    field_check_rule(card, &color_rule);
    field_check_rule(card, &title);
    check_text(card, has_head ? 60 : text_max);
    check_action(card, "defaultAction", ACTION_IN_TEMPLATE, false);
}

static void check_buttons(const struct field_scope *template)
{
    field_check_rules(template, shape_rules);
    check_card(template, 160);
    check_actions(template, 1, 4);
}

static void check_confirm(const struct field_scope *template)
{
    check_text(template, 240);
    check_actions(template, 2, 2);
}

/* ---- carousels ---- */

struct column {
    bool has_image, has_title;
    size_t actions;
};

static void check_same(const struct field_scope *in, const struct column *first)
{
    bool has_image = has_text(in, "thumbnailImageUrl");
    bool has_title = has_text(in, "title");

    if (has_image != first->has_image)
        lineapi_problems_add(in->problems, in->place, "thumbnailImageUrl",
                             "must be specified in all columns or in none");
    if (has_title != first->has_title)
        lineapi_problems_add(in->problems, in->place, "title",
                             "must be specified in all columns or in none");
    if (json_len(json_member(in->object, "actions")) != first->actions)
        lineapi_problems_add(in->problems, in->place, "actions",
                             "must have the same number of actions in all columns");
}

static void check_carousel(const struct field_scope *template)
{
    struct field_range range = {.min = 1, .max = COLUMNS_MAX, .is_required = true};
    struct field_list columns;
    struct column first = {0};
    bool is_first = true;

    field_check_rules(template, shape_rules);
    if (!field_check_list(template, "columns", range, &columns))
        return;
    for (; field_check_next(&columns); is_first = false) {
        const struct field_scope *column = &columns.item;

        if (is_first)
            first = (struct column){has_text(column, "thumbnailImageUrl"),
                                    has_text(column, "title"),
                                    json_len(json_member(column->object, "actions"))};
        check_card(column, 120);
        check_actions(column, 1, 3);
        check_same(column, &first);
    }
}

static void check_image_carousel(const struct field_scope *template)
{
    struct field_range range = {.min = 1, .max = COLUMNS_MAX, .is_required = true};
    struct field_rule image = image_rule;
    struct field_list columns;

    image.name = "imageUrl";
    image.is_required = true;
    if (!field_check_list(template, "columns", range, &columns))
        return;
    while (field_check_next(&columns)) {
        field_check_rule(&columns.item, &image);
        check_action(&columns.item, "action", ACTION_IN_IMAGE_CAROUSEL, true);
    }
}

static const struct {
    const char *type;
    void (*check)(const struct field_scope *template);
} kinds[] = {
    {"buttons", check_buttons},
    {"confirm", check_confirm},
    {"carousel", check_carousel},
    {"image_carousel", check_image_carousel},
};

void template_check(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule alt = {
        .name = "altText", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = 1500};
    struct field_scope template;
    const char *type;

    (void)c;
    field_check_rule(message, &alt);
    if (!field_check_object(message, "template", true, &template))
        return;
    type = field_check_type(&template, "buttons,confirm,carousel,image_carousel");
    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].type, type) == 0)
            kinds[i].check(&template);
}
