#ifndef CLIENT_LINEAPI_FIELD_CHECK_H
#define CLIENT_LINEAPI_FIELD_CHECK_H

#include "codec/json/json.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* The members of one object in a request body, checked by rules.  null counts as absent;
 * members without a rule are ignored, as LINE does.  One problem for a member at most. */

/* An object.  Points to itself and to its parents: never copied, and they outlive it. */
struct field_scope {
    const struct json_value *object; /* borrowed from the document */
    const struct lineapi_place *place;
    struct lineapi_problems *problems;
    bool is_outer; /* a message itself: LINE says "May not be empty", further inside "must be
                      specified" */
    struct lineapi_place own;
};

enum field_kind {
    FIELD_TEXT,    /* min..max UTF-16 units */
    FIELD_LABEL,   /* min..max grapheme clusters */
    FIELD_ENUM,    /* one of `values` */
    FIELD_BOOL,    /* true or false */
    FIELD_INTEGER, /* from min to max, 0: none */
    FIELD_NUMBER,  /* from min to max */
    FIELD_FORM,    /* a text that `fits`, of at most `max` UTF-16 units, 0: any */
};

struct field_rule {
    const char *name; /* NULL ends a table */
    enum field_kind kind;
    bool is_required; /* texts with min > 0 that are there must not be empty either */
    int64_t min, max;
    const char *values; /* "a,b,c", as LINE lists them */
    bool (*fits)(struct span text);
    const char *problem; /* FIELD_FORM: when it does not fit; texts: when empty or absent */
};

void field_check_rules(const struct field_scope *in, const struct field_rule *rules);
void field_check_rule(const struct field_scope *in, const struct field_rule *rule);
/* The member `name`, or NULL for absent and null. */
const struct json_value *field_check_value(const struct field_scope *in, const char *name);
/* Its text, or NULL. */
const char *field_check_text(const struct field_scope *in, const char *name);
/* A required member that is one of `values`; NULL after a problem. */
const char *field_check_type(const struct field_scope *in, const char *values);
/* It should have been there. */
void field_check_absent(const struct field_scope *in, const char *name);

/* An object inside; false: there is none to look into. */
bool field_check_object(const struct field_scope *in, const char *name, bool is_required,
                        struct field_scope *out);

struct field_range {
    size_t min, max;
    bool is_required;
};

/* Objects in a list:
 *
 *     if (field_check_list(in, "areas", (struct field_range){1, 20, true}, &list))
 *         while (field_check_next(&list))
 *             look at list.item */
struct field_list {
    struct field_scope item;
    struct lineapi_place place;
    const struct json_value *value, *next;
    size_t len, index; /* of all; of the next */
};

/* False: absent, no list, or of the wrong size. */
bool field_check_list(const struct field_scope *in, const char *name, struct field_range range,
                      struct field_list *out);
/* The same, of a value that was looked up already. */
bool field_check_list_of(const struct field_scope *in, const char *name,
                         const struct json_value *value, struct field_range range,
                         struct field_list *out);
/* To the next object; what is none is a problem, and left out. */
bool field_check_next(struct field_list *l);

#endif
