#include "relay-client/journal/journal_answers.h"

#include "base/container.h"

static struct journal_entry *from_node(struct list_node *n)
{
    return CONTAINER_OF(n, struct journal_entry, in_answers);
}

void journal_answers_init(struct journal_answers *a)
{
    *a = (struct journal_answers){0};
    list_init(&a->with_worker);
    list_init(&a->postponed);
}

/* Behind all that are older: what is tried again may be older than what went straight. */
static void insert(struct list *l, struct journal_entry *e)
{
    struct list_node *before = &l->root;

    while (before->prev != &l->root && from_node(before->prev)->number > e->number)
        before = before->prev;
    list_insert_after(before->prev, &e->in_answers);
}

/* News of the sender (is_sender_only) is added to an answer: neither replaces the other. */
static bool replaces(const struct journal_entry *late, const struct journal_entry *early)
{
    return late->answer.exchange == early->answer.exchange && late->number > early->number &&
           !late->answer.is_sender_only && !early->answer.is_sender_only;
}

void journal_answers_enter(struct journal_answers *a, struct journal_entry *e)
{
    if (e->number == 0)
        e->number = ++a->last;
    insert(&a->with_worker, e);
}

void journal_answers_leave(struct journal_answers *a, struct journal_entry *e, bool is_stored)
{
    struct list_node *n;

    list_remove(&e->in_answers);
    if (!is_stored)
        return;
    for (n = list_first(&a->postponed); n; n = list_next(&a->postponed, n))
        from_node(n)->is_outdated |= replaces(e, from_node(n));
}

void journal_answers_postpone(struct journal_answers *a, struct journal_entry *e)
{
    list_remove(&e->in_answers);
    insert(&a->postponed, e);
}

static bool has_later(const struct journal_answers *a, const struct journal_entry *e)
{
    struct list_node *n;

    for (n = list_first(&a->with_worker); n; n = list_next(&a->with_worker, n))
        if (replaces(from_node(n), e))
            return true;
    return false;
}

static struct journal_entry *take(struct list_node *n)
{
    list_remove(n);
    return from_node(n);
}

struct journal_entry *journal_answers_next(struct journal_answers *a)
{
    struct list_node *n;

    for (n = list_first(&a->postponed); n; n = list_next(&a->postponed, n))
        if (from_node(n)->is_outdated || !has_later(a, from_node(n)))
            return take(n);
    return NULL;
}

struct journal_entry *journal_answers_give_up(struct journal_answers *a)
{
    struct list_node *n = list_first(&a->postponed);

    return n ? take(n) : NULL;
}
