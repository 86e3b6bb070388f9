/* A request's way:
 *   1. it is held: its head is copied, its exchange paused
 *   2. when the new relay serves, a stream of the link to it is opened, the peer's address
 *      among the fields; a webhook's body that was read already follows at once
 *   3. the splice carries the rest, and the answer back
 * What can go wrong:
 *   - too many wait, or memory is out: 503
 *   - as many as may stand still are on their way: it waits for one of them to end
 *   - the new relay is gone: 503, for all of them; nothing of them was promised
 *   - the sender goes away: nothing is owed */
#include "relay-server/handover/late_requests.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/splice.h"
#include "loop/defer.h"
#include "relay-server/delivery/room.h"
#include "relay-server/delivery/webhook.h"
#include "relay-server/handover/handover_text.h"
#include "relay-server/ingress/front.h"
#include "relay-server/ingress/held_request.h"
#include "relay-server/problem_table.h"

#include <assert.h>

struct late_requests {
    struct relay_state *relay; /* borrowed */
    const struct late_requests_events *events;
    void *owner;
    struct list waiting, passing; /* the oldest first */
    size_t waiting_len, passing_len;
    struct link_session *session; /* owned; NULL: not yet, or not any more */
    struct defer_task work;       /* opens streams, and tells that nothing is left */
    bool is_over;                 /* nobody takes any */
    bool is_closed;
};

struct late_request {
    struct list_node in_requests;
    struct late_requests *requests; /* back-pointer */
    struct held_request *held;      /* owned; NULL once it is passed on */
    struct splice *splice;          /* owned from then on */
    bool has_body;                  /* a webhook, read whole */
    struct bytes body;              /* in the room */
};

static void look(struct late_requests *l);

static struct late_request *from_node(struct list_node *n)
{
    return CONTAINER_OF(n, struct late_request, in_requests);
}

/* --- ends --- */

static void free_request(struct late_request *r)
{
    struct late_requests *l = r->requests;

    list_remove(&r->in_requests);
    held_request_free(r->held);
    room_give(l->relay, bytes_len(&r->body));
    bytes_fini(&r->body);
    mem_free(r);
    look(l);
}

static void refuse(struct late_request *r, const struct problem *problem)
{
    r->requests->waiting_len--;
    problem_refuse(held_request_resume(r->held), problem);
    free_request(r);
}

static void on_left(struct held_request *h, void *holder)
{
    struct late_request *r = holder;

    (void)h;
    r->held = NULL; /* frees itself */
    r->requests->waiting_len--;
    free_request(r);
}

/* --- passing on --- */

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    struct late_request *r = owner;

    if (why != OK)
        log_info("takeover", "a late request was %s: %s %s", server ? "refused" : "cut",
                 err_text(why), LOG_TEXT(span_text(detail)));
    if (server)
        problem_refuse(server, &problem_shutdown);
    r->requests->passing_len--;
    free_request(r);
}

static const struct splice_events splice_events = {.on_done = on_done};

/* All that the usual way would look at; what only a relay may say is said by the next. */
static enum err format(struct http_head *out, const struct http_head *head, const char *peer)
{
    enum err rc = OK;

    http_head_init_request(out, head->method, head->target);
    out->scheme = head->scheme;
    out->authority = head->authority;
    for (size_t i = 0; i < head->fields_len && rc == OK; i++) {
        const struct http_field *f = &head->fields[i];
        if (http_field_is_hop_by_hop(head, f) ||
            span_is_nocase(f->name, SPAN(HANDOVER_FIELD_PEER)))
            continue;
        rc = http_head_add(out, f->name, f->value);
        if (rc == OK)
            out->fields[out->fields_len - 1].secret = f->secret;
    }
    return rc == OK && *peer ? http_head_add(out, SPAN(HANDOVER_FIELD_PEER), span_text(peer))
                             : rc;
}

static enum err open_stream(struct late_request *r, struct exchange **out)
{
    struct held_request *h = r->held;
    struct http_head head;
    bool end = r->has_body ? bytes_len(&r->body) == 0 : h->end;
    enum err rc = format(&head, &h->head, exchange_peer(h->exchange));

    if (rc == OK)
        rc = link_session_request(r->requests->session, &head, end, NULL, NULL, out);
    if (rc != OK || !r->has_body || end)
        return rc;
    rc = exchange_send_body(*out, bytes_peek(&r->body), bytes_len(&r->body));
    return rc == OK ? exchange_send_end(*out) : rc;
}

static const struct problem *problem_for(enum err why)
{
    if (why == ERR_HEADERS_TOO_LARGE || why == ERR_URI_TOO_LONG)
        return &problem_fields_too_large;
    return why == ERR_NOMEM || why == ERR_LIMIT ? &problem_out_of_memory : &problem_shutdown;
}

/* ERR_BUSY: not now. */
static enum err pass(struct late_request *r)
{
    struct late_requests *l = r->requests;
    struct exchange *client = NULL;

    assert(r->held); /* it waits */
    enum err rc = open_stream(r, &client);

    if (rc == OK)
        rc = splice_start(l->relay->loop, r->held->exchange, client, &splice_events, r,
                          &r->splice);
    if (rc != OK) {
        exchange_let_go(client);
        if (rc != ERR_BUSY)
            refuse(r, problem_for(rc));
        return rc;
    }
    r->held->exchange = NULL;
    held_request_free(r->held);
    r->held = NULL;
    list_remove(&r->in_requests);
    list_append(&l->passing, &r->in_requests);
    l->waiting_len--;
    l->passing_len++;
    return OK;
}

