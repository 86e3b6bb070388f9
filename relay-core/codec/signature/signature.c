#include "codec/signature/signature.h"

const struct signature_provider *signature_provider_named(struct span name)
{
    for (size_t i = 0; i < signature_providers_len; i++)
        if (span_is(name, span_text(signature_providers[i].name)))
            return &signature_providers[i];
    return NULL;
}

const struct signature_provider *signature_provider_of(const struct http_head *head)
{
    for (size_t i = 0; i < signature_providers_len; i++) {
        const struct signature_provider *p = &signature_providers[i];

        if (!http_head_find(head, p->header))
            continue;
        if (span_is(span_text(p->name), SPAN("github")) &&
            !http_head_find(head, "x-github-event"))
            continue;
        return p;
    }
    return NULL;
}

bool signature_is_header(struct span name)
{
    for (size_t i = 0; i < signature_providers_len; i++)
        if (span_is_nocase(name, span_text(signature_providers[i].header)))
            return true;
    return false;
}
