#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The one event loop of a process: libuv's loop with what every object on it
 * needs (deferred tasks, deadlines, the clock, one shared read buffer).
 * libuv stays out of this header; files that own handles use loop_uv(). */
struct loop;
struct uv_loop_s;

/* `clock` is borrowed until loop_free. */
MUST_CHECK enum err loop_new(const struct clock *clock, struct loop **out);
/* Every handle must be closed: aborts with the leftover handles' types if not. */
void loop_free(struct loop *l);

/* Runs until nothing is left to wait for (open handles, posted tasks and, with the
 * system clock, deadlines), or loop_stop. */
void loop_run(struct loop *l);
/* One turn; waits for an event when `wait`.  Tests only. */
void loop_turn(struct loop *l, bool wait);
void loop_stop(struct loop *l);

struct uv_loop_s *loop_uv(struct loop *l);
const struct clock *loop_clock(const struct loop *l);
/* Milliseconds of the injected monotonic clock, read at every call (no system
 * call on Linux), so never older than the callback that asks. */
uint64_t loop_now_ms(const struct loop *l);
/* Shared by all readers: valid only inside one read callback. */
#define LOOP_READ_BUFFER 65536u
uint8_t *loop_read_buffer(struct loop *l);

#endif
