#include "relay-client/lineapi/emulate/emulator_rooms.h"

enum err emulator_rooms_init(struct emulator_rooms *r)
{
    *r = (struct emulator_rooms){0};
    enum err rc = richmenu_store_new(&r->richmenus);

    if (rc == OK)
        rc = coupon_store_new(&r->coupons);
    if (rc == OK)
        rc = issued_tokens_new(&r->tokens);
    return rc == OK ? works_store_new(&r->works) : rc;
}

void emulator_rooms_fini(struct emulator_rooms *r)
{
    richmenu_store_free(r->richmenus);
    coupon_store_free(r->coupons);
    issued_tokens_free(r->tokens);
    works_store_free(r->works);
    *r = (struct emulator_rooms){0};
}
