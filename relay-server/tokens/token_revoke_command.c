/* `hookline-relay token revoke`: ends a token, and within a second its links. */
#include "base/clock.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/tokens/token_change.h"

#include <stdio.h>

/* Of a leaked token people have the whole text; it is harmless here, since it ends. */
static struct span id_of(const char *argument)
{
    struct token_text text;

    return token_text_parse(span_text(argument), &text) == OK ? text.id : span_text(argument);
}

static enum err revoke(struct token_change *c, bool *already)
{
    const char *argument = settings_text(c->call->settings, "id");
    struct token *t;
    enum err e = token_change_begin(c, c->call);

    if (e)
        return e;
    t = token_change_find(c->call, &c->list, id_of(argument));
    if (!t)
        return ERR_NOT_FOUND;
    *already = t->revoked_ms != 0;
    if (*already)
        return OK;
    t->revoked_ms = clock_wall_ms(clock_system());
    return token_change_save(c);
}

enum command_exit token_revoke_command(struct command_call *call)
{
    struct token_change change;
    bool already = false;
    enum err e;

    change.call = call;
    e = revoke(&change, &already);
    token_change_end(&change);
    if (e)
        return COMMAND_FAILED;
    if (settings_bool(call->settings, "json"))
        (void)fprintf(call->out, "{\"revoked\":true,\"already\":%s}\n",
                      already ? "true" : "false");
    else if (already)
        (void)fprintf(call->out, "It was revoked before.\n");
    else
        (void)fprintf(call->out, "Revoked. A running relay ends its links within a second.\n");
    return COMMAND_OK;
}
