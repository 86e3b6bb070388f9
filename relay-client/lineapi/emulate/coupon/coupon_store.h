#ifndef CLIENT_LINEAPI_COUPON_STORE_H
#define CLIENT_LINEAPI_COUPON_STORE_H

#include "base/bytes.h"
#include "base/list.h"

#include <stdbool.h>

/* The coupons of an emulated account.
 *
 * Life: coupon_store_new -> ... -> coupon_store_free */
struct coupon_store;

#define COUPON_MAX      1000u /* that are not closed; LINE names no number */
#define COUPON_KEPT_MAX 4000u /* closed ones too */
#define COUPON_JSON_MAX ((size_t)64 * 1024)
#define COUPON_ID_SIZE  32u

struct coupon {
    struct list_node in_store;
    char id[COUPON_ID_SIZE];
    struct bytes json; /* what it was created from */
    uint64_t created_ms;
    uint64_t number; /* counts up */
    bool is_closed;
};

MUST_CHECK enum err coupon_store_new(struct coupon_store **out);
void coupon_store_free(struct coupon_store *s);

/* `json` is copied.  ERR_LIMIT: too many. */
MUST_CHECK enum err coupon_store_add(struct coupon_store *s, const char *id, struct span json,
                                     uint64_t now_ms);
struct coupon *coupon_store_find(const struct coupon_store *s, struct span id);
/* The newest is the first: NULL in gives it, NULL comes behind the oldest. */
struct coupon *coupon_store_next(const struct coupon_store *s, struct coupon *c);
void coupon_store_close(struct coupon_store *s, struct coupon *c);

#endif
