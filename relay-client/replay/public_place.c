#include "relay-client/replay/public_place.h"

#include <stdio.h>

enum err public_place_init(struct public_place *p, const char *public_url)
{
    *p = (struct public_place){0};
    enum err rc = url_parse(span_text(public_url), &p->url, NULL);
    if (rc != OK || !p->url.is_https || p->url.query.len > 0)
        return ERR_SYNTAX;
    struct span path = p->url.path;
    if (span_ends(path, SPAN("/")))
        path.len--;
    if (path.len >= sizeof p->prefix)
        return ERR_SYNTAX;
    (void)snprintf(p->prefix, sizeof p->prefix, "%.*s", (int)path.len, path.ptr);
    (void)url_format_authority(&p->url, p->authority);
    p->url.path = (struct span){0}; /* the text goes */
    return OK;
}

enum err public_place_load_trust(struct public_place *p, const char *ca_file, const char *pin,
                                 char detail[static 256])
{
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct tls_client_options tls = {.ca_file = ca_file, .pin = pin, .alpn = alpn};

    return tls_context_new_client(&tls, &p->tls, detail);
}

void public_place_fini(struct public_place *p)
{
    if (p->tls)
        tls_context_put(p->tls);
    p->tls = NULL;
}
