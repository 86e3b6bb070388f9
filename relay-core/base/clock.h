#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Time, injected: programs use clock_system(), tests move a fake one. */
struct clock {
    uint64_t (*monotonic_us)(const struct clock *c); /* never jumps, stops in suspend */
    uint64_t (*wall_ms)(const struct clock *c);      /* since 1970-01-01 UTC */
};

const struct clock *clock_system(void);

struct clock_fake {
    struct clock base;
    uint64_t now_us;
    uint64_t wall_offset_ms;
};
void clock_fake_init(struct clock_fake *c, uint64_t wall_ms);
/* Both clocks move on. */
void clock_fake_advance(struct clock_fake *c, uint64_t us);
/* Only the wall clock moves: what a suspend or an NTP step looks like. */
void clock_fake_jump(struct clock_fake *c, uint64_t ms);

static inline uint64_t clock_us(const struct clock *c)
{
    return c->monotonic_us(c);
}

static inline uint64_t clock_wall_ms(const struct clock *c)
{
    return c->wall_ms(c);
}

#endif
