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
    return span_is_nocase(span_slice(name, 0, sizeof LINK_FIELDS - 1), SPAN(LINK_FIELDS));
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

struct own_field {
    const char *name;
    struct span value; /* empty: there is no such field */
};

static enum err add_all(struct http_head *out, const struct own_field *fields, size_t len)
{
    enum err rc = OK;

    for (size_t i = 0; rc == OK && i < len; i++)
        if (fields[i].value.len > 0)
            rc = http_head_add(out, span_text(fields[i].name), fields[i].value);
    return rc;
}

enum err forwarded_init(struct http_head *out, const struct http_head *request,
                        const struct route *route, const char *peer)
{
    const struct own_field ours[] = {
        {"x-forwarded-for", span_text(peer)},
        {"x-forwarded-proto", request->scheme},
        {"x-forwarded-host", request->authority},
        {"x-forwarded-prefix", route->prefix},
    };

    http_head_init_request(out, request->method, route->target);
    out->scheme = request->scheme;
    out->authority = request->authority;
    enum err rc = copy_end_to_end(out, request);
    return rc == OK ? add_all(out, ours, ARRAY_LEN(ours)) : rc;
}

/* --- the stamp --- */

#define STAMP_FIELDS 6u
#define STAMP_SIZE   256u /* names and the longest values */

bool forwarded_has_room(const struct http_head *head)
{
    return head->fields_len <= HTTP_FIELDS_MAX - STAMP_FIELDS &&
           http_head_size(head) - head->target.len <= HTTP_HEAD_MAX - STAMP_SIZE;
}

enum err forwarded_stamp(struct forwarded *out, const struct http_head *head,
                         const struct forwarded_info *info)
{
    out->head = *head;
    snprintf(out->attempt, sizeof out->attempt, "%u", info->attempt);
    snprintf(out->received, sizeof out->received, "%" PRIu64, info->received_ms);
    snprintf(out->answered, sizeof out->answered, "%u", info->answered);
    snprintf(out->kept, sizeof out->kept, "%" PRIu64, info->kept);

    const struct own_field ours[STAMP_FIELDS] = {
        {LINK_FIELD_DELIVERY, span_text(info->delivery)},
        {LINK_FIELD_ATTEMPT, span_text(out->attempt)},
        {LINK_FIELD_RECEIVED, span_text(out->received)},
        {LINK_FIELD_ANSWERED, span_text(info->answered > 0 ? out->answered : "")},
        {LINK_FIELD_KEPT, span_text(info->kept > 0 ? out->kept : "")},
        {LINK_FIELD_RESUME, span_text(info->resume ? "1" : "")},
    };
    return add_all(&out->head, ours, ARRAY_LEN(ours));
}
