#include "relay-client/lineapi/push_guard.h"

static uint64_t now_ms(const struct push_guard *g)
{
    return clock_us(g->clock) / 1000;
}

static void extend(uint64_t *until_ms, uint64_t now, uint64_t ms)
{
    uint64_t end = ms < UINT64_MAX - now ? now + ms : UINT64_MAX;

    if (end > *until_ms)
        *until_ms = end;
}

static void remember(const struct push_guard *g, uint64_t ms)
{
    uint64_t wall_ms = clock_wall_ms(g->clock);

    if (g->on_extended)
        g->on_extended(g->owner, ms < UINT64_MAX - wall_ms ? wall_ms + ms : UINT64_MAX);
}

void push_guard_init(struct push_guard *g, const struct clock *clock)
{
    *g = (struct push_guard){.clock = clock};
}

void push_guard_enter(struct push_guard *g)
{
    g->inside++;
    remember(g, PUSH_GUARD_LONGEST_MS);
}

void push_guard_leave(struct push_guard *g)
{
    if (g->inside > 0)
        g->inside--;
    extend(&g->until_ms, now_ms(g), PUSH_GUARD_AFTER_MS);
    remember(g, PUSH_GUARD_AFTER_MS);
}

void push_guard_hold(struct push_guard *g, uint64_t ms)
{
    extend(&g->until_ms, now_ms(g), ms);
    remember(g, ms);
}

/* The holder's own place, else the one that ends first. */
static struct push_guard_lease *place_of(struct push_guard *g, uint64_t holder)
{
    struct push_guard_lease *first = &g->leases[0];

    for (size_t i = 0; i < PUSH_GUARD_LEASES; i++) {
        struct push_guard_lease *l = &g->leases[i];
        if (l->until_ms > 0 && l->holder == holder)
            return l;
        if (l->until_ms < first->until_ms)
            first = l;
    }
    return first;
}

void push_guard_lease(struct push_guard *g, uint64_t holder, uint64_t ms)
{
    struct push_guard_lease *l = place_of(g, holder);

    if (ms == 0 && l->holder != holder)
        return;
    *l = (struct push_guard_lease){.holder = holder};
    if (ms > 0)
        extend(&l->until_ms, now_ms(g), ms);
}

static uint64_t leased_until(const struct push_guard *g)
{
    uint64_t end = 0;

    for (size_t i = 0; i < PUSH_GUARD_LEASES; i++)
        if (g->leases[i].until_ms > end)
            end = g->leases[i].until_ms;
    return end;
}

enum push_guard_reason push_guard_now(const struct push_guard *g)
{
    uint64_t now = now_ms(g);

    if (g->inside > 0 || now < g->until_ms)
        return PUSH_GUARD_REPLAY;
    return now < leased_until(g) ? PUSH_GUARD_LEASE : PUSH_GUARD_OFF;
}

uint64_t push_guard_until(const struct push_guard *g)
{
    uint64_t now = now_ms(g);
    uint64_t leased = leased_until(g), end = g->until_ms > leased ? g->until_ms : leased;

    if (g->inside > 0 || end == UINT64_MAX)
        return UINT64_MAX;
    return end > now ? clock_wall_ms(g->clock) + (end - now) : 0;
}
