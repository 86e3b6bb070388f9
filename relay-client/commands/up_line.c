#include "relay-client/commands/up_line.h"

#include "codec/url.h"

#include <stdio.h>

#define NOTE_FILE "line-webhook.json"

/* --- the end --- */

static void on_client_closed(void *owner)
{
    struct up_line *u = owner;

    u->client = NULL;
    u->on_stopped(u->owner);
}

static void on_restored(void *owner)
{
    struct up_line *u = owner;

    line_connect_free(u->connect);
    u->connect = NULL;
    line_client_close(u->client, on_client_closed, u);
}

/* Again: what LINE does not answer is not waited for; the note brings the address back. */
void up_line_stop(struct up_line *u)
{
    bool is_again = u->is_stopping;

    u->is_stopping = true;
    if (!u->client)
        u->on_stopped(u->owner);
    else if (u->connect && !is_again)
        line_connect_restore(u->connect);
    else
        line_client_close(u->client, on_client_closed, u);
}

/* --- connecting --- */

static void on_note(void *owner, const char *text)
{
    struct up_line *u = owner;

    u->on_note(u->owner, text);
}

static void on_connected(void *owner, enum err rc, const char *bot_id)
{
    (void)owner;
    (void)rc; /* a note has said it */
    (void)bot_id;
}

static const struct line_connect_events events = {
    .on_note = on_note,
    .on_connected = on_connected,
    .on_restored = on_restored,
};

/* What stands behind the tunnel's address: as told, else the bot's own path. */
static struct span path_of(const struct settings *s)
{
    const char *path = settings_text(s, "webhook-path");
    const char *forward = settings_text(s, "forward");
    struct url url;

    if (path)
        return span_text(path);
    if (forward && url_parse(span_text(forward), &url, NULL) == OK && url.path.len > 1)
        return url.path;
    return SPAN("/callback");
}

void up_line_linked(struct up_line *u, const char *public_url)
{
    const struct settings *s = u->call ? u->call->settings : NULL;

    if (!u->client || u->connect || u->is_stopping || !*public_url)
        return;
    struct span path = path_of(s);
    int len = snprintf(u->url, sizeof u->url, "%s%.*s", public_url, (int)path.len, path.ptr);
    if (len < 0 || (size_t)len >= sizeof u->url) {
        u->on_note(u->owner, "LINE takes no webhook address of more than 500 characters");
        return;
    }
    const struct line_connect_options options = {
        .client = u->client,
        .url = u->url,
        .note_file = u->note_file,
        .may_replace = settings_bool(s, "yes"),
        .is_kept = strcmp(settings_text(s, "offline"), "keep") == 0,
    };
    enum err rc = line_connect_start(&options, &events, u, &u->connect);
    if (rc != OK)
        u->on_note(u->owner, err_text(rc));
}

/* --- opening --- */

enum err up_line_open(struct up_line *u, struct loop *l, struct command_call *call)
{
    const struct settings *s = call->settings;
    const char *data = settings_text(s, "data");
    struct line_client_options options;
    char detail[256] = "";

    if (!settings_bool(s, "line"))
        return OK;
    u->call = call;
    secrets_read(&u->secrets, s);
    if (!line_client_read_settings(s, &u->secrets, &options)) {
        command_complain(call,
                         "--line: LINE wants to know who asks; give --channel-id ID and "
                         "the channel secret (--secret-file FILE, or `hookline login`), or "
                         "--access-token-file FILE");
        return ERR_CONFIG;
    }
    enum err rc = paths_join(data ? data : call->paths->state_folder, NOTE_FILE, u->note_file);
    if (rc == OK)
        rc = line_client_open(l, &options, &u->client, detail);
    if (rc != OK)
        command_complain(call, "--line: %s", *detail ? detail : err_text(rc));
    return rc;
}
