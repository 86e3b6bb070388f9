#ifndef HTTP_H2_CONN_LIMITS_H
#define HTTP_H2_CONN_LIMITS_H

#include "http/h2/h2_conn_impl.h"

/* Time limits of a connection, looked at once a second while something is under way. */

#define H2_CONN_TICK_MS     1000u
#define H2_CONN_GREETING_MS 5000u  /* preface and SETTINGS of a client */
#define H2_CONN_IDLE_MS     75000u /* nothing under way */
#define H2_CONN_WRITE_MS    10000u /* the transport takes nothing */
#define H2_CONN_RATE_MS     5000u  /* a request's body brings at least ... */
#define H2_CONN_RATE_MIN    2560u  /* ... this in that time */

/* After each change; sets the deadline that is needed now. */
MUST_CHECK enum err h2_conn_limits_watch(struct h2_conn *c);
/* The deadline itself. */
void h2_conn_limits_expired(struct deadline *d);

#endif
