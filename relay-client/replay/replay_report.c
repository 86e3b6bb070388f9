#include "relay-client/replay/replay_report.h"

#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <inttypes.h>
#include <stdio.h>

static void print_json(struct command_call *call, uint64_t replay_of,
                       const struct agent_call_result *result)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", replay_of > 0 ? "replay" : "trigger");
    if (replay_of > 0)
        json_writer_member_u64(&w, "replay_of", replay_of);
    if (result->exchange)
        json_writer_member_u64(&w, "id", result->exchange);
    json_writer_member_u64(&w, "status", result->status);
    json_writer_member_u64(&w, "took_us", result->took_us);
    if (result->why != OK)
        json_writer_member_text(&w, "error", result->detail);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

/* An answer of Hookline's own says in words what went wrong. */
static void print_problem(struct command_call *call, struct span body)
{
    struct json_doc doc = {0};
    char text[600];

    if (json_parse(&doc, body, body.len) == OK) {
        const char *detail = json_string(json_member(json_root(&doc), "detail"));
        if (detail && json_member(json_root(&doc), "title"))
            (void)fprintf(call->out, "  %s\n",
                          text_escape(text, sizeof text, span_text(detail)));
    }
    json_fini(&doc);
}

static void print_text(struct command_call *call, uint64_t replay_of,
                       const struct agent_call_result *result)
{
    char took[32], text[300];

    if (result->why != OK) {
        command_complain(call, "%s: %s",
                         replay_of > 0 ? "the replay failed" : "it could not be sent",
                         text_escape(text, sizeof text, span_text(result->detail)));
        return;
    }
    if (replay_of > 0)
        (void)fprintf(call->out, "%" PRIu64 " replayed", replay_of);
    else
        (void)fprintf(call->out, "sent");
    if (result->exchange)
        (void)fprintf(call->out, " as %" PRIu64, result->exchange);
    (void)fprintf(call->out, ": %u in %s\n", result->status,
                  text_duration(took, sizeof took, result->took_us));
    if (result->status >= 400)
        print_problem(call, result->body);
}

void replay_report_result(struct command_call *call, uint64_t replay_of,
                          const struct agent_call_result *result)
{
    bool is_one = settings_integer(call->settings, "times") == 1;

    if (settings_bool(call->settings, "json")) {
        print_json(call, replay_of, result);
        return;
    }
    print_text(call, replay_of, result);
    if (is_one && result->why == OK && result->exchange)
        (void)fprintf(call->out, "See it with `hookline show %" PRIu64 "`.\n",
                      result->exchange);
}

void replay_report_count(struct command_call *call, struct replay_run_count count)
{
    if (count.times > 1 && !settings_bool(call->settings, "json"))
        (void)fprintf(call->out, "%u sent, %u answered with 2xx, %u not.\n", count.sent,
                      count.done - count.failed, count.failed);
}
