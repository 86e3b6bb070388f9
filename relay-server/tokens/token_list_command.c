/* `hookline-relay token list`: who may link what. */
#include "base/clock.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/tokens/token_change.h"

#include <stdio.h>

#define LINE_MAX_SIZE 16384u

static const char *status_of(const struct token *t, uint64_t now)
{
    if (t->revoked_ms)
        return "revoked";
    if (t->expires_ms && now >= t->expires_ms)
        return "expired";
    if (t->secrets_len > 1 && now < t->secrets[0].expires_ms)
        return "rotating";
    return "active";
}

/* --- for scripts --- */

static void write_time(struct json_writer *w, const char *name, uint64_t ms)
{
    char time[TOKEN_CHANGE_DATE_SIZE];

    json_writer_member_text(w, name, ms ? text_time(time, sizeof time, ms) : NULL);
}

static void print_json(struct command_call *call, const struct token *t, uint64_t now)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, LINE_MAX_SIZE);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "id", t->id);
    json_writer_member_text(&w, "label", t->label);
    json_writer_key(&w, "tunnels");
    json_writer_array(&w);
    for (size_t i = 0; i < t->tunnels_len; i++)
        json_writer_text(&w, t->tunnels[i].text);
    json_writer_array_end(&w);
    write_time(&w, "created", t->created_ms);
    write_time(&w, "expires", t->expires_ms);
    write_time(&w, "revoked", t->revoked_ms);
    json_writer_member_text(&w, "status", status_of(t, now));
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    else
        command_complain(call, "%s", err_text(ERR_NOMEM));
    bytes_fini(&out);
}

/* --- for people --- */

static void print(FILE *out, const struct token *t, uint64_t now)
{
    char created[TOKEN_CHANGE_DATE_SIZE], expires[TOKEN_CHANGE_DATE_SIZE], label[128];

    (void)fprintf(out, "%-9s %-9s %-10s  %-10s ", t->id, status_of(t, now),
                  token_change_date(t->created_ms, created),
                  token_change_date(t->expires_ms, expires));
    for (size_t i = 0; i < t->tunnels_len; i++)
        (void)fprintf(out, "%s%s", i ? ", " : " ", t->tunnels[i].text);
    if (t->label[0])
        (void)fprintf(out, "  (%s)", text_escape(label, sizeof label, span_text(t->label)));
    (void)fputc('\n', out);
}

static void print_all(struct command_call *call, const struct token_list *l)
{
    uint64_t now = clock_wall_ms(clock_system());
    bool json = settings_bool(call->settings, "json");

    if (!json && l->len == 0)
        (void)fprintf(call->err, "There are no tokens yet: %s token create --tunnel NAME\n",
                      call->program->name);
    if (!json && l->len > 0)
        (void)fprintf(call->out, "%-9s %-9s %-10s  %-10s  TUNNELS\n", "ID", "STATUS", "CREATED",
                      "EXPIRES");
    for (size_t i = 0; i < l->len; i++) {
        if (json)
            print_json(call, &l->tokens[i], now);
        else
            print(call->out, &l->tokens[i], now);
    }
}

enum command_exit token_list_command(struct command_call *call)
{
    struct token_list list;

    if (token_change_read(call, &list))
        return COMMAND_FAILED;
    print_all(call, &list);
    token_list_fini(&list);
    return COMMAND_OK;
}
