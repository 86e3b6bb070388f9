#ifndef CLIENT_INSPECTOR_INSPECTOR_ROUTER_H
#define CLIENT_INSPECTOR_INSPECTOR_ROUTER_H

#include "relay-client/inspector/inspector_route.h"

/* Which route is meant?  HEAD finds those of GET; a pattern with more words wins.  NULL: none,
 * and `allowed` are the methods that this path has ("GET, POST", "" for no such path). */
const struct inspector_route *inspector_router_find(struct span method, struct span path,
                                                    char allowed[static 32]);

#endif
