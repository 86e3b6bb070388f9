/* 1. read_query: what stands between OR
 * 2. read_all: the items of one of these
 * 3. read_item: "-", then a bracket (back to 1), a key with its values, or a bare word
 * 4. each value becomes a leaf (query_value.h); leaves become groups, if there are several
 *
 * What can go wrong: all of it is ERR_SYNTAX with the place in the text; no memory. */
#include "relay-client/journal/query/query_parser.h"

#include "cli/settings/suggest.h"
#include "relay-client/journal/query/query_value.h"
#include "relay-client/journal/query/query_word.h"

#include <stdio.h>

struct parser {
    const struct query_text *text;
    struct span chars;
    size_t at;
    unsigned depth;
    uint64_t now_ms;
    struct journal_query *q;
    struct journal_query_error *error;
};

/* Nodes that will be one group. */
struct list {
    unsigned first, last; /* QUERY_NONE: none */
};

static const struct list empty_list = {QUERY_NONE, QUERY_NONE};

/* ---- failures ---- */

/* From and to are places in `chars`. */
static enum err fail_at(struct parser *p, size_t from, size_t to)
{
    struct span source = span_of(p->q->text, p->q->len);
    size_t begin = query_text_units(source, p->text->at[from]);

    p->error->offset = begin;
    p->error->length = query_text_units(source, p->text->at[to]) - begin;
    return ERR_SYNTAX;
}

static enum err fail(struct parser *p, const char *code, size_t from, size_t to)
{
    p->error->code = code;
    p->error->hint[0] = '\0';
    return fail_at(p, from, to);
}

/* ---- nodes ---- */

static void append(struct journal_query *q, struct list *l, unsigned node)
{
    if (l->first == QUERY_NONE)
        l->first = node;
    else
        q->nodes[l->last].next = node;
    l->last = node;
}

static unsigned new_node(struct journal_query *q, enum query_kind kind)
{
    unsigned node = q->nodes_len++;

    q->nodes[node] = (struct query_node){.kind = kind, .first = QUERY_NONE, .next = QUERY_NONE};
    return node;
}

/* The deepest child comes first: what SQLite's parser keeps for each level (of 100 places)
 * is then least, since only what has something in front of it keeps that, too. */
static void put_deepest_first(struct journal_query *q, struct query_node *parent)
{
    unsigned before = QUERY_NONE, deepest = parent->first;

    for (unsigned at = parent->first; q->nodes[at].next != QUERY_NONE; at = q->nodes[at].next)
        if (q->nodes[q->nodes[at].next].depth > q->nodes[deepest].depth) {
            before = at;
            deepest = q->nodes[at].next;
        }
    if (before != QUERY_NONE) {
        q->nodes[before].next = q->nodes[deepest].next;
        q->nodes[deepest].next = parent->first;
        parent->first = deepest;
    }
    parent->depth = q->nodes[deepest].depth + 2;
    for (unsigned at = q->nodes[deepest].next; at != QUERY_NONE; at = q->nodes[at].next)
        if (q->nodes[at].depth + 4 > parent->depth)
            parent->depth = q->nodes[at].depth + 4;
}

/* One node needs no group. */
static unsigned group(struct journal_query *q, enum query_kind kind, const struct list *l)
{
    if (l->first == l->last)
        return l->first;
    unsigned node = new_node(q, kind);

    q->nodes[node].first = l->first;
    put_deepest_first(q, &q->nodes[node]);
    return node;
}

static enum err add_leaf(struct parser *p, struct list *l, const struct query_key *key,
                         const struct query_value *v, unsigned *out)
{
    const struct query_maker maker = {p->now_ms, &p->q->values, p->error};
    struct query_leaf leaf;

    p->error->hint[0] = '\0';
    enum err e = query_value_make(&maker, key, v, &leaf);
    if (e)
        return e;
    *out = new_node(p->q, QUERY_LEAF);
    p->q->nodes[*out].leaf = leaf;
    p->q->leaves_len++;
    append(p->q, l, *out);
    return OK;
}

/* ---- values ---- */

