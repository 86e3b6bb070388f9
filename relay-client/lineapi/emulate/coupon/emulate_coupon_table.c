#include "relay-client/lineapi/lineapi_operation.h"

#define SECOND 1000u

/* Coupons. */
const struct lineapi_operation emulate_coupon_operations[] = {
    {.name = "createCoupon",
     .method = "POST",
     .pattern = "/v2/bot/coupon",
     .host = LINEAPI_HOST_API,
     .flags = LINEAPI_JSON,
     .rate = 200u,
     .rate_ms = SECOND},
    {.name = "listCoupon",
     .method = "GET",
     .pattern = "/v2/bot/coupon",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND},
    {.name = "getCouponDetail",
     .method = "GET",
     .pattern = "/v2/bot/coupon/{couponId}",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND},
    {.name = "closeCoupon",
     .method = "PUT",
     .pattern = "/v2/bot/coupon/{couponId}/close",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND},
    {0},
};
