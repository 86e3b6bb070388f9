/* 1. the text is made half-width, parsed into a tree, and copied
 * 2. list, count, match and ids put the tree into SQL; that finds ids
 * 3. list and match read the row of each id by a second statement, in the same snapshot
 *
 * What can go wrong: the text (ERR_SYNTAX), memory, and what the journal's reader meets. */
#include "relay-client/journal/query/journal_query.h"

#include "base/mem.h"
#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_row.h"
#include "relay-client/journal/query/query_parser.h"
#include "relay-client/journal/query/query_sql.h"

#define LIMIT_MAX 500u
/* Rows that are looked at one by one before a set is made of all: most pages are full then. */
#define WINDOW 16000u

/* Parameters of ours; those of the query follow. */
enum parameter { ID = 1, EDGE, FIRST_VALUE };

/* ---- text to query ---- */

/* What is too long or no UTF-8 is told before anything is parsed. */
static enum err read_text(struct span text, struct query_text *out,
                          struct journal_query_error *error)
{
    size_t wrong = JOURNAL_QUERY_MAX;
    enum err e = query_text_read(text, out, &wrong);

    if (!e)
        return OK;
    error->code = e == ERR_LIMIT ? "too_long" : "unexpected";
    error->hint[0] = '\0';
    error->offset = query_text_units(text, wrong);
    error->length = e == ERR_LIMIT ? query_text_units(text, text.len) - error->offset : 1;
    return ERR_SYNTAX;
}

enum err journal_query_parse(struct span text, uint64_t now_ms, struct journal_query **out,
                             struct journal_query_error *error)
{
    struct query_text chars;
    enum err e = read_text(text, &chars, error);
    struct journal_query *q;

    if (e)
        return e;
    q = mem_alloc(sizeof(*q));
    if (!q)
        return ERR_NOMEM;
    bytes_init(&q->values, QUERY_VALUES_MAX);
    q->len = text.len;
    if (text.len > 0)
        memcpy(q->text, text.ptr, text.len);
    e = query_parser_run(&chars, now_ms, q, error);
    if (e) {
        journal_query_free(q);
        return e;
    }
    *out = q;
    return OK;
}

void journal_query_free(struct journal_query *q)
{
    if (!q)
        return;
    bytes_fini(&q->values);
    mem_free(q);
}

size_t journal_query_parts(const struct journal_query *q, struct span *out, size_t max)
{
    size_t len = q->parts_len < max ? q->parts_len : max;

    for (size_t i = 0; i < len; i++)
        out[i] = span_slice(span_of(q->text, q->len), q->parts[i].from, q->parts[i].to);
    return len;
}

/* ---- statements ---- */

struct plan {
    const struct journal_query *query;
    enum query_sql_way way;
    const char *columns, *behind;
};

static enum err prepare(struct journal_reader *r, const struct plan *p, struct statement *out)
{
    struct bytes sql;

    *out = (struct statement){0};
    bytes_init(&sql, QUERY_SQL_MAX);
    enum err e = bytes_append_text(&sql, p->columns);
    if (!e)
        e = query_sql_append(p->query, p->way, FIRST_VALUE, &sql);
    if (!e)
        e = bytes_append_text(&sql, p->behind);
    if (!e)
        e = bytes_append(&sql, "", 1);
    if (!e)
        e = statement_init(out, r->db, (const char *)bytes_peek(&sql));
    bytes_fini(&sql);
    return e;
}

/* A piece of the journal, from one of its ends. */
struct stretch {
    uint64_t above, below; /* ids between these two */
    bool is_upwards;
};

static enum err prepare_stretch(struct journal_reader *r, const struct journal_query *q,
                                enum query_sql_way way, const struct stretch *s,
                                struct statement *out)
{
    const struct plan plan = {
        q, way, "SELECT s.exchange",
        s->is_upwards ? " AND s.exchange > ?1 AND s.exchange < ?2 ORDER BY s.exchange"
                      : " AND s.exchange > ?1 AND s.exchange < ?2 ORDER BY s.exchange DESC"};
    enum err e = prepare(r, &plan, out);

    if (e)
        return e;
    statement_bind_u64(out, ID, s->above);
    statement_bind_u64(out, EDGE, s->below);
    query_sql_bind(q, FIRST_VALUE, out);
    return OK;
}

static enum err prepare_row(struct journal_reader *r, struct statement *out)
{
    return statement_init(out, r->db,
                          "SELECT " JOURNAL_ROW_COLUMNS " FROM " JOURNAL_ROW_TABLES
                          " WHERE x.id = ?1");
}

struct rows {
    struct statement row;
    bool (*each)(void *owner, const struct journal_row *row);
    void *owner;
    size_t left; /* how many are still wanted */
};

static enum err tell_row(struct rows *rows, uint64_t id)
{
    struct journal_row row;
    bool has_row;

    statement_bind_u64(&rows->row, 1, id);
    enum err e = statement_step(&rows->row, &has_row);
    if (!e && has_row) {
        journal_row_read(&rows->row, &row);
        rows->left = rows->each(rows->owner, &row) ? rows->left - 1 : 0;
    }
    statement_reset(&rows->row);
    return e;
}

/* ---- questions ---- */

