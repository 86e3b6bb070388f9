#ifndef CLIENT_LINEAPI_LIST_PAGE_H
#define CLIENT_LINEAPI_LIST_PAGE_H

#include "relay-client/lineapi/emulate/emulated_call.h"

/* Long lists come in pages; "next" of an answer is "start" of the next question. */

struct list_page {
    size_t start, len;
};

/* Of "start", and of "limit" (1 to `max`, else `usual`).  False: refused. */
bool list_page_read(struct emulated_call *c, size_t usual, size_t max, struct list_page *out);
/* Cuts the page to a list of `total`, and writes "next" if there is more behind it. */
void list_page_fit(struct list_page *p, size_t total);
void list_page_write_next(struct json_writer *w, const struct list_page *p, size_t total);

#endif
