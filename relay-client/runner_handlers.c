#include "relay-client/runner_handlers.h"

#include <stdio.h>

/* --- opening --- */

static enum err open_forward(struct loop *l, const struct settings *s, const char *url,
                             struct handler **out, char detail[static 512])
{
    char why[256] = "";
    struct forward_handler_options options = {
        .url = url,
        .rewrite_host = settings_bool(s, "rewrite-host"),
        .answer_ms = settings_duration_ms(s, "handler-timeout"),
    };
    enum err rc = handler_open_forward(l, &options, out, why);

    if (rc != OK)
        snprintf(detail, 512, "%s: %s", url, *why ? why : err_text(rc));
    return rc;
}

static enum err open_main(struct runner_handlers *h, struct loop *l, const struct settings *s,
                          bool takes_plain, char detail[static 512])
{
    const char *forward = settings_text(s, "forward");
    char why[256] = "";

    if (forward)
        return open_forward(l, s, forward, &h->main, detail);
    if (!settings_text(s, "exec"))
        return handler_open_echo_bot(l, h->lineapi, &h->main, detail);
    struct exec_handler_options options = {
        .command = settings_text(s, "exec"),
        .takes_plain = takes_plain && settings_bool(s, "exec-plain"),
        .answer_ms = settings_duration_ms(s, "handler-timeout"),
    };
    enum err rc = handler_open_exec(l, &options, &h->main, why);
    if (rc != OK)
        snprintf(detail, 512, "--exec: %s", *why ? why : err_text(rc));
    return rc;
}

static enum err open_target(struct runner_handlers *h, struct loop *l, const struct settings *s,
                            const char *text, char detail[static 512])
{
    size_t sign = span_find(span_text(text), '=');
    struct agent_target *target = &h->targets[h->targets_len];

    if (h->targets_len == RUNNER_HANDLERS_TARGETS || sign == 0 || sign >= sizeof h->names[0] ||
        sign + 1 >= strlen(text)) {
        snprintf(detail, 512,
                 "--target %s: write NAME=URL, with a name of at most 31 bytes, and at most "
                 "%u of them",
                 text, RUNNER_HANDLERS_TARGETS);
        return ERR_CONFIG;
    }
    enum err rc = open_forward(l, s, text + sign + 1, &target->handler, detail);
    if (rc != OK)
        return rc;
    char *name = h->names[h->targets_len++];
    snprintf(name, sizeof h->names[0], "%.*s", (int)sign, text);
    target->name = name;
    return OK;
}

enum err runner_handlers_open(struct runner_handlers *h, struct loop *l,
                              const struct settings *settings, bool takes_plain,
                              char detail[static 512])
{
    size_t len;
    const char *const *list = settings_list(settings, "target", &len);
    enum err rc = open_main(h, l, settings, takes_plain, detail);

    for (size_t i = 0; rc == OK && i < len; i++)
        rc = open_target(h, l, settings, list[i], detail);
    return rc;
}

/* --- closing --- */

static void on_handler_closed(void *owner)
{
    struct runner_handlers *h = owner;

    if (--h->open_len == 0)
        h->on_closed(h->owner);
}

void runner_handlers_close(struct runner_handlers *h, void (*on_closed)(void *owner),
                           void *owner)
{
    if (h->is_closing)
        return;
    h->is_closing = true;
    h->on_closed = on_closed;
    h->owner = owner;
    h->open_len = h->targets_len + (h->main ? 1 : 0);
    if (h->main)
        handler_close(h->main, on_handler_closed, h);
    for (size_t i = 0; i < h->targets_len; i++)
        handler_close(h->targets[i].handler, on_handler_closed, h);
}

bool runner_handlers_are_closed(const struct runner_handlers *h)
{
    return h->is_closing && h->open_len == 0;
}
