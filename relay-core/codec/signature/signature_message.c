#include "codec/signature/signature_message.h"

#include "base/base64.h"

#include <assert.h>

#define PARTS_MAX 8u

/* One literal or placeholder of the template; *template loses it. */
static struct span next_part(const struct signature_message *m, struct span body,
                             struct span *template)
{
    if (template->ptr[0] != '{') {
        size_t end = span_find(*template, '{');
        struct span literal = span_slice(*template, 0, end);

        *template = span_slice(*template, end, template->len);
        return literal;
    }
    size_t end = span_find(*template, '}');
    struct span name = span_slice(*template, 1, end);

    *template = span_slice(*template, end + 1, template->len);
    if (span_is(name, SPAN("timestamp")))
        return m->timestamp;
    return span_is(name, SPAN("id")) ? m->id : body;
}

void signature_message_mac(const struct signature_message *m, enum digest_kind kind,
                           struct span key, struct span body, uint8_t *out)
{
    struct span template = span_text(m->provider->message);
    struct span parts[PARTS_MAX];
    size_t len = 0;

    while (template.len > 0) {
        assert(len < PARTS_MAX);
        parts[len++] = next_part(m, body, &template);
    }
    digest_hmac(kind, key, parts, len, out);
}

static bool decode_whsec(struct span secret, uint8_t storage[static SIGNATURE_KEY_MAX],
                         struct span *out)
{
    struct span prefix = SPAN("whsec_");
    size_t len;

    if (span_starts(secret, prefix))
        secret = span_slice(secret, prefix.len, secret.len);
    if (base64_parse(secret, storage, SIGNATURE_KEY_MAX, &len) || len == 0)
        return false;
    *out = span_of(storage, len);
    return true;
}

bool signature_message_key(const struct signature_secret *secret,
                           uint8_t storage[static SIGNATURE_KEY_MAX], struct span *out)
{
    switch (secret->provider->key) {
    case SIGNATURE_KEY_TEXT:
        *out = secret->secret;
        return secret->secret.len > 0;
    case SIGNATURE_KEY_WHSEC:
        return decode_whsec(secret->secret, storage, out);
    }
    return false;
}
