#include "relay-client/replay/replay_sign.h"

#include "base/base64.h"

enum err replay_sign_by(const struct replay_signing *s, const struct signature_secret *secret)
{
    return signature_sign(secret, s->body, http_head_value(s->head, "webhook-id"), s->now_ms,
                          s->storage, s->head);
}

/* As Base64, which is text as well. */
enum err replay_sign_wrongly(const struct replay_signing *s,
                             const struct signature_provider *provider, struct random *random)
{
    uint8_t key[24];
    char secret[BASE64_LEN(sizeof key) + 1];

    random_fill(random, key, sizeof key);
    enum err rc = base64_format(secret, sizeof secret, key, sizeof key);
    if (rc != OK)
        return rc;
    const struct signature_secret wrong = {.provider = provider, .secret = span_text(secret)};
    return replay_sign_by(s, &wrong);
}

void replay_sign_remove(struct http_head *head)
{
    size_t kept = 0;

    for (size_t i = 0; i < head->fields_len; i++)
        if (!signature_is_header(head->fields[i].name))
            head->fields[kept++] = head->fields[i];
    head->fields_len = kept;
}
