#ifndef CLIENT_VIEW_EXCHANGE_VIEW_JSON_H
#define CLIENT_VIEW_EXCHANGE_VIEW_JSON_H

#include "relay-client/view/exchange_view.h"

/* The same as one JSON object, without a line feed.  Bodies that are not UTF-8 are given
 * as Base64, credentials not at all. */
MUST_CHECK enum err exchange_view_json(const struct exchange_view *v, struct bytes *out);

#endif
