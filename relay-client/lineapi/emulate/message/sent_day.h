#ifndef CLIENT_LINEAPI_SENT_DAY_H
#define CLIENT_LINEAPI_SENT_DAY_H

#include "base/span.h"

/* Days and months as LINE counts messages by: in UTC+9. */

/* Days since 1970-01-01. */
uint64_t sent_day_of(uint64_t wall_ms);
/* Months since the year 0. */
uint64_t sent_day_month(uint64_t wall_ms);
/* "20261122"; false: no such day. */
bool sent_day_parse(struct span text, uint64_t *out);

#endif
