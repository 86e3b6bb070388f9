#include "store/database_function.h"

#include "store/database_error.h"
#include "store/database_impl.h"

#include <sqlite3.h>

static struct span span_of_value(sqlite3_value *value)
{
    const void *bytes = sqlite3_value_blob(value);

    return bytes ? span_of(bytes, (size_t)sqlite3_value_bytes(value)) : (struct span){0};
}

static void call(sqlite3_context *context, int len, sqlite3_value **arguments)
{
    const struct database_function *f = sqlite3_user_data(context);
    bool has_null = sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
                    sqlite3_value_type(arguments[1]) == SQLITE_NULL;
    bool is = false;
    enum err e = OK;

    (void)len;
    if (!has_null)
        e = f->is(span_of_value(arguments[0]), span_of_value(arguments[1]), &is);
    if (e == ERR_NOMEM)
        sqlite3_result_error_nomem(context);
    else if (e)
        sqlite3_result_error_toobig(context);
    else
        sqlite3_result_int(context, is);
}

enum err database_function_define(struct database *db, const struct database_function *f)
{
    /* SQLite hands the pointer back as it is, and we read it as const. */
    union {
        const struct database_function *ours;
        void *theirs;
    } data = {f};

    return database_error_note(
        db, sqlite3_create_function(db->handle, f->name, 2,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    data.theirs, call, NULL, NULL));
}
