/* The happy path:
 *  1. deadline_set puts the deadline into a binary heap, the nearest on top.
 *  2. When that one is nearer than what the timer waits for, the timer is set
 *     to it.  A later one leaves the timer alone: it fires, finds nothing due,
 *     and is set to the nearest then.
 *  3. The timer fires: everything due is taken out and told, in order.
 *
 * What can go wrong:
 *  - A callback sets its deadline to 0 ms again: a run tells at most as many as
 *    were set when it began.
 *  - libuv's clock is older than ours, so the timer fires a little early: it is
 *    set again to what is left.
 *  - A fake clock does not move by itself: then there is no timer, and the test
 *    calls deadline_run_due. */
#include "loop/deadline.h"

#include "base/mem.h"
#include "loop/loop_impl.h"

#define CAP_FIRST 64u
/* Far above what one process can have open; the heap has to have some end. */
#define CAP_LAST (1u << 22)

static void put(struct deadline_heap *h, size_t place, struct deadline *d)
{
    h->at[place] = d;
    d->place = place;
}

static void move_up(struct deadline_heap *h, struct deadline *d)
{
    size_t i = d->place;

    for (; i > 1 && d->due_ms < h->at[i / 2]->due_ms; i /= 2)
        put(h, i, h->at[i / 2]);
    put(h, i, d);
}

static void move_down(struct deadline_heap *h, struct deadline *d)
{
    size_t i = d->place;

    for (;;) {
        size_t child = 2 * i;

        if (child < h->len && h->at[child + 1]->due_ms < h->at[child]->due_ms)
            child++;
        if (child > h->len || d->due_ms <= h->at[child]->due_ms)
            break;
        put(h, i, h->at[child]);
        i = child;
    }
    put(h, i, d);
}

/* After `d`, which is in the heap, got another `due_ms`. */
static void settle(struct deadline_heap *h, struct deadline *d)
{
    move_up(h, d);
    move_down(h, d);
}

static void take_out(struct deadline_heap *h, struct deadline *d)
{
    size_t place = d->place;
    struct deadline *last = h->at[h->len--];

    d->place = 0;
    if (last == d)
        return;
    put(h, place, last);
    settle(h, last);
}

static enum err add(struct deadline_heap *h, struct deadline *d)
{
    if (h->len + 1 >= h->cap) {
        size_t cap = h->cap ? h->cap * 2 : CAP_FIRST;
        struct deadline **grown =
            cap <= CAP_LAST ? mem_grow(h->at, cap * sizeof(struct deadline *)) : NULL;

        if (!grown)
            return ERR_NOMEM;
        h->at = grown;
        h->cap = cap;
    }
    put(h, ++h->len, d);
    move_up(h, d);
    return OK;
}

static void on_timer(uv_timer_t *timer);

static void arm(struct loop *l)
{
    struct deadline_heap *h = &l->heap;

    if (l->clock != clock_system() || uv_is_closing((uv_handle_t *)&h->timer))
        return;
    if (h->len == 0) {
        uv_timer_stop(&h->timer); /* or it would keep the loop running */
        return;
    }
    uint64_t due = h->at[1]->due_ms;
    if (uv_is_active((uv_handle_t *)&h->timer) && h->armed_ms <= due)
        return;
    uint64_t now = loop_now_ms(l);
    h->armed_ms = due;
    uv_timer_start(&h->timer, on_timer, due > now ? due - now : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct loop *l = CONTAINER_OF(timer, struct loop, heap.timer);

    defer_no_wait(l);
    deadline_run_due(l);
}

void deadline_open(struct loop *l)
{
    uv_timer_init(&l->uv, &l->heap.timer);
}

enum err deadline_set(struct loop *l, struct deadline *d, uint64_t after_ms,
                      void (*expired)(struct deadline *))
{
    uint64_t now = loop_now_ms(l);
    uint64_t due = after_ms > UINT64_MAX - now ? UINT64_MAX : now + after_ms;
    uint64_t before = d->due_ms;
    enum err e = OK;

    d->due_ms = due;
    if (d->place)
        settle(&l->heap, d);
    else
        e = add(&l->heap, d);
    if (e) {
        d->due_ms = before;
        return e;
    }
    d->expired = expired;
    arm(l);
    return OK;
}

void deadline_clear(struct loop *l, struct deadline *d)
{
    if (!d->place)
        return;
    take_out(&l->heap, d);
    if (l->heap.len == 0)
        arm(l);
}

void deadline_run_due(struct loop *l)
{
    struct deadline_heap *h = &l->heap;
    uint64_t now = loop_now_ms(l);

    for (size_t left = h->len; left > 0 && h->len > 0 && h->at[1]->due_ms <= now; left--) {
        struct deadline *d = h->at[1];

        take_out(h, d);
        d->expired(d);
    }
    arm(l);
}
