#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Randomness, injected: programs use random_system() (getrandom), tests a
 * seeded generator so that a schedule can be repeated. */
struct random {
    void (*fill)(struct random *r, void *out, size_t len);
};

/* Aborts the process when the kernel gives no entropy: nothing is safe then. */
struct random *random_system(void);

struct random_seeded {
    struct random base;
    uint64_t state;
};
void random_seeded_init(struct random_seeded *r, uint64_t seed);

void random_fill(struct random *r, void *out, size_t len);
/* Uniform in 0 .. bound-1; bound >= 1. */
uint64_t random_below(struct random *r, uint64_t bound);

#endif