static enum err read_value(struct parser *p, const struct query_key *key, struct span piece,
                           struct list *l)
{
    char text[JOURNAL_QUERY_MAX], end[JOURNAL_QUERY_MAX];
    size_t from = (size_t)(piece.ptr - p->chars.ptr);
    size_t dots = query_value_takes_range(key) ? query_word_find(piece, SPAN("..")) : piece.len;
    struct query_value v = {
        .text = query_word_text(span_slice(piece, 0, dots), text),
        .is_plain = !query_word_has_quote(piece),
        .is_range = dots < piece.len,
        .end = query_word_text(span_slice(piece, dots + 2, piece.len), end),
    };
    unsigned leaf;

    if (p->q->leaves_len == JOURNAL_QUERY_TERMS)
        return fail(p, "too_long", from, from + piece.len);
    enum err e = add_leaf(p, l, key, &v, &leaf);
    return e == ERR_SYNTAX ? fail_at(p, from, from + piece.len) : e;
}

/* a,b,c: any of them. */
static enum err read_values(struct parser *p, const struct query_key *key, struct span values,
                            unsigned *out)
{
    struct list l = empty_list;
    enum err e = OK;
    bool has_more = true;

    for (size_t at = 0; !e && has_more;) {
        /* Not span_slice: it forgets where nothing is. */
        struct span piece = span_of(values.ptr + at, values.len - at);

        piece.len = query_word_find(piece, SPAN(","));
        has_more = at + piece.len < values.len;
        at += piece.len + 1;
        e = read_value(p, key, piece, &l);
    }
    if (!e)
        *out = group(p->q, QUERY_ANY, &l);
    return e;
}

/* ---- items ---- */

static enum err refuse_key(struct parser *p, struct span word, size_t colon)
{
    size_t from = (size_t)(word.ptr - p->chars.ptr);
    struct suggest near;

    suggest_init(&near, span_slice(word, 0, colon));
    for (size_t i = 0; i < query_key_table_len; i++)
        suggest_offer(&near, query_key_table[i].name);
    (void)fail(p, "unknown_key", from, from + colon);
    if (near.best) /* else it may be text: "http://..." */
        (void)snprintf(p->error->hint, sizeof(p->error->hint), "%s:", near.best);
    else if (word.len + 3 <= sizeof(p->error->hint) && !query_word_has_quote(word))
        (void)snprintf(p->error->hint, sizeof(p->error->hint), "\"%.*s\"", (int)word.len,
                       word.ptr);
    return ERR_SYNTAX;
}

static enum err read_bare(struct parser *p, struct span word, unsigned *out)
{
    const struct query_key *flags = query_key_find(SPAN("is"));
    struct list l = empty_list;
    const char *flag;

    for (size_t i = 0; (flag = query_key_word_at(flags, i)); i++)
        if (span_is_nocase(word, span_text(flag)))
            break;
    enum err e = read_value(p, flag ? flags : &query_key_bare, word, &l);
    if (!e)
        *out = l.first;
    return e;
}

static enum err read_word(struct parser *p, unsigned *out)
{
    size_t from = p->at, wrong = 0;
    enum err e = query_word_end(p->chars, p->at, &p->at, &wrong);

    if (e)
        return fail(p, "unclosed_quote", wrong, p->chars.len);
    struct span word = span_of(p->chars.ptr + from, p->at - from);
    size_t colon = query_word_find(word, SPAN(":"));
    if (colon == word.len || query_word_has_quote(span_slice(word, 0, colon)))
        return read_bare(p, word, out);
    if (colon == 0)
        return fail(p, "unexpected", from, from + 1);
    const struct query_key *key = query_key_find(span_slice(word, 0, colon));
    if (!key)
        return refuse_key(p, word, colon);
    return read_values(p, key, span_of(word.ptr + colon + 1, word.len - colon - 1), out);
}

static enum err read_query(struct parser *p, unsigned *out);

static enum err read_brackets(struct parser *p, unsigned *out)
{
    size_t from = p->at++;

