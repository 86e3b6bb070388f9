#include "relay-client/lineapi/guard_memory.h"

#include "base/log.h"
#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Digits of a time in ms, so that a later one overwrites all of it in one piece. */
#define DIGITS 20u

static uint64_t read_time(const struct guard_memory *m)
{
    char text[DIGITS];
    uint64_t ms = 0;

    if (pread(m->file, text, sizeof text, 0) != (ssize_t)sizeof text ||
        !span_parse_u64(span_of(text, sizeof text), &ms))
        return 0;
    return ms;
}

/* Blocking, but into the page cache: that is enough, for a machine that loses its power takes
 * the bot along.  Nothing is shortened: another process may have written it. */
static void on_extended(void *owner, uint64_t wall_ms)
{
    struct guard_memory *m = owner;
    char text[DIGITS + 2];

    if (wall_ms <= read_time(m))
        return;
    (void)snprintf(text, sizeof text, "%0*" PRIu64 "\n", (int)DIGITS, wall_ms);
    if (pwrite(m->file, text, DIGITS + 1, 0) != (ssize_t)(DIGITS + 1))
        log_warn("lineapi", "the guard of pushes is not remembered: %s", strerror(errno));
}

/* No longer than anything can have asked for: a clock may have been set. */
static void put_up(const struct guard_memory *m)
{
    uint64_t now_ms = clock_wall_ms(m->guard->clock);
    uint64_t until_ms = read_time(m);
    uint64_t left_ms = until_ms > now_ms ? until_ms - now_ms : 0;

    if (left_ms > 0)
        push_guard_hold(m->guard,
                        left_ms < PUSH_GUARD_LONGEST_MS ? left_ms : PUSH_GUARD_LONGEST_MS);
}

void guard_memory_open(struct guard_memory *m, struct push_guard *g, const char *file)
{
    *m = (struct guard_memory){.guard = g};
    m->file = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (m->file < 0) {
        log_warn("lineapi", "%s: %s; a replay is forgotten when the agent is started anew",
                 file, strerror(errno));
        return;
    }
    m->is_open = true;
    put_up(m);
    g->on_extended = on_extended;
    g->owner = m;
}

void guard_memory_close(struct guard_memory *m)
{
    if (!m->is_open)
        return;
    m->guard->on_extended = NULL;
    (void)close(m->file);
    m->is_open = false;
}
