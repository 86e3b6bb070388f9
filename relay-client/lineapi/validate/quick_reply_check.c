#include "relay-client/lineapi/validate/quick_reply_check.h"

#include "relay-client/lineapi/validate/action_check.h"
#include "relay-client/lineapi/validate/text_form.h"

#define ITEMS_MAX 13u

static const struct field_rule item_rules[] = {
    {.name = "type", .kind = FIELD_ENUM, .values = "action"}, /* the default, too */
    {.name = "imageUrl",
     .kind = FIELD_FORM,
     .max = 2000,
     .fits = text_form_is_https,
     .problem = "invalid uri"},
    {.name = NULL},
};

static void check_item(const struct field_scope *item)
{
    struct lineapi_place action = {.parent = item->place, .name = "action"};

    field_check_rules(item, item_rules);
    action_check(json_member(item->object, "action"), ACTION_IN_QUICK_REPLY, true, &action,
                 item->problems);
}

void quick_reply_check(const struct field_scope *message)
{
    struct field_scope quick_reply;
    struct field_range range = {.min = 1, .max = ITEMS_MAX, .is_required = true};
    struct field_list items;

    if (field_check_object(message, "quickReply", false, &quick_reply) &&
        field_check_list(&quick_reply, "items", range, &items))
        while (field_check_next(&items))
            check_item(&items.item);
}

void quick_reply_check_sender(const struct field_scope *message)
{
    static const struct field_rule rules[] = {
        {.name = "name", .kind = FIELD_TEXT, .max = 20},
        {.name = "iconUrl",
         .kind = FIELD_FORM,
         .max = 2000,
         .fits = text_form_is_https,
         .problem = "invalid uri"},
        {.name = NULL},
    };
    struct field_scope sender;

    if (field_check_object(message, "sender", false, &sender))
        field_check_rules(&sender, rules);
}
