/* `hookline-relay inbox list`: what waits, oldest first, and what was set aside and why. */
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_command.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"

#include <inttypes.h>

#define LINE_MAX_SIZE 16384u

struct listing {
    struct command_call *call;
    bool is_json, has_rows;
};

static void print_json(struct command_call *call, const struct inbox_found *f)
{
    const struct inbox_row *r = &f->row;
    struct json_writer w;
    struct bytes line;
    char time[32];

    bytes_init(&line, LINE_MAX_SIZE);
    json_writer_init(&w, &line);
    json_writer_object(&w);
    json_writer_member_u64(&w, "seq", r->seq);
    json_writer_member_string(&w, "tunnel", r->tunnel);
    json_writer_member_string(&w, "delivery", r->id);
    json_writer_member_text(&w, "received", text_time(time, sizeof(time), r->received_ms));
    json_writer_member_u64(&w, "bytes", r->content_len);
    json_writer_member_u64(&w, "attempts", r->attempts);
    json_writer_member_bool(&w, "aside", f->is_aside);
    json_writer_member_string(&w, "reason", f->reason);
    json_writer_member_text(&w, "damage", f->damage ? inbox_damage_text(f->damage) : NULL);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&line),
                      (const char *)bytes_peek(&line));
    bytes_fini(&line);
}

static void print(struct listing *l, const struct inbox_found *f)
{
    const struct inbox_row *r = &f->row;
    char time[32], size[32], tunnel[80], reason[256];
    FILE *out = l->call->out;

    if (!l->has_rows)
        (void)fprintf(out, "%8s  %-24s  %8s  %8s  %s\n", "SEQ", "RECEIVED", "SIZE", "ATTEMPTS",
                      "TUNNEL");
    (void)fprintf(out, "%8" PRIu64 "  %-24s  %8s  %8u  %s", r->seq,
                  text_time(time, sizeof(time), r->received_ms),
                  text_size(size, sizeof(size), r->content_len), r->attempts,
                  text_escape(tunnel, sizeof(tunnel), r->tunnel));
    if (f->is_aside)
        (void)fprintf(out, "  set aside: %s", text_escape(reason, sizeof(reason), f->reason));
    if (f->damage)
        (void)fprintf(out, "  damaged: %s", inbox_damage_text(f->damage));
    (void)fputc('\n', out);
}

static enum err on_record(void *owner, const struct inbox_found *f)
{
    struct listing *l = owner;

    if (l->is_json)
        print_json(l->call, f);
    else
        print(l, f);
    l->has_rows = true;
    return OK;
}

enum command_exit inbox_list_command(struct command_call *call)
{
    struct listing l = {.call = call, .is_json = settings_bool(call->settings, "json")};
    char detail[DETAIL_MAX];
    struct database *db = NULL;
    enum err rc = inbox_command_open(call, &db, detail);

    if (rc == ERR_CORRUPT)
        command_complain(call, "%s", detail);
    if (!rc) {
        rc = inbox_sqlite_read_records(db, on_record, &l);
        if (rc)
            command_complain(call, "%s", rc == ERR_NOMEM ? err_text(rc) : database_detail(db));
    }
    database_close(db);
    if (rc && rc != ERR_NOT_FOUND)
        return COMMAND_FAILED;
    if (!l.has_rows && !l.is_json)
        (void)fprintf(call->out, "The inbox is empty: every delivery has reached its agent.\n");
    return COMMAND_OK;
}
