/* 1. a request finds a tunnel without a link, and is held
 * 2. the agent links: it goes through the front again, which finds the link
 * What can go wrong:
 *   - the agent does not come in time: 503
 *   - the sender leaves: nothing is owed
 *   - the relay ends or hands over: the front knows what to say, or who is next */
#include "relay-server/links/agent_wait.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "relay-server/ingress/destination.h"
#include "relay-server/ingress/front.h"
#include "relay-server/ingress/held_request.h"

struct agent_wait {
    struct list_node in_waits;
    struct relay_state *relay; /* borrowed */
    struct tunnel *tunnel;     /* borrowed: it is not forgotten meanwhile */
    struct held_request *held; /* owned */
    struct deadline deadline;
};

void agent_wait_init(struct agent_waits *waits)
{
    waits->len = 0;
    list_init(&waits->requests);
}

static void forget(struct agent_wait *w)
{
    deadline_clear(w->relay->loop, &w->deadline);
    list_remove(&w->in_waits);
    w->relay->waits.len--;
    w->tunnel->waiting--;
    mem_free(w);
}

static void on_left(struct held_request *h, void *holder)
{
    (void)h; /* frees itself */
    forget(holder);
}

static void on_late(struct deadline *d)
{
    struct agent_wait *w = CONTAINER_OF(d, struct agent_wait, deadline);
    struct held_request *h = w->held;

    problem_refuse(held_request_resume(h), destination_unlinked(w->relay));
    held_request_free(h);
    forget(w);
}

/* --- beginning --- */

static bool may_wait(const struct relay_state *relay, const struct tunnel *tunnel)
{
    uint64_t now = loop_now_ms(relay->loop);

    return !relay->links.closing && tunnel->unlinked_ms > 0 &&
           now - tunnel->unlinked_ms <= AGENT_WAIT_RECENT_MS &&
           tunnel->waiting < AGENT_WAITS_OF_TUNNEL && relay->waits.len < AGENT_WAITS_MAX;
}

static enum err hold(struct agent_wait *w, const struct ingress_request *request,
                     unsigned at_most_ms)
{
    enum err rc = deadline_set(w->relay->loop, &w->deadline, at_most_ms, on_late);

    if (rc == OK)
        rc = held_request_new(request->exchange, request->head, request->end, &w->held);
    if (rc != OK)
        deadline_clear(w->relay->loop, &w->deadline);
    return rc;
}

bool agent_wait_start(struct relay_state *relay, struct tunnel *tunnel,
                      const struct ingress_request *request, unsigned at_most_ms)
{
    struct agent_wait *w = may_wait(relay, tunnel) ? mem_alloc(sizeof *w) : NULL;

    if (!w)
        return false;
    w->relay = relay;
    w->tunnel = tunnel;
    if (hold(w, request, at_most_ms) != OK) {
        mem_free(w);
        return false;
    }
    w->held->on_left = on_left;
    w->held->holder = w;
    list_append(&relay->waits.requests, &w->in_waits);
    relay->waits.len++;
    tunnel->waiting++;
    return true;
}

/* --- the end --- */

static void go_on(struct agent_wait *w)
{
    struct relay_state *relay = w->relay;
    struct held_request *h = w->held;
    struct ingress_request request = {.head = &h->head, .server_name = "", .end = h->end};

    forget(w);
    request.exchange = held_request_resume(h);
    front_request(relay, &request);
    held_request_free(h);
}

/* NULL: all tunnels. */
static void go_on_all(struct relay_state *relay, const struct tunnel *tunnel)
{
    struct list_node *next;

    for (struct list_node *n = list_first(&relay->waits.requests); n; n = next) {
        struct agent_wait *w = CONTAINER_OF(n, struct agent_wait, in_waits);

        next = list_next(&relay->waits.requests, n);
        if (!tunnel || w->tunnel == tunnel)
            go_on(w);
    }
}

void agent_wait_linked(struct relay_state *relay, struct tunnel *tunnel)
{
    if (tunnel->waiting > 0)
        go_on_all(relay, tunnel);
}

void agent_wait_give_up(struct relay_state *relay)
{
    go_on_all(relay, NULL);
}
