#include "relay-client/lineapi/validate/flex_check.h"

#include "codec/json/json_text.h"
#include "relay-client/lineapi/validate/action_check.h"
#include "relay-client/lineapi/validate/flex_component.h"
#include "relay-client/lineapi/validate/text_form.h"

static const char *const blocks[] = {"header", "hero", "body", "footer"};
#define BLOCKS_LEN (sizeof(blocks) / sizeof(blocks[0]))

/* ---- how large it was sent ---- */

static struct span element_text(struct span list, size_t index)
{
    struct json_text_walk walk;
    struct json_text_item item = {0};

    if (!json_text_walk_init(&walk, list))
        return (struct span){0};
    for (size_t i = 0; i <= index; i++)
        if (!json_text_walk_next(&walk, &item))
            return (struct span){0};
    return item.value;
}

static struct span member_text(struct span object, const char *name)
{
    return json_text_is_object(object) ? json_text_member(object, name) : (struct span){0};
}

static void check_size(const struct field_scope *container, struct span text, size_t max)
{
    if (text.len > max)
        lineapi_problems_add(container->problems, container->place, NULL,
                             "JSON must not be larger than %zu KB", max / 1024);
}

/* ---- a bubble ---- */

static void check_styles(const struct field_scope *bubble)
{
    static const struct field_rule rules[] = {
        {.name = "backgroundColor",
         .kind = FIELD_FORM,
         .fits = text_form_is_rgba,
         .problem = "invalid property"},
        {.name = "separator", .kind = FIELD_BOOL},
        {.name = "separatorColor",
         .kind = FIELD_FORM,
         .fits = text_form_is_rgba,
         .problem = "invalid property"},
        {.name = NULL},
    };
    struct field_scope styles;
    struct field_scope style;

    if (!field_check_object(bubble, "styles", false, &styles))
        return;
    for (size_t i = 0; i < BLOCKS_LEN; i++)
        if (field_check_object(&styles, blocks[i], false, &style))
            field_check_rules(&style, rules);
}

static const char *size_of(const struct field_scope *bubble)
{
    const char *size = field_check_text(bubble, "size");

    return size ? size : "mega";
}

static void check_video_place(const struct field_scope *bubble, const struct field_scope *hero,
                              bool is_in_carousel)
{
    const char *type = field_check_text(hero, "type");

    if (!type || strcmp(type, "video") != 0)
        return;
    if (is_in_carousel)
        lineapi_problems_add(hero->problems, hero->place, "type",
                             "video must not be used in a carousel");
    if (!text_form_is_among(span_text(size_of(bubble)), "kilo,mega,giga"))
        lineapi_problems_add(bubble->problems, bubble->place, "size",
                             "must be kilo, mega or giga for a video");
}

static void check_blocks(const struct field_scope *bubble, struct flex_component *all,
                         bool is_in_carousel)
{
    size_t present = 0;

    for (size_t i = 0; i < BLOCKS_LEN; i++) {
        bool is_hero = strcmp(blocks[i], "hero") == 0;
        struct field_scope block;

        present += field_check_value(bubble, blocks[i]) != NULL;
        if (!field_check_object(bubble, blocks[i], false, &block))
            continue;
        flex_component_check(all, &block, is_hero ? "box,image,video" : "box");
        if (is_hero)
            check_video_place(bubble, &block, is_in_carousel);
    }
    if (present == 0)
        lineapi_problems_add(bubble->problems, bubble->place, NULL,
                             "At least one block must be specified");
}

static void check_bubble(const struct field_scope *bubble, struct flex_component *all,
                         bool is_in_carousel)
{
    static const struct field_rule rules[] = {
        {.name = "direction", .kind = FIELD_ENUM, .values = "ltr,rtl"},
        {.name = "size", .kind = FIELD_ENUM, .values = "nano,micro,deca,hecto,kilo,mega,giga"},
        {.name = NULL},
    };
    struct lineapi_place action = {.parent = bubble->place, .name = "action"};

    field_check_rules(bubble, rules);
    check_styles(bubble);
    check_blocks(bubble, all, is_in_carousel);
    action_check(json_member(bubble->object, "action"), ACTION_IN_FLEX, false, &action,
                 bubble->problems);
}

/* ---- a carousel ---- */

static void check_carousel(const struct field_scope *carousel, struct flex_component *all,
                           struct span text)
{
    struct field_range range = {.min = 1, .max = FLEX_CHECK_BUBBLES_MAX, .is_required = true};
    struct field_list bubbles;
    const char *size = NULL;

    if (!field_check_list(carousel, "contents", range, &bubbles))
        return;
    while (field_check_next(&bubbles)) {
        const struct field_scope *bubble = &bubbles.item;

        check_size(bubble, element_text(text, bubble->own.index), FLEX_CHECK_BUBBLE_MAX);
        if (!field_check_type(bubble, "bubble"))
            continue;
        check_bubble(bubble, all, true);
        size = size ? size : size_of(bubble);
        if (strcmp(size, size_of(bubble)) != 0)
            lineapi_problems_add(bubble->problems, bubble->place, "size",
                                 "must be the same in all bubbles of a carousel");
    }
}

static void check_container(const struct field_scope *container, struct span text)
{
    struct flex_component all = {0};
    const char *type = field_check_type(container, "bubble,carousel");

    if (!type)
        return;
    if (strcmp(type, "bubble") == 0) {
        check_size(container, text, FLEX_CHECK_BUBBLE_MAX);
        check_bubble(container, &all, false);
    } else {
        check_size(container, text, FLEX_CHECK_CAROUSEL_MAX);
        check_carousel(container, &all, member_text(text, "contents"));
    }
    if (all.animated > FLEX_CHECK_ANIMATED_MAX)
        lineapi_problems_add(container->problems, container->place, NULL,
                             "must not have more than %u animated images",
                             FLEX_CHECK_ANIMATED_MAX);
}

void flex_check(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule alt = {
        .name = "altText", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = 1500};
    struct span list = member_text(c->body, "messages");
    struct span text = member_text(element_text(list, message->own.index), "contents");
    struct field_scope container;

    field_check_rule(message, &alt);
    if (field_check_object(message, "contents", true, &container))
        check_container(&container, text);
}
