#include "relay-client/handler/forward/forward_target.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static enum err parse(struct forward_target *t, char detail[static 256])
{
    const char *problem = "";
    char shown[96];
    struct span text = span_text(t->text);

    if (url_parse(text, &t->url, &problem) == OK)
        return OK;
    (void)snprintf(detail, 256, "%s is not an address to forward to: %s",
                   text_escape(shown, sizeof shown, text), problem);
    return ERR_CONFIG;
}

static enum err trust(struct forward_target *t, const char *ca_file, char detail[static 256])
{
    static const char *const alpn[] = {"http/1.1", NULL};
    /* Handshakes stay on the loop: there are few, and one takes a millisecond or two. */
    const struct tls_client_options options = {.ca_file = ca_file, .alpn = alpn};

    return t->url.is_https ? tls_context_new_client(&options, &t->tls, detail) : OK;
}

enum err forward_target_init(struct forward_target *t,
                             const struct forward_handler_options *options,
                             char detail[static 256])
{
    const char *url = options->url ? options->url : "";

    *t = (struct forward_target){.rewrite_host = options->rewrite_host};
    t->text = mem_text(url, strlen(url));
    if (!t->text)
        return ERR_NOMEM;
    enum err rc = parse(t, detail);
    if (rc == OK)
        rc = trust(t, options->ca_file, detail);
    if (rc != OK)
        return rc;
    t->has_path = t->url.path.len > 1 || t->url.query.len > 0;
    (void)url_format_authority(&t->url, t->authority);
    (void)snprintf(t->address, sizeof t->address, t->url.is_ipv6 ? "[%s]:%u" : "%s:%u",
                   t->url.host, (unsigned)t->url.port);
    return OK;
}

void forward_target_fini(struct forward_target *t)
{
    mem_free(t->text);
    if (t->tls)
        tls_context_put(t->tls);
    *t = (struct forward_target){0};
}

/* --- heads --- */

/* CONNECT asks for another protocol, whatever its target. */
static bool can_be_sent(const struct http_head *h)
{
    return http_is_token(h->method) && http_is_target(h->target) &&
           !span_is(h->method, SPAN("CONNECT"));
}

static struct span query_of(struct span target)
{
    return span_slice(target, span_find(target, '?'), target.len);
}

/* `joined` has room for both parts. */
static struct span target_for(const struct forward_target *t, const struct handler_request *r,
                              char *joined)
{
    struct span query = query_of(r->head->target);

    if (!r->webhook || !t->has_path)
        return r->head->target;
    if (t->url.query.len > 0)
        query = t->url.query;
    memcpy(joined, t->url.path.ptr, t->url.path.len);
    if (query.len > 0)
        memcpy(joined + t->url.path.len, query.ptr, query.len);
    return span_of(joined, t->url.path.len + query.len);
}

static void keep_end_to_end(struct http_head *out, const struct http_head *h)
{
    for (size_t i = 0; i < h->fields_len; i++)
        if (!http_field_is_hop_by_hop(h, &h->fields[i]))
            out->fields[out->fields_len++] = h->fields[i];
}

enum err forward_target_head(const struct forward_target *t,
                             const struct handler_request *request, struct http_head *out,
                             char **storage)
{
    const struct http_head *h = request->head;
    struct http_head view;

    if (!can_be_sent(h))
        return ERR_SYNTAX;
    char *joined = mem_alloc(t->url.path.len + t->url.query.len + h->target.len);
    if (!joined)
        return ERR_NOMEM;
    http_head_init_request(&view, h->method, target_for(t, request, joined));
    view.scheme = t->url.is_https ? SPAN("https") : SPAN("http");
    view.authority =
        t->rewrite_host || h->authority.len == 0 ? span_text(t->authority) : h->authority;
    keep_end_to_end(&view, h);
    enum err rc =
        http_is_target(view.target) ? http_head_copy(out, &view, storage) : ERR_SYNTAX;
    mem_free(joined);
    return rc;
}
