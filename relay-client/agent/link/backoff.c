#include "relay-client/agent/link/backoff.h"

uint64_t backoff_ms(struct random *random, unsigned failures, uint64_t max_ms)
{
    uint64_t ceiling = BACKOFF_FIRST_MS;

    if (failures == 0)
        return 0;
    for (unsigned i = 1; i < failures && ceiling < max_ms; i++)
        ceiling *= 2;
    if (ceiling > max_ms)
        ceiling = max_ms;
    return random_below(random, ceiling + 1);
}