static void on_work(struct defer_task *task)
{
    struct late_requests *l = CONTAINER_OF(task, struct late_requests, work);
    struct list_node *n;

    while (l->is_over && (n = list_first(&l->waiting)) != NULL)
        refuse(from_node(n), &problem_shutdown);
    while (l->session && l->passing_len < LATE_PASSING_MAX &&
           (n = list_first(&l->waiting)) != NULL)
        if (pass(from_node(n)) == ERR_BUSY)
            break;
    if (late_requests_is_empty(l))
        l->events->on_empty(l->owner);
}

static void look(struct late_requests *l)
{
    if (!l->is_closed)
        defer_post(l->relay->loop, &l->work, on_work);
}

/* --- the link to the new relay --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    (void)owner;
    (void)head;
    (void)end;
    exchange_let_go(x); /* only servers get any */
}

/* It ends itself, and nobody has taken over from it. */
static void on_goaway(void *owner, bool taken_over)
{
    (void)taken_over;
    late_requests_refuse(owner);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct late_requests *l = owner;

    log_warn("takeover", "the relay that took over is gone: %s %s", err_text(why),
             LOG_TEXT(span_text(detail)));
    l->is_over = true;
    link_session_close(l->session);
    look(l);
}

static void free_all(struct late_requests *l)
{
    const struct late_requests_events *events = l->events;
    void *owner = l->owner;

    defer_cancel(l->relay->loop, &l->work);
    mem_free(l);
    events->on_closed(owner);
}

static void on_nothing_left(struct defer_task *task)
{
    free_all(CONTAINER_OF(task, struct late_requests, work));
}

static void on_closed(void *owner)
{
    struct late_requests *l = owner;

    l->session = NULL;
    if (l->is_closed)
        free_all(l);
}

static const struct link_session_events session_events = {
    .on_request = on_request,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

void late_requests_pass(struct late_requests *l, struct stream *stream, struct span early)
{
    enum err rc =
        link_session_open(l->relay->loop, stream, LINK_RELAY, &session_events, l, &l->session);

    if (rc != OK) {
        stream_let_go(stream);
        late_requests_refuse(l);
        return;
    }
    if (early.len > 0 && link_session_feed_early(l->session, early.ptr, early.len) != OK) {
        l->is_over = true;
        link_session_close(l->session);
    }
    look(l);
}

/* --- life --- */

enum err late_requests_new(struct relay_state *relay, const struct late_requests_events *events,
                           void *owner, struct late_requests **out)
{
    struct late_requests *l = mem_alloc(sizeof *l);

    if (!l)
        return ERR_NOMEM;
    l->relay = relay;
    l->events = events;
    l->owner = owner;
    list_init(&l->waiting);
    list_init(&l->passing);
    *out = l;
    return OK;
}

/* --- requests --- */

static struct late_request *hold(struct late_requests *l, struct exchange *x,
                                 const struct http_head *head, bool end)
{
    struct late_request *r = mem_alloc(sizeof *r);

    if (!r || held_request_new(x, head, end, &r->held) != OK) {
        mem_free(r);
        return NULL;
    }
    r->requests = l;
    r->held->on_left = on_left;
    r->held->holder = r;
    list_append(&l->waiting, &r->in_requests);
    l->waiting_len++;
    look(l);
    return r;
}

static const struct problem *why_not(const struct late_requests *l)
{
    return l->is_over || l->waiting_len >= LATE_REQUESTS_MAX ? &problem_shutdown : NULL;
}

void late_requests_take(struct late_requests *l, struct exchange *x,
                        const struct http_head *head, bool end)
{
    const struct problem *why = why_not(l);

    if (!why && !hold(l, x, head, end))
        why = &problem_out_of_memory;
    if (why)
        problem_refuse(x, why);
}

void late_requests_take_webhook(struct late_requests *l, struct exchange *x,
                                const struct http_head *head, struct bytes *body)
{
    const struct problem *why = why_not(l);
    struct late_request *r = why ? NULL : hold(l, x, head, true);

    if (r) {
        r->has_body = true;
        r->body = *body;
    } else {
        room_give(l->relay, bytes_len(body));
        bytes_fini(body);
        problem_refuse(x, why ? why : &problem_out_of_memory);
    }
    bytes_init(body, 0);
}

static void go_back(struct late_request *r)
{
    struct late_requests *l = r->requests;
    struct held_request *h = r->held;
    struct ingress_request request = {.head = &h->head, .server_name = "", .end = h->end};

    l->waiting_len--;
    request.exchange = held_request_resume(h);
    if (r->has_body)
        webhook_go_on(l->relay, request.exchange, &h->head, &r->body);
    else
        front_request(l->relay, &request);
    free_request(r);
}

void late_requests_give_back(struct late_requests *l)
{
    struct list_node *n;

    while ((n = list_first(&l->waiting)) != NULL)
        go_back(from_node(n));
}

void late_requests_refuse(struct late_requests *l)
{
    l->is_over = true;
    look(l);
}

bool late_requests_is_empty(const struct late_requests *l)
{
    return l->waiting_len == 0 && l->passing_len == 0;
}

void late_requests_close(struct late_requests *l)
{
    struct list_node *n;

    if (l->is_closed)
        return;
    l->is_closed = true;
    defer_cancel(l->relay->loop, &l->work);
    while ((n = list_first(&l->waiting)) != NULL)
        refuse(from_node(n), &problem_shutdown);
    while ((n = list_first(&l->passing)) != NULL) {
        struct late_request *r = from_node(n);

        l->passing_len--;
        splice_cancel(r->splice);
        free_request(r);
    }
    if (l->session)
        link_session_close(l->session);
    else
        defer_post(l->relay->loop, &l->work, on_nothing_left);
}
