#include "relay-client/runner_inspector.h"

#include "codec/url.h"

#include <stdio.h>

#define PORT_FIRST 4649u
#define PORT_LAST  4659u

static void say_failure(struct runner_inspector_result *out, const struct inspector_options *o,
                        enum err rc)
{
    snprintf(out->detail, sizeof out->detail, "%s", *o->detail ? o->detail : err_text(rc));
}

/* --- the address --- */

static enum err open_usual(struct loop *l, struct inspector_options *options,
                           struct runner_inspector_result *out)
{
    char address[32];
    enum err rc = ERR_CONFLICT;

    for (unsigned port = PORT_FIRST; rc == ERR_CONFLICT && port <= PORT_LAST + 1; port++) {
        /* Behind the last one the kernel chooses. */
        snprintf(address, sizeof address, "127.0.0.1:%u", port <= PORT_LAST ? port : 0);
        options->address = address;
        rc = inspector_open(l, options, &out->inspector);
    }
    options->address = NULL;
    if (rc == OK && inspector_port(out->inspector) != PORT_FIRST)
        snprintf(out->notice, sizeof out->notice,
                 "port %u is in use: the inspector is at port %u", PORT_FIRST,
                 inspector_port(out->inspector));
    return rc;
}

static enum err open_inspector(struct loop *l, struct inspector_options *options,
                               struct runner_inspector_result *out)
{
    const struct settings *s = options->settings;

    if (!settings_is_given(s, "inspect-addr"))
        return open_usual(l, options, out);
    options->address = settings_text(s, "inspect-addr");
    return inspector_open(l, options, &out->inspector);
}

/* --- not to itself --- */

/* Names that mean this machine, and the address that we listen on. */
static bool is_itself(const struct inspector *i, const struct settings *s, struct span text)
{
    const char *address = settings_text(s, "inspect-addr");
    struct url url, own;

    if (url_parse(text, &url, NULL) != OK || url.port != inspector_port(i))
        return false;
    if (url_is_loopback(&url) || strcmp(url.host, "0.0.0.0") == 0 ||
        strcmp(url.host, "::") == 0)
        return true;
    return url_parse_authority(span_text(address), 0, &own, NULL) == OK &&
           strcmp(own.host, url.host) == 0;
}

static enum err check_address(const struct inspector *i, const struct settings *s,
                              const char *flag, const char *text, struct span url,
                              struct runner_inspector_result *out)
{
    if (!is_itself(i, s, url))
        return OK;
    snprintf(out->detail, sizeof out->detail,
             "--%s %.200s: that is the inspector itself, and the public would be let into it; "
             "where does the bot listen? (--inspect-addr puts the inspector elsewhere)",
             flag, text);
    return ERR_CONFIG;
}

static enum err check_addresses(const struct inspector *i, const struct settings *s,
                                struct runner_inspector_result *out)
{
    const char *forward = settings_text(s, "forward");
    size_t len;
    const char *const *targets = settings_list(s, "target", &len);
    enum err rc = OK;

    if (forward)
        rc = check_address(i, s, "forward", forward, span_text(forward), out);
    for (size_t at = 0; rc == OK && at < len; at++) {
        struct span target = span_text(targets[at]);
        rc = check_address(i, s, "target", targets[at],
                           span_slice(target, span_find(target, '=') + 1, target.len), out);
    }
    return rc;
}

static void on_closed(void *owner)
{
    (void)owner;
}

enum err runner_inspector_open(struct loop *l, struct inspector_options *options,
                               struct runner_inspector_result *out)
{
    const struct settings *s = options->settings;

    *out = (struct runner_inspector_result){0};
    if (strcmp(settings_text(s, "inspect"), "off") == 0)
        return OK;
    options->password = settings_secret(s, "inspect-password", 0);
    enum err rc = open_inspector(l, options, out);
    if (rc != OK) {
        say_failure(out, options, rc);
        return rc;
    }
    rc = check_addresses(out->inspector, s, out);
    if (rc != OK) {
        inspector_close(out->inspector, on_closed, NULL);
        out->inspector = NULL;
    }
    return rc;
}
