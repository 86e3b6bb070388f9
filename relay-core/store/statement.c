#include "store/statement.h"

#include "store/database_error.h"
#include "store/database_impl.h"

#include <sqlite3.h>

enum err statement_init(struct statement *s, struct database *db, const char *sql)
{
    *s = (struct statement){.db = db};
    return database_error_note(
        db,
        sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL));
}

void statement_fini(struct statement *s)
{
    (void)sqlite3_finalize(s->handle); /* repeats the failure of the last step */
    *s = (struct statement){0};
}

static void note_bind(struct statement *s, int code)
{
    if (code != SQLITE_OK && s->bind_failure == SQLITE_OK)
        s->bind_failure = code;
}

void statement_bind_u64(struct statement *s, int parameter, uint64_t value)
{
    uint64_t capped = value > INT64_MAX ? INT64_MAX : value;

    note_bind(s, sqlite3_bind_int64(s->handle, parameter, (sqlite3_int64)capped));
}

void statement_bind_text(struct statement *s, int parameter, struct span text)
{
    note_bind(s, sqlite3_bind_text64(s->handle, parameter, text.len > 0 ? text.ptr : "",
                                     text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void statement_bind_blob(struct statement *s, int parameter, struct span bytes)
{
    note_bind(s, sqlite3_bind_blob64(s->handle, parameter, bytes.len > 0 ? bytes.ptr : "",
                                     bytes.len, SQLITE_STATIC));
}

enum err statement_step(struct statement *s, bool *has_row)
{
    *has_row = false;
    if (s->bind_failure != SQLITE_OK)
        return database_error_note(s->db, s->bind_failure);
    int code = sqlite3_step(s->handle);
    *has_row = code == SQLITE_ROW;
    return database_error_note(s->db, code);
}

enum err statement_run(struct statement *s)
{
    bool has_row = true;
    enum err e = OK;

    while (!e && has_row)
        e = statement_step(s, &has_row);
    statement_reset(s);
    return e;
}

void statement_reset(struct statement *s)
{
    (void)sqlite3_reset(s->handle); /* repeats the failure of the last step */
    (void)sqlite3_clear_bindings(s->handle);
    s->bind_failure = SQLITE_OK;
}

uint64_t statement_u64(const struct statement *s, int column)
{
    sqlite3_int64 value = sqlite3_column_int64(s->handle, column);

    return value > 0 ? (uint64_t)value : 0;
}

struct span statement_span(const struct statement *s, int column)
{
    const void *bytes = sqlite3_column_blob(s->handle, column);

    return bytes ? span_of(bytes, (size_t)sqlite3_column_bytes(s->handle, column))
                 : (struct span){0};
}

bool statement_is_null(const struct statement *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

enum err statement_query_u64(struct database *db, const char *sql, uint64_t *out)
{
    struct statement s;
    bool has_row;
    enum err e = statement_init(&s, db, sql);

    if (!e)
        e = statement_step(&s, &has_row);
    if (!e && !has_row)
        e = ERR_NOT_FOUND;
    if (!e)
        *out = statement_u64(&s, 0);
    statement_fini(&s);
    return e;
}
