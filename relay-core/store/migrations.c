#include "store/migrations.h"

#include "store/database_impl.h"
#include "store/statement.h"

#include <stdio.h>

static enum err refuse(struct database *db, enum err e, const char *why)
{
    detail_write(db->detail, "%s %s", db->path, why);
    return e;
}

static enum err identify_unmarked(struct database *db, unsigned *version)
{
    uint64_t objects = 0;
    enum err e = statement_query_u64(db, "SELECT count(*) FROM sqlite_schema", &objects);

    if (e)
        return e;
    if (objects > 0)
        return refuse(db, ERR_CONFIG, "is a database of another program: choose another path");
    *version = 0;
    return OK;
}

enum err migrations_identify(struct database *db, unsigned *version)
{
    const struct database_schema *schema = db->options.schema;
    uint64_t kind = 0, found = 0;
    enum err e = statement_query_u64(db, "PRAGMA application_id", &kind);

    if (!e)
        e = statement_query_u64(db, "PRAGMA user_version", &found);
    if (e)
        return e;
    if (kind == 0)
        return identify_unmarked(db, version);
    if (kind != schema->application_id)
        return refuse(db, ERR_CONFIG, "is a file of another kind: choose another path");
    if (found > schema->version)
        return refuse(
            db, ERR_VERSION,
            "was written by a newer version of Hookline: use that one, or another path");
    *version = (unsigned)found;
    return OK;
}

static enum err run_step(struct database *db, unsigned step)
{
    const struct database_schema *schema = db->options.schema;
    char mark[96];

    (void)snprintf(mark, sizeof(mark), "PRAGMA application_id=%u; PRAGMA user_version=%u",
                   (unsigned)schema->application_id, step + 1);
    enum err e = database_begin(db);
    if (!e)
        e = database_exec(db, schema->steps[step]);
    if (!e)
        e = database_exec(db, mark);
    if (!e)
        return database_commit(db);
    database_rollback(db);
    return e;
}

enum err migrations_run(struct database *db, unsigned version)
{
    enum err e = OK;

    for (unsigned step = version; !e && step < db->options.schema->version; step++)
        e = run_step(db, step);
    return e;
}
