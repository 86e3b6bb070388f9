#ifndef CLIENT_INSPECTOR_INSPECTOR_ACTIVITY_H
#define CLIENT_INSPECTOR_INSPECTOR_ACTIVITY_H

#include "base/list.h"
#include "relay-client/inspector/inspector_route.h"

/* What runs on its own, longer than a request: a replay, an export.  The inspector tells it
 * when it closes, and waits for its end.
 *
 * Life: inspector_activity_begin -> stop (at most once) -> inspector_activity_end */
struct inspector_activity {
    struct list_node in_inspector;
    struct inspector *inspector; /* back-pointer, held */
    /* The inspector closes: end soon; this one may end here.  The same function for all of
     * one kind. */
    void (*stop)(struct inspector_activity *a);
};

/* With `stop` set; not when the inspector is closing. */
void inspector_activity_begin(struct inspector *i, struct inspector_activity *a);
void inspector_activity_end(struct inspector_activity *a);
/* How many of that kind there are. */
size_t inspector_activity_count(const struct inspector *i,
                                void (*stop)(struct inspector_activity *a));
/* The first of that kind, or NULL. */
struct inspector_activity *inspector_activity_find(const struct inspector *i,
                                                   void (*stop)(struct inspector_activity *a));
/* For inspector_close. */
void inspector_activity_stop_all(struct inspector *i);

#endif
