#ifndef CLIENT_VIEW_LOCAL_TIME_H
#define CLIENT_VIEW_LOCAL_TIME_H

#include "base/span.h"

#include <stddef.h>
#include <stdint.h>

/* Wall clock times in the user's time zone (TZ). */

#define LOCAL_TIME_SIZE 40u

/* Both NUL-terminate and return `buf`: 19:24:05, and 2026-11-21 19:24:05.123. */
const char *local_time_clock(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);
const char *local_time_full(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);
/* The day, as a number that differs from day to day. */
unsigned local_time_day(uint64_t wall_ms);
/* 2026-11-21. */
const char *local_time_date(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms);

#endif
