#include "relay-server/inbox/sqlite/inbox_sqlite_file.h"

#include "base/mem.h"
#include "relay-server/inbox/sqlite/inbox_schema_table.h"

#include <stdio.h>
#include <string.h>

static void disconnect(struct inbox_sqlite_file *f)
{
    inbox_sqlite_write_fini(&f->write);
    inbox_sqlite_read_fini(&f->read);
    database_close(f->db);
    f->db = NULL;
}

static enum err forget_doubtful(struct inbox_sqlite_file *f)
{
    if (f->doubtful_len == 0)
        return OK;
    enum err rc = database_begin(f->db);

    for (size_t i = 0; !rc && i < f->doubtful_len; i++)
        rc = inbox_sqlite_write_remove(&f->write, f->doubtful[i]);
    if (rc) {
        database_rollback(f->db);
        return rc;
    }
    rc = database_commit(f->db);
    if (!rc)
        f->doubtful_len = 0;
    return rc;
}

/* A mark that was lost, or that no relay can have reached, is no longer known: damage. */
static enum err read_mark(struct inbox_sqlite_file *f)
{
    enum err rc = statement_query_u64(f->db, "SELECT seq FROM mark WHERE id = 1", &f->mark);

    if (rc == ERR_NOT_FOUND || (!rc && f->mark > INBOX_SEQ_MAX)) {
        detail_write(f->failure, "inbox %s: its count of deliveries is damaged", f->path);
        return ERR_CORRUPT;
    }
    return rc;
}

static enum err prepare(struct inbox_sqlite_file *f)
{
    f->failure[0] = '\0';
    enum err rc = inbox_sqlite_write_init(&f->write, f->db);

    if (!rc)
        rc = inbox_sqlite_read_init(&f->read, f->db);
    if (!rc)
        rc = forget_doubtful(f);
    if (!rc)
        rc = read_mark(f);
    if (rc && f->failure[0] == '\0')
        detail_write(f->failure, "%s", database_detail(f->db));
    return rc;
}

static void advise_repair(struct inbox_sqlite_file *f)
{
    char finding[DETAIL_MAX];

    (void)snprintf(finding, sizeof(finding), "%s", f->failure);
    detail_write(f->failure,
                 "%.400s. Nothing was changed: stop the relay, then `hookline-relay inbox "
                 "repair` keeps all that is good",
                 finding);
}

static enum err connect(struct inbox_sqlite_file *f)
{
    struct database_options options = {
        .path = f->path, .schema = &inbox_schema, .clock = f->clock};
    enum err rc = database_open(&options, &f->db, f->failure);

    if (!rc)
        rc = prepare(f);
    if (rc == ERR_CORRUPT)
        advise_repair(f);
    if (rc)
        disconnect(f);
    return rc;
}

enum err inbox_sqlite_file_init(struct inbox_sqlite_file *f, const char *path,
                                const struct clock *clock)
{
    *f = (struct inbox_sqlite_file){.clock = clock, .path = mem_text(path, strlen(path))};
    detail_write(f->failure, "%s", err_text(ERR_NOMEM));
    return f->path ? connect(f) : ERR_NOMEM;
}

struct loading {
    const struct inbox_engine_options *options;
    uint64_t highest;
};

static enum err on_record(void *owner, const struct inbox_found *found)
{
    struct loading *l = owner;

    if (!found->damage && found->row.seq > l->highest)
        l->highest = found->row.seq;
    return l->options->found_record(l->options->owner, found);
}

/* A tunnel that is damaged is known again with its next link. */
enum err inbox_sqlite_file_load(struct inbox_sqlite_file *f,
                                const struct inbox_engine_options *options, uint64_t *last_seq)
{
    struct loading l = {.options = options, .highest = f->mark};
    size_t damaged;
    enum err rc =
        inbox_sqlite_read_tunnels(f->db, options->found_tunnel, options->owner, &damaged);

    if (!rc)
        rc = inbox_sqlite_read_records(f->db, on_record, &l);
    *last_seq = l.highest;
    if (!rc)
        return OK;
    detail_write(f->failure, "%s", database_detail(f->db));
    if (rc == ERR_CORRUPT)
        advise_repair(f);
    return rc;
}

void inbox_sqlite_file_fini(struct inbox_sqlite_file *f)
{
    disconnect(f);
    mem_free(f->path);
    *f = (struct inbox_sqlite_file){0};
}

void inbox_sqlite_file_fail(struct inbox_sqlite_file *f)
{
    if (!f->db)
        return;
    detail_write(f->failure, "%s", database_detail(f->db));
    if (database_is_broken(f->db))
        disconnect(f);
}

enum err inbox_sqlite_file_revive(struct inbox_sqlite_file *f)
{
    return f->db ? OK : connect(f);
}
