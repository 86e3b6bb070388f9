#ifndef CLIENT_LINEAPI_FLEX_COMPONENT_TABLE_H
#define CLIENT_LINEAPI_FLEX_COMPONENT_TABLE_H

#include "relay-client/lineapi/validate/field_check.h"

/* The plain properties of each component; each ends with a nameless row. */
extern const struct field_rule flex_component_box_rules[];
extern const struct field_rule flex_component_button_rules[];
extern const struct field_rule flex_component_image_rules[];
extern const struct field_rule flex_component_video_rules[];
extern const struct field_rule flex_component_icon_rules[];
extern const struct field_rule flex_component_text_rules[];
extern const struct field_rule flex_component_span_rules[];
extern const struct field_rule flex_component_separator_rules[];
extern const struct field_rule flex_component_filler_rules[];
extern const struct field_rule flex_component_gradient_rules[];

#endif
