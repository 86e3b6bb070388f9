#include "codec/signature/signature_attempt.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"

#define DECODED_MAX 96u /* room for SHA-512 in Base64 of hexadecimal: for lengths only */

/* Appends the digest.  On another shape nothing is appended. */
static enum signature_shape decode(struct signature_attempt *a, struct span encoded)
{
    uint8_t decoded[DECODED_MAX];
    size_t len = encoded.len / 2;
    enum err e = ERR_SYNTAX;

    a->encoded = encoded;
    switch (a->message.provider->encoding) {
    case SIGNATURE_BASE64:
        e = base64_parse(encoded, decoded, sizeof(decoded), &len);
        break;
    case SIGNATURE_HEX:
        e = len > sizeof(decoded) ? ERR_LIMIT : hex_parse(encoded, decoded, len);
        break;
    }
    if (e)
        return e == ERR_LIMIT ? SIGNATURE_SHAPE_LENGTH : SIGNATURE_SHAPE_ENCODING;
    if (len != DIGEST_SHA256_LEN)
        return SIGNATURE_SHAPE_LENGTH;
    if (a->digests_len < SIGNATURE_ATTEMPT_MAX)
        memcpy(a->digests[a->digests_len++], decoded, DIGEST_SHA256_LEN);
    return SIGNATURE_SHAPE_GOOD;
}

/* Cuts the next part off a value with separators, or takes all of it. */
static struct span next_item(struct span *value, char separator)
{
    size_t end = separator ? span_find(*value, separator) : value->len;
    struct span item = span_slice(*value, 0, end);

    *value = span_slice(*value, end + 1, value->len);
    return item;
}

static enum signature_shape read_signatures(struct signature_attempt *a)
{
    const struct signature_provider *p = a->message.provider;
    struct span prefix = span_text(p->prefix);
    struct span rest = a->value;
    enum signature_shape shape = SIGNATURE_SHAPE_PREFIX;

    if (rest.len == 0)
        return SIGNATURE_SHAPE_EMPTY;
    while (rest.len > 0) {
        struct span item = next_item(&rest, p->separator);

        if (span_starts(item, prefix))
            shape = decode(a, span_slice(item, prefix.len, item.len));
    }
    /* One good signature is enough, whatever its neighbours look like. */
    return a->digests_len > 0 ? SIGNATURE_SHAPE_GOOD : shape;
}

static struct span part_with_prefix(struct span value, char separator, struct span prefix)
{
    while (value.len > 0) {
        struct span item = next_item(&value, separator);

        if (span_starts(item, prefix))
            return span_slice(item, prefix.len, item.len);
    }
    return (struct span){0};
}

static enum signature_shape read_timestamp(struct signature_attempt *a,
                                           const struct http_head *head)
{
    const struct signature_provider *p = a->message.provider;

    if (p->timestamp_header)
        a->message.timestamp = http_head_value(head, p->timestamp_header);
    else if (p->timestamp_prefix)
        a->message.timestamp =
            part_with_prefix(a->value, p->separator, span_text(p->timestamp_prefix));
    else
        return SIGNATURE_SHAPE_GOOD;
    return span_parse_u64(a->message.timestamp, &a->timestamp_s) ? SIGNATURE_SHAPE_GOOD
                                                                 : SIGNATURE_SHAPE_NO_TIMESTAMP;
}

static const char *name_sent_twice(const struct signature_provider *p,
                                   const struct http_head *head)
{
    const char *names[] = {p->header, p->timestamp_header, p->id_header};

    for (size_t i = 0; i < 3; i++)
        if (names[i] && http_head_count(head, names[i]) > 1)
            return names[i];
    return NULL;
}

enum signature_shape signature_attempt_read(struct signature_attempt *a,
                                            const struct signature_provider *provider,
                                            const struct http_head *head)
{
    *a = (struct signature_attempt){.message.provider = provider};
    a->value = http_head_value(head, provider->header);
    a->twice = name_sent_twice(provider, head);
    if (a->twice)
        return SIGNATURE_SHAPE_TWICE;

    enum signature_shape shape = read_signatures(a);
    enum signature_shape timestamp_shape = read_timestamp(a, head);
    if (provider->id_header)
        a->message.id = http_head_value(head, provider->id_header);
    if (shape != SIGNATURE_SHAPE_GOOD)
        return shape;
    if (provider->id_header && a->message.id.len == 0)
        return SIGNATURE_SHAPE_NO_ID;
    return timestamp_shape;
}

bool signature_attempt_has(const struct signature_attempt *a,
                           const uint8_t digest[static DIGEST_SHA256_LEN])
{
    bool found = false;

    for (size_t i = 0; i < a->digests_len; i++)
        found |= mem_equal_secret(a->digests[i], digest, DIGEST_SHA256_LEN);
    return found;
}

bool signature_attempt_fits(const struct signature_attempt *a, struct span key,
                            struct span body)
{
    uint8_t digest[DIGEST_SHA256_LEN];

    signature_message_mac(&a->message, DIGEST_SHA256, key, body, digest);
    bool fits = signature_attempt_has(a, digest);
    mem_wipe(digest, sizeof(digest));
    return fits;
}

bool signature_attempt_fits_any(const struct signature_attempt *a, struct span body,
                                const struct signature_secret *secrets, size_t secrets_len,
                                size_t *which)
{
    uint8_t storage[SIGNATURE_KEY_MAX];
    struct span key;
    bool fits = false;

    for (size_t i = 0; i < secrets_len && !fits; i++) {
        if (secrets[i].provider != a->message.provider ||
            !signature_message_key(&secrets[i], storage, &key))
            continue;
        fits = signature_attempt_fits(a, key, body);
        if (fits)
            *which = i;
    }
    mem_wipe(storage, sizeof(storage));
    return fits;
}
