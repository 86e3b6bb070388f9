#include "relay-client/doctor/doctor_places.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool is_name_with_dot(const char *host)
{
    uint8_t address[16];

    return strchr(host, '.') && inet_pton(AF_INET, host, address) != 1;
}

/* As the relay makes it, if its certificate covers names below its own: a domain without a
 * dot, or an address, has none. */
static void make_public_url(const struct doctor_options *o, bool in_path,
                            char out[static DOCTOR_TARGET_SIZE])
{
    const char *tunnel = o->tunnel ? o->tunnel : "";
    const char *host = o->relay_host;
    bool is_ipv6 = strchr(host, ':') != NULL;

    if (in_path)
        (void)snprintf(out, DOCTOR_TARGET_SIZE, "https://%s%s%s:%u/%s", is_ipv6 ? "[" : "",
                       host, is_ipv6 ? "]" : "", o->relay_port, tunnel);
    else
        (void)snprintf(out, DOCTOR_TARGET_SIZE, "https://%s.%s:%u", tunnel, host,
                       o->relay_port);
}

static struct span without_slash(struct span path)
{
    while (path.len > 0 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* The path that webhooks come to, below that of the tunnel. */
static void make_target(struct doctor_places *p, const struct doctor_options *o)
{
    struct span tunnel = without_slash(p->webhooks.path);
    struct span path = SPAN("/");

    if (o->webhook_path)
        path = span_text(o->webhook_path);
    else if (p->has_bot)
        path = p->bot.path;
    (void)snprintf(p->webhook_target, sizeof p->webhook_target, "%.*s%.*s", (int)tunnel.len,
                   tunnel.ptr, (int)path.len, path.ptr);
}

static void find_bot(struct doctor_places *p, const struct doctor_options *o)
{
    if (!o->forward_url || url_parse(span_text(o->forward_url), &p->bot, NULL) != OK)
        return;
    p->has_bot = true;
    (void)url_format_authority(&p->bot, p->bot_authority);
    (void)snprintf(p->bot_target, sizeof p->bot_target, "%.*s%.*s", (int)p->bot.path.len,
                   p->bot.path.ptr, (int)p->bot.query.len, p->bot.query.ptr);
}

/* False: it is none.  `text` may go. */
static bool use_url(struct doctor_places *p, const struct doctor_options *o, const char *text)
{
    if (url_parse(span_text(text), &p->webhooks, NULL) != OK)
        return false;
    (void)url_format_authority(&p->webhooks, p->authority);
    make_target(p, o);
    p->webhooks.path = p->webhooks.query = (struct span){0};
    return true;
}

void doctor_places_find(const struct doctor_options *o, struct doctor_places *out)
{
    char made[DOCTOR_TARGET_SIZE];

    *out = (struct doctor_places){0};
    find_bot(out, o);
    if (!o->relay_host)
        return;
    out->has_relay = use_url(out, o, o->public_url ? o->public_url : "");
    if (out->has_relay)
        return;
    out->is_guess = is_name_with_dot(o->relay_host) && o->tunnel;
    make_public_url(o, !out->is_guess, made);
    out->has_relay = use_url(out, o, made);
}

void doctor_places_use_path(const struct doctor_options *o, struct doctor_places *p)
{
    char made[DOCTOR_TARGET_SIZE];

    p->is_guess = false;
    make_public_url(o, true, made);
    p->has_relay = use_url(p, o, made);
}
