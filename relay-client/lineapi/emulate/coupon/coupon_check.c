#include "relay-client/lineapi/emulate/coupon/coupon_check.h"

#include "base/container.h"
#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/text_form.h"

#define TIMEZONES                                                                              \
    "ETC_GMT_MINUS_12,ETC_GMT_MINUS_11,PACIFIC_HONOLULU,AMERICA_ANCHORAGE,"                    \
    "AMERICA_LOS_ANGELES,AMERICA_PHOENIX,AMERICA_CHICAGO,AMERICA_NEW_YORK,AMERICA_CARACAS,"    \
    "AMERICA_SANTIAGO,AMERICA_ST_JOHNS,AMERICA_SAO_PAULO,ETC_GMT_MINUS_2,"                     \
    "ATLANTIC_CAPE_VERDE,EUROPE_LONDON,EUROPE_PARIS,EUROPE_ISTANBUL,EUROPE_MOSCOW,"            \
    "ASIA_TEHRAN,ASIA_TBILISI,ASIA_KABUL,ASIA_TASHKENT,ASIA_COLOMBO,ASIA_KATHMANDU,"           \
    "ASIA_ALMATY,ASIA_RANGOON,ASIA_BANGKOK,ASIA_TAIPEI,ASIA_TOKYO,AUSTRALIA_DARWIN,"           \
    "AUSTRALIA_SYDNEY,ASIA_VLADIVOSTOK,ETC_GMT_PLUS_12,PACIFIC_TONGATAPU"
#define NUMBER_MAX 9007199254740992 /* 2^53 */

#define PICTURE(member)                                                                        \
    {                                                                                          \
        .name = (member), .kind = FIELD_FORM, .max = 2000, .fits = text_form_is_https,         \
        .problem = "invalid uri"                                                               \
    }

static const struct field_rule rules[] = {
    {.name = "couponCode", .kind = FIELD_TEXT, .max = 2000},
    PICTURE("imageUrl"),
    PICTURE("barcodeImageUrl"),
    {.name = "usageCondition", .kind = FIELD_TEXT, .max = 100},
    {.name = "maxUseCountPerTicket",
     .kind = FIELD_INTEGER,
     .is_required = true,
     .min = 1,
     .max = 1},
    {.name = "startTimestamp", .kind = FIELD_INTEGER, .is_required = true, .max = NUMBER_MAX},
    {.name = "endTimestamp", .kind = FIELD_INTEGER, .is_required = true, .max = NUMBER_MAX},
    {.name = "visibility",
     .kind = FIELD_ENUM,
     .is_required = true,
     .values = "UNLISTED,PUBLIC"},
    {.name = "timezone", .kind = FIELD_ENUM, .is_required = true, .values = TIMEZONES},
    {.name = NULL},
};
static const struct field_rule lottery_rules[] = {
    {.name = "lotteryProbability",
     .kind = FIELD_INTEGER,
     .is_required = true,
     .min = 1,
     .max = 99},
    {.name = "maxAcquireCount",
     .kind = FIELD_INTEGER,
     .is_required = true,
     .min = -1,
     .max = 999999},
    {.name = NULL},
};

/* --- the price --- */

/* Each kind of price has its own numbers, and none of the others'. */
struct price {
    const char *type, *member;
    int64_t min, max;
};
static const struct price prices[] = {
    {"fixed", "fixedAmount", 0, NUMBER_MAX},
    {"percentage", "percentage", 1, 99},
    {"explicit", "originalPrice", 0, NUMBER_MAX},
    {"explicit", "priceAfterDiscount", 0, NUMBER_MAX},
};

static void check_price(const struct field_scope *price, const char *types)
{
    const char *type = field_check_type(price, types);

    for (size_t i = 0; type && i < ARRAY_LEN(prices); i++) {
        const struct price *p = &prices[i];
        struct field_rule rule = {.name = p->member,
                                  .kind = FIELD_INTEGER,
                                  .is_required = true,
                                  .min = p->min,
                                  .max = p->max};
        if (strcmp(type, p->type) == 0)
            field_check_rule(price, &rule);
        else if (field_check_value(price, p->member))
            lineapi_problems_add(price->problems, price->place, p->member,
                                 "Must not be specified");
    }
}

static void check_reward(const struct field_scope *coupon)
{
    struct field_scope reward, price;

    if (!field_check_object(coupon, "reward", false, &reward))
        return;
    const char *type = field_check_type(&reward, "discount,free,gift,cashBack,others");
    bool is_discount = type && strcmp(type, "discount") == 0;
    bool is_cash_back = type && strcmp(type, "cashBack") == 0;
    if ((is_discount || is_cash_back) &&
        field_check_object(&reward, "priceInfo", false, &price))
        check_price(&price, is_discount ? "explicit,fixed,percentage" : "fixed,percentage");
}

/* --- the rest --- */

static void check_acquisition(const struct field_scope *coupon)
{
    struct field_scope condition;

    if (!field_check_object(coupon, "acquisitionCondition", true, &condition))
        return;
    const char *type = field_check_type(&condition, "normal,lottery");
    if (type && strcmp(type, "lottery") == 0)
        field_check_rules(&condition, lottery_rules);
}

/* LINE names the size of this one in its own way. */
static void check_title(const struct field_scope *coupon)
{
    const struct json_value *value = field_check_value(coupon, "title");
    const char *title = json_string(value);
    struct lineapi_problems found = {.len = 0};
    struct field_scope alone = {.object = coupon->object, .problems = &found};
    struct field_rule rule = {.name = "title", .kind = FIELD_LABEL, .min = 1, .max = 60};

    field_check_rule(&alone, &rule);
    if (!value)
        field_check_absent(coupon, "title");
    else if (!title)
        lineapi_problems_add(coupon->problems, NULL, "title", "must be a string");
    else if (found.total > 0)
        lineapi_problems_add(coupon->problems, NULL, "title", "Size must be between 1 and 60");
}

void coupon_check(const struct json_value *coupon, struct lineapi_problems *problems)
{
    struct field_scope body = {.object = coupon, .problems = problems};
    int64_t start, end;

    check_title(&body);
    field_check_rules(&body, rules);
    check_acquisition(&body);
    check_reward(&body);
    if (json_i64(json_member(coupon, "startTimestamp"), &start) &&
        json_i64(json_member(coupon, "endTimestamp"), &end) && end <= start)
        lineapi_problems_add(problems, NULL, "endTimestamp",
                             "must be later than startTimestamp");
}
