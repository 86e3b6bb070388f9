#include "relay-client/lineapi/validate/richmenu_check.h"

#include "relay-client/lineapi/validate/action_check.h"
#include "relay-client/lineapi/validate/field_check.h"

#define AREAS_MAX 20u
#define RATIO_MIN 1.45 /* width to height */

/* clang-format off */
#define PIXELS(member, least, most)                                                            \
    {.name = (member), .kind = FIELD_INTEGER, .is_required = true, .min = (least),             \
     .max = (most)}
/* clang-format on */

static const struct field_rule size_rules[] = {
    PIXELS("width", 800, 2500),
    PIXELS("height", 250, INT32_MAX),
    {.name = NULL},
};
static const struct field_rule menu_rules[] = {
    {.name = "selected", .kind = FIELD_BOOL, .is_required = true},
    {.name = "name", .kind = FIELD_LABEL, .is_required = true, .min = 1, .max = 300},
    {.name = "chatBarText", .kind = FIELD_LABEL, .is_required = true, .min = 1, .max = 14},
    {.name = NULL},
};
static const struct field_rule bounds_rules[] = {
    PIXELS("x", 0, INT32_MAX),
    PIXELS("y", 0, INT32_MAX),
    PIXELS("width", 1, INT32_MAX),
    PIXELS("height", 1, INT32_MAX),
    {.name = NULL},
};

static void check_size(const struct field_scope *menu)
{
    struct field_scope size;
    size_t before = menu->problems->total;
    double width;
    double height;

    if (!field_check_object(menu, "size", true, &size))
        return;
    field_check_rules(&size, size_rules);
    if (menu->problems->total > before)
        return;
    if (json_double(json_member(size.object, "width"), &width) &&
        json_double(json_member(size.object, "height"), &height) && width / height < RATIO_MIN)
        lineapi_problems_add(size.problems, size.place, NULL,
                             "width / height must be greater than or equal to 1.45");
}

static void check_area(const struct field_scope *area)
{
    struct lineapi_place action = {.parent = area->place, .name = "action"};
    struct field_scope bounds;

    if (field_check_object(area, "bounds", true, &bounds))
        field_check_rules(&bounds, bounds_rules);
    action_check(json_member(area->object, "action"), ACTION_IN_RICH_MENU, true, &action,
                 area->problems);
}

void richmenu_check(const struct json_value *menu, struct lineapi_problems *problems)
{
    struct field_scope body = {.object = menu, .problems = problems};
    struct field_range range = {.max = AREAS_MAX, .is_required = true};
    struct field_list areas;

    check_size(&body);
    field_check_rules(&body, menu_rules);
    if (field_check_list(&body, "areas", range, &areas))
        while (field_check_next(&areas))
            check_area(&areas.item);
}
