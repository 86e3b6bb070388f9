#ifndef CLIENT_VIEW_LOCAL_TIME_H
#define CLIENT_VIEW_LOCAL_TIME_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wall clock times in the user's time zone (TZ). */

#define LOCAL_TIME_SIZE 40u

/* All NUL-terminate and return `buf`. */
/* 19:24:05 */
const char *local_time_clock(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);
/* 2026-11-21 */
const char *local_time_date(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);
/* 2026-11-21 19:24:05 */
const char *local_time_stamp(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);
/* 2026-11-21 19:24:05.123 */
const char *local_time_full(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);

/* A moment that people write, looking back from `now_ms`: a span of time (90s 10m 2h 3d
 * 1w), a time of day of the last 24 hours (14:30, 14:30:05), "today", "yesterday", a day
 * (2026-11-21), or both (2026-11-21T14:30:05, with a space, or with a Z at its end for
 * UTC).  A day is its first moment, or with `day_end` the first one of the next.  False:
 * none of them, or a day that does not exist. */
bool local_time_parse(struct span text, uint64_t now_ms, bool day_end, uint64_t *out_ms);

#endif
