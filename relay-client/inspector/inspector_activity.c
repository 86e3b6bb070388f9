#include "relay-client/inspector/inspector_activity.h"

#include "base/container.h"
#include "relay-client/inspector/inspector_impl.h"

void inspector_activity_begin(struct inspector *i, struct inspector_activity *a)
{
    a->inspector = i;
    list_append(&i->activities, &a->in_inspector);
    inspector_hold(i);
}

void inspector_activity_end(struct inspector_activity *a)
{
    list_remove(&a->in_inspector);
    inspector_release(a->inspector);
}

size_t inspector_activity_count(const struct inspector *i,
                                void (*stop)(struct inspector_activity *a))
{
    size_t len = 0;

    for (struct list_node *n = list_first(&i->activities); n; n = list_next(&i->activities, n))
        len += CONTAINER_OF(n, struct inspector_activity, in_inspector)->stop == stop;
    return len;
}

struct inspector_activity *inspector_activity_find(const struct inspector *i,
                                                   void (*stop)(struct inspector_activity *a))
{
    for (struct list_node *n = list_first(&i->activities); n;
         n = list_next(&i->activities, n)) {
        struct inspector_activity *a = CONTAINER_OF(n, struct inspector_activity, in_inspector);
        if (a->stop == stop)
            return a;
    }
    return NULL;
}

void inspector_activity_stop_all(struct inspector *i)
{
    struct list_node *next;

    for (struct list_node *n = list_first(&i->activities); n; n = next) {
        next = list_next(&i->activities, n);
        struct inspector_activity *a = CONTAINER_OF(n, struct inspector_activity, in_inspector);
        a->stop(a);
    }
}
