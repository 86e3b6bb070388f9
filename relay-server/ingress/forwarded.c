#include "relay-server/ingress/forwarded.h"

#include "base/container.h"
#include "link/link_handshake.h"

#include <inttypes.h>
#include <stdio.h>

static bool only_relay_may_say(struct span name)
{
    static const char *const names[] = {
        "x-forwarded-for", "x-forwarded-proto",  "x-forwarded-host", "x-forwarded-port",
        "forwarded",       "x-forwarded-prefix", "x-real-ip",        "via",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_is_nocase(name, span_text(names[i])))
            return true;
    return span_is_nocase(span_slice(name, 0, name.len < 9 ? name.len : 9), SPAN("hookline-"));
}

static enum err copy_end_to_end(struct http_head *out, const struct http_head *request)
{
    for (size_t i = 0; i < request->fields_len; i++) {
        const struct http_field *f = &request->fields[i];
        if (only_relay_may_say(f->name) || http_field_is_hop_by_hop(request, f))
            continue;
        enum err rc = http_head_add(out, f->name, f->value);
        if (rc != OK)
            return rc;
        out->fields[out->fields_len - 1].secret = f->secret;
    }
    return OK;
}

enum err forwarded_init(struct forwarded *out, const struct http_head *request,
                        const struct route *route, const struct forwarded_info *info)
{
    struct http_head *h = &out->head;

    http_head_init_request(h, request->method, route->target);
    h->scheme = request->scheme;
    h->authority = request->authority;
    snprintf(out->attempt, sizeof out->attempt, "%u", info->attempt);
    snprintf(out->received, sizeof out->received, "%" PRIu64, info->received_ms);
    enum err rc = copy_end_to_end(h, request);

    const struct {
        const char *name;
        struct span value;
    } ours[] = {
        {"x-forwarded-for", span_text(info->peer)},
        {"x-forwarded-proto", request->scheme},
        {"x-forwarded-host", request->authority},
        {"x-forwarded-prefix", route->prefix},
        {LINK_FIELD_DELIVERY, span_text(info->delivery)},
        {LINK_FIELD_ATTEMPT, span_text(out->attempt)},
        {LINK_FIELD_RECEIVED, span_text(out->received)},
    };
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(ours); i++)
        if (ours[i].value.len > 0)
            rc = http_head_add(h, span_text(ours[i].name), ours[i].value);
    return rc;
}
