#include "relay-client/runner_lineapi.h"

#include <stdio.h>
#include <string.h>

#define PORT_FIRST 4650u
#define PORT_LAST  4658u

/* --- what the settings say --- */

bool runner_lineapi_is_configured(const struct settings *settings,
                                  const struct secrets *secrets)
{
    bool has_secret = secrets_for(secrets, signature_provider_named(SPAN("line"))) != NULL;

    return settings_secret(settings, "access-token", 0).len > 0 ||
           (settings_text(settings, "channel-id") && has_secret);
}

/* Of the table's choices. */
static enum lineapi_mode mode_of(const struct settings *s)
{
    const char *text = settings_text(s, "line-api");

    if (strcmp(text, "emulate") == 0)
        return LINEAPI_EMULATE;
    return strcmp(text, "pass") == 0 ? LINEAPI_PASS : LINEAPI_AUTO;
}

static const char *how_of(const struct lineapi_options *o)
{
    switch (o->mode) {
    case LINEAPI_EMULATE:
        return "emulated";
    case LINEAPI_PASS:
        return "passed on to LINE, always";
    case LINEAPI_AUTO:
        break;
    }
    return o->is_configured ? "passed on to LINE; replayed and simulated events are emulated"
                            : "emulated: no access token configured";
}

/* --- opening --- */

static enum err open_usual(struct runner_lineapi *r, struct loop *l, struct lineapi_options *o)
{
    char address[32];
    enum err rc = ERR_CONFLICT;

    for (unsigned port = PORT_FIRST; rc == ERR_CONFLICT && port <= PORT_LAST + 1; port++) {
        /* Behind the last one the kernel chooses. */
        snprintf(address, sizeof address, "127.0.0.1:%u", port <= PORT_LAST ? port : 0);
        o->address = address;
        rc = lineapi_open(l, o, &r->lineapi);
    }
    if (rc == OK && lineapi_port(r->lineapi) != PORT_FIRST)
        snprintf(r->notice, sizeof r->notice,
                 "port %u is in use: the LINE API port is %u, give the bot %s", PORT_FIRST,
                 lineapi_port(r->lineapi), lineapi_url(r->lineapi));
    return rc;
}

static enum err open_lineapi(struct runner_lineapi *r, struct loop *l,
                             struct lineapi_options *o)
{
    if (!settings_is_given(o->settings, "line-api-addr"))
        return open_usual(r, l, o);
    o->address = settings_text(o->settings, "line-api-addr");
    return lineapi_open(l, o, &r->lineapi);
}

/* What the agent needs even without the port. */
static enum err open_shared(struct runner_lineapi *r, struct loop *l,
                            const struct runner_lineapi_options *options)
{
    char detail[256] = "";
    enum err rc = line_mint_open(&r->mint, options->key_file, options->random, detail);

    if (rc != OK) {
        snprintf(r->detail, sizeof r->detail, "%s", *detail ? detail : err_text(rc));
        return rc;
    }
    push_guard_init(&r->guard, loop_clock(l));
    if (options->guard_file)
        guard_memory_open(&r->memory, &r->guard, options->guard_file);
    r->is_open = true;
    return given_events_new(&r->given);
}

static enum err open_port(struct runner_lineapi *r, struct loop *l,
                          const struct runner_lineapi_options *options)
{
    const struct settings *s = options->settings;
    struct lineapi_options o = {
        .mode = mode_of(s),
        .is_configured = runner_lineapi_is_configured(s, options->secrets),
        .live_push = settings_bool(s, "live-push"),
        .is_relaxed = strcmp(settings_text(s, "strict"), "off") == 0,
        .api_url = settings_text(s, "line-url"),
        .data_url = settings_text(s, "line-data-url"),
        .ca_file = settings_text(s, "line-ca-file"),
        .journal = options->journal,
        .given = r->given,
        .guard = &r->guard,
        .mint = &r->mint,
        .settings = s,
        .secrets = options->secrets,
        .random = options->random,
        .test_webhook = options->test_webhook,
        .owner = options->owner,
        .webhook_url = r->webhook_url,
    };
    enum err rc = open_lineapi(r, l, &o);

    if (rc != OK) {
        snprintf(r->detail, sizeof r->detail, "%s", *o.detail ? o.detail : err_text(rc));
        return rc;
    }
    snprintf(r->url, sizeof r->url, "%s", lineapi_url(r->lineapi));
    snprintf(r->how, sizeof r->how, "%s", how_of(&o));
    return OK;
}

enum err runner_lineapi_open(struct runner_lineapi *r, struct loop *l,
                             const struct runner_lineapi_options *options)
{
    bool is_off = strcmp(settings_text(options->settings, "line-api-addr"), "off") == 0;
    enum err rc = open_shared(r, l, options);

    if (rc == OK && !is_off)
        rc = open_port(r, l, options);
    if (rc != OK && !*r->detail)
        snprintf(r->detail, sizeof r->detail, "%s", err_text(rc));
    return rc;
}

void runner_lineapi_status(struct runner_lineapi *r, const struct agent_status *status,
                           const char *path)
{
    if (*status->url)
        snprintf(r->webhook_url, sizeof r->webhook_url, "%.300s%.200s", status->url,
                 path ? path : "");
}

/* --- the end --- */

static void free_shared(struct runner_lineapi *r)
{
    guard_memory_close(&r->memory);
    given_events_free(r->given);
    r->given = NULL;
    if (r->is_open)
        line_mint_close(&r->mint);
    r->is_open = false;
}

static void on_port_closed(void *owner)
{
    struct runner_lineapi *r = owner;

    r->lineapi = NULL;
    free_shared(r);
    r->on_closed(r->owner);
}

void runner_lineapi_close(struct runner_lineapi *r, void (*on_closed)(void *owner), void *owner)
{
    r->on_closed = on_closed;
    r->owner = owner;
    if (r->lineapi)
        lineapi_close(r->lineapi, on_port_closed, r);
    else
        free_shared(r);
}

bool runner_lineapi_is_closed(const struct runner_lineapi *r)
{
    return !r->lineapi;
}
