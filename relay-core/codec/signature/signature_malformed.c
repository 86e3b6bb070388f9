#include "codec/signature/signature_malformed.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>

#define HEX_LEN     (2 * DIGEST_SHA256_LEN)
#define BASE64_SIZE (BASE64_LEN(DIGEST_SHA256_LEN) + 1)
#define DECODED_MAX 96u

/* How a digest may be written by mistake, and how it is found out. */
enum writing {
    WRITING_UNKNOWN,
    WRITING_HEX,
    WRITING_BASE64,
    WRITING_BASE64_URL, /* or without padding */
    WRITING_BASE64_OF_HEX,
    WRITING_SHA1,
    WRITING_SHA512,
};

struct reading {
    enum writing writing;
    uint8_t digest[DIGEST_MAX];
    size_t len; /* 0 when the digest itself does not matter */
};

static const char *name_of(enum signature_encoding encoding)
{
    return encoding == SIGNATURE_HEX ? "64 hexadecimal digits" : "44 characters of Base64";
}

static bool read_hex(struct span text, struct reading *out)
{
    if (text.len == 2 * DIGEST_SHA1_LEN && !hex_parse(text, out->digest, DIGEST_SHA1_LEN)) {
        out->writing = WRITING_SHA1;
        out->len = DIGEST_SHA1_LEN;
        return true;
    }
    if (text.len != HEX_LEN || hex_parse(text, out->digest, DIGEST_SHA256_LEN))
        return false;
    out->writing = WRITING_HEX;
    out->len = DIGEST_SHA256_LEN;
    return true;
}

static bool read_base64(struct span text, struct reading *out)
{
    uint8_t decoded[DECODED_MAX];
    size_t len;

    if (base64_parse(text, decoded, sizeof(decoded), &len))
        return false;
    if (len == HEX_LEN && !hex_parse(span_of(decoded, len), out->digest, DIGEST_SHA256_LEN)) {
        out->writing = WRITING_BASE64_OF_HEX;
        out->len = DIGEST_SHA256_LEN;
        return true;
    }
    if (len != DIGEST_SHA1_LEN && len != DIGEST_SHA256_LEN && len != HEX_LEN)
        return false;
    out->writing = len == DIGEST_SHA1_LEN     ? WRITING_SHA1
                   : len == DIGEST_SHA256_LEN ? WRITING_BASE64
                                              : WRITING_SHA512;
    out->len = len == HEX_LEN ? 0 : len;
    memcpy(out->digest, decoded, out->len);
    return true;
}

/* 43 characters, or 44 with "=": the other alphabet, or no padding. */
static bool read_base64_url(struct span text, struct reading *out)
{
    char standard[BASE64_SIZE];

    if (text.len != BASE64_SIZE - 1 && text.len != BASE64_SIZE - 2)
        return false;
    for (size_t i = 0; i < text.len; i++)
        standard[i] = text.ptr[i] == '-' ? '+' : text.ptr[i] == '_' ? '/' : text.ptr[i];
    standard[BASE64_SIZE - 2] = '=';
    if (!read_base64(span_of(standard, BASE64_SIZE - 1), out))
        return false;
    out->writing = WRITING_BASE64_URL;
    return true;
}

static void read_somehow(struct span text, struct reading *out)
{
    *out = (struct reading){0};
    if (!read_hex(text, out) && !read_base64(text, out) && !read_base64_url(text, out))
        *out = (struct reading){0};
}

static bool fits_sha1(const struct signature_malformed *m, const struct reading *r)
{
    uint8_t storage[SIGNATURE_KEY_MAX];
    uint8_t digest[DIGEST_SHA1_LEN];
    struct span key;
    bool fits = false;

    for (size_t i = 0; i < m->secrets_len && !fits; i++) {
        if (m->secrets[i].provider != m->attempt->message.provider ||
            !signature_message_key(&m->secrets[i], storage, &key))
            continue;
        signature_message_mac(&m->attempt->message, DIGEST_SHA1, key, m->body, digest);
        fits = mem_equal_secret(digest, r->digest, DIGEST_SHA1_LEN);
    }
    mem_wipe(storage, sizeof(storage));
    return fits;
}

static bool fits(const struct signature_malformed *m, const struct reading *r)
{
    struct signature_attempt as_read = *m->attempt;
    size_t which;

    if (r->writing == WRITING_SHA1)
        return fits_sha1(m, r);
    if (r->len != DIGEST_SHA256_LEN)
        return false;
    as_read.digests_len = 1;
    memcpy(as_read.digests[0], r->digest, DIGEST_SHA256_LEN);
    return signature_attempt_fits_any(&as_read, m->body, m->secrets, m->secrets_len, &which);
}

static void conclude(const struct signature_malformed *m, const struct signature_cause *cause,
                     bool is_right)
{
    m->trace->cause = cause;
    signature_trace_try(m->trace, cause->name, is_right);
}

static const struct signature_cause *cause_of(enum writing w)
{
    static const struct signature_cause causes[] = {
        [WRITING_UNKNOWN] = {"sig_malformed", "undecodable"},
        [WRITING_HEX] = {"sig_hex", "hex"},
        [WRITING_BASE64] = {"sig_malformed", "base64"},
        [WRITING_BASE64_URL] = {"sig_malformed", "base64_url"},
        [WRITING_BASE64_OF_HEX] = {"sig_hex", "base64_of_hex"},
        [WRITING_SHA1] = {"sig_sha1", "sha1"},
        [WRITING_SHA512] = {"sig_malformed", "sha512"},
    };

    return &causes[w];
}

