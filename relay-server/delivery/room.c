#include "relay-server/delivery/room.h"

bool room_take(struct relay_state *relay, size_t len)
{
    if (relay->webhook_bodies > WEBHOOK_BODIES_MAX ||
        len > WEBHOOK_BODIES_MAX - relay->webhook_bodies)
        return false;
    relay->webhook_bodies += len;
    return true;
}

void room_give(struct relay_state *relay, size_t len)
{
    relay->webhook_bodies -= len;
}
