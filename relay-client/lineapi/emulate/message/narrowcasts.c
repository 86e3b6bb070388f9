#include "relay-client/lineapi/emulate/message/narrowcasts.h"

#include "base/mem.h"

struct narrowcasts {
    size_t count; /* ever */
    struct narrowcast ring[NARROWCASTS_MAX];
};

enum err narrowcasts_new(struct narrowcasts **out)
{
    *out = mem_alloc(sizeof **out);
    return *out ? OK : ERR_NOMEM;
}

void narrowcasts_free(struct narrowcasts *n)
{
    mem_free(n);
}

void narrowcasts_add(struct narrowcasts *n, const struct narrowcast *narrowcast)
{
    n->ring[n->count++ % NARROWCASTS_MAX] = *narrowcast;
}

const struct narrowcast *narrowcasts_find(const struct narrowcasts *n, struct span request_id)
{
    for (size_t i = 0; request_id.len > 0 && i < NARROWCASTS_MAX; i++)
        if (span_is(span_text(n->ring[i].request_id), request_id))
            return &n->ring[i];
    return NULL;
}

enum narrowcast_phase narrowcasts_phase(const struct narrowcast *n, uint64_t now_ms)
{
    uint64_t age_ms = now_ms > n->accepted_ms ? now_ms - n->accepted_ms : 0;

    if (age_ms < NARROWCASTS_SENDING_MS)
        return NARROWCAST_WAITING;
    if (n->fails > 0)
        return NARROWCAST_FAILED;
    return age_ms < NARROWCASTS_DONE_MS ? NARROWCAST_SENDING : NARROWCAST_SUCCEEDED;
}
