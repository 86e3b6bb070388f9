/* `hookline-relay token create`: a new token, or with --rotate a new secret for one.
 * The token alone goes to standard output, what to do with it to standard error, so that
 * `token create ... > file` keeps nothing but the secret. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-server/commands.h"
#include "relay-server/tokens/token_change.h"

#include <stdio.h>
#include <string.h>

#define OVERLAP_MS (UINT64_C(7) * 24 * 60 * 60 * 1000)

/* --- what is asked for --- */

static bool check_tunnels(struct command_call *call)
{
    const char *const *tunnels;
    bool ok = true;
    char shown[80];
    size_t len;

    tunnels = settings_list(call->settings, "tunnel", &len);
    for (size_t i = 0; i < len; i++) {
        if (tokens_scope_is_valid(span_text(tunnels[i])))
            continue;
        command_complain(call,
                         "--tunnel: \"%s\" is no name of a tunnel: use a-z, 0-9 and dashes "
                         "inside, like my-bot; bot-* is for all that begin with bot-",
                         text_escape(shown, sizeof shown, span_text(tunnels[i])));
        ok = false;
    }
    if (len > TOKENS_TUNNELS_MAX) {
        command_complain(call, "--tunnel: more than %u tunnels for one token",
                         TOKENS_TUNNELS_MAX);
        ok = false;
    }
    return ok;
}

static bool check_usage(struct command_call *call)
{
    const struct settings *s = call->settings;
    bool rotates = settings_is_given(s, "rotate");

    if (!rotates && !settings_is_given(s, "tunnel")) {
        command_complain(call, "--tunnel is missing: which tunnel is the token for?");
        return false;
    }
    if (rotates && (settings_is_given(s, "tunnel") || settings_is_given(s, "label") ||
                    settings_is_given(s, "expires"))) {
        command_complain(call, "--rotate keeps tunnels, label and expiry as they are: leave "
                               "--tunnel, --label and --expires out");
        return false;
    }
    return check_tunnels(call);
}

/* --- making it --- */

/* Stores the hash of a new secret for `t`; `text` gets the token. */
static void add_secret(struct token *t, uint64_t now, char text[static TOKEN_TEXT_LEN + 1])
{
    struct token_secret *s;
    struct token_text parsed;

    if (t->secrets_len == TOKENS_SECRETS_MAX)
        t->secrets[0] = t->secrets[--t->secrets_len];
    for (size_t i = 0; i < t->secrets_len; i++)
        t->secrets[i].expires_ms = now + OVERLAP_MS;
    s = &t->secrets[t->secrets_len++];
    *s = (struct token_secret){.created_ms = now};
    token_text_make(random_system(), t->id, text);
    if (token_text_parse(span_of(text, TOKEN_TEXT_LEN), &parsed) == OK)
        token_text_hash(parsed.secret, s->hash);
}

static enum err set_tunnels(struct token *t, const struct settings *s)
{
    size_t len;
    const char *const *tunnels = settings_list(s, "tunnel", &len);
    enum err e = token_list_make_tunnels(t, len);

    for (size_t i = 0; !e && i < len; i++)
        (void)snprintf(t->tunnels[i].text, sizeof t->tunnels[i].text, "%s", tunnels[i]);
    return e;
}

static void set_unused_id(struct token *t, const struct token_list *l)
{
    char id[TOKEN_TEXT_ID_LEN + 1];

    do
        token_text_make_id(random_system(), id);
    while (token_list_find(l, span_text(id)));
    memcpy(t->id, id, sizeof id);
}

static struct token *create(struct token_change *c, uint64_t now)
{
    const struct settings *s = c->call->settings;
    const char *label = settings_text(s, "label");
    struct token *t = NULL;
    enum err e = token_list_add(&c->list, &t);

