#include "relay-client/replay/replay_request.h"

#include "relay-client/agent/agent_context.h"

#include <inttypes.h>
#include <stdio.h>

static enum err add_mark(struct http_head *head, const char *name, const char *value)
{
    http_head_remove(head, name);
    return http_head_add(head, span_text(name), span_text(value));
}

/* A request that was not signed stays so. */
static enum err sign(struct replay_request *r, const struct replay_plan *plan,
                     const struct signature_provider **provider)
{
    const struct signature_secret *secret;

    *provider = signature_provider_of(&r->head);
    if (!*provider)
        return OK;
    secret = secrets_for(plan->secrets, *provider);
    if (!secret)
        return ERR_NOT_FOUND;
    return signature_sign(secret, r->body, http_head_value(&r->head, "webhook-id"),
                          plan->now_ms, &r->signature, &r->head);
}

enum err replay_request_make(struct replay_request *out, const struct replay_plan *plan,
                             const struct signature_provider **provider)
{
    out->head = *journal_exchange_request(plan->exchange);
    out->body = plan->body;
    (void)snprintf(out->id, sizeof out->id, "%" PRIu64,
                   journal_exchange_row(plan->exchange)->id);
    (void)snprintf(out->length, sizeof out->length, "%zu", plan->body.len);

    enum err rc = add_mark(&out->head, AGENT_FIELD_REPLAY_OF, out->id);
    if (rc == OK && (out->body.len > 0 || http_head_find(&out->head, "content-length")))
        rc = add_mark(&out->head, "content-length", out->length);
    if (rc == OK && plan->target)
        rc = add_mark(&out->head, AGENT_FIELD_TARGET, plan->target);
    if (rc == OK && plan->changed)
        rc = sign(out, plan, provider);
    return rc;
}
