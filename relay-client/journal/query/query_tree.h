#ifndef CLIENT_JOURNAL_QUERY_TREE_H
#define CLIENT_JOURNAL_QUERY_TREE_H

#include "base/bytes.h"
#include "relay-client/journal/query/journal_query.h"

/* A parsed query.  Groups have two children or more, so that there are less of them than
 * leaves. */

#define QUERY_PARAMS 2u
#define QUERY_NODES  (JOURNAL_QUERY_TERMS * 2u)
#define QUERY_NONE   QUERY_NODES /* no node */
/* Folding makes eighteen times as much of some characters. */
#define QUERY_VALUES_MAX (JOURNAL_QUERY_MAX * 20u)

/* Tables that a condition looks at, beside `summary`; aliases in query_sql.h. */
enum query_table {
    QUERY_EXCHANGE = 1 << 0,
    QUERY_EVENT = 1 << 1,
    QUERY_ANSWER = 1 << 2,
    QUERY_SEARCH = 1 << 3,
};

struct query_param {
    bool is_text;
    uint64_t number;
    size_t at, len; /* of a text, in `values` */
};

/* SQL of a condition: constant text, never NULL in value, with ?1 and ?2 for parameters.
 * `sql` and `event_sql` tell of one exchange, and both must hold if there are two;
 * `set_sql` says the same by a set that an index gives at once. */
struct query_condition {
    const char *sql;       /* of the exchange; NULL: none */
    const char *event_sql; /* of one of its events, with @ for the table; NULL: none */
    const char *set_sql;   /* NULL: there is no such index */
    unsigned tables;       /* enum query_table, of the first two */
    bool is_broad;         /* the set may be most of the journal */
};

struct query_leaf {
    struct query_condition condition;
    struct query_param params[QUERY_PARAMS];
    unsigned params_len;
};

enum query_kind { QUERY_LEAF, QUERY_ALL, QUERY_ANY };

struct query_node {
    enum query_kind kind;
    bool is_negated;
    unsigned first, next; /* child, sibling; QUERY_NONE */
    unsigned depth;       /* places in SQLite's parser that it takes at most, roughly */
    struct query_leaf leaf;
};

struct journal_query {
    char text[JOURNAL_QUERY_MAX]; /* as it was typed */
    size_t len;
    struct query_node nodes[QUERY_NODES];
    unsigned nodes_len, leaves_len;
    unsigned root; /* QUERY_NONE: everything */
    struct {
        size_t from, to;
    } parts[JOURNAL_QUERY_TERMS];
    size_t parts_len;
    struct bytes values;
};

#endif
