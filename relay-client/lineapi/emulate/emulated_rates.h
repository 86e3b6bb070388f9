#ifndef CLIENT_LINEAPI_EMULATED_RATES_H
#define CLIENT_LINEAPI_EMULATED_RATES_H

#include "relay-client/lineapi/lineapi_operation.h"

/* How often each operation may be called (Messaging API reference, "Rate limits"): a bucket
 * each, full at first.  Zeroed is ready, nothing to free. */

#define EMULATED_RATES_MAX 256u /* operations; more than LINE has */

struct emulated_rates {
    struct {
        const struct lineapi_operation *operation;
        uint64_t full_ns; /* when the bucket is full again, of the monotonic clock */
    } list[EMULATED_RATES_MAX];
};

/* One more call: is it within the limit?  One that is not does not count. */
bool emulated_rates_take(struct emulated_rates *r, const struct lineapi_operation *o,
                         uint64_t now_us);

#endif
