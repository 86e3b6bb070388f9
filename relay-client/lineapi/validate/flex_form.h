#ifndef CLIENT_LINEAPI_FLEX_FORM_H
#define CLIENT_LINEAPI_FLEX_FORM_H

#include "base/span.h"

/* Measures in Flex Messages: "10px", "5.5%", or a keyword, in the combinations that their
 * properties take. */

bool flex_form_is_gap(struct span text); /* none to xxl, px: margin, spacing, cornerRadius */
bool flex_form_is_padding(struct span text);    /* ... or % */
bool flex_form_is_offset(struct span text);     /* likewise, and may be negative */
bool flex_form_is_border(struct span text);     /* none, light to bold, px */
bool flex_form_is_extent(struct span text);     /* px, %: width, height */
bool flex_form_is_image_size(struct span text); /* xxs to 5xl, full, px, % */
bool flex_form_is_icon_size(struct span text);  /* xxs to 5xl, px, % */
bool flex_form_is_text_size(struct span text);  /* xxs to 5xl, px */
bool flex_form_is_pixels(struct span text);
bool flex_form_is_percent(struct span text); /* 0% to 100% */
bool flex_form_is_angle(struct span text);   /* 0deg to below 360deg */
/* "width:height", each 1 to 100000, the height at most three times the width. */
bool flex_form_is_ratio(struct span text);

#endif
