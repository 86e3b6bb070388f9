#include "relay-client/journal/writer/journal_file.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/journal/insight/journal_summary_fill.h"
#include "relay-client/journal/journal_schema_table.h"

#include <string.h>

static void finish_statements(struct journal_file *f)
{
    journal_derived_fini(&f->derived);
    journal_insert_fini(&f->insert);
    journal_call_insert_fini(&f->calls);
    journal_backlog_fini(&f->backlog);
    journal_retention_fini(&f->retention);
}

static void disconnect(struct journal_file *f)
{
    finish_statements(f);
    database_close(f->db);
    f->db = NULL;
}

static enum err forget_failed(struct journal_file *f)
{
    static const char *const deletes[] = {
        "DELETE FROM call_chat WHERE call IN (SELECT id FROM call WHERE exchange > ?)",
        "DELETE FROM call_body WHERE call IN (SELECT id FROM call WHERE exchange > ?)",
        "DELETE FROM call WHERE exchange > ?",
        "DELETE FROM event WHERE id >= (? + 1) * 128",
        "DELETE FROM answer WHERE exchange > ?",
        "DELETE FROM summary WHERE exchange > ?",
        "DELETE FROM search WHERE exchange > ?",
        "DELETE FROM mark WHERE exchange > ?",
        "DELETE FROM deletion WHERE exchange > ?",
        "DELETE FROM request WHERE exchange > ?",
        "DELETE FROM exchange WHERE id > ?",
    };
    enum err rc = database_begin(f->db);

    for (size_t i = 0; !rc && i < ARRAY_LEN(deletes); i++) {
        struct statement s;

        rc = statement_init(&s, f->db, deletes[i]);
        if (!rc) {
            statement_bind_u64(&s, 1, f->kept_id);
            rc = statement_run(&s);
        }
        statement_fini(&s);
    }
    if (!rc)
        return database_commit(f->db);
    database_rollback(f->db);
    return rc;
}

/* Ids of a journal that was set aside are not given again: answers for them may still
 * be on their way. */
static enum err take_up_ids(struct journal_file *f)
{
    uint64_t highest = 0, given = 0;
    enum err rc = statement_query_u64(f->db, "SELECT max(id) FROM exchange", &highest);

    if (!rc)
        rc = statement_query_u64(f->db, "SELECT max(newest) FROM progress", &given);
    if (rc || (highest <= f->kept_id && given <= f->kept_id))
        return rc;
    if (f->is_revival && highest > f->kept_id)
        return forget_failed(f);
    f->kept_id = highest > given ? highest : given;
    return OK;
}

static enum err prepare(struct journal_file *f)
{
    enum err rc = journal_derived_init(&f->derived, f->db);

    f->derived.withdrawal.purges = f->purges_unsent;
    if (!rc)
        rc = journal_summary_fill(&f->derived.summary, f->db);
    if (!rc)
        rc = journal_insert_init(&f->insert, f->db, &f->derived);
    if (!rc)
        rc = journal_call_insert_init(&f->calls, f->db, &f->derived);
    if (!rc)
        rc = journal_backlog_init(&f->backlog, f->db, &f->derived);
    if (!rc)
        rc = journal_retention_init(&f->retention, f->db);
    return rc ? rc : take_up_ids(f);
}

/* A failure to rename is met again when the file is opened. */
static void set_aside(struct journal_file *f)
{
    finish_statements(f);
    enum err rc = database_set_aside(f->db, f->notice);

    f->db = NULL;
    if (rc)
        detail_write(f->failure, "%s", f->notice);
}

static enum err try_connect(struct journal_file *f)
{
    struct database_options options = {
        .path = f->path, .schema = &journal_schema, .clock = f->clock, .sets_aside = true};
    char detail[DETAIL_MAX];
    enum err rc = database_open(&options, &f->db, detail);

    if (detail[0])
        detail_write(rc ? f->failure : f->notice, "%s", detail);
    if (rc)
        return rc;
    rc = prepare(f);
    if (rc)
        journal_file_fail(f, rc);
    return rc;
}

static enum err connect(struct journal_file *f)
{
    enum err rc = try_connect(f);

    if (rc == ERR_CORRUPT) /* its pages are whole, but a table is missing: it was set aside */
        rc = try_connect(f);
    if (rc)
        disconnect(f);
    else
        f->failure[0] = '\0';
    return rc;
}

enum err journal_file_init(struct journal_file *f, const char *path, const struct clock *clock)
{
    f->clock = clock;
    f->path = mem_text(path, strlen(path));
    detail_write(f->failure, "%s", err_text(ERR_NOMEM));
    enum err rc = f->path ? connect(f) : ERR_NOMEM;

    f->is_revival = true;
    return rc;
}

void journal_file_fini(struct journal_file *f)
{
    disconnect(f);
    mem_free(f->path);
    *f = (struct journal_file){0};
}

void journal_file_fail(struct journal_file *f, enum err rc)
{
    if (!f->db)
        return;
    detail_write(f->failure, "%s", database_detail(f->db));
    if (!database_is_broken(f->db))
        return;
    if (rc == ERR_CORRUPT)
        set_aside(f);
    else
        disconnect(f);
}

enum err journal_file_revive(struct journal_file *f)
{
    return f->db ? OK : connect(f);
}
