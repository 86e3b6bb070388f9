#ifndef CLIENT_INSPECTOR_IMPORT_HAR_TIME_H
#define CLIENT_INSPECTOR_IMPORT_HAR_TIME_H

#include "base/span.h"

#include <stdint.h>

/* startedDateTime of a HAR (ISO 8601): "2026-11-21T19:24:05.123456+09:00"; the fraction may
 * have any length, and without a zone it is UTC.  Milliseconds since 1970; 0: anything else. */
uint64_t har_time_parse(struct span text);

#endif
