#ifndef CLIENT_LINEAPI_ACTION_TIME_H
#define CLIENT_LINEAPI_ACTION_TIME_H

#include "relay-client/lineapi/validate/field_check.h"

/* The datetimepicker action: a date, a time of day, or both, between 1900-01-01 and 2100-12-31;
 * "2026-11-22", "18:30", "2026-11-22T18:30" (or with a small t). */
void action_time_check(const struct field_scope *action);

#endif
