#ifndef CLIENT_LINEAPI_NARROWCASTS_H
#define CLIENT_LINEAPI_NARROWCASTS_H

#include "base/err.h"
#include "base/span.h"

/* The narrowcasts that were accepted, and how far they would be by now.
 *
 * Life: narrowcasts_new -> narrowcasts_add ... -> narrowcasts_free
 * The newest NARROWCASTS_MAX are known; nothing can fail but the beginning. */
struct narrowcasts;

#define NARROWCASTS_MAX        256u
#define NARROWCASTS_SENDING_MS 1000u /* after it was accepted */
#define NARROWCASTS_DONE_MS    3000u

enum narrowcast_phase {
    NARROWCAST_WAITING,
    NARROWCAST_SENDING,
    NARROWCAST_SUCCEEDED,
    NARROWCAST_FAILED,
};

struct narrowcast {
    char request_id[40];
    uint64_t accepted_ms;
    uint64_t people; /* that it goes to */
    unsigned fails;  /* LINE's errorCode of its end, 0: it succeeds */
};

MUST_CHECK enum err narrowcasts_new(struct narrowcasts **out);
void narrowcasts_free(struct narrowcasts *n);
/* Copied. */
void narrowcasts_add(struct narrowcasts *n, const struct narrowcast *narrowcast);
/* Borrowed until the next add; NULL: unknown. */
const struct narrowcast *narrowcasts_find(const struct narrowcasts *n, struct span request_id);
enum narrowcast_phase narrowcasts_phase(const struct narrowcast *n, uint64_t now_ms);

#endif
