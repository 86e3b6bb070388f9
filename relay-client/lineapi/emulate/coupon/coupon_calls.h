#ifndef CLIENT_LINEAPI_COUPON_CALLS_H
#define CLIENT_LINEAPI_COUPON_CALLS_H

#include "relay-client/lineapi/emulate/emulated_call.h"

/* The operations on coupons, behind emulate_coupon_table.c. */
void coupon_calls_create(struct emulated_call *c);
void coupon_calls_list(struct emulated_call *c);
void coupon_calls_get(struct emulated_call *c);
void coupon_calls_close(struct emulated_call *c);

#endif
