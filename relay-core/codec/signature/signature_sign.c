#include "codec/signature/signature_message.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

static enum err encode(const struct signature_provider *p, const char *timestamp,
                       const uint8_t digest[static DIGEST_SHA256_LEN],
                       char out[static SIGNATURE_TEXT_MAX])
{
    const char *t = p->timestamp_prefix;
    const char separator[2] = {t ? p->separator : '\0', '\0'};
    size_t used = (size_t)snprintf(out, SIGNATURE_TEXT_MAX, "%s%s%s%s", t ? t : "",
                                   t ? timestamp : "", separator, p->prefix);

    switch (p->encoding) {
    case SIGNATURE_BASE64:
        return base64_format(out + used, SIGNATURE_TEXT_MAX - used, digest, DIGEST_SHA256_LEN);
    case SIGNATURE_HEX:
        hex_format(out + used, digest, DIGEST_SHA256_LEN);
        return OK;
    }
    return OK;
}

static enum err set_field(struct http_head *head, const char *name, struct span value)
{
    if (!name)
        return OK;
    http_head_remove(head, name);
    return http_head_add(head, span_text(name), value);
}

/* Room is checked before, so that a head is never left half signed. */
static enum err set_fields(struct http_head *head, const struct signature_provider *p,
                           const struct signature_fields *f, struct span id)
{
    if (head->fields_len > HTTP_FIELDS_MAX - 3)
        return ERR_HEADERS_TOO_LARGE;
    enum err e = set_field(head, p->id_header, id);
    if (!e)
        e = set_field(head, p->timestamp_header, span_text(f->timestamp));
    return e ? e : set_field(head, p->header, span_text(f->signature));
}

enum err signature_sign(const struct signature_secret *secret, struct span body, struct span id,
                        uint64_t wall_ms, struct signature_fields *storage,
                        struct http_head *head)
{
    const struct signature_provider *p = secret->provider;
    uint8_t key_storage[SIGNATURE_KEY_MAX];
    uint8_t digest[DIGEST_SHA256_LEN];
    struct span key;

    if (p->id_header && id.len == 0)
        return ERR_USAGE;
    if (!signature_message_key(secret, key_storage, &key))
        return ERR_CONFIG;
    (void)snprintf(storage->timestamp, sizeof(storage->timestamp), "%" PRIu64, wall_ms / 1000);
    struct signature_message m = {p, span_text(storage->timestamp), id};
    signature_message_mac(&m, DIGEST_SHA256, key, body, digest);
    mem_wipe(key_storage, sizeof(key_storage));
    enum err e = encode(p, storage->timestamp, digest, storage->signature);
    return e ? e : set_fields(head, p, storage, id);
}
