#ifndef CLIENT_HANDLER_ECHO_PAGE_H
#define CLIENT_HANDLER_ECHO_PAGE_H

#include "base/bytes.h"
#include "codec/http/http_head.h"

/* The page that says hello: the tunnel works, and this is the request that came
 * through it.  Everything from outside is escaped for HTML; credentials are not shown. */
MUST_CHECK enum err echo_page_format(struct bytes *out, const struct http_head *head);

#endif
