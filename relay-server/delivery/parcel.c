#include "relay-server/delivery/parcel.h"

#include "base/mem.h"
#include "relay-server/delivery/room.h"

static enum err copy_head(struct parcel *p, const struct parcel_request *request)
{
    struct http_head head;
    enum err rc = forwarded_init(&head, request->head, request->route, request->peer);

    if (rc != OK)
        return rc;
    if (!forwarded_has_room(&head))
        return ERR_HEADERS_TOO_LARGE;
    size_t size = sizeof *p + http_head_size(&head);
    if (!room_take(p->relay, size))
        return ERR_LIMIT;
    p->held = size;
    return http_head_copy(&p->head, &head, &p->storage);
}

enum err parcel_init(struct parcel *p, struct relay_state *relay,
                     const struct parcel_request *request)
{
    p->relay = relay;
    enum err rc = copy_head(p, request);
    if (rc != OK) {
        parcel_fini(p);
        return rc;
    }
    p->body = *request->body;
    bytes_init(request->body, request->body->max);
    p->held += bytes_len(&p->body);
    return OK;
}

void parcel_fini(struct parcel *p)
{
    if (!p->relay)
        return;
    room_give(p->relay, p->held);
    p->held = 0;
    bytes_fini(&p->body);
    mem_free(p->storage);
    p->storage = NULL;
    p->relay = NULL;
}

enum err parcel_put(const struct parcel *p, const char *tunnel, unsigned answered,
                    struct inbox_ticket *ticket)
{
    struct inbox_delivery d = {
        .seq = p->seq,
        .tunnel = tunnel,
        .received_ms = p->received_ms,
        .head = &p->head,
        .body = bytes_span(&p->body),
        .answered = answered,
    };

    memcpy(d.id, p->id, sizeof d.id);
    return p->relay->inbox ? inbox_put(p->relay->inbox, &d, ticket) : ERR_CLOSED;
}

struct transmit_request parcel_transmit(const struct parcel *p)
{
    return (struct transmit_request){
        .head = &p->head,
        .info = {.delivery = p->id, .attempt = 1, .received_ms = p->received_ms},
        .body = bytes_span(&p->body),
        .keeps_answer = true,
    };
}
