#ifndef CLIENT_INSPECTOR_IMPORT_HAR_MESSAGE_H
#define CLIENT_INSPECTOR_IMPORT_HAR_MESSAGE_H

#include "codec/http/http_head.h"
#include "relay-client/inspector/import/har_text.h"

/* Head and body of the request or the response of a HAR entry. */

struct har_body {
    struct span bytes;
    bool is_truncated; /* it was longer, or is not in the file */
};

/* `head` gets method, scheme, authority and path, and the fields.  ERR_NOT_FOUND: this is no
 * request of HTTP. */
MUST_CHECK enum err har_message_request(struct har_text *t, struct span request,
                                        struct http_head *head);
/* Status and fields.  ERR_NOT_FOUND: none, or no status that there is. */
MUST_CHECK enum err har_message_response(struct har_text *t, struct span response,
                                         struct http_head *head);

/* postData or content; at most `max` bytes.  `size` is the member that tells how long it
 * should be.  Parameters of a form, when there is no text, are appended to `form`. */
struct har_body_place {
    struct span data;  /* the object, or empty */
    uint64_t said_len; /* 0: nothing, or unknown */
    size_t max;
    struct bytes *form;
};
MUST_CHECK enum err har_message_body(struct har_text *t, const struct har_body_place *place,
                                     struct har_body *out);

#endif
