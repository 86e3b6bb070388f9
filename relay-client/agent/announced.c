#include "relay-client/agent/announced.h"

#include "base/mem.h"
#include "codec/digest.h"
#include "relay-client/lineapi/push_guard.h"

void announced_free(struct announced *a)
{
    mem_free(a->list);
    *a = (struct announced){0};
}

/* Numbers go round: the place of the oldest is the next one's. */
static struct announced_entry *place_of(const struct announced *a, uint64_t number)
{
    return &a->list[number % ANNOUNCED_MAX];
}

enum err announced_put(struct agent_context *agent, const struct announced_entry *wish)
{
    struct announced *a = &agent->announced;

    if (!a->list)
        a->list = mem_alloc(ANNOUNCED_MAX * sizeof *a->list);
    if (!a->list)
        return ERR_NOMEM;
    struct announced_entry *e = place_of(a, ++a->last);
    *e = *wish;
    e->number = a->last;
    e->is_here = false;
    e->exchange = 0;
    e->until_ms = loop_now_ms(agent->loop) + ANNOUNCED_LIFE_MS;
    if (agent->options->guard)
        push_guard_hold(agent->options->guard, ANNOUNCED_LIFE_MS);
    return OK;
}

/* The oldest of those that are here, or are not. */
static struct announced_entry *find(struct agent_context *agent, const uint8_t sha256[32],
                                    bool is_here)
{
    const struct announced *a = &agent->announced;
    uint64_t now = loop_now_ms(agent->loop);
    uint64_t first = a->last > ANNOUNCED_MAX ? a->last - ANNOUNCED_MAX + 1 : 1;

    for (uint64_t n = first; a->list && n <= a->last; n++) {
        struct announced_entry *e = place_of(a, n);
        if (e->number == n && e->is_here == is_here && e->until_ms > now &&
            memcmp(e->sha256, sha256, sizeof e->sha256) == 0)
            return e;
    }
    return NULL;
}

void announced_recognise(struct recording *r)
{
    uint8_t sha256[DIGEST_SHA256_LEN];

    if (r->origin != AGENT_FROM_LINK || !r->agent->announced.list)
        return;
    digest_sha256(bytes_span(&r->body), sha256);
    struct announced_entry *e = find(r->agent, sha256, false);
    if (!e)
        return;
    e->is_here = true;
    r->announced = e->number;
    r->replay_of = e->replay_of;
    r->is_simulated = e->is_simulated;
}

void announced_stored(const struct recording *r)
{
    const struct announced *a = &r->agent->announced;

    if (r->announced == 0)
        return;
    struct announced_entry *e = place_of(a, r->announced);
    if (e->number == r->announced)
        e->exchange = r->id;
}

uint64_t announced_collect(struct agent_context *agent, const uint8_t sha256[static 32])
{
    struct announced_entry *e = find(agent, sha256, true);
    uint64_t exchange = e ? e->exchange : 0;

    if (exchange > 0)
        *e = (struct announced_entry){0};
    return exchange;
}
