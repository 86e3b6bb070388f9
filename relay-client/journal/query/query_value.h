#ifndef CLIENT_JOURNAL_QUERY_VALUE_H
#define CLIENT_JOURNAL_QUERY_VALUE_H

#include "relay-client/journal/query/query_key_table.h"

/* One value of a key, from what was typed to a condition. */

struct query_value {
    struct span text;
    bool is_plain; /* no quotes: operators, ranges and * have their meaning */
    bool is_range; /* "..", with the rest in `end` */
    struct span end;
};

struct query_maker {
    uint64_t now_ms;
    struct bytes *values;              /* where texts of parameters go */
    struct journal_query_error *error; /* `code` and `hint` */
};

/* ERR_SYNTAX with code and hint; ERR_NOMEM, ERR_LIMIT of `values`. */
MUST_CHECK enum err query_value_make(const struct query_maker *m, const struct query_key *key,
                                     const struct query_value *v, struct query_leaf *out);

/* Has ".." a meaning in its values? */
bool query_value_takes_range(const struct query_key *key);

/* For the files that know one kind of value each. */
MUST_CHECK enum err query_value_refuse(const struct query_maker *m, const char *code,
                                       const char *hint);
void query_value_number(struct query_leaf *leaf, uint64_t number);
/* As it stands, with `behind` at its end. */
MUST_CHECK enum err query_value_text(const struct query_maker *m, struct query_leaf *leaf,
                                     struct span text, struct span behind);

#endif
