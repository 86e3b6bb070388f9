#include "relay-server/ingress/destination.h"

#include "relay-server/problem_table.h"

/* A tunnel that was not linked since the relay started is there all the same, if somebody
 * may link it: senders shall come again. */
static bool is_expected(const struct relay_state *relay, struct span tunnel)
{
    return tokens_any_covers(relay->tokens, tunnel, clock_wall_ms(loop_clock(relay->loop)));
}

const struct problem *destination_unlinked(const struct relay_state *relay)
{
    return relay->links.closing ? &problem_shutdown : &problem_no_agent;
}

const struct problem *destination_find(struct relay_state *relay, const struct http_head *head,
                                       struct destination *out)
{
    struct route *route = &out->route;

    if (router_route(span_text(relay->domain), head, out->scratch, route) != OK)
        return &problem_no_such_tunnel;
    struct tunnel *tunnel = tunnels_find(&relay->tunnels, route->tunnel);
    if (!tunnel)
        return is_expected(relay, route->tunnel) ? destination_unlinked(relay)
                                                 : &problem_no_such_tunnel;
    out->tunnel = tunnel;
    return NULL;
}
