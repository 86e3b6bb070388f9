#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_LIST_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_LIST_H

#include "relay-client/inspector/inspector_route.h"

/* GET /api/exchanges: a page of rows that match, the gaps between them, and how many match
 * in all. */
enum err exchange_list_read(struct inspector_reading *r);

/* The query of the parameter `q`.  ERR_SYNTAX: the reply is a problem `bad_filter` already,
 * which names the place; ERR_NOMEM. */
struct journal_query;
MUST_CHECK enum err exchange_list_query(struct inspector_reading *r,
                                        struct journal_query **out);

#endif
