#include "relay-client/lineapi/emulate/coupon/coupon_calls.h"

#define SECOND 1000u

/* Coupons. */
const struct lineapi_operation emulate_coupon_operations[] = {
    {.name = "createCoupon",
     .method = "POST",
     .pattern = "/v2/bot/coupon",
     .host = LINEAPI_HOST_API,
     .flags = LINEAPI_JSON,
     .rate = 200u,
     .rate_ms = SECOND,
     .emulate = coupon_calls_create},
    {.name = "listCoupon",
     .method = "GET",
     .pattern = "/v2/bot/coupon",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND,
     .emulate = coupon_calls_list},
    {.name = "getCouponDetail",
     .method = "GET",
     .pattern = "/v2/bot/coupon/{couponId}",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND,
     .emulate = coupon_calls_get},
    {.name = "closeCoupon",
     .method = "PUT",
     .pattern = "/v2/bot/coupon/{couponId}/close",
     .host = LINEAPI_HOST_API,
     .rate = 200u,
     .rate_ms = SECOND,
     .emulate = coupon_calls_close},
    {0},
};
