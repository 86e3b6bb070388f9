#ifndef CODEC_ULID_H
#define CODEC_ULID_H

#include "base/random.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* ULIDs: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's
 * base 32 in upper case, so that they sort by time. */

#define ULID_LEN 26u

/* Zeroed is ready.  The ids of one maker always ascend: within a millisecond, and
 * when the clock steps back, the random part counts up. */
struct ulid_maker {
    uint64_t last_ms;
    uint8_t random_part[10];
};

/* 26 characters and a NUL. */
void ulid_make(struct ulid_maker *m, uint64_t wall_ms, struct random *random,
               char out[static ULID_LEN + 1]);

/* Upper case only: one text for one value. */
bool ulid_is_valid(struct span text);
/* The time in it; false when it is not a ULID. */
bool ulid_parse_ms(struct span text, uint64_t *out);

#endif
