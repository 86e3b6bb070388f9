#ifndef CLIENT_LINEAPI_EMULATOR_ROOMS_H
#define CLIENT_LINEAPI_EMULATOR_ROOMS_H

#include "relay-client/lineapi/emulate/coupon/coupon_store.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_store.h"
#include "relay-client/lineapi/emulate/token/issued_tokens.h"
#include "relay-client/lineapi/emulate/works/works_store.h"

/* What these rooms of an emulator keep; emulator_rooms_of (emulator.h) finds it from a call.
 *
 * Life: emulator_rooms_init -> emulator_rooms_fini */
struct emulator_rooms {
    struct richmenu_store *richmenus; /* owned, as are the others */
    struct coupon_store *coupons;
    struct issued_tokens *tokens;
    struct works_store *works;
};

/* On failure emulator_rooms_fini is legal, as for a zeroed one. */
MUST_CHECK enum err emulator_rooms_init(struct emulator_rooms *r);
void emulator_rooms_fini(struct emulator_rooms *r);

#endif
