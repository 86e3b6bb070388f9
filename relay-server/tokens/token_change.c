#include "relay-server/tokens/token_change.h"

#include "base/text.h"

#include <stdio.h>

static enum err find_file(struct command_call *call, char out[static PATHS_MAX])
{
    const char *data = settings_text(call->settings, "data");
    enum err e = paths_join(data ? data : call->paths->state_folder, "tokens.json", out);

    if (e)
        command_complain(call, "the path of the data folder is too long");
    return e;
}

enum err token_change_begin(struct token_change *c, struct command_call *call)
{
    char detail[TOKENS_DETAIL_SIZE];
    enum err e;

    *c = (struct token_change){.call = call, .lock = {.fd = -1}};
    e = find_file(call, c->file);
    if (e)
        return e;
    e = tokens_file_lock(c->file, &c->lock, detail);
    if (!e)
        e = tokens_file_read(c->file, &c->list, detail);
    if (e)
        command_complain(call, "%s", e == ERR_NOMEM ? err_text(e) : detail);
    return e;
}

enum err token_change_save(struct token_change *c)
{
    char detail[TOKENS_DETAIL_SIZE];
    enum err e = tokens_file_write(c->file, &c->list, detail);

    if (e)
        command_complain(c->call, "%s", detail);
    return e;
}

void token_change_end(struct token_change *c)
{
    token_list_fini(&c->list);
    tokens_file_unlock(&c->lock);
}

enum err token_change_read(struct command_call *call, struct token_list *out)
{
    char file[PATHS_MAX], detail[TOKENS_DETAIL_SIZE];
    enum err e = find_file(call, file);

    if (e)
        return e;
    e = tokens_file_read(file, out, detail);
    if (e)
        command_complain(call, "%s", e == ERR_NOMEM ? err_text(e) : detail);
    return e;
}

struct token *token_change_find(struct command_call *call, const struct token_list *l,
                                struct span id)
{
    struct token *found = token_list_find(l, id);
    char shown[32];

    if (!found)
        command_complain(call, "there is no token \"%s\"; \"%s token list\" shows the ids",
                         text_escape(shown, sizeof shown, id), call->program->name);
    return found;
}

const char *token_change_date(uint64_t wall_ms, char buf[static TOKEN_CHANGE_DATE_SIZE])
{
    if (wall_ms == 0)
        return "never";
    (void)text_time(buf, TOKEN_CHANGE_DATE_SIZE, wall_ms);
    buf[10] = '\0';
    return buf;
}
