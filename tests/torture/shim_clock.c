/* A wall clock that is off by as much as the test says (shim.h). */
#include "shim.h"

#include <stdbool.h>
#include <sys/time.h>
#include <time.h>

static int (*real_clock_gettime)(clockid_t, struct timespec *);

static int64_t shift_ms(void)
{
    return shim_state() ? atomic_load(&shim_state()->clock_ms) : 0;
}

static bool is_wall(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    if (!real_clock_gettime) /* others' constructors may come before ours */
        shim_find(&real_clock_gettime, "clock_gettime");
    int rc = real_clock_gettime(id, out);
    int64_t ms = shift_ms();
    if (rc != 0 || ms == 0 || !is_wall(id))
        return rc;
    int64_t ns = (int64_t)out->tv_nsec + ms % 1000 * 1000000;
    out->tv_sec += ms / 1000 + (ns >= 1000000000) - (ns < 0);
    out->tv_nsec = (long)((ns + 1000000000) % 1000000000);
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone; /* means nothing any more */
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
