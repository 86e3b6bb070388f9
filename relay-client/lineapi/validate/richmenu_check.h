#ifndef CLIENT_LINEAPI_RICHMENU_CHECK_H
#define CLIENT_LINEAPI_RICHMENU_CHECK_H

#include "codec/json/json.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* Is this a rich menu that LINE would create?  `menu` is the whole body, an object. */
void richmenu_check(const struct json_value *menu, struct lineapi_problems *problems);

#endif
