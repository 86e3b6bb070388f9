/* The happy path: an op goes to the engine at once, and is freed when it is done.
 *
 * What can go wrong:
 *  - It fails: it stays, and so does what was submitted behind it, for a removal must not
 *    be overtaken by a note of earlier.  Once none is under way, a second passes and all
 *    are submitted again; what had succeeded behind the failed one is repeated, which
 *    changes nothing.  New ones wait in line meanwhile.
 *  - The engine has no room, or there is no memory for the deadline: the same, and the
 *    next op sets the deadline. */
#include "relay-server/inbox/inbox_changes.h"

#include "base/container.h"

#define AGAIN_MS 1000u

void inbox_changes_init(struct inbox_changes *c, struct loop *l,
                        void (*settled)(void *owner, struct inbox_op *op), void *owner)
{
    *c = (struct inbox_changes){.loop = l, .settled = settled, .owner = owner};
    list_init(&c->ops);
}

static void drop(struct inbox_changes *c, struct inbox_op *op)
{
    list_remove(&op->in_queue);
    c->len--;
    inbox_op_free(op);
}

void inbox_changes_fini(struct inbox_changes *c)
{
    struct list_node *n;

    while ((n = list_first(&c->ops)) != NULL)
        drop(c, CONTAINER_OF(n, struct inbox_op, in_queue));
}

static void submit_all(struct inbox_changes *c);

static void on_again(struct deadline *d)
{
    submit_all(CONTAINER_OF(d, struct inbox_changes, again));
}

static void wait_if_failed(struct inbox_changes *c)
{
    if (!c->has_failed || c->with_engine > 0 || !c->engine || deadline_is_set(&c->again))
        return;
    enum err rc = deadline_set(c->loop, &c->again, AGAIN_MS, on_again);
    (void)rc; /* out of memory: the next op tries again */
}

static void on_done(struct inbox_op *op)
{
    struct inbox_changes *c = op->owner;

    op->is_with_engine = false;
    c->with_engine--;
    c->settled(c->owner, op);
    if (op->rc)
        c->has_failed = true;
    if (!c->has_failed)
        drop(c, op);
    wait_if_failed(c);
}

static void submit(struct inbox_changes *c, struct inbox_op *op)
{
    op->is_with_engine = !c->kind->submit(c->engine, op);
    c->with_engine += op->is_with_engine;
    c->has_failed |= !op->is_with_engine;
}

static void submit_all(struct inbox_changes *c)
{
    c->has_failed = false;
    for (struct list_node *n = list_first(&c->ops); n && !c->has_failed;
         n = list_next(&c->ops, n)) {
        struct inbox_op *op = CONTAINER_OF(n, struct inbox_op, in_queue);

        if (!op->is_with_engine)
            submit(c, op);
    }
    wait_if_failed(c);
}

enum err inbox_changes_add(struct inbox_changes *c, struct inbox_op *op)
{
    if (c->len >= INBOX_CHANGES_MAX)
        return ERR_BUSY;
    op->owner = c;
    op->done = on_done;
    list_append(&c->ops, &op->in_queue);
    c->len++;
    if (!c->has_failed && c->engine)
        submit(c, op);
    wait_if_failed(c);
    return OK;
}

void inbox_changes_start(struct inbox_changes *c, const struct inbox_engine_kind *kind,
                         struct inbox_engine *engine)
{
    c->kind = kind;
    c->engine = engine;
    submit_all(c);
}

void inbox_changes_finish(struct inbox_changes *c)
{
    deadline_clear(c->loop, &c->again);
    submit_all(c);
    deadline_clear(c->loop, &c->again);
    c->engine = NULL;
}
