/* A token bucket, kept as the moment at which it is full again: each call moves that on by the
 * time that one token takes. */
#include "relay-client/lineapi/emulate/emulated_rates.h"

static uint64_t *find(struct emulated_rates *r, const struct lineapi_operation *o)
{
    size_t place = ((uintptr_t)o / sizeof *o) % EMULATED_RATES_MAX;

    for (size_t i = 0; i < EMULATED_RATES_MAX; i++) {
        size_t at = (place + i) % EMULATED_RATES_MAX;
        if (!r->list[at].operation)
            r->list[at].operation = o;
        if (r->list[at].operation == o)
            return &r->list[at].full_ns;
    }
    return NULL;
}

bool emulated_rates_take(struct emulated_rates *r, const struct lineapi_operation *o,
                         uint64_t now_us)
{
    uint64_t *full_ns = o->rate > 0 ? find(r, o) : NULL;
    uint64_t now_ns = now_us * 1000;

    if (!full_ns)
        return true;
    uint64_t token_ns = o->rate_ms * 1000000 / o->rate;
    uint64_t begin_ns = *full_ns > now_ns ? *full_ns : now_ns;
    if (begin_ns - now_ns > token_ns * (o->rate - 1))
        return false;
    *full_ns = begin_ns + token_ns;
    return true;
}
