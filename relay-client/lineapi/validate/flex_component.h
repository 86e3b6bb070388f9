#ifndef CLIENT_LINEAPI_FLEX_COMPONENT_H
#define CLIENT_LINEAPI_FLEX_COMPONENT_H

#include "relay-client/lineapi/validate/field_check.h"

/* What stands in the blocks of a bubble: box, button, image, video, icon, text, span,
 * separator, filler, and which may stand in which. */

/* What is counted over a whole message; begins zeroed. */
struct flex_component {
    size_t animated; /* images */
};

/* `allowed`: the types that may stand here, "box,image".  Calls itself for what is inside, as
 * deep as the document is (JSON_DEPTH_MAX). */
void flex_component_check(struct flex_component *all, const struct field_scope *component,
                          const char *allowed);

#endif
