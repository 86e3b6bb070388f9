/* The happy path:
 *  1. A request waits; the task gives it the idle connection that was used last.
 *  2. There is none: one more is opened for each that waits, up to the limit.
 *  3. Ready, or idle again: it goes to who has waited longest, or rests.
 *
 * What can go wrong:
 *  - A connection cannot be opened: who has waited longest hears why.
 *  - A request that wants a fresh one, or one that has not rested long, at the limit: an
 *    idle one makes room.
 *  - A connection closes: the task looks whether somebody waited for its place. */
#include "relay-client/handler/forward/forward_pool.h"

#include "base/container.h"

static void serve(struct defer_task *task);

static void post(struct forward_pool *p)
{
    if (p->waiting > 0)
        defer_post(p->handler->loop, &p->task, serve);
}

static struct forward_wait *wait_at(struct list_node *n)
{
    return CONTAINER_OF(n, struct forward_wait, in_pool);
}

static void stop_waiting(struct forward_pool *p, struct forward_wait *w)
{
    list_remove(&w->in_pool);
    p->waiting--;
}

static void hand_over(struct forward_pool *p, struct forward_wait *w,
                      struct forward_connection *c)
{
    struct list_node *node = forward_connection_node(c);

    stop_waiting(p, w);
    list_remove(node);
    list_append(&p->busy, node);
    w->on_connection(w, c);
}

/* --- opening --- */

static void on_ready(void *owner, struct forward_connection *c);
static void on_failed(void *owner, struct forward_connection *c, enum err why,
                      const char *detail);
static void on_idle(void *owner, struct forward_connection *c);
static void on_closed(void *owner, struct forward_connection *c);

static const struct forward_connection_events connection_events = {
    .on_ready = on_ready,
    .on_failed = on_failed,
    .on_idle = on_idle,
    .on_closed = on_closed,
};

static void disappoint(struct forward_pool *p, enum err why, const char *detail)
{
    struct list_node *n = list_first(&p->waits);

    if (!n)
        return;
    stop_waiting(p, wait_at(n));
    wait_at(n)->on_failed(wait_at(n), why, detail);
}

static enum err open_one(struct forward_pool *p)
{
    struct forward_connection *c;
    enum err rc =
        forward_connection_open(p->handler->loop, p->target, &connection_events, p, &c);

    if (rc != OK)
        return rc;
    list_append(&p->busy, forward_connection_node(c));
    p->connections++;
    p->dialling++;
    handler_hold(p->handler);
    return OK;
}

static bool make_room(struct forward_pool *p)
{
    struct list_node *oldest = list_first(&p->idle);

    if (p->connections < p->connections_max)
        return true;
    if (oldest)
        forward_connection_close(forward_connection_at(oldest));
    return false; /* when it is gone */
}

static void open_missing(struct forward_pool *p)
{
    while (p->dialling < p->waiting && make_room(p)) {
        enum err rc = open_one(p);

        if (rc != OK)
            disappoint(p, rc, err_text(rc));
    }
}

/* --- serving --- */

/* The one that was used last and still works; others are on their way out. */
static struct forward_connection *last_used(struct forward_pool *p)
{
    for (struct list_node *n = p->idle.root.prev; n != &p->idle.root; n = n->prev)
        if (forward_connection_is_usable(forward_connection_at(n)))
            return forward_connection_at(n);
    return NULL;
}

/* Who may take this one, which has been used.  Looked for anew each time: whoever gets a
 * connection may make others give up. */
static struct forward_wait *first_for(struct forward_pool *p,
                                      const struct forward_connection *c)
{
    struct list_node *n = list_first(&p->waits);
    bool rested = forward_connection_rested_ms(c) > FORWARD_POOL_ONCE_REST_MS;

    while (n && (wait_at(n)->fresh || (rested && wait_at(n)->once)))
        n = list_next(&p->waits, n);
    return n ? wait_at(n) : NULL;
}

static void serve(struct defer_task *task)
{
    struct forward_pool *p = CONTAINER_OF(task, struct forward_pool, task);
    struct forward_connection *c;
    struct forward_wait *w;

    while ((c = last_used(p)) != NULL && (w = first_for(p, c)) != NULL)
        hand_over(p, w, c);
    open_missing(p);
}

static void rest(struct forward_pool *p, struct forward_connection *c)
{
    struct list_node *node = forward_connection_node(c);

    list_remove(node);
    list_append(&p->idle, node);
    forward_connection_rest(c);
}

/* --- events --- */

static void on_ready(void *owner, struct forward_connection *c)
{
    struct forward_pool *p = owner;
    struct list_node *n = list_first(&p->waits);

    p->dialling--;
    if (n)
        hand_over(p, wait_at(n), c);
    else
        rest(p, c);
}

static void lose(struct forward_pool *p, struct forward_connection *c)
{
    list_remove(forward_connection_node(c));
    p->connections--;
    post(p);
    handler_release(p->handler);
}

static void on_failed(void *owner, struct forward_connection *c, enum err why,
                      const char *detail)
{
    struct forward_pool *p = owner;

    p->dialling--;
    lose(p, c); /* first: who is disappointed may close everything that is in a list */
    disappoint(p, why, detail);
}

static void on_idle(void *owner, struct forward_connection *c)
{
    rest(owner, c);
    post(owner);
}

static void on_closed(void *owner, struct forward_connection *c)
{
    lose(owner, c);
}

/* --- for the handler --- */

void forward_pool_init(struct forward_pool *p, struct handler *h,
                       const struct forward_target *target, size_t connections_max)
{
    *p = (struct forward_pool){
        .handler = h,
        .target = target,
        .connections_max = connections_max,
    };
    list_init(&p->idle);
    list_init(&p->busy);
    list_init(&p->waits);
}

bool forward_pool_has_room(const struct forward_pool *p)
{
    return p->waiting < FORWARD_POOL_WAITING_MAX;
}

bool forward_pool_is_full(const struct forward_pool *p)
{
    return p->connections >= p->connections_max && p->dialling == 0;
}

void forward_pool_wait(struct forward_pool *p, struct forward_wait *w)
{
    list_append(&p->waits, &w->in_pool);
    p->waiting++;
    post(p);
}

void forward_pool_cancel(struct forward_pool *p, struct forward_wait *w)
{
    if (list_has_node(&w->in_pool))
        stop_waiting(p, w);
}

void forward_pool_close(struct forward_pool *p)
{
    struct list *const lists[] = {&p->idle, &p->busy};

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (struct list_node *n = list_first(lists[i]); n; n = list_next(lists[i], n))
            forward_connection_close(forward_connection_at(n));
    defer_cancel(p->handler->loop, &p->task);
}
