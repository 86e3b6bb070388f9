#include "relay-client/agent/link/pace.h"

#include "relay-client/agent/link/backoff.h"

uint64_t pace_begin(struct pace *p, uint64_t now_ms, uint64_t rtt_us)
{
    unsigned patient = rtt_us > 0 ? PACE_PATIENT - 1 : 0;

    p->begun_ms = now_ms;
    if (rtt_us > (uint64_t)PACE_NEAR_MS * 1000 || p->unreached % PACE_PATIENT == patient)
        return PACE_ANSWER_MS;
    return PACE_UNREACHED_MS;
}

uint64_t pace_failed(struct pace *p)
{
    p->unreached = 0;
    return backoff_ms(p->random, p->failures++, BACKOFF_MAX_MS);
}

/* With half of it jitter: what failed at once, for want of a network, finds many others
 * there when that comes back. */
uint64_t pace_unreached(struct pace *p, uint64_t now_ms)
{
    uint64_t took = now_ms - p->begun_ms;
    uint64_t wanted =
        PACE_UNREACHED_MS / 2 + random_below(p->random, PACE_UNREACHED_MS / 2 + 1);

    p->unreached++;
    return took < wanted ? wanted - took : 0;
}

void pace_lived(struct pace *p, uint64_t lived_ms, bool is_told)
{
    p->unreached = 0;
    if (lived_ms >= BACKOFF_GOOD_MS)
        p->failures = 0;
    else if (is_told && lived_ms >= BACKOFF_TOLD_MS && p->failures > 1)
        p->failures = 1;
}

unsigned pace_attempt(const struct pace *p)
{
    return p->failures + p->unreached + 1;
}

bool pace_is_news(const struct pace *p)
{
    return (p->unreached & (p->unreached - 1)) == 0; /* 0, 1, 2, 4, 8 ... */
}
