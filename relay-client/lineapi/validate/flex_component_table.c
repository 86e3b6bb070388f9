#include "relay-client/lineapi/validate/flex_component_table.h"

#include "relay-client/lineapi/validate/flex_form.h"
#include "relay-client/lineapi/validate/text_form.h"

/* clang-format off */
#define FORM(member, form)                                                                     \
    {.name = (member), .kind = FIELD_FORM, .fits = (form), .problem = "invalid property"}
#define NEEDED_FORM(member, form)                                                              \
    {.name = (member), .kind = FIELD_FORM, .is_required = true, .fits = (form),                \
     .problem = "invalid property"}
#define COLOR(member) FORM(member, text_form_is_rgba)
#define ENUM(member, list) {.name = (member), .kind = FIELD_ENUM, .values = (list)}
#define BOOL(member)       {.name = (member), .kind = FIELD_BOOL}
#define COUNT(member)      {.name = (member), .kind = FIELD_INTEGER, .max = INT32_MAX}
#define HTTPS(member)                                                                          \
    {.name = (member), .kind = FIELD_FORM, .is_required = true, .max = 2000,                   \
     .fits = text_form_is_https, .problem = "invalid uri"}
#define END {.name = NULL}

#define PLACEMENT                                                                              \
    FORM("margin", flex_form_is_gap),                                                          \
    ENUM("position", "relative,absolute"),                                                     \
    FORM("offsetTop", flex_form_is_offset),                                                    \
    FORM("offsetBottom", flex_form_is_offset),                                                 \
    FORM("offsetStart", flex_form_is_offset),                                                  \
    FORM("offsetEnd", flex_form_is_offset)
#define LETTERS                                                                                \
    FORM("size", flex_form_is_text_size),                                                      \
    COLOR("color"),                                                                            \
    ENUM("weight", "regular,bold"),                                                            \
    ENUM("style", "normal,italic"),                                                            \
    ENUM("decoration", "none,underline,line-through")

const struct field_rule flex_component_box_rules[] = {
    {.name = "layout", .kind = FIELD_ENUM, .is_required = true,
     .values = "horizontal,vertical,baseline"},
    COUNT("flex"),
    FORM("spacing", flex_form_is_gap),
    PLACEMENT,
    COLOR("backgroundColor"),
    COLOR("borderColor"),
    FORM("borderWidth", flex_form_is_border),
    FORM("cornerRadius", flex_form_is_gap),
    FORM("width", flex_form_is_extent),
    FORM("maxWidth", flex_form_is_extent),
    FORM("height", flex_form_is_extent),
    FORM("maxHeight", flex_form_is_extent),
    FORM("paddingAll", flex_form_is_padding),
    FORM("paddingTop", flex_form_is_padding),
    FORM("paddingBottom", flex_form_is_padding),
    FORM("paddingStart", flex_form_is_padding),
    FORM("paddingEnd", flex_form_is_padding),
    ENUM("justifyContent",
         "center,flex-start,flex-end,space-between,space-around,space-evenly"),
    ENUM("alignItems", "center,flex-start,flex-end"),
    END,
};

const struct field_rule flex_component_button_rules[] = {
    COUNT("flex"),
    PLACEMENT,
    COLOR("color"),
    ENUM("style", "primary,secondary,link"),
    ENUM("gravity", "top,bottom,center"),
    ENUM("height", "md,sm"),
    ENUM("adjustMode", "shrink-to-fit"),
    BOOL("scaling"),
    END,
};

const struct field_rule flex_component_image_rules[] = {
    HTTPS("url"),
    COUNT("flex"),
    PLACEMENT,
    ENUM("align", "start,end,center"),
    ENUM("gravity", "top,bottom,center"),
    FORM("size", flex_form_is_image_size),
    FORM("aspectRatio", flex_form_is_ratio),
    ENUM("aspectMode", "fit,cover"),
    COLOR("backgroundColor"),
    BOOL("animated"),
    END,
};

const struct field_rule flex_component_video_rules[] = {
    HTTPS("url"),
    HTTPS("previewUrl"),
    FORM("aspectRatio", flex_form_is_ratio),
    END,
};

const struct field_rule flex_component_icon_rules[] = {
    HTTPS("url"),
    PLACEMENT,
    FORM("size", flex_form_is_icon_size),
    FORM("aspectRatio", flex_form_is_ratio),
    BOOL("scaling"),
    END,
};

const struct field_rule flex_component_text_rules[] = {
    COUNT("flex"),
    PLACEMENT,
    LETTERS,
    ENUM("align", "start,end,center"),
    ENUM("gravity", "top,bottom,center"),
    BOOL("wrap"),
    FORM("lineSpacing", flex_form_is_pixels),
    COUNT("maxLines"),
    ENUM("adjustMode", "shrink-to-fit"),
    BOOL("scaling"),
    END,
};

const struct field_rule flex_component_span_rules[] = {
    {.name = "text", .kind = FIELD_TEXT, .max = INT32_MAX},
    LETTERS,
    END,
};

const struct field_rule flex_component_separator_rules[] = {
    FORM("margin", flex_form_is_gap),
    COLOR("color"),
    END,
};

const struct field_rule flex_component_filler_rules[] = {
    COUNT("flex"),
    END,
};

const struct field_rule flex_component_gradient_rules[] = {
    NEEDED_FORM("angle", flex_form_is_angle),
    NEEDED_FORM("startColor", text_form_is_rgba),
    NEEDED_FORM("endColor", text_form_is_rgba),
    COLOR("centerColor"),
    FORM("centerPosition", flex_form_is_percent),
    END,
};
/* clang-format on */
