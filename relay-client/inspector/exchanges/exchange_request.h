#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_REQUEST_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_REQUEST_H

#include "codec/json/json_writer.h"
#include "relay-client/inspector/inspector_route.h"

/* What the reading routes of exchanges and chats have in common. */

/* A parameter that is a number.  False: the reply is a problem 400 already.  Absent:
 * `*out` stays as it is, unless it must be there. */
bool exchange_request_number(struct inspector_reading *r, const char *name, bool is_required,
                             uint64_t *out);
/* ... that is an id: without zeros in front. */
bool exchange_request_id(struct inspector_reading *r, const char *name, bool is_required,
                         uint64_t *out);
/* `limit`, a number of 1 .. `max`. */
bool exchange_request_limit(struct inspector_reading *r, uint64_t max, uint64_t *out);

/* The exchange of that number and no other; ERR_NOT_FOUND.  Freed by the caller. */
MUST_CHECK enum err exchange_request_exchange(struct journal_reader *reader, uint64_t id,
                                              struct journal_exchange **out);

/* The reply's body as one JSON text: begin, write, end. */
void exchange_request_begin(struct inspector_reading *r, struct json_writer *w);
/* `rc`: what went wrong meanwhile, which then is the result. */
MUST_CHECK enum err exchange_request_end(struct json_writer *w, enum err rc);

#endif
