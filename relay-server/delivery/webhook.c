#include "relay-server/delivery/webhook.h"

#include "base/mem.h"
#include "codec/signature/signature.h"
#include "relay-server/delivery/delivery.h"
#include "relay-server/delivery/room.h"
#include "relay-server/handover/late_requests.h"
#include "relay-server/ingress/destination.h"
#include "relay-server/problem_table.h"

struct webhook {
    struct relay_state *relay; /* borrowed */
    struct exchange *exchange; /* owned until it is a delivery or refused */
    struct http_head head;     /* points into `storage` */
    char *storage;             /* owned */
    size_t held;               /* in the room, for the head and this */
    struct bytes body;         /* in the room too */
};

bool webhook_is(const struct http_head *head)
{
    if (!span_is(head->method, SPAN("POST")))
        return false;
    for (size_t i = 0; i < head->fields_len; i++)
        if (signature_is_header(head->fields[i].name))
            return true;
    return false;
}

static void webhook_free(struct webhook *w)
{
    room_give(w->relay, w->held + bytes_len(&w->body));
    bytes_fini(&w->body);
    mem_free(w->storage);
    mem_free(w);
}

static void refuse(struct webhook *w, const struct problem *p)
{
    problem_refuse(w->exchange, p);
    webhook_free(w);
}

void webhook_go_on(struct relay_state *relay, struct exchange *x, const struct http_head *head,
                   struct bytes *body)
{
    struct destination to;
    struct delivery_request request = {.head = head, .route = &to.route, .body = body};
    const struct problem *why = destination_find(relay, head, &to);

    if (why)
        problem_refuse(x, why);
    else
        delivery_start(relay, to.tunnel, x, &request);
    room_give(relay, bytes_len(body));
    bytes_fini(body);
}

static void on_complete(void *owner)
{
    struct webhook *w = owner;

    if (w->relay->late)
        late_requests_take_webhook(w->relay->late, w->exchange, &w->head, &w->body);
    else
        webhook_go_on(w->relay, w->exchange, &w->head, &w->body);
    webhook_free(w);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct webhook *w = owner;

    if (!room_take(w->relay, len)) {
        refuse(w, &problem_too_many_bodies);
        return;
    }
    enum err rc = bytes_append(&w->body, data, len);
    if (rc == OK)
        return;
    room_give(w->relay, len);
    refuse(w, rc == ERR_LIMIT ? &problem_body_too_large : &problem_out_of_memory);
}

/* The client went away before its request was complete: nobody is owed an answer. */
static void on_abort(void *owner, enum err why, const char *detail)
{
    struct webhook *w = owner;

    (void)why;
    (void)detail;
    exchange_close(w->exchange);
}

static void on_closed(void *owner)
{
    webhook_free(owner);
}

static const struct exchange_events exchange_events = {
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
    .on_closed = on_closed,
};

/* A length that says so itself is refused before a byte of it is taken. */
static bool is_too_large(const struct http_head *head)
{
    uint64_t len;

    return http_parse_content_length(http_head_value(head, "content-length"), &len) &&
           len > WEBHOOK_BODY_MAX;
}

static bool has_two_signatures(const struct http_head *head)
{
    for (size_t i = 0; i < head->fields_len; i++)
        for (size_t j = i + 1; j < head->fields_len; j++)
            if (signature_is_header(head->fields[i].name) &&
                span_is_nocase(head->fields[i].name, head->fields[j].name))
                return true;
    return false;
}

/* Before a byte of its body is taken. */
static const struct problem *find_fault(const struct relay_state *relay,
                                        const struct http_head *head,
                                        const struct tunnel *tunnel)
{
    if (is_too_large(head))
        return &problem_body_too_large;
    if (has_two_signatures(head))
        return &problem_signature_twice;
    if (!tunnel->link && tunnel->offline == LINK_OFFLINE_REFUSE)
        return destination_unlinked(relay);
    return NULL;
}

static enum err init(struct webhook *w, struct relay_state *relay, struct exchange *x,
                     const struct http_head *head)
{
    size_t held = sizeof *w + http_head_size(head);

    w->relay = relay;
    w->exchange = x;
    bytes_init(&w->body, WEBHOOK_BODY_MAX);
    if (!room_take(relay, held))
        return ERR_LIMIT;
    w->held = held;
    return http_head_copy(&w->head, head, &w->storage);
}

void webhook_start(struct relay_state *relay, struct exchange *x, const struct http_head *head,
                   const struct tunnel *tunnel)
{
    const struct problem *fault = find_fault(relay, head, tunnel);
    struct webhook *w = fault ? NULL : mem_alloc(sizeof *w);

    if (!w) {
        problem_refuse(x, fault ? fault : &problem_out_of_memory);
        return;
    }
    enum err rc = init(w, relay, x, head);
    if (rc == OK)
        exchange_own(x, &exchange_events, w);
    else
        refuse(w, rc == ERR_LIMIT ? &problem_too_many_bodies : &problem_out_of_memory);
}
