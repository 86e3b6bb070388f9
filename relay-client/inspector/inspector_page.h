#ifndef CLIENT_INSPECTOR_INSPECTOR_PAGE_H
#define CLIENT_INSPECTOR_INSPECTOR_PAGE_H

#include "http/exchange.h"

#include <stdint.h>

/* The page itself: files that the build put into the program (cmake/page.cmake), found by
 * their exact path (threats F7).  The paths of the page's own router all are index.html.
 * A program that was built without them says where to get one. */

struct inspector_page_file {
    const char *path;  /* "/assets/start-Bx3.js"; NULL ends the table */
    const char *type;  /* of the content */
    const char *etag;  /* weak, with its quotes: the same for both codings */
    bool is_immutable; /* its name changes with its content */
    const char *data;
    size_t len;
    const char *gzip; /* NULL: not smaller */
    size_t gzip_len;
};

/* Generated; empty without the page. */
extern const struct inspector_page_file inspector_page_files[];

/* Takes `x` over.  GET or HEAD; `head` is borrowed for the call. */
void inspector_page_serve(struct exchange *x, const struct http_head *head);

#endif
