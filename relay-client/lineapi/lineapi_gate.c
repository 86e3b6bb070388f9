#include "relay-client/lineapi/lineapi_gate.h"

#include "base/container.h"
#include "codec/url.h"

/* Names for this machine from inside a container, and LINE's own, which a hosts file may have
 * pointed here. */
static const char *const endings[] = {
    ".internal", ".localhost", ".line.me", ".line.biz", ".worksmobile.com", ".worksapis.com",
};

static bool is_address(const struct url *u)
{
    return u->is_ipv6 || strspn(u->host, "0123456789.") == strlen(u->host);
}

static bool is_ours(struct span authority)
{
    struct url url;

    if (url_parse_authority(authority, 80, &url, NULL) != OK)
        return false;
    /* Without a dot it is a name of this network, which no page can have got. */
    if (is_address(&url) || url_is_loopback(&url) || !strchr(url.host, '.'))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (span_ends(span_text(url.host), span_text(endings[i])))
            return true;
    return false;
}

const char *lineapi_gate_check(const struct http_head *head)
{
    if (http_head_find(head, "origin") || http_head_find(head, "sec-fetch-site"))
        return "This is Hookline's LINE API port, for bots: web pages may not call it.";
    if (head->authority.len > 0 && !is_ours(head->authority))
        return "This is Hookline's LINE API port: it does not answer to that host name. Use "
               "http://127.0.0.1 and its port as the base URL.";
    return NULL;
}
