#include "relay-client/handler/echo/echo_account.h"

#include "base/log.h"

#include <stdio.h>

/* --- LINE --- */

static void choose_line(const struct lineapi_options *o, struct echo_token_options *out)
{
    const struct signature_secret *secret =
        secrets_for(o->secrets, signature_provider_named(SPAN("line")));
    const char *channel = settings_text(o->settings, "channel-id");

    out->fixed = settings_secret(o->settings, "access-token", 0);
    if (out->fixed.len > 0 || !channel || !secret) {
        out->kind = ECHO_TOKEN_FIXED;
        if (out->fixed.len == 0)
            out->fixed = SPAN(ECHO_ACCOUNT_MADE_UP);
        return;
    }
    out->kind = ECHO_TOKEN_LINE;
    out->client_id = span_text(channel);
    out->client_secret = secret->secret;
}

enum err echo_account_init_line(struct echo_account *a, const struct lineapi_options *options,
                                struct lineapi *port)
{
    struct echo_token_options token = {.kind = ECHO_TOKEN_FIXED};

    choose_line(options, &token);
    *a = (struct echo_account){
        .name = "LINE",
        .token_path = "/oauth2/v3/token",
        .auth.port = port,
        .api.port = port,
    };
    return echo_token_init(&a->token, &token);
}

/* --- LINE WORKS --- */

enum err echo_account_init_works(struct echo_account *a, struct lineapi *port)
{
    const struct echo_token_options token = {.kind = ECHO_TOKEN_FIXED,
                                             .fixed = SPAN(ECHO_ACCOUNT_MADE_UP)};

    *a = (struct echo_account){
        .name = "the emulated LINE WORKS",
        .is_works = true,
        .is_made_up = true,
        .auth.port = port,
        .api.port = port,
    };
    return echo_token_init(&a->token, &token);
}

static enum err open_host(struct loop *l, const struct settings *settings, const char *key,
                          struct handler **out, char detail[static 512])
{
    char why[256] = "";
    struct forward_handler_options options = {
        .url = settings_text(settings, key),
        .ca_file = settings_text(settings, "line-ca-file"),
        .rewrite_host = true,
        .answer_ms = ECHO_CALL_MS,
    };
    enum err rc = handler_open_forward(l, &options, out, why);

    if (rc != OK)
        (void)snprintf(detail, 512, "%s: %s", key, *why ? why : err_text(rc));
    return rc;
}

enum err echo_account_init_real_works(struct echo_account *a, struct loop *l,
                                      const struct settings *settings, struct jwt_rsa *key,
                                      char detail[static 512])
{
    const struct echo_token_options token = {
        .kind = ECHO_TOKEN_WORKS,
        .client_id = span_text(settings_text(settings, "works-client-id")),
        .client_secret = settings_secret(settings, "works-client-secret", 0),
        .service_account = settings_text(settings, "works-service-account"),
        .key = key,
    };

    *a = (struct echo_account){
        .name = "LINE WORKS", .is_works = true, .token_path = "/oauth2/v2.0/token"};
    enum err rc = echo_token_init(&a->token, &token);
    if (rc == OK)
        rc = open_host(l, settings, "works-auth-url", &a->auth.host, detail);
    return rc == OK ? open_host(l, settings, "works-api-url", &a->api.host, detail) : rc;
}

bool echo_account_has_works(const struct settings *settings, char detail[static 512])
{
    const struct {
        const char *key;
        bool is_set;
    } parts[] = {
        {"works-client-id", settings_text(settings, "works-client-id") != NULL},
        {"works-client-secret-file",
         settings_secret(settings, "works-client-secret", 0).len > 0},
        {"works-service-account", settings_text(settings, "works-service-account") != NULL},
        {"works-key", settings_text(settings, "works-key") != NULL},
    };
    const char *missing = NULL;
    bool has_any = false;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        has_any = has_any || parts[i].is_set;
        if (!parts[i].is_set)
            missing = parts[i].key;
    }
    detail[0] = '\0';
    if (has_any && missing)
        (void)snprintf(detail, 512,
                       "--%s is missing: to answer at LINE WORKS the echo bot needs "
                       "--works-client-id, --works-client-secret-file, "
                       "--works-service-account and --works-key",
                       missing);
    return !missing;
}

/* --- what goes wrong --- */

static const char *advice(const struct echo_account *a, unsigned status, bool is_token)
{
    if (is_token || status == 401)
        return a->is_works
                   ? "check --works-client-id, --works-client-secret-file, "
                     "--works-service-account and --works-key"
                   : "check --access-token-file, or --channel-id and --secret-file: they must "
                     "be of one channel";
    switch (status) {
    case 400:
        return a->is_works ? "the inspector shows the webhook that it answers"
                           : "the inspector shows the call and the webhook that it answers";
    case 403:
        return "the app needs the scope bot, and the bot must be open to this user";
    case 404:
        return a->is_works ? "check --works-bot-id" : "the inspector shows the call";
    case 429:
        return "too many messages in a short time";
    }
    return "the answer to the webhook is not affected";
}

/* The body's own words, or "". */
static void read_words(struct span body, char out[static 200])
{
    static const char *const names[] = {"message", "description", "error_description"};
    struct json_doc doc = {0};
    const char *text = NULL;

    if (json_parse(&doc, body, ECHO_CALL_BODY_MAX) == OK)
        for (size_t i = 0; !text && i < sizeof names / sizeof *names; i++)
            text = json_string(json_member(json_root(&doc), names[i]));
    text_escape(out, 200, span_text(text ? text : ""));
    json_fini(&doc);
}

void echo_account_tell(struct echo_account *a, const struct echo_answer *answer, bool is_token)
{
    unsigned status = answer->why == OK ? answer->status : 1;
    const char *what = is_token ? "issues no access token" : "does not take the reply";
    char words[200];

    if (a->told == status || answer->why == ERR_CANCELLED)
        return;
    a->told = status;
    if (answer->why != OK) {
        log_warn("echo", "%s cannot be reached: %s", a->name,
                 LOG_TEXT(span_text(answer->detail)));
        return;
    }
    read_words(answer->body, words);
    log_warn("echo", "%s %s: %u %s (%s)", a->name, what, status, words,
             advice(a, status, is_token));
}

void echo_account_works(struct echo_account *a)
{
    a->told = 0;
}

/* --- the end --- */

static void on_host_closed(void *owner)
{
    struct echo_account *a = owner;

    if (a->auth.host) { /* the first of two */
        struct handler *last = a->auth.host;
        a->auth.host = NULL;
        handler_close(last, on_host_closed, a);
        return;
    }
    a->on_closed(a->owner);
}

bool echo_account_close(struct echo_account *a, void (*on_closed)(void *owner), void *owner)
{
    struct handler *first = a->api.host ? a->api.host : a->auth.host;

    a->on_closed = on_closed;
    a->owner = owner;
    if (!a->api.host)
        a->auth.host = NULL;
    a->api.host = NULL;
    if (first)
        handler_close(first, on_host_closed, a);
    return first != NULL;
}

void echo_account_fini(struct echo_account *a)
{
    echo_token_fini(&a->token);
}
