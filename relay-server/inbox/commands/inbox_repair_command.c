/* `hookline-relay inbox repair`: keeps all that is good of a damaged inbox. */
#include "base/clock.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_command.h"
#include "relay-server/inbox/sqlite/inbox_repair.h"

#include <inttypes.h>

static void print_finding(void *owner, const char *finding)
{
    struct command_call *call = owner;
    char shown[DETAIL_MAX];

    (void)fprintf(call->err, "%s\n", text_escape(shown, sizeof(shown), span_text(finding)));
}

static void print_json(struct command_call *call, const struct inbox_repair *r)
{
    struct json_writer w;
    struct bytes line;

    bytes_init(&line, 4096);
    json_writer_init(&w, &line);
    json_writer_object(&w);
    json_writer_member_bool(&w, "repaired", r->is_done);
    json_writer_member_u64(&w, "kept", r->kept);
    json_writer_member_u64(&w, "aside", r->aside);
    json_writer_member_u64(&w, "salvaged", r->salvaged);
    json_writer_member_text(&w, "damaged_file", r->is_done ? r->old_path : NULL);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&line),
                      (const char *)bytes_peek(&line));
    bytes_fini(&line);
}

static void print(struct command_call *call, const struct inbox_repair *r)
{
    char path[DETAIL_MAX];

    if (!r->is_done) {
        (void)fprintf(call->out,
                      "All is well with %" PRIu64 " deliveries; nothing was changed.\n",
                      r->check.records);
        return;
    }
    (void)fprintf(call->out,
                  "%" PRIu64 " deliveries are kept and %" PRIu64 " set aside, %" PRIu64
                  " of them found page by page.\n"
                  "The damaged file is now %s\n",
                  r->kept, r->aside, r->salvaged,
                  text_escape(path, sizeof(path), span_text(r->old_path)));
}

enum command_exit inbox_repair_command(struct command_call *call)
{
    struct inbox_repair r = {.check = {.found = print_finding, .owner = call}};
    char path[PATHS_MAX];

    if (inbox_command_path(call, "inbox.db", path))
        return COMMAND_FAILED;
    enum err rc = inbox_repair_run(&r, path, clock_system());
    if (rc && rc != ERR_NOT_FOUND) {
        command_complain(call, "%s", r.detail);
        return COMMAND_FAILED;
    }
    if (settings_bool(call->settings, "json"))
        print_json(call, &r);
    else
        print(call, &r);
    return COMMAND_OK;
}
