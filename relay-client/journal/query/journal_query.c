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

/* Parameters of ours; those of the query follow. */
enum parameter { ID = 1, FIRST_VALUE };

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

static enum err prepare(struct journal_reader *r, const struct journal_query *q,
                        const char *columns, const char *behind, struct statement *out)
{
    struct bytes sql;

    *out = (struct statement){0};
    bytes_init(&sql, QUERY_SQL_MAX);
    enum err e = bytes_append_text(&sql, columns);
    if (!e)
        e = query_sql_append(q, FIRST_VALUE, &sql);
    if (!e)
        e = bytes_append_text(&sql, behind);
    if (!e)
        e = bytes_append(&sql, "", 1);
    if (!e)
        e = statement_init(out, r->db, (const char *)bytes_peek(&sql));
    bytes_fini(&sql);
    return e;
}

/* Those that match, from one end. */
static enum err prepare_page(struct journal_reader *r, const struct journal_page *page,
                             struct statement *out)
{
    bool is_upwards = page->after > 0;
    enum err e = prepare(r, page->query, "SELECT s.exchange",
                         is_upwards ? " AND s.exchange > ?1 ORDER BY s.exchange"
                                    : " AND s.exchange < ?1 ORDER BY s.exchange DESC",
                         out);

    if (e)
        return e;
    statement_bind_u64(out, ID,
                       is_upwards         ? page->after
                       : page->before > 0 ? page->before
                                          : UINT64_MAX);
    query_sql_bind(page->query, FIRST_VALUE, out);
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
    bool has_enough;
};

static enum err tell_row(struct rows *rows, uint64_t id)
{
    struct journal_row row;
    bool has_row;

    statement_bind_u64(&rows->row, 1, id);
    enum err e = statement_step(&rows->row, &has_row);
    if (!e && has_row) {
        journal_row_read(&rows->row, &row);
        rows->has_enough = !rows->each(rows->owner, &row);
    }
    statement_reset(&rows->row);
    return e;
}

/* ---- questions ---- */

enum err journal_query_list(struct journal_reader *r, const struct journal_page *page,
                            bool (*each)(void *owner, const struct journal_row *row),
                            void *owner)
{
    struct rows rows = {.each = each, .owner = owner};
    size_t left = page->limit < LIMIT_MAX ? page->limit : LIMIT_MAX;
    struct statement ids;
    bool has_row = true;
    enum err e = prepare_page(r, page, &ids);

    if (!e)
        e = prepare_row(r, &rows.row);
    while (!e && left-- > 0 && !rows.has_enough) {
        e = statement_step(&ids, &has_row);
        if (e || !has_row)
            break;
        e = tell_row(&rows, statement_u64(&ids, 0));
    }
    statement_fini(&rows.row);
    statement_fini(&ids);
    return e;
}

enum err journal_query_count(struct journal_reader *r, const struct journal_query *q,
                             uint64_t *out)
{
    struct statement s;
    bool has_row;
    enum err e = prepare(r, q, "SELECT count(*)", "", &s);

    if (!e) {
        query_sql_bind(q, FIRST_VALUE, &s);
        e = statement_step(&s, &has_row);
    }
    if (!e)
        *out = statement_u64(&s, 0);
    statement_fini(&s);
    return e;
}

enum err journal_query_match(struct journal_reader *r, const struct journal_query *q,
                             const uint64_t *ids, size_t len,
                             bool (*each)(void *owner, const struct journal_row *row),
                             void *owner)
{
    struct rows rows = {.each = each, .owner = owner};
    struct statement one;
    bool has_row;
    enum err e = prepare(r, q, "SELECT 1", " AND s.exchange = ?1", &one);

    if (!e)
        e = prepare_row(r, &rows.row);
    for (size_t i = 0; !e && i < len && !rows.has_enough; i++) {
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
    const struct journal_page page = {.query = q, .before = before};
    struct statement s;
    size_t n = 0;
    bool has_row = true;
    enum err e = prepare_page(r, &page, &s);

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
