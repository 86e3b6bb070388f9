#ifndef CLIENT_INSPECTOR_SIMULATE_EVENT_TYPES_H
#define CLIENT_INSPECTOR_SIMULATE_EVENT_TYPES_H

#include "relay-client/inspector/inspector_route.h"

/* `GET /api/event-types`: the table of event_template.h (schema EventType). */
MUST_CHECK enum err event_types_read(struct inspector_reading *r);

#endif
