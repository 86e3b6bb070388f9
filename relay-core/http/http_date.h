#ifndef HTTP_HTTP_DATE_H
#define HTTP_HTTP_DATE_H

#include "base/span.h"

#include <stdbool.h>

/* The Date field (RFC 9110 §5.6.7): Sun, 06 Nov 1994 08:49:37 GMT. */
#define HTTP_DATE_LEN 29u

/* Not NUL-terminated. */
struct span http_date_format(char out[static HTTP_DATE_LEN], uint64_t wall_ms);
/* Only this form, which is all that may be sent; false for anything else. */
bool http_date_parse(struct span text, uint64_t *wall_ms);

#endif