    if (++p->depth > JOURNAL_QUERY_DEPTH)
        return fail(p, "too_deep", from, from + 1);
    enum err e = read_query(p, out);
    if (e)
        return e;
    if (p->at == p->chars.len)
        return fail(p, "unclosed_group", from, from + 1);
    p->at++;
    p->depth--;
    return OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_spaces(struct parser *p)
{
    while (p->at < p->chars.len && is_space(p->chars.ptr[p->at]))
        p->at++;
}

static bool is_at_end(const struct parser *p)
{
    return p->at == p->chars.len || p->chars.ptr[p->at] == ')';
}

static bool is_at_or(const struct parser *p)
{
    struct span rest = span_slice(p->chars, p->at, p->chars.len);

    return rest.ptr && span_starts(rest, SPAN("OR")) &&
           (rest.len == 2 || is_space(rest.ptr[2]) || rest.ptr[2] == '(' || rest.ptr[2] == ')');
}

static enum err read_item(struct parser *p, unsigned *out)
{
    size_t from = p->at;
    bool is_negated = p->chars.ptr[p->at] == '-';
    enum err e;

    p->at += is_negated;
    if (is_at_end(p) || is_space(p->chars.ptr[p->at]) ||
        (is_negated && p->chars.ptr[p->at] == '-'))
        return fail(p, "unexpected", from, from + 1);
    e = p->chars.ptr[p->at] == '(' ? read_brackets(p, out) : read_word(p, out);
    if (!e)
        p->q->nodes[*out].is_negated ^= is_negated;
    return e;
}

/* ---- what holds them together ---- */

static void note_part(struct parser *p, size_t from)
{
    size_t i = p->q->parts_len++;

    p->q->parts[i].from = p->text->at[from];
    p->q->parts[i].to = p->text->at[p->at];
}

static enum err read_all(struct parser *p, unsigned *out)
{
    struct list l = empty_list;

    skip_spaces(p);
    while (!is_at_end(p) && !is_at_or(p)) {
        size_t from = p->at;
        unsigned node = QUERY_NONE;
        enum err e = read_item(p, &node);

        if (e)
            return e;
        append(p->q, &l, node);
        if (p->depth == 0)
            note_part(p, from);
        skip_spaces(p);
    }
    if (l.first == QUERY_NONE) /* nothing in front of OR, a bracket, or the end */
        return fail(p, "unexpected", p->at,
                    p->at + (p->at < p->chars.len ? 1 + (size_t)is_at_or(p) : 0));
    *out = group(p->q, QUERY_ALL, &l);
    return OK;
}

/* At the top the parts of a query with OR are what stands between. */
static void join_parts(struct parser *p, size_t first)
{
    struct journal_query *q = p->q;

    if (p->depth > 0)
        return;
    q->parts[first].to = q->parts[q->parts_len - 1].to;
    q->parts_len = first + 1;
}

static enum err read_query(struct parser *p, unsigned *out)
{
    struct list l = empty_list;
    size_t parts = p->q->parts_len;
    unsigned node = QUERY_NONE;
    enum err e = read_all(p, &node);

    if (!e)
        append(p->q, &l, node);
    while (!e && is_at_or(p)) {
        join_parts(p, parts++);
        p->at += 2;
        e = read_all(p, &node);
        if (!e)
            append(p->q, &l, node);
    }
    if (e)
        return e;
    if (l.first != l.last)
        join_parts(p, parts);
    *out = group(p->q, QUERY_ANY, &l);
    return OK;
}

enum err query_parser_run(const struct query_text *text, uint64_t now_ms,
                          struct journal_query *out, struct journal_query_error *error)
{
    struct parser p = {.text = text,
                       .chars = span_of(text->chars, text->len),
                       .now_ms = now_ms,
                       .q = out,
                       .error = error};

    out->root = QUERY_NONE;
    skip_spaces(&p);
    if (p.at == p.chars.len)
        return OK;
    enum err e = read_query(&p, &out->root);
    if (!e && p.at < p.chars.len) /* a bracket that nothing has opened */
        e = fail(&p, "unexpected", p.at, p.at + 1);
    return e;
}
