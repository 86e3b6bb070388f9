/* `hookline login`: remembers where to link, after it worked once.
 *   1. relay and tunnel from the settings, the token from there or typed
 *   2. one link, opened and closed again: name, certificate, token and tunnel are right
 *   3. the configuration file */
#include "base/mem.h"
#include "cli/secret_file.h"
#include "codec/json/json_writer.h"
#include "codec/url.h"
#include "relay-client/agent/link/link_attempt.h"
#include "relay-client/commands/commands.h"
#include "relay-client/login/login_config.h"
#include "relay-client/secrets.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

struct login {
    struct command_call *call; /* borrowed */
    struct url relay;
    struct secret_file typed;
    struct span token; /* of the settings, or `typed` */
    char url[512];     /* of the tunnel, once linked */
    char detail[512];
    bool linked;
};

/* --- step 1 --- */

static enum err read_hidden(struct login *l)
{
    struct termios before, hidden;
    bool is_terminal = tcgetattr(l->call->in, &before) == 0;
    char detail[PRIVATE_FILE_DETAIL_SIZE] = "";

    if (is_terminal) {
        (void)fprintf(l->call->err, "Token (not shown): ");
        (void)fflush(l->call->err);
        hidden = before;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(l->call->in, TCSAFLUSH, &hidden);
    }
    enum err rc = secret_file_read_line(l->call->in, "the token", &l->typed, detail);
    if (is_terminal) {
        (void)tcsetattr(l->call->in, TCSAFLUSH, &before);
        (void)fprintf(l->call->err, "\n");
    }
    if (rc != OK)
        command_complain(l->call, "%s", *detail ? detail : err_text(rc));
    return rc;
}

static bool read_what(struct login *l)
{
    const struct settings *s = l->call->settings;
    const char *relay = settings_text(s, "relay");
    const char *problem = NULL;

    if (!relay || !settings_text(s, "tunnel")) {
        command_complain(l->call, "say where: --relay HOST --tunnel NAME");
        return false;
    }
    if (url_parse_authority(span_text(relay), 443, &l->relay, &problem) != OK) {
        command_complain(l->call, "--relay %s: %s", relay, problem);
        return false;
    }
    l->token = settings_secret(s, "token", 0);
    if (l->token.len > 0)
        return true;
    if (read_hidden(l) != OK)
        return false;
    l->token = span_of(l->typed.text, l->typed.len);
    return true;
}

/* --- step 2 --- */

static void on_linked(void *owner, struct stream *stream, struct span early, struct span url,
                      uint64_t kept)
{
    struct login *l = owner;

    (void)early, (void)kept;
    stream_let_go(stream);
    (void)snprintf(l->url, sizeof l->url, "%.*s", (int)url.len, url.ptr);
    l->linked = true;
}

static void on_refused(void *owner, unsigned status, const char *detail)
{
    struct login *l = owner;

    (void)status;
    (void)snprintf(l->detail, sizeof l->detail, "%s", detail);
}

static void on_failed(void *owner, enum err why, const char *detail)
{
    struct login *l = owner;

    (void)why;
    (void)snprintf(l->detail, sizeof l->detail, "%s:%u: %s", l->relay.host, l->relay.port,
                   detail);
}

static const struct link_attempt_events attempt_events = {
    .on_linked = on_linked,
    .on_refused = on_refused,
    .on_failed = on_failed,
};

static enum err start_attempt(struct login *l, struct loop *loop)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct settings *s = l->call->settings;
    struct tls_client_options tls = {
        .ca_file = settings_text(s, "ca-file"),
        .pin = settings_text(s, "relay-pin"),
        .alpn = alpn,
    };
    struct link_attempt_options options = {
        .host = l->relay.host,
        .port = l->relay.port,
        .tunnel = settings_text(s, "tunnel"),
        .token = l->token.ptr,
    };
    struct link_attempt *attempt;
    enum err rc = tls_context_new_client(&tls, &options.tls, l->detail);

    if (rc != OK)
        return rc;
    rc = link_attempt_start(loop, &options, &attempt_events, l, &attempt);
    tls_context_put(options.tls);
    return rc;
}

static bool try_to_link(struct login *l)
{
    struct loop *loop;

    if (loop_new(clock_system(), &loop) != OK)
        return false;
    enum err rc = start_attempt(l, loop);
    loop_run(loop);
    loop_free(loop);
    if (!l->linked)
        command_complain(l->call, "%s", *l->detail ? l->detail : err_text(rc));
    return l->linked;
}

/* --- step 3 --- */

static void announce_json(const struct login *l, const char *file)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "login");
    json_writer_member_text(&w, "url", l->url);
    json_writer_member_text(&w, "config", file);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(l->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

static void announce(const struct login *l, const char *file)
{
    if (settings_bool(l->call->settings, "json"))
        announce_json(l, file);
    else
        (void)fprintf(l->call->out,
                      "Logged in: %s\nSaved in %s.\n\nNext: hookline up --forward "
                      "http://127.0.0.1:3000/callback\nand set %s/callback as the webhook URL "
                      "in LINE's console.\n",
                      l->url, file, l->url);
}

static bool remember(struct login *l)
{
    const char *named = settings_text(l->call->settings, "config");
    struct login_config config = {
        .file = named ? named : l->call->paths->config_file,
        .settings = l->call->settings,
        .token = l->token,
    };
    enum err rc = login_config_write(&config);

    if (rc != OK)
        command_complain(l->call, "%s", *config.detail ? config.detail : err_text(rc));
    else
        announce(l, config.file);
    return rc == OK;
}

static void warn_about_secrets(struct login *l)
{
    struct secrets secrets;

    secrets_read(&secrets, l->call->settings);
    if (secrets_doubt(&secrets))
        (void)fprintf(l->call->err, "warning: %s\n", secrets_doubt(&secrets));
    else if (secrets.len == 0)
        (void)fprintf(l->call->err,
                      "note: without --secret-file (the channel secret) signatures "
                      "are not checked\n");
}

enum command_exit login_command(struct command_call *call)
{
    struct login l = {.call = call};
    enum command_exit code = COMMAND_FAILED;

    if (!read_what(&l))
        code = COMMAND_USAGE;
    else if (try_to_link(&l) && remember(&l)) {
        warn_about_secrets(&l);
        code = COMMAND_OK;
    }
    secret_file_wipe(&l.typed);
    return code;
}
