#include "relay-client/secrets.h"

#include <stdio.h>

/* No LINE secret has a "=", and Base64 of other providers has it only at the end,
 * behind what is no provider's name. */
static const struct signature_provider *split(struct span *secret)
{
    size_t sign = span_find(*secret, '=');
    const struct signature_provider *named =
        signature_provider_named(span_slice(*secret, 0, sign));

    if (sign == secret->len || !named)
        return signature_provider_named(SPAN("line"));
    *secret = span_slice(*secret, sign + 1, secret->len);
    return named;
}

void secrets_read(struct secrets *out, const struct settings *settings)
{
    *out = (struct secrets){0};
    for (size_t i = 0; i < SECRETS_MAX; i++) {
        struct span text = settings_secret(settings, "secret", i);
        if (text.len == 0)
            break;
        struct signature_secret *s = &out->list[out->len];
        s->provider = split(&text);
        s->secret = text;
        snprintf(out->labels[i], sizeof out->labels[i], "%s %zu", s->provider->name, i + 1);
        s->label = out->labels[i];
        out->len++;
    }
}

static bool is_hex32(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
            return false;
    return s.len == 32;
}

bool secrets_is_plausible(const struct signature_secret *secret)
{
    return secret->provider != signature_provider_named(SPAN("line")) ||
           is_hex32(secret->secret);
}

const char *secrets_doubt(const struct secrets *s)
{
    for (size_t i = 0; i < s->len; i++)
        if (!secrets_is_plausible(&s->list[i]))
            return "the channel secret is not 32 hexadecimal digits; you find it in LINE's "
                   "console under \"Basic settings\" (the long text under \"Messaging API\" is "
                   "the access token, which signs nothing)";
    return NULL;
}

const struct signature_secret *secrets_for(const struct secrets *s,
                                           const struct signature_provider *provider)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->list[i].provider == provider)
            return &s->list[i];
    return NULL;
}