static const char *text_of(enum writing w)
{
    switch (w) {
    case WRITING_UNKNOWN:
        break;
    case WRITING_HEX:
        return "written in hexadecimal";
    case WRITING_BASE64:
        return "written in Base64";
    case WRITING_BASE64_URL:
        return "written in URL-safe Base64 or without its padding";
    case WRITING_BASE64_OF_HEX:
        return "the Base64 of its hexadecimal text, not of the digest itself";
    case WRITING_SHA1:
        return "made with SHA-1";
    case WRITING_SHA512:
        return "as long as one made with SHA-512";
    }
    return "";
}

static void explain_unreadable(const struct signature_malformed *m, char *out, size_t size)
{
    const struct signature_provider *p = m->attempt->message.provider;
    struct span encoded = m->attempt->encoded;
    struct reading r;

    read_somehow(encoded, &r);
    bool is_right = fits(m, &r);
    conclude(m, cause_of(r.writing), is_right);
    if (r.writing != WRITING_UNKNOWN) {
        (void)snprintf(out, size, "The signature in %s is %s%s. %s sends an HMAC-SHA256 as %s.",
                       p->header, is_right ? "right, but " : "", text_of(r.writing), p->title,
                       name_of(p->encoding));
    } else if (span_find(encoded, ',') < encoded.len) {
        (void)snprintf(out, size,
                       "%s holds a comma, as when a proxy joins two fields of that name to "
                       "one. It must hold one signature: %s.",
                       p->header, name_of(p->encoding));
    } else if (m->shape == SIGNATURE_SHAPE_LENGTH) {
        (void)snprintf(out, size,
                       "The signature in %s has the wrong length (%zu characters): it was cut "
                       "off, or is not an HMAC-SHA256. %s sends %s.",
                       p->header, encoded.len, p->title, name_of(p->encoding));
    } else {
        (void)snprintf(out, size,
                       "%s cannot be decoded (%zu characters): it was cut off or altered on "
                       "the way, or is no signature at all. %s sends %s.",
                       p->header, encoded.len, p->title, name_of(p->encoding));
    }
    mem_wipe(&r, sizeof(r));
}

static void explain_timestamp(const struct signature_provider *p, char *out, size_t size)
{
    if (p->timestamp_header)
        (void)snprintf(out, size,
                       "%s is missing or not a number of seconds. %s signs it together with "
                       "the body, so a request without it cannot be checked.",
                       p->timestamp_header, p->title);
    else
        (void)snprintf(out, size,
                       "%s has no part \"%s<seconds>\". %s signs that time together with the "
                       "body, so a request without it cannot be checked.",
                       p->header, p->timestamp_prefix, p->title);
}

/* Those of ENCODING and LENGTH are found in the text itself. */
static const struct signature_cause shapes[] = {
    [SIGNATURE_SHAPE_TWICE] = {"sig_malformed", "field_twice"},
    [SIGNATURE_SHAPE_EMPTY] = {"sig_malformed", "field_empty"},
    [SIGNATURE_SHAPE_PREFIX] = {"sig_malformed", "prefix"},
    [SIGNATURE_SHAPE_ENCODING] = {"sig_malformed", "undecodable"},
    [SIGNATURE_SHAPE_LENGTH] = {"sig_malformed", "undecodable"},
    [SIGNATURE_SHAPE_NO_TIMESTAMP] = {"sig_malformed", "no_timestamp"},
    [SIGNATURE_SHAPE_NO_ID] = {"sig_malformed", "no_id"},
};

void signature_malformed_explain(const struct signature_malformed *m, char *explanation,
                                 size_t size)
{
    const struct signature_provider *p = m->attempt->message.provider;

    m->trace->cause = &shapes[m->shape];
    switch (m->shape) {
    case SIGNATURE_SHAPE_GOOD:
        explanation[0] = '\0';
        break;
    case SIGNATURE_SHAPE_TWICE:
        (void)snprintf(explanation, size,
                       "The request has the field %s more than once, so nobody can tell "
                       "which one counts. Look for a proxy that adds or copies it.",
                       m->attempt->twice);
        break;
    case SIGNATURE_SHAPE_EMPTY:
        (void)snprintf(explanation, size,
                       "%s is there but empty: whoever sent the request had no signature, or "
                       "a proxy removed it. %s sends %s.",
                       p->header, p->title, name_of(p->encoding));
        break;
    case SIGNATURE_SHAPE_PREFIX:
        (void)snprintf(explanation, size,
                       "%s holds no signature that begins with \"%s\". %s sends that, followed "
                       "by %s.",
                       p->header, p->prefix, p->title, name_of(p->encoding));
        break;
    case SIGNATURE_SHAPE_ENCODING:
    case SIGNATURE_SHAPE_LENGTH:
        explain_unreadable(m, explanation, size);
        break;
    case SIGNATURE_SHAPE_NO_TIMESTAMP:
        explain_timestamp(p, explanation, size);
        break;
    case SIGNATURE_SHAPE_NO_ID:
        (void)snprintf(explanation, size,
                       "%s is missing. %s signs it together with the body, so a request "
                       "without it cannot be checked.",
                       p->id_header, p->title);
        break;
    }
}
