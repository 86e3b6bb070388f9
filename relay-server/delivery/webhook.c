#include "relay-server/delivery/webhook.h"

#include "base/mem.h"
#include "codec/signature/signature.h"
#include "relay-server/delivery/forward.h"
#include "relay-server/ingress/destination.h"
#include "relay-server/problem_table.h"

struct webhook {
    struct relay_state *relay; /* borrowed */
    struct exchange *exchange; /* owned until it is forwarded or refused */
    struct http_head head;     /* points into `storage` */
    char *storage;             /* owned */
    struct bytes body;         /* counted in relay->webhook_bodies */
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
    w->relay->webhook_bodies -= bytes_len(&w->body);
    bytes_fini(&w->body);
    mem_free(w->storage);
    mem_free(w);
}

static void refuse(struct webhook *w, const struct problem *p)
{
    problem_refuse(w->exchange, p);
    webhook_free(w);
}

static void forward(struct webhook *w, const struct destination *to)
{
    struct forward_options options = {
        .link = to->link,
        .request = &w->head,
        .route = &to->route,
        .webhook = true,
        .body = bytes_span(&w->body),
    };

    forward_start(w->relay, w->exchange, &options);
    webhook_free(w);
}

static void on_complete(void *owner)
{
    struct webhook *w = owner;
    struct destination to;
    const struct problem *why = destination_find(w->relay, &w->head, &to);

    if (why)
        refuse(w, why);
    else
        forward(w, &to);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct webhook *w = owner;

    if (len > WEBHOOK_BODIES_MAX - w->relay->webhook_bodies) {
        refuse(w, &problem_too_many_bodies);
        return;
    }
    enum err rc = bytes_append(&w->body, data, len);
    if (rc == OK)
        w->relay->webhook_bodies += len;
    else
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

static void on_head(void *owner, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
}

static void on_drain(void *owner)
{
    (void)owner;
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
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

void webhook_start(struct relay_state *relay, struct exchange *x, const struct http_head *head)
{
    if (is_too_large(head) || has_two_signatures(head)) {
        problem_refuse(x,
                       is_too_large(head) ? &problem_body_too_large : &problem_signature_twice);
        return;
    }

    struct webhook *w = mem_alloc(sizeof *w);
    if (!w || http_head_copy(&w->head, head, &w->storage) != OK) {
        mem_free(w);
        problem_refuse(x, &problem_out_of_memory);
        return;
    }
    w->relay = relay;
    w->exchange = x;
    bytes_init(&w->body, WEBHOOK_BODY_MAX);
    exchange_own(x, &exchange_events, w);
}
