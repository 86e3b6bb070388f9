#include "relay-client/lineapi/emulate/coupon/coupon_store.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdio.h>

struct coupon_store {
    struct list coupons; /* the newest first */
    size_t len, open;
    uint64_t made;
};

enum err coupon_store_new(struct coupon_store **out)
{
    struct coupon_store *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    list_init(&s->coupons);
    *out = s;
    return OK;
}

static struct coupon *coupon_of(struct list_node *n)
{
    return n ? CONTAINER_OF(n, struct coupon, in_store) : NULL;
}

static void free_coupon(struct coupon *c)
{
    bytes_fini(&c->json);
    mem_free(c);
}

void coupon_store_free(struct coupon_store *s)
{
    struct list_node *n;

    if (!s)
        return;
    while ((n = list_first(&s->coupons))) {
        list_remove(n);
        free_coupon(coupon_of(n));
    }
    mem_free(s);
}

/* Closed ones make room. */
static void forget_oldest_closed(struct coupon_store *s)
{
    struct list_node *n = s->coupons.root.prev;

    while (n != &s->coupons.root && !coupon_of(n)->is_closed)
        n = n->prev;
    if (n == &s->coupons.root)
        return;
    list_remove(n);
    free_coupon(coupon_of(n));
    s->len--;
}

enum err coupon_store_add(struct coupon_store *s, const char *id, struct span json,
                          uint64_t now_ms)
{
    if (s->open == COUPON_MAX || strlen(id) >= COUPON_ID_SIZE)
        return ERR_LIMIT;
    struct coupon *c = mem_alloc(sizeof *c);
    if (!c)
        return ERR_NOMEM;
    bytes_init(&c->json, COUPON_JSON_MAX);
    enum err rc = bytes_append_span(&c->json, json);
    if (rc != OK) {
        free_coupon(c);
        return rc;
    }
    if (s->len == COUPON_KEPT_MAX)
        forget_oldest_closed(s);
    snprintf(c->id, sizeof c->id, "%s", id);
    c->created_ms = now_ms;
    c->number = ++s->made;
    list_insert_after(&s->coupons.root, &c->in_store);
    s->len++;
    s->open++;
    return OK;
}

struct coupon *coupon_store_next(const struct coupon_store *s, struct coupon *c)
{
    return coupon_of(c ? list_next(&s->coupons, &c->in_store) : list_first(&s->coupons));
}

struct coupon *coupon_store_find(const struct coupon_store *s, struct span id)
{
    struct coupon *c = NULL;

    while ((c = coupon_store_next(s, c)))
        if (span_is(id, span_text(c->id)))
            break;
    return c;
}

void coupon_store_close(struct coupon_store *s, struct coupon *c)
{
    if (!c->is_closed)
        s->open--;
    c->is_closed = true;
}
