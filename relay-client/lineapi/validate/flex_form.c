#include "relay-client/lineapi/validate/flex_form.h"

#include "relay-client/lineapi/validate/text_form.h"

#define GAPS  "none,xs,sm,md,lg,xl,xxl"
#define SIZES "xxs,xs,sm,md,lg,xl,xxl,3xl,4xl,5xl"

#define RATIO_MAX 100000.0

static bool has_unit(struct span text, struct span unit, double *out)
{
    size_t len = text_form_decimal(text, out);

    return len > 0 && span_is(span_slice(text, len, text.len), unit);
}

bool flex_form_is_pixels(struct span text)
{
    double value;

    return has_unit(text, SPAN("px"), &value);
}

static bool is_share(struct span text)
{
    double value;

    return has_unit(text, SPAN("%"), &value);
}

bool flex_form_is_percent(struct span text)
{
    double value;

    return has_unit(text, SPAN("%"), &value) && value <= 100;
}

bool flex_form_is_angle(struct span text)
{
    double value;

    return has_unit(text, SPAN("deg"), &value) && value < 360;
}

bool flex_form_is_extent(struct span text)
{
    return flex_form_is_pixels(text) || is_share(text);
}

bool flex_form_is_gap(struct span text)
{
    return text_form_is_among(text, GAPS) || flex_form_is_pixels(text);
}

bool flex_form_is_padding(struct span text)
{
    return flex_form_is_gap(text) || is_share(text);
}

bool flex_form_is_offset(struct span text)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';

    return is_negative ? flex_form_is_extent(span_slice(text, 1, text.len))
                       : flex_form_is_padding(text);
}

bool flex_form_is_border(struct span text)
{
    return text_form_is_among(text, "none,light,normal,medium,semi-bold,bold") ||
           flex_form_is_pixels(text);
}

bool flex_form_is_text_size(struct span text)
{
    return text_form_is_among(text, SIZES) || flex_form_is_pixels(text);
}

bool flex_form_is_icon_size(struct span text)
{
    return flex_form_is_text_size(text) || is_share(text);
}

bool flex_form_is_image_size(struct span text)
{
    return text_form_is_among(text, "full") || flex_form_is_icon_size(text);
}

bool flex_form_is_ratio(struct span text)
{
    double width;
    double height;
    size_t colon = text_form_decimal(text, &width);
    struct span rest = span_slice(text, colon + 1, text.len);

    if (colon == 0 || colon >= text.len || text.ptr[colon] != ':')
        return false;
    if (rest.len == 0 || text_form_decimal(rest, &height) != rest.len)
        return false;
    return width >= 1 && width <= RATIO_MAX && height >= 1 && height <= RATIO_MAX &&
           height <= 3 * width;
}
