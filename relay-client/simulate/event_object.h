#ifndef CLIENT_SIMULATE_EVENT_OBJECT_H
#define CLIENT_SIMULATE_EVENT_OBJECT_H

#include "base/bytes.h"

#include <stdbool.h>

/* A JSON object that is copied as it stands and gets further members behind its last one.
 *
 * Life: event_object_open -> add ... -> event_object_close */

/* Where it is copied to; the first failure stays. */
struct event_text {
    struct bytes *out; /* borrowed */
    enum err rc;
};
void event_object_put(struct event_text *t, struct span text);
/* As a JSON string. */
void event_object_put_string(struct event_text *t, const char *text);

struct event_object {
    struct event_text *to; /* borrowed */
    struct span text;      /* from bracket to bracket, checked */
    bool has_members;
};

/* Copies nothing yet. */
void event_object_open(struct event_object *o, struct event_text *to, struct span text);
/* All of it but the bracket at the end. */
void event_object_copy(struct event_object *o);
bool event_object_lacks(const struct event_object *o, const char *name);
/* "name": and its value is to follow. */
void event_object_name(struct event_object *o, const char *name);
/* Name and value, if it lacks that; an empty value is none. */
void event_object_add(struct event_object *o, const char *name, struct span value);
void event_object_add_number(struct event_object *o, const char *name, uint64_t number);
void event_object_add_text(struct event_object *o, const char *name, const char *text);
void event_object_close(struct event_object *o);

#endif
