/* `hookline-relay inbox retry` and `inbox drop`: what the owner decides about deliveries
 * that were set aside, and of any single one. */
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_command.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_file.h"

#include <inttypes.h>
#include <sys/stat.h>

struct change {
    struct command_call *call;
    bool is_drop;
    uint64_t seq; /* 0: all that are set aside */
    uint64_t changed;
    bool is_found, is_kept; /* of `seq`: there; there but not set aside */
    struct inbox_sqlite_file file;
};

/* What was set aside for damage goes too: a drop may be all that is left to do. */
static enum err on_record(void *owner, const struct inbox_found *f)
{
    struct change *c = owner;
    uint64_t seq = f->row.seq;

    if (c->seq && c->seq != seq)
        return OK;
    c->is_found = true;
    c->is_kept = !f->is_aside;
    if (!f->is_aside && !(c->is_drop && c->seq))
        return OK;
    c->changed++;
    return c->is_drop ? inbox_sqlite_write_remove(&c->file.write, seq)
                      : inbox_sqlite_write_note(&c->file.write, seq, 0, (struct span){0});
}

static enum err change_all(struct change *c)
{
    struct database *db = c->file.db;
    enum err rc = database_begin(db);

    if (!rc)
        rc = inbox_sqlite_read_records(db, on_record, c);
    if (!rc)
        return database_commit(db);
    database_rollback(db);
    return rc;
}

static enum command_exit report(const struct change *c)
{
    struct command_call *call = c->call;

    if (c->seq && !c->is_found) {
        command_complain(call, "there is no delivery %" PRIu64 "; \"%s inbox list\" shows them",
                         c->seq, call->program->name);
        return COMMAND_FAILED;
    }
    if (c->seq && c->changed == 0) {
        command_complain(call, "delivery %" PRIu64 " is not set aside: it goes out by itself",
                         c->seq);
        return COMMAND_FAILED;
    }
    if (settings_bool(call->settings, "json"))
        (void)fprintf(call->out, "{\"%s\":%" PRIu64 "}\n", c->is_drop ? "dropped" : "retried",
                      c->changed);
    else
        (void)fprintf(call->out, "%" PRIu64 " %s.\n", c->changed,
                      c->is_drop ? "dropped" : "will be sent again");
    return COMMAND_OK;
}

/* Nobody else writes the file while we do. */
static enum err change_file(struct change *c, const char *path)
{
    enum err rc = inbox_sqlite_file_init(&c->file, path, clock_system());

    if (!rc) {
        rc = change_all(c);
        if (rc)
            inbox_sqlite_file_fail(&c->file);
    }
    if (rc)
        command_complain(c->call, "%s", c->file.failure[0] ? c->file.failure : err_text(rc));
    inbox_sqlite_file_fini(&c->file);
    return rc;
}

static enum command_exit run(struct command_call *call, bool is_drop)
{
    struct change c = {.call = call,
                       .is_drop = is_drop,
                       .seq = (uint64_t)settings_integer(call->settings, "seq")};
    char path[PATHS_MAX];
    struct stat st;

    if (settings_bool(call->settings, "all") == (c.seq > 0)) {
        command_complain(call,
                         "which one? Give the number that `%s inbox list` shows, or --all",
                         call->program->name);
        return COMMAND_USAGE;
    }
    if (inbox_command_path(call, "inbox.db", path))
        return COMMAND_FAILED;
    if (stat(path, &st) == 0 && change_file(&c, path))
        return COMMAND_FAILED;
    return report(&c);
}

enum command_exit inbox_retry_command(struct command_call *call)
{
    return run(call, false);
}

enum command_exit inbox_drop_command(struct command_call *call)
{
    return run(call, true);
}
