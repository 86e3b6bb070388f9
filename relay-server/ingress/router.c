#include "relay-server/ingress/router.h"

#include "link/link_handshake.h"

struct span router_host(struct span authority)
{
    size_t colon = authority.len;

    while (colon > 0 && authority.ptr[colon - 1] >= '0' && authority.ptr[colon - 1] <= '9')
        colon--;
    if (colon > 0 && authority.ptr[colon - 1] == ':')
        return span_slice(authority, 0, colon - 1);
    return authority;
}

/* "mybot.relay.example.com" under "relay.example.com" is "mybot". */
static bool tunnel_from_host(struct span domain, struct span host, struct span *tunnel)
{
    if (host.len <= domain.len + 1)
        return false;

    size_t label = host.len - domain.len - 1;
    if (host.ptr[label] != '.' ||
        !span_is_nocase(span_slice(host, label + 1, host.len), domain))
        return false;
    *tunnel = span_slice(host, 0, label);
    return true;
}

/* Host names have no case; nor have tunnels, wherever their name stands. */
static bool is_tunnel_name(struct span name)
{
    char lower[LINK_TUNNEL_MAX];

    if (name.len > sizeof lower)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        bool is_upper = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
        lower[i] = (char)(is_upper ? name.ptr[i] + ('a' - 'A') : name.ptr[i]);
    }
    return link_tunnel_name_is_valid(span_of(lower, name.len));
}

static enum err route_by_path(struct span target, char *scratch, struct route *out)
{
    size_t end = 1;

    while (end < target.len && target.ptr[end] != '/' && target.ptr[end] != '?')
        end++;
    out->tunnel = span_slice(target, 1, end);
    out->prefix = span_slice(target, 0, end);
    out->target = span_slice(target, end, target.len);
    if (out->target.len > 0 && out->target.ptr[0] == '/')
        return OK;
    /* "/mybot" and "/mybot?x=1": the bot's path is "/". */
    scratch[0] = '/';
    if (out->target.len > 0)
        memcpy(scratch + 1, out->target.ptr, out->target.len);
    out->target = span_of(scratch, out->target.len + 1);
    return OK;
}

enum err router_route(struct span domain, const struct http_head *head,
                      char scratch[static ROUTE_SCRATCH], struct route *out)
{
    struct span host = router_host(head->authority);
    struct route route = {.target = head->target};

    if (head->target.len == 0 || head->target.len > HTTP_TARGET_MAX)
        return ERR_NOT_FOUND;
    if (!tunnel_from_host(domain, host, &route.tunnel)) {
        if (!span_is_nocase(host, domain))
            return ERR_NOT_FOUND;
        enum err rc = route_by_path(head->target, scratch, &route);
        if (rc != OK)
            return rc;
    }
    if (!is_tunnel_name(route.tunnel))
        return ERR_NOT_FOUND;
    *out = route;
    return OK;
}
