#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_COMPARE_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_COMPARE_H

#include "relay-client/inspector/inspector_route.h"

/* GET /api/compare: two exchanges, and what in them differs whatever happens. */
enum err exchange_compare_read(struct inspector_reading *r);

#endif
