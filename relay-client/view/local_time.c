#include "relay-client/view/local_time.h"

#include <stdio.h>
#include <time.h>

/* What a wall clock can show: until the end of 9999. */
#define LAST_MS 253402300799999u

static struct tm local(uint64_t wall_ms)
{
    time_t seconds = (time_t)((wall_ms < LAST_MS ? wall_ms : LAST_MS) / 1000);
    struct tm t = {0};

    localtime_r(&seconds, &t);
    return t;
}

const char *local_time_clock(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    struct tm t = local(wall_ms);

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
    return buf;
}

const char *local_time_date(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    struct tm t = local(wall_ms);

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1,
                   t.tm_mday);
    return buf;
}

const char *local_time_full(char buf[static LOCAL_TIME_SIZE], uint64_t wall_ms)
{
    char date[LOCAL_TIME_SIZE];
    char clock[LOCAL_TIME_SIZE];

    (void)snprintf(buf, LOCAL_TIME_SIZE, "%.11s %.8s.%03u", local_time_date(date, wall_ms),
                   local_time_clock(clock, wall_ms), (unsigned)(wall_ms % 1000));
    return buf;
}

unsigned local_time_day(uint64_t wall_ms)
{
    struct tm t = local(wall_ms);

    return (unsigned)t.tm_year * 366u + (unsigned)t.tm_yday;
}
