#include "relay-client/journal/search/journal_search.h"

#include "base/container.h"

#define STEP_ROWS  256u
#define STEP_BYTES (1024u * 1024) /* of bodies */

#define LOAD                                                                                   \
    "SELECT x.id, x.target, r.body, m.note FROM exchange x"                                    \
    "  JOIN request r ON r.exchange = x.id LEFT JOIN mark m ON m.exchange = x.id"

enum column { COLUMN_ID, COLUMN_TARGET, COLUMN_BODY, COLUMN_NOTE };

enum err journal_search_init(struct journal_search *s, struct database *db)
{
    const struct {
        struct statement *statement;
        const char *sql;
    } all[] = {
        {&s->load, LOAD " WHERE x.id = ?"},
        {&s->store, "INSERT OR REPLACE INTO search (exchange, text) VALUES (?, ?)"},
        {&s->erase, "DELETE FROM search WHERE exchange = ?"},
    };
    enum err rc = OK;

    *s = (struct journal_search){0};
    bytes_init(&s->text, JOURNAL_SEARCH_TEXT_MAX);
    for (size_t i = 0; !rc && i < ARRAY_LEN(all); i++)
        rc = statement_init(all[i].statement, db, all[i].sql);
    return rc ? rc
              : statement_query_u64(db, "SELECT coalesce(max(unsearched), 0) FROM progress",
                                    &s->unsearched);
}

void journal_search_fini(struct journal_search *s)
{
    statement_fini(&s->load);
    statement_fini(&s->store);
    statement_fini(&s->erase);
    bytes_fini(&s->text);
}

enum err journal_search_insert(struct journal_search *s, uint64_t exchange,
                               const struct journal_search_source *source)
{
    struct statement *write = &s->store;

    bytes_clear(&s->text);
    enum err rc = journal_search_text_append(source, &s->text);
    if (rc == ERR_LIMIT)
        write = &s->erase;
    else if (rc)
        return rc;
    statement_bind_u64(write, 1, exchange);
    if (write == &s->store)
        statement_bind_text(write, 2, bytes_span(&s->text));
    return statement_run(write);
}

static enum err insert_row(struct journal_search *s, const struct statement *row)
{
    struct journal_search_source source = {.target = statement_span(row, COLUMN_TARGET),
                                           .body = statement_span(row, COLUMN_BODY),
                                           .note = statement_span(row, COLUMN_NOTE)};

    return journal_search_insert(s, statement_u64(row, COLUMN_ID), &source);
}

enum err journal_search_refresh(struct journal_search *s, uint64_t exchange)
{
    bool has_row = false;

    statement_bind_u64(&s->load, 1, exchange);
    enum err rc = statement_step(&s->load, &has_row);
    if (!rc && has_row)
        rc = insert_row(s, &s->load);
    statement_reset(&s->load);
    return rc;
}

/* ---- older ones ---- */

/* Up to where it came downwards; 0: to the end. */
static enum err write_some(struct journal_search *s, struct database *db, uint64_t *left)
{
    struct statement rows;
    size_t bytes = 0, count = 0;
    bool has_row = true;
    enum err rc = statement_init(&rows, db, LOAD " WHERE x.id <= ? ORDER BY x.id DESC");

    if (!rc)
        statement_bind_u64(&rows, 1, s->unsearched);
    while (!rc && has_row && bytes < STEP_BYTES && count < STEP_ROWS) {
        rc = statement_step(&rows, &has_row);
        *left = !rc && has_row ? statement_u64(&rows, COLUMN_ID) - 1 : 0;
        if (rc || !has_row)
            break;
        bytes += statement_span(&rows, COLUMN_BODY).len;
        count++;
        rc = insert_row(s, &rows);
    }
    statement_fini(&rows);
    return rc;
}

static enum err note_left(struct database *db, uint64_t left)
{
    struct statement s;
    enum err rc = statement_init(&s, db, "UPDATE progress SET unsearched = ?");

    if (!rc) {
        statement_bind_u64(&s, 1, left);
        rc = statement_run(&s);
    }
    statement_fini(&s);
    return rc;
}

enum err journal_search_catch_up(struct journal_search *s, struct database *db, bool *more)
{
    uint64_t left = 0;

    *more = false;
    if (s->unsearched == 0)
        return OK;
    enum err rc = database_begin(db);
    if (rc)
        return rc;
    rc = write_some(s, db, &left);
    if (!rc)
        rc = note_left(db, left);
    if (!rc)
        rc = database_commit(db);
    else
        database_rollback(db);
    if (rc)
        return rc;
    s->unsearched = left;
    *more = left > 0;
    return OK;
}
