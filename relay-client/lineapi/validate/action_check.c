#include "relay-client/lineapi/validate/action_check.h"

#include "relay-client/lineapi/validate/action_time.h"
#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/text_form.h"

/* Which actions a place takes, and how it wants their labels. */
struct place_rule {
    const char *types;
    bool is_label_required;
    unsigned label_max;
};

#define TYPES       "postback,message,uri,datetimepicker,clipboard"
#define QUICK_TYPES TYPES ",camera,cameraRoll,location"
#define MENU_TYPES  TYPES ",richmenuswitch"

static const struct place_rule places[] = {
    [ACTION_IN_TEMPLATE] = {TYPES, true, 20},
    [ACTION_IN_IMAGE_CAROUSEL] = {TYPES, false, 12},
    [ACTION_IN_RICH_MENU] = {MENU_TYPES, false, 20},
    [ACTION_IN_QUICK_REPLY] = {QUICK_TYPES, true, 20},
    [ACTION_IN_FLEX_BUTTON] = {TYPES, true, 40},
    [ACTION_IN_FLEX] = {TYPES, false, 40},
};

/* ---- what each kind has ---- */

static const struct field_rule postback_rules[] = {
    {.name = "data", .kind = FIELD_TEXT, .is_required = true, .max = 300},
    {.name = "displayText", .kind = FIELD_LABEL, .max = 300},
    {.name = "text", .kind = FIELD_LABEL, .max = 300},
    {.name = "inputOption",
     .kind = FIELD_ENUM,
     .values = "closeRichMenu,openRichMenu,openKeyboard,openVoice"},
    {.name = "fillInText", .kind = FIELD_LABEL, .max = 300},
    {.name = NULL},
};

static void check_postback(const struct field_scope *action)
{
    const char *option = field_check_text(action, "inputOption");

    field_check_rules(action, postback_rules);
    if (field_check_value(action, "displayText") && field_check_value(action, "text"))
        lineapi_problems_add(action->problems, action->place, "text",
                             "Must not be specified together with displayText");
    if (field_check_value(action, "fillInText") &&
        (!option || strcmp(option, "openKeyboard") != 0))
        lineapi_problems_add(action->problems, action->place, "fillInText",
                             "Must not be specified unless inputOption is openKeyboard");
}

static void check_message(const struct field_scope *action)
{
    static const struct field_rule rule = {
        .name = "text", .kind = FIELD_LABEL, .is_required = true, .min = 1, .max = 300};

    field_check_rule(action, &rule);
}

static void check_uri(const struct field_scope *action)
{
    struct field_rule rule = {.name = "uri",
                              .kind = FIELD_FORM,
                              .is_required = true,
                              .max = 1000,
                              .fits = text_form_is_link,
                              .problem = "invalid uri"};
    struct field_scope alternative;

    field_check_rule(action, &rule);
    if (!field_check_object(action, "altUri", false, &alternative))
        return;
    rule.name = "desktop";
    rule.is_required = false;
    field_check_rule(&alternative, &rule);
}

static void check_clipboard(const struct field_scope *action)
{
    static const struct field_rule rule = {.name = "clipboardText",
                                           .kind = FIELD_TEXT,
                                           .is_required = true,
                                           .min = 1,
                                           .max = 1000};

    field_check_rule(action, &rule);
}

static const struct field_rule switch_rules[] = {
    {.name = "richMenuAliasId", .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = 32},
    {.name = "data", .kind = FIELD_TEXT, .is_required = true, .max = 300},
    {.name = NULL},
};

static void check_switch(const struct field_scope *action)
{
    field_check_rules(action, switch_rules);
}

static void check_nothing(const struct field_scope *action)
{
    (void)action;
}

static const struct {
    const char *type;
    void (*check)(const struct field_scope *action);
} kinds[] = {
    {"postback", check_postback},
    {"message", check_message},
    {"uri", check_uri},
    {"datetimepicker", action_time_check},
    {"clipboard", check_clipboard},
    {"richmenuswitch", check_switch},
    {"camera", check_nothing},
    {"cameraRoll", check_nothing},
    {"location", check_nothing},
};

/* ---- all of them ---- */

static void check_object(const struct field_scope *action, const struct place_rule *place)
{
    struct field_rule label = {.name = "label",
                               .kind = FIELD_LABEL,
                               .is_required = place->is_label_required,
                               .min = place->is_label_required,
                               .max = place->label_max};
    const char *type = field_check_type(action, place->types);

    field_check_rule(action, &label);
    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].type, type) == 0)
            kinds[i].check(action);
}

void action_check(const struct json_value *action, enum action_place in, bool is_required,
                  const struct lineapi_place *place, struct lineapi_problems *problems)
{
    struct field_scope scope = {.object = action, .place = place, .problems = problems};

    if (json_kind(action) == JSON_OBJECT)
        check_object(&scope, &places[in]);
    else if (json_kind(action) != JSON_NONE && json_kind(action) != JSON_NULL)
        lineapi_problems_add(problems, place, NULL, "must be an object");
    else if (is_required)
        lineapi_problems_add(problems, place, NULL, "must be specified");
}
