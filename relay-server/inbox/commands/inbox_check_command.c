/* `hookline-relay inbox check`: is all that is kept as it was put? */
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_command.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_check.h"

#include <inttypes.h>
#include <sys/stat.h>

struct report {
    struct command_call *call;
    struct inbox_sqlite_check check;
    bool is_json;
};

static void print_finding(void *owner, const char *finding)
{
    struct report *r = owner;
    struct json_writer w;
    struct bytes line;
    char shown[DETAIL_MAX];

    if (!r->is_json) {
        (void)fprintf(r->call->out, "%s\n",
                      text_escape(shown, sizeof(shown), span_text(finding)));
        return;
    }
    bytes_init(&line, 4096);
    json_writer_init(&w, &line);
    json_writer_object(&w);
    json_writer_member_text(&w, "finding", finding);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(r->call->out, "%.*s\n", (int)bytes_len(&line),
                      (const char *)bytes_peek(&line));
    bytes_fini(&line);
}

static void print_sum(const struct report *r)
{
    const struct inbox_sqlite_check *c = &r->check;
    char size[32];

    if (r->is_json)
        (void)fprintf(r->call->out,
                      "{\"ok\":%s,\"kept\":%" PRIu64 ",\"aside\":%" PRIu64 ",\"bytes\":%" PRIu64
                      ",\"damaged\":%" PRIu64 "}\n",
                      c->findings ? "false" : "true", c->records - c->aside, c->aside, c->bytes,
                      c->damaged);
    else
        (void)fprintf(r->call->out,
                      "%" PRIu64 " deliveries are kept and %" PRIu64 " set aside (%s)%s\n",
                      c->records - c->aside, c->aside, text_size(size, sizeof(size), c->bytes),
                      c->findings ? "; not all is well" : ", all is well");
    if (c->findings)
        command_complain(r->call,
                         "stop the relay, then `%s inbox repair` keeps all that is good",
                         r->call->program->name);
}

static bool is_there(const struct command_call *call)
{
    char path[PATHS_MAX];
    struct stat st;

    return inbox_command_path(call, "inbox.db", path) == OK && stat(path, &st) == 0;
}

enum command_exit inbox_check_command(struct command_call *call)
{
    struct report r = {.call = call, .is_json = settings_bool(call->settings, "json")};
    char detail[DETAIL_MAX];
    struct database *db = NULL;
    enum err rc = inbox_command_open(call, &db, detail);

    r.check.found = print_finding;
    r.check.owner = &r;
    /* empty, which no relay leaves it */
    if (rc == ERR_CORRUPT || (rc == ERR_NOT_FOUND && is_there(call)))
        inbox_sqlite_check_note(&r.check, "%s", detail);
    else if (rc && rc != ERR_NOT_FOUND)
        return COMMAND_FAILED;
    rc = db ? inbox_sqlite_check_run(&r.check, db) : OK;
    if (rc)
        command_complain(call, "%s", rc == ERR_NOMEM ? err_text(rc) : database_detail(db));
    else
        print_sum(&r);
    database_close(db);
    return rc || r.check.findings ? COMMAND_FAILED : COMMAND_OK;
}
