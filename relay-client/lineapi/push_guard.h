#ifndef CLIENT_LINEAPI_PUSH_GUARD_H
#define CLIENT_LINEAPI_PUSH_GUARD_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

/* A push has no reply token, so nothing in it says that it answers a replayed or simulated
 * event: while the bot handles one, for a minute after, and while somebody writes in the
 * Conversation, every call that could reach a real person is emulated.
 *
 * Life: push_guard_init -> enter, leave, hold ...; nothing to free. */

#define PUSH_GUARD_AFTER_MS 60000u
/* The bot has one for no longer than that (bot_call.h), and the minute after it. */
#define PUSH_GUARD_LONGEST_MS (60000u + PUSH_GUARD_AFTER_MS)

/* Pages that write at the same time; one more takes the place of that which ends first. */
#define PUSH_GUARD_LEASES 16u

struct push_guard {
    const struct clock *clock; /* borrowed */
    size_t inside;             /* exchanges that the bot has now */
    uint64_t until_ms;         /* monotonic; a minute behind the last of them */
    struct push_guard_lease {
        uint64_t holder, until_ms; /* monotonic; 0: free */
    } leases[PUSH_GUARD_LEASES];
    /* Of a replay: it must be up until this wall clock, at least; NULL: nobody remembers it. */
    void (*on_extended)(void *owner, uint64_t wall_ms);
    void *owner;
};

enum push_guard_reason { PUSH_GUARD_OFF, PUSH_GUARD_REPLAY, PUSH_GUARD_LEASE };

void push_guard_init(struct push_guard *g, const struct clock *clock);
/* The bot gets a replayed or simulated webhook; it has answered it, or never will. */
void push_guard_enter(struct push_guard *g);
void push_guard_leave(struct push_guard *g);
/* Something of that kind is on its way (through the relay, say): on for at least so long. */
void push_guard_hold(struct push_guard *g, uint64_t ms);
/* A Conversation's, renewed while it is open; 0 ends it, and nobody else's. */
void push_guard_lease(struct push_guard *g, uint64_t holder, uint64_t ms);
enum push_guard_reason push_guard_now(const struct push_guard *g);
/* Wall clock in ms, 0: off, UINT64_MAX: as long as the bot has one. */
uint64_t push_guard_until(const struct push_guard *g);

#endif
