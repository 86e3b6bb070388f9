/* A relay that runs is asked to do it; else it is done to the file. */
#include "relay-server/inbox/commands/inbox_change.h"

#include "codec/json/json.h"
#include "relay-server/control/control_call.h"
#include "relay-server/inbox/commands/inbox_command.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_file.h"

#include <inttypes.h>
#include <sys/stat.h>

#define REPLY_MAX 65536u

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

static enum command_exit print_changed(const struct change *c)
{
    if (settings_bool(c->call->settings, "json"))
        (void)fprintf(c->call->out, "{\"changed\":%" PRIu64 "}\n", c->changed);
    else
        (void)fprintf(c->call->out, "%" PRIu64 " %s.\n", c->changed,
                      c->is_drop ? "dropped" : "will be sent again");
    return COMMAND_OK;
}

static enum command_exit report(const struct change *c)
{
    struct command_call *call = c->call;

    if (c->seq && !c->is_found)
        command_complain(call, "there is no delivery %" PRIu64 "; \"%s inbox list\" shows them",
                         c->seq, call->program->name);
    else if (c->seq && c->changed == 0)
        command_complain(call, "delivery %" PRIu64 " is not set aside: it goes out by itself",
                         c->seq);
    else
        return print_changed(c);
    return COMMAND_FAILED;
}

/* ---- a relay runs ---- */

static enum err read_reply(struct change *c, const struct control_reply *reply)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, bytes_span(&reply->body), REPLY_MAX);

    if (!rc && !json_u64(json_member(json_root(&doc), "changed"), &c->changed))
        rc = ERR_SYNTAX;
    json_fini(&doc);
    return rc;
}

/* ERR_NOT_FOUND, not said: no relay runs. */
static enum err ask_relay(struct change *c)
{
    char path[PATHS_MAX], order[48];
    struct control_reply reply;
    int len = c->seq ? snprintf(order, sizeof(order), "{\"seq\":%" PRIu64 "}", c->seq)
                     : snprintf(order, sizeof(order), "{\"seq\":null}");
    const struct control_question question = {
        .method = "POST",
        .target = c->is_drop ? "/inbox/drop" : "/inbox/retry",
        .body = span_of(order, (size_t)len),
    };

    if (control_call_path(c->call, path)) {
        command_complain(c->call, "the path of the data folder is too long");
        return ERR_LIMIT;
    }
    enum err rc = control_call(path, &question, &reply);
    if (!rc)
        rc = reply.status == 200 ? read_reply(c, &reply) : ERR_FAILED;
    if (rc && rc != ERR_NOT_FOUND)
        command_complain(c->call, "%s", reply.detail[0] ? reply.detail : err_text(rc));
    control_call_fini(&reply);
    return rc;
}

/* ---- no relay runs ---- */

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

enum command_exit inbox_change_run(struct command_call *call, bool is_drop)
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
    enum err rc = ask_relay(&c);
    if (rc != ERR_NOT_FOUND)
        return rc ? COMMAND_FAILED : print_changed(&c);
    if (inbox_command_path(call, "inbox.db", path))
        return COMMAND_FAILED;
    if (stat(path, &st) == 0 && change_file(&c, path))
        return COMMAND_FAILED;
    return report(&c);
}