static enum err tell_stretch(struct journal_reader *r, const struct journal_query *q,
                             enum query_sql_way way, const struct stretch *s, struct rows *rows)
{
    struct statement ids;
    bool has_row = true;
    enum err e = prepare_stretch(r, q, way, s, &ids);

    while (!e && rows->left > 0) {
        e = statement_step(&ids, &has_row);
        if (e || !has_row)
            break;
        e = tell_row(rows, statement_u64(&ids, 0));
    }
    statement_fini(&ids);
    return e;
}

/* Takes what is looked at first off the rest. */
static struct stretch take_window(struct stretch *rest)
{
    struct stretch window = *rest;

    if (rest->below - rest->above <= WINDOW) {
        rest->above = rest->below;
    } else if (rest->is_upwards) {
        window.below = rest->above + WINDOW;
        rest->above = window.below - 1;
    } else {
        window.above = rest->below - WINDOW;
        rest->below = window.above + 1;
    }
    return window;
}

static enum err find_stretch(struct journal_reader *r, const struct journal_page *page,
                             struct stretch *out)
{
    uint64_t newest;
    enum err e =
        statement_query_u64(r->db, "SELECT coalesce(max(exchange), 0) FROM summary", &newest);

    *out = (struct stretch){page->after, newest + 1, page->after > 0};
    if (page->before > 0 && page->before < out->below)
        out->below = page->before;
    if (out->above > out->below)
        out->above = out->below;
    return e;
}

enum err journal_query_list(struct journal_reader *r, const struct journal_page *page,
                            bool (*each)(void *owner, const struct journal_row *row),
                            void *owner)
{
    struct rows rows = {.each = each,
                        .owner = owner,
                        .left = page->limit < LIMIT_MAX ? page->limit : LIMIT_MAX};
    struct stretch rest, first;
    enum err e = find_stretch(r, page, &rest);

    if (!e)
        e = prepare_row(r, &rows.row);
    first = rest;
    if (query_sql_has_sets(page->query))
        first = take_window(&rest);
    else
        rest.above = rest.below;
    if (!e)
        e = tell_stretch(r, page->query, QUERY_SQL_ROWS, &first, &rows);
    if (!e && rows.left > 0 && rest.above < rest.below)
        e = tell_stretch(r, page->query, QUERY_SQL_SETS, &rest, &rows);
    statement_fini(&rows.row);
    return e;
}

/* Until `s` is finished, all statements see what it sees. */
static enum err begin_count(struct journal_reader *r, const struct journal_query *q,
                            struct statement *s, uint64_t *out)
{
    const struct plan plan = {q, QUERY_SQL_SETS, "SELECT count(*)", ""};
    bool has_row;
    enum err e = prepare(r, &plan, s);

    if (e)
        return e;
    query_sql_bind(q, FIRST_VALUE, s);
    e = statement_step(s, &has_row);
    if (!e)
        *out = statement_u64(s, 0);
    return e;
}

enum err journal_query_count(struct journal_reader *r, const struct journal_query *q,
                             uint64_t *out)
{
    struct statement s;
    enum err e = begin_count(r, q, &s, out);

    statement_fini(&s);
    return e;
}

enum err journal_query_page(struct journal_reader *r, const struct journal_page *page,
                            bool (*each)(void *owner, const struct journal_row *row),
                            void *owner, uint64_t *total)
{
    struct journal_page all = *page;
    struct statement s;
    enum err e = begin_count(r, page->query, &s, total);

    if (!e && *total < all.limit)
        all.limit = (size_t)*total;
    if (!e)
        e = journal_query_list(r, &all, each, owner);
    statement_fini(&s);
    return e;
}

enum err journal_query_match(struct journal_reader *r, const struct journal_query *q,
                             const uint64_t *ids, size_t len,
                             bool (*each)(void *owner, const struct journal_row *row),
                             void *owner)
{
    const struct plan plan = {q, QUERY_SQL_ROWS, "SELECT 1", " AND s.exchange = ?1"};
    struct rows rows = {.each = each, .owner = owner, .left = len};
    struct statement one;
    bool has_row;
    enum err e = prepare(r, &plan, &one);

    if (!e)
        e = prepare_row(r, &rows.row);
    for (size_t i = 0; !e && i < len && rows.left > 0; i++) {
        statement_bind_u64(&one, ID, ids[i]);
        query_sql_bind(q, FIRST_VALUE, &one);
        e = statement_step(&one, &has_row);
        if (!e && has_row)
            e = tell_row(&rows, ids[i]);
        statement_reset(&one);
    }
    statement_fini(&rows.row);
    statement_fini(&one);
    return e;
}

enum err journal_query_ids(struct journal_reader *r, const struct journal_query *q,
                           uint64_t before, uint64_t *out, size_t max, size_t *len)
{
    const struct stretch all = {0, before > 0 ? before : UINT64_MAX, false};
    struct statement s;
    size_t n = 0;
    bool has_row = true;
    enum err e = prepare_stretch(r, q, QUERY_SQL_SETS, &all, &s);

    while (!e && n < max) {
        e = statement_step(&s, &has_row);
        if (e || !has_row)
            break;
        out[n++] = statement_u64(&s, 0);
    }
    statement_fini(&s);
    if (!e)
        *len = n;
    return e;
}
