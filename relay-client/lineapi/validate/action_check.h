#ifndef CLIENT_LINEAPI_ACTION_CHECK_H
#define CLIENT_LINEAPI_ACTION_CHECK_H

#include "codec/json/json.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* Action objects (Messaging API reference, "Action objects"): what a tap does. */

enum action_place {
    ACTION_IN_TEMPLATE,       /* label required, 20 */
    ACTION_IN_IMAGE_CAROUSEL, /* optional, 12 */
    ACTION_IN_RICH_MENU,      /* optional, 20 */
    ACTION_IN_QUICK_REPLY,    /* required, 20; camera, cameraRoll and location only here */
    ACTION_IN_FLEX_BUTTON,    /* required, 40 */
    ACTION_IN_FLEX,           /* optional, 40 */
};

/* `action` may be NULL (absent: a problem if `is_required`). */
void action_check(const struct json_value *action, enum action_place in, bool is_required,
                  const struct lineapi_place *place, struct lineapi_problems *problems);

#endif
