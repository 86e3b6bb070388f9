#ifndef CLIENT_LINEAPI_COUPON_CHECK_H
#define CLIENT_LINEAPI_COUPON_CHECK_H

#include "codec/json/json.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* Is this a coupon that LINE would create?  `coupon` is the whole body, an object. */
void coupon_check(const struct json_value *coupon, struct lineapi_problems *problems);

#endif
