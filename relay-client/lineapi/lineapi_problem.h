#ifndef CLIENT_LINEAPI_PROBLEM_H
#define CLIENT_LINEAPI_PROBLEM_H

#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/lineapi_operation.h"

/* What an answer of LINE means, as one of the words of docs/line-api.md, and why there is
 * none.  Those of emulated calls are the emulator's. */

struct lineapi_answered {
    const struct lineapi_operation *operation; /* NULL: none that is known */
    bool is_method_wrong;
    const struct given_event *event; /* of its reply token, or NULL */
    unsigned status;
    struct span body;
    uint64_t now_ms;
};

/* Static; NULL: all is well. */
const char *lineapi_problem_of(const struct lineapi_answered *a);
/* A sentence for people, about LINE at `url`. */
void lineapi_problem_unreachable(char *out, size_t size, const char *url, enum err why);

#endif
