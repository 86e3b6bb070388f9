#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A doubly linked list through nodes embedded in the members; no allocation.
 * A zeroed node is in no list, and removing it does nothing. */
struct list_node {
    struct list_node *prev, *next;
};

struct list {
    struct list_node root;
};

static inline void list_init(struct list *l)
{
    l->root.prev = l->root.next = &l->root;
}

static inline bool list_is_empty(const struct list *l)
{
    return l->root.next == &l->root;
}

static inline bool list_has_node(const struct list_node *n)
{
    return n->next != NULL;
}

static inline void list_append(struct list *l, struct list_node *n)
{
    n->prev = l->root.prev;
    n->next = &l->root;
    n->prev->next = n;
    l->root.prev = n;
}

/* `before` may be the list's root: then it becomes the first. */
static inline void list_insert_after(struct list_node *before, struct list_node *n)
{
    n->prev = before;
    n->next = before->next;
    n->next->prev = n;
    before->next = n;
}

static inline void list_remove(struct list_node *n)
{
    if (!n->next)
        return;
    n->prev->next = n->next;
    n->next->prev = n->prev;
    n->prev = n->next = NULL;
}

/* First member, or NULL. */
static inline struct list_node *list_first(const struct list *l)
{
    return list_is_empty(l) ? NULL : l->root.next;
}

/* The one after `n`, or NULL at the end. */
static inline struct list_node *list_next(const struct list *l, const struct list_node *n)
{
    return n->next == &l->root ? NULL : n->next;
}

#endif
