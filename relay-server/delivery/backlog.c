#include "relay-server/delivery/backlog.h"

#include "base/container.h"
#include "relay-server/delivery/dispatch.h"

void backlog_leave_all(struct relay_state *relay)
{
    const struct list *all = &relay->tunnels.order;

    for (struct list_node *n = list_first(all); n; n = list_next(all, n))
        dispatch_leave_inbox(dispatch_of(relay, CONTAINER_OF(n, struct tunnel, in_order)));
}

void backlog_kick_all(struct relay_state *relay)
{
    const struct list *all = &relay->tunnels.order;

    for (struct list_node *n = list_first(all); n; n = list_next(all, n)) {
        struct tunnel *t = CONTAINER_OF(n, struct tunnel, in_order);

        if (t->link)
            dispatch_kick(dispatch_of(relay, t));
    }
}
