#ifndef CLIENT_SIMULATE_EVENT_TEMPLATE_H
#define CLIENT_SIMULATE_EVENT_TEMPLATE_H

#include "base/span.h"

#include <stdbool.h>

/* Every event that LINE sends, as a sample: what `hookline trigger` and the page's Simulate
 * begin with, and what event_dress.h completes a piece of one from. */

enum event_field_kind {
    EVENT_FIELD_TEXT,
    EVENT_FIELD_LONG_TEXT,
    EVENT_FIELD_NUMBER,
    EVENT_FIELD_BOOL,
    EVENT_FIELD_CHOICE,
    EVENT_FIELD_ID,
    EVENT_FIELD_JSON,
};
/* "text", "long_text", ... */
const char *event_template_kind_text(enum event_field_kind kind);

/* What may be filled in. */
struct event_field {
    const char *path; /* "message.text"; NULL ends the list */
    enum event_field_kind kind;
    bool is_required;    /* no event of the type lacks it */
    unsigned max;        /* characters, as LINE limits them; 0: as many as wanted */
    const char *choices; /* "enter|banner|stay" */
};

enum event_group { EVENT_MESSAGE, EVENT_USER, EVENT_GROUP, EVENT_BOT, EVENT_PARTNER };
/* "message", "user", ... */
const char *event_template_group_text(enum event_group group);

enum event_flag {
    EVENT_FROM_USER = 1 << 0,
    EVENT_FROM_GROUP = 1 << 1,
    EVENT_FROM_ROOM = 1 << 2,
    EVENT_FROM_NOBODY = 1 << 3, /* it has no source */
    EVENT_FROM_ANY = EVENT_FROM_USER | EVENT_FROM_GROUP | EVENT_FROM_ROOM,
    EVENT_REPLY_TOKEN = 1 << 4,
    EVENT_ACTOR = 1 << 5, /* its source in a group says who */
    EVENT_MEDIA = 1 << 6, /* the bot may ask for its content */
    EVENT_QUOTABLE = 1 << 7,
    EVENT_READABLE = 1 << 8, /* has a markAsReadToken */
};

struct event_template {
    const char *name; /* TYPE of `hookline trigger`: "text", "postback.date" */
    const char *type; /* "message" */
    const char *sub;  /* kind of the message or variant: "image.set", "date", or "" */
    const char *what; /* one line for people */
    const char *main; /* path of what a person would call its content, or NULL */
    enum event_group group;
    unsigned flags;               /* enum event_flag */
    const char *sample;           /* JSON, without what is made new for each */
    struct event_field fields[8]; /* ends with a zeroed one */
};

extern const struct event_template event_template_list[]; /* in the order of a menu */
extern const size_t event_template_list_len;

/* By `name`; NULL: there is none. */
const struct event_template *event_template_named(struct span name);
/* Of events of this type the first, for what all of them share; NULL: LINE has no such type. */
const struct event_template *event_template_of(struct span type);
/* ... the one whose details ("message", "module") have this `type` too. */
const struct event_template *event_template_of_kind(struct span type, struct span kind);
/* The member that holds the details: "message" of "message.text"; empty: it has none. */
struct span event_template_details(const struct event_template *t);
/* The field of this path, or NULL. */
const struct event_field *event_template_field(const struct event_template *t,
                                               struct span path);

#endif
