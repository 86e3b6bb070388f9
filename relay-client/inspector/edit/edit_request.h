#ifndef CLIENT_INSPECTOR_EDIT_EDIT_REQUEST_H
#define CLIENT_INSPECTOR_EDIT_EDIT_REQUEST_H

#include "codec/json/json.h"
#include "relay-client/inspector/inspector_route.h"

/* What the routes that change the journal have in common. */

#define EDIT_REQUEST_BODY_MAX ((size_t)64 * 1024)

/* The body is a JSON object.  False: the request is answered already, and `doc` needs no
 * json_fini. */
bool edit_request_parse(struct inspector_request *r, struct json_doc *doc);
/* A decimal number above 0, of at most 19 digits. */
bool edit_request_number(const char *text, uint64_t *out);

/* Each answers the request. */
void edit_request_refuse(struct inspector_request *r, const char *detail); /* 400 */
void edit_request_fail(struct inspector_request *r, enum err why, const char *detail);
/* {"count": n} */
void edit_request_count(struct inspector_request *r, uint64_t count);

#endif
