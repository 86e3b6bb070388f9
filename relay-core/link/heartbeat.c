/* The happy path:
 *  1. Once a second (on_tick), and when death is due, the silence is measured.
 *  2. 10 s of it: on_ping, once.  The answer is a byte like any other: heartbeat_heard.
 *  3. heartbeat_heard puts death off.
 *
 * What can go wrong:
 *  - Silence until then: on_dead, and no more ticks.
 *  - The machine slept, or the process was stopped: the wall clock jumps ahead of the
 *    monotonic one, or the tick itself comes late.  The peer may be long gone, or its
 *    bytes wait to be read: ping at once, and judge in 3 s.
 *  - The owner ends the heartbeat inside an event: no further event comes. */
#include "link/heartbeat.h"

#include "base/container.h"

#define JUMP_MS 2000u

static bool has_slept(const struct heartbeat *h, uint64_t now_us, uint64_t wall_ms)
{
    uint64_t passed_ms = (now_us - h->tick_us) / 1000;

    return passed_ms >= HEARTBEAT_CHECK_MS + JUMP_MS ||
           wall_ms >= h->wall_ms + passed_ms + JUMP_MS;
}

static void wake(struct heartbeat *h, uint64_t now_us)
{
    h->dead_us = now_us + (uint64_t)HEARTBEAT_WAKE_MS * 1000;
    h->pinged = true;
    if (h->events->on_wake)
        h->events->on_wake(h->owner);
    if (deadline_is_set(&h->tick))
        h->events->on_ping(h->owner);
}

static void ping_if_silent(struct heartbeat *h, uint64_t now_us)
{
    if (h->pinged || now_us - h->heard_us < (uint64_t)HEARTBEAT_IDLE_MS * 1000)
        return;
    h->pinged = true;
    h->events->on_ping(h->owner);
}

static uint64_t next_tick_ms(const struct heartbeat *h, uint64_t now_us)
{
    uint64_t left_ms = h->dead_us > now_us ? (h->dead_us - now_us + 999) / 1000 : 0;

    return left_ms < HEARTBEAT_CHECK_MS ? left_ms : HEARTBEAT_CHECK_MS;
}

static void on_tick(struct deadline *d)
{
    struct heartbeat *h = CONTAINER_OF(d, struct heartbeat, tick);
    uint64_t now_us = clock_us(loop_clock(h->loop));
    uint64_t wall_ms = clock_wall_ms(loop_clock(h->loop));
    bool slept = has_slept(h, now_us, wall_ms);

    h->tick_us = now_us;
    h->wall_ms = wall_ms;
    /* Without a next tick nobody would notice the end: better now than never. */
    if ((!slept && now_us >= h->dead_us) ||
        deadline_set(h->loop, &h->tick, next_tick_ms(h, now_us), on_tick) != OK)
        h->events->on_dead(h->owner);
    else if (slept)
        wake(h, now_us);
    else
        ping_if_silent(h, now_us);
}

enum err heartbeat_init(struct heartbeat *h, struct loop *l,
                        const struct heartbeat_events *events, void *owner)
{
    *h = (struct heartbeat){.loop = l, .events = events, .owner = owner};
    h->tick_us = clock_us(loop_clock(l));
    h->wall_ms = clock_wall_ms(loop_clock(l));
    heartbeat_heard(h);
    return deadline_set(l, &h->tick, HEARTBEAT_CHECK_MS, on_tick);
}

void heartbeat_fini(struct heartbeat *h)
{
    if (h->loop)
        deadline_clear(h->loop, &h->tick);
}

void heartbeat_heard(struct heartbeat *h)
{
    h->heard_us = clock_us(loop_clock(h->loop));
    h->dead_us = h->heard_us + (uint64_t)HEARTBEAT_DEAD_MS * 1000;
    h->pinged = false;
}
