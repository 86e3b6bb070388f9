#include "codec/signature.h"

#include "base/container.h"

/* Facts, sources and vectors: docs/signatures.md.  Order counts: the first whose
 * header a request carries is its provider; LINE comes first. */
const struct signature_provider signature_providers[] = {
    {
        .name = "line",
        .title = "LINE",
        .header = "x-line-signature",
        .prefix = "",
        .encoding = SIGNATURE_BASE64,
        .message = "{body}",
        .secret_name = "channel secret",
    },
    {
        .name = "line-works",
        .title = "LINE WORKS",
        .header = "x-works-signature",
        .prefix = "",
        .encoding = SIGNATURE_BASE64,
        .message = "{body}",
        .secret_name = "Bot Secret",
    },
    {
        .name = "github",
        .title = "GitHub",
        .header = "x-hub-signature-256",
        .prefix = "sha256=",
        .encoding = SIGNATURE_HEX,
        .message = "{body}",
        .secret_name = "webhook secret",
    },
    {
        .name = "stripe",
        .title = "Stripe",
        .header = "stripe-signature",
        .prefix = "v1=",
        .separator = ',',
        .encoding = SIGNATURE_HEX,
        .message = "{timestamp}.{body}",
        .timestamp_prefix = "t=",
        .tolerance_s = 300,
        .secret_name = "endpoint's signing secret (whsec_...)",
    },
    {
        .name = "slack",
        .title = "Slack",
        .header = "x-slack-signature",
        .prefix = "v0=",
        .encoding = SIGNATURE_HEX,
        .message = "v0:{timestamp}:{body}",
        .timestamp_header = "x-slack-request-timestamp",
        .tolerance_s = 300,
        .secret_name = "app's signing secret",
    },
    {
        .name = "shopify",
        .title = "Shopify",
        .header = "x-shopify-hmac-sha256",
        .prefix = "",
        .encoding = SIGNATURE_BASE64,
        .message = "{body}",
        .secret_name = "app's client secret",
    },
    {
        .name = "standard-webhooks",
        .title = "Standard Webhooks",
        .header = "webhook-signature",
        .prefix = "v1,",
        .separator = ' ',
        .encoding = SIGNATURE_BASE64,
        .key = SIGNATURE_KEY_WHSEC,
        .message = "{id}.{timestamp}.{body}",
        .timestamp_header = "webhook-timestamp",
        .id_header = "webhook-id",
        .tolerance_s = 300,
        .secret_name = "endpoint's secret (whsec_...)",
    },
    {
        .name = "meta",
        .title = "Meta",
        .header = "x-hub-signature-256",
        .prefix = "sha256=",
        .encoding = SIGNATURE_HEX,
        .message = "{body}",
        .secret_name = "app secret",
    },
    {
        .name = "zoom",
        .title = "Zoom",
        .header = "x-zm-signature",
        .prefix = "v0=",
        .encoding = SIGNATURE_HEX,
        .message = "v0:{timestamp}:{body}",
        .timestamp_header = "x-zm-request-timestamp",
        .secret_name = "app's secret token",
    },
    {
        .name = "viber",
        .title = "Viber",
        .header = "x-viber-content-signature",
        .prefix = "",
        .encoding = SIGNATURE_HEX,
        .message = "{body}",
        .secret_name = "bot's authentication token",
    },
};

const size_t signature_providers_len = ARRAY_LEN(signature_providers);

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