    if (!e)
        e = set_tunnels(t, s);
    if (e) {
        command_complain(c->call, "%s",
                         e == ERR_LIMIT ? "there are too many tokens already" : err_text(e));
        return NULL;
    }
    set_unused_id(t, &c->list);
    (void)snprintf(t->label, sizeof t->label, "%s", label ? label : "");
    t->created_ms = now;
    if (settings_is_given(s, "expires"))
        t->expires_ms = now + settings_duration_ms(s, "expires");
    return t;
}

static struct token *find_rotated(struct token_change *c, uint64_t now)
{
    const char *id = settings_text(c->call->settings, "rotate");
    struct token *t = token_change_find(c->call, &c->list, span_text(id));

    if (!t || (!t->revoked_ms && (!t->expires_ms || now < t->expires_ms)))
        return t;
    command_complain(c->call, "the token %s is %s; make a new one with --tunnel", t->id,
                     t->revoked_ms ? "revoked" : "expired");
    return NULL;
}

/* --- telling it --- */

static void print_json(struct command_call *call, const struct token *t, const char *text)
{
    char time[TOKEN_CHANGE_DATE_SIZE];
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 16384);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "id", t->id);
    json_writer_member_text(&w, "token", text);
    json_writer_member_text(&w, "label", t->label);
    json_writer_key(&w, "tunnels");
    json_writer_array(&w);
    for (size_t i = 0; i < t->tunnels_len; i++)
        json_writer_text(&w, t->tunnels[i].text);
    json_writer_array_end(&w);
    json_writer_member_text(&w, "expires",
                            t->expires_ms ? text_time(time, sizeof time, t->expires_ms) : NULL);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    else
        command_complain(call, "%s", err_text(ERR_NOMEM));
    if (out.base)
        mem_wipe(out.base, out.cap);
    bytes_fini(&out);
}

static void print(struct command_call *call, const struct token *t, const char *text)
{
    char date[TOKEN_CHANGE_DATE_SIZE];

    (void)fprintf(call->err, "Token %s for", t->id);
    for (size_t i = 0; i < t->tunnels_len; i++)
        (void)fprintf(call->err, "%s %s", i ? "," : "", t->tunnels[i].text);
    if (t->expires_ms)
        (void)fprintf(call->err, ", good until %s", token_change_date(t->expires_ms, date));
    (void)fprintf(call->err, ". It is shown this once only:\n\n");
    (void)fprintf(call->out, "%s\n", text);
    (void)fflush(call->out);
    (void)fprintf(call->err,
                  "\nOn the laptop run this; it asks for the token, and does not show it:\n\n"
                  "    hookline login --relay HOST --tunnel %s\n\n"
                  "A script adds --token-file - and gives the token on standard input.\n",
                  strchr(t->tunnels[0].text, '*') ? "NAME" : t->tunnels[0].text);
    if (t->secrets_len > 1)
        (void)fprintf(call->err, "The token from before stays good until %s.\n",
                      token_change_date(t->secrets[0].expires_ms, date));
    (void)fprintf(call->err,
                  "A running relay takes it at once. To end it: %s token revoke %s\n",
                  call->program->name, t->id);
}

static enum err run(struct token_change *c, char text[static TOKEN_TEXT_LEN + 1])
{
    uint64_t now = clock_wall_ms(clock_system());
    bool rotates = settings_is_given(c->call->settings, "rotate");
    struct token *t;
    enum err e = token_change_begin(c, c->call);

    if (e)
        return e;
    t = rotates ? find_rotated(c, now) : create(c, now);
    if (!t)
        return ERR_NOT_FOUND;
    add_secret(t, now, text);
    e = token_change_save(c);
    if (e)
        return e;
    if (settings_bool(c->call->settings, "json"))
        print_json(c->call, t, text);
    else
        print(c->call, t, text);
    return OK;
}

enum command_exit token_create_command(struct command_call *call)
{
    struct token_change change = {.call = call};
    char text[TOKEN_TEXT_LEN + 1];
    enum err e;

    if (!check_usage(call))
        return COMMAND_USAGE;
    e = run(&change, text);
    mem_wipe(text, sizeof text);
    token_change_end(&change);
    return e ? COMMAND_FAILED : COMMAND_OK;
}
