#include "relay-client/journal/query/query_sql.h"

#include "base/container.h"
#include "relay-client/journal/journal_insight.h"

_Static_assert(JOURNAL_FLAG_MULTI == 256, "OTHER_EVENTS says it literally");

/* Most webhooks have one event, which is joined; only the rest need a second look. */
#define OTHER_EVENTS                                                                           \
    ", 0) OR (s.flags & 256 AND EXISTS (SELECT 1 FROM event g NOT INDEXED"                     \
    " WHERE g.id > s.exchange * 128 AND g.id < (s.exchange + 1) * 128 AND ("

/* ---- one condition ---- */

enum sets { NO_SETS, NARROW_SETS, ALL_SETS };

struct writer {
    struct bytes *out;
    enum sets sets;
    unsigned first; /* parameter of the next leaf */
    enum err e;
};

static void put(struct writer *w, const char *text)
{
    if (!w->e)
        w->e = bytes_append_text(w->out, text);
}

/* With @ and the local numbers of parameters made real. */
static void put_template(struct writer *w, const char *sql, const char *event)
{
    for (; !w->e && *sql != '\0'; sql++) {
        if (*sql == '@') {
            put(w, event);
        } else if (*sql == '?' && sql[1] >= '1' && sql[1] <= '9') {
            w->e = bytes_printf(w->out, "?%u", w->first + (unsigned)(sql[1] - '1'));
            sql++;
        } else {
            w->e = bytes_append(w->out, sql, 1);
        }
    }
}

static void put_event(struct writer *w, const char *sql)
{
    put(w, "(coalesce(");
    put_template(w, sql, "f.");
    put(w, OTHER_EVENTS);
    put_template(w, sql, "g.");
    put(w, "))))");
}

/* Must something hold whose set is small?  Then few are left to be looked at. */
static bool has_narrow_set(const struct journal_query *q)
{
    const struct query_node *root = &q->nodes[q->root];
    unsigned at = root->kind == QUERY_LEAF ? q->root : root->first;

    if (root->is_negated || root->kind == QUERY_ANY)
        return false;
    for (; at != QUERY_NONE; at = q->nodes[at].next) {
        const struct query_node *n = &q->nodes[at];

        if (!n->is_negated && n->leaf.condition.set_sql && !n->leaf.condition.is_broad)
            return true;
    }
    return false;
}

static bool is_set(const struct query_condition *c, enum sets sets)
{
    return c->set_sql && (sets == ALL_SETS || (sets == NARROW_SETS && !c->is_broad));
}

static enum sets sets_of(const struct journal_query *q, enum query_sql_way way)
{
    if (way == QUERY_SQL_ROWS || !q || q->root == QUERY_NONE)
        return NO_SETS;
    return has_narrow_set(q) ? NARROW_SETS : ALL_SETS;
}

static void put_condition(struct writer *w, const struct query_condition *c)
{
    if (is_set(c, w->sets)) {
        put_template(w, c->set_sql, "");
        return;
    }
    if (c->sql)
        put_template(w, c->sql, "");
    if (c->sql && c->event_sql)
        put(w, " AND ");
    if (c->event_sql)
        put_event(w, c->event_sql);
}

static void put_leaf(struct writer *w, const struct query_leaf *leaf)
{
    put(w, "(");
    put_condition(w, &leaf->condition);
    put(w, ")");
    w->first += leaf->params_len;
}

/* ---- all of them ---- */

/* As deep as the brackets of the text. */
static void put_node(struct writer *w, const struct journal_query *q, unsigned at)
{
    const struct query_node *n = &q->nodes[at];

    if (n->is_negated)
        put(w, "NOT ");
    if (n->kind == QUERY_LEAF) {
        put_leaf(w, &n->leaf);
        return;
    }
    put(w, "(");
    for (unsigned child = n->first; child != QUERY_NONE; child = q->nodes[child].next) {
        put_node(w, q, child);
        if (q->nodes[child].next != QUERY_NONE)
            put(w, n->kind == QUERY_ALL ? " AND " : " OR ");
    }
    put(w, ")");
}

static unsigned tables_of(const struct journal_query *q, enum sets sets)
{
    unsigned all = 0;

    for (unsigned i = 0; i < q->nodes_len; i++) {
        const struct query_condition *c = &q->nodes[i].leaf.condition;

        if (!is_set(c, sets))
            all |= c->tables | (c->event_sql ? (unsigned)QUERY_EVENT : 0);
    }
    return all;
}

bool query_sql_has_sets(const struct journal_query *q)
{
    for (unsigned i = 0; q && i < q->nodes_len; i++)
        if (q->nodes[i].leaf.condition.set_sql)
            return true;
    return false;
}

/* The cheaper ones first: a condition is looked at as soon as its tables are there. */
static void put_tables(struct writer *w, unsigned tables)
{
    static const struct {
        enum query_table table;
        const char *sql;
    } all[] = {
        {QUERY_EXCHANGE, " CROSS JOIN exchange y ON y.id = s.exchange"},
        {QUERY_ANSWER, " LEFT JOIN answer b ON b.exchange = s.exchange"},
        {QUERY_SEARCH, " LEFT JOIN search w ON w.exchange = s.exchange"},
        {QUERY_EVENT, " LEFT JOIN event f ON f.id = s.exchange * 128"},
    };

    put(w, " FROM summary s");
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (tables & all[i].table)
            put(w, all[i].sql);
}

enum err query_sql_append(const struct journal_query *q, enum query_sql_way way, unsigned first,
                          struct bytes *out)
{
    struct writer w = {out, sets_of(q, way), first, OK};

    put_tables(&w, q ? tables_of(q, w.sets) : 0);
    put(&w, " WHERE s.exchange NOT IN (SELECT exchange FROM deletion)");
    if (q && q->root != QUERY_NONE) {
        put(&w, " AND ");
        put_node(&w, q, q->root);
    }
    return w.e;
}

/* In the order of put_node. */
static unsigned bind_node(const struct journal_query *q, unsigned at, unsigned parameter,
                          struct statement *s)
{
    const struct query_node *n = &q->nodes[at];

    for (unsigned i = 0; i < n->leaf.params_len; i++) {
        const struct query_param *v = &n->leaf.params[i];

        if (v->is_text)
            statement_bind_text(s, (int)parameter++,
                                span_slice(bytes_span(&q->values), v->at, v->at + v->len));
        else
            statement_bind_u64(s, (int)parameter++, v->number);
    }
    for (unsigned child = n->first; child != QUERY_NONE; child = q->nodes[child].next)
        parameter = bind_node(q, child, parameter, s);
    return parameter;
}

void query_sql_bind(const struct journal_query *q, unsigned first, struct statement *s)
{
    if (q && q->root != QUERY_NONE)
        (void)bind_node(q, q->root, first, s);
}
