#ifndef CLIENT_INSPECTOR_INSPECTOR_REPLY_H
#define CLIENT_INSPECTOR_INSPECTOR_REPLY_H

#include "relay-client/inspector/inspector_route.h"

/* Answers: their fields, and bodies of any size, sent as fast as the other side reads. */

/* What every answer says, whatever it is: nothing of another site may use, frame or guess
 * at it (threats E7, E8).  There never is a field that allows an origin (CORS). */
enum inspector_reply_kind {
    INSPECTOR_REPLY_DATA, /* of the API: never stored, never shown as a page */
    INSPECTOR_REPLY_PAGE, /* our own page and its parts */
};
MUST_CHECK enum err inspector_reply_add_fields(struct http_head *head,
                                               enum inspector_reply_kind kind);

void inspector_reply_init(struct inspector_reply *reply);
void inspector_reply_fini(struct inspector_reply *reply);
/* The problem that fits an error of a reading; 500 for what should not happen. */
void inspector_reply_error(struct inspector_reply *reply, enum err why, const char *detail);
/* Takes `x` over, and what is in `reply` (left empty).  `cookie` NULL: none is set. */
void inspector_reply_send(struct exchange *x, struct inspector_reply *reply,
                          const char *cookie);
/* Takes `x` over.  `head` is borrowed for the call, `body` for ever; `is_head`: the request
 * was HEAD, the body stays here. */
void inspector_reply_send_static(struct exchange *x, const struct http_head *head,
                                 struct span body, bool is_head);

#endif
