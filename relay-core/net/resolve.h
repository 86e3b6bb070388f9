#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "loop/loop.h"

/* Name -> addresses, to be looked at; who wants a connection takes dial.h.
 *
 * Life: resolve_start -> on_done (frees itself), or resolve_cancel */
struct resolve;

#define RESOLVE_ADDRESSES_MAX 16u /* of more the first ones */

enum resolve_reach {
    RESOLVE_PUBLIC,
    RESOLVE_PRIVATE,  /* RFC 1918, 6598, 4193, link-local */
    RESOLVE_LOOPBACK, /* and 0.0.0.0, :: */
};

struct resolve_address {
    char text[46];
    bool is_ipv6;
    enum resolve_reach reach;
};

struct resolve_answer {
    enum err why; /* OK; ERR_NOT_FOUND no such name; ERR_TIMEOUT, ERR_IO no answer; ERR_NOMEM */
    struct resolve_address list[RESOLVE_ADDRESSES_MAX]; /* each once, as they came */
    size_t len;
};

struct resolve_options {
    const char *host; /* name or address; copied */
    uint64_t timeout_ms;
    /* From the loop, once; borrowed. */
    void (*on_done)(void *owner, const struct resolve_answer *answer);
    void *owner;
};

/* ERR_CONFIG: it cannot be a name; ERR_NOMEM. */
MUST_CHECK enum err resolve_start(struct loop *l, const struct resolve_options *options,
                                  struct resolve **out);
/* No event afterwards, and it is gone.  Not after on_done. */
void resolve_cancel(struct resolve *r);

#endif
