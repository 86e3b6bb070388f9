#ifndef CLIENT_LINE_LINE_REASON_H
#define CLIENT_LINE_LINE_REASON_H

#include "base/span.h"

/* What LINE says of a webhook that did not arrive (console, "Webhook errors", and
 * webhook/test), and what it means for a bot behind Hookline. */

struct line_reason {
    const char *reason; /* "COULD_NOT_CONNECT" */
    const char *detail; /* how LINE's detail begins; "": any other */
    const char *code;   /* of the doctor's finding: "line_unknown_host" */
    const char *means;  /* a sentence */
    const char *fix;    /* what to do */
    const char *advice; /* the same as a code of the doctor's; "" with nothing to do */
};

/* In either case: the console writes them in small letters.  Never NULL. */
const struct line_reason *line_reason_find(struct span reason, struct span detail);

/* All of them; the last one is for what LINE may say in future. */
extern const struct line_reason line_reason_list[];
extern const size_t line_reason_list_len;

#endif
