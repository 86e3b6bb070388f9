#include "relay-client/lineapi/validate/media_check.h"

#include "relay-client/lineapi/validate/text_form.h"

#define TOKEN_MAX 1000 /* of identifiers and quote tokens: no figure is documented */

/* clang-format off */
#define HTTPS(member)                                                                          \
    {.name = (member), .kind = FIELD_FORM, .is_required = true, .max = 2000,                   \
     .fits = text_form_is_https, .problem = "invalid uri"}
#define TEXT(member, limit)                                                                    \
    {.name = (member), .kind = FIELD_TEXT, .is_required = true, .min = 1, .max = (limit)}
/* clang-format on */

void media_check_sticker(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule rules[] = {
        TEXT("packageId", TOKEN_MAX),
        TEXT("stickerId", TOKEN_MAX),
        {.name = "quoteToken", .kind = FIELD_TEXT, .min = 1, .max = TOKEN_MAX},
        {.name = NULL},
    };

    (void)c;
    field_check_rules(message, rules);
}

static const struct field_rule image_rules[] = {
    HTTPS("originalContentUrl"),
    HTTPS("previewImageUrl"),
    {.name = NULL},
};

void media_check_image(const struct field_scope *message, const struct message_check *c)
{
    (void)c;
    field_check_rules(message, image_rules);
}

static bool is_tracking_id(struct span s)
{
    static const char others[] = "-.=,+*()%$&;:@{}!?<>[]";

    for (size_t i = 0; i < s.len; i++) {
        char letter = (char)(s.ptr[i] | 0x20);
        bool is_plain =
            (letter >= 'a' && letter <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9');

        if (!is_plain && !memchr(others, s.ptr[i], sizeof(others) - 1))
            return false;
    }
    return s.len > 0;
}

void media_check_video(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule tracking = {.name = "trackingId",
                                               .kind = FIELD_FORM,
                                               .max = 100,
                                               .fits = is_tracking_id,
                                               .problem = "invalid characters"};

    field_check_rules(message, image_rules);
    field_check_rule(message, &tracking);
    if (c->is_group && field_check_value(message, "trackingId"))
        lineapi_problems_add(message->problems, message->place, "trackingId",
                             "Must not be specified for a group chat or multi-person chat");
}

void media_check_audio(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule rules[] = {
        HTTPS("originalContentUrl"),
        {.name = "duration", .kind = FIELD_INTEGER, .is_required = true, .min = 0},
        {.name = NULL},
    };

    (void)c;
    field_check_rules(message, rules);
}

void media_check_location(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule rules[] = {
        TEXT("title", 100),
        TEXT("address", 100),
        {.name = "latitude", .kind = FIELD_NUMBER, .is_required = true, .min = -90, .max = 90},
        {.name = "longitude",
         .kind = FIELD_NUMBER,
         .is_required = true,
         .min = -180,
         .max = 180},
        {.name = NULL},
    };

    (void)c;
    field_check_rules(message, rules);
}

void media_check_coupon(const struct field_scope *message, const struct message_check *c)
{
    static const struct field_rule rules[] = {
        TEXT("couponId", TOKEN_MAX),
        {.name = "deliveryTag", .kind = FIELD_TEXT, .max = 30},
        {.name = NULL},
    };

    (void)c;
    field_check_rules(message, rules);
}
