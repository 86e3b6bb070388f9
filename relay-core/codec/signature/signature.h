#ifndef CODEC_SIGNATURE_H
#define CODEC_SIGNATURE_H

#include "codec/http/http_head.h"

#include <stdint.h>

/* Webhook signatures of LINE and of other providers.  A provider is a row of
 * signature_table.c: header, prefix, encoding, digest, what is signed, how the
 * secret becomes a key, and how old a timestamp may be. */

enum signature_encoding { SIGNATURE_BASE64, SIGNATURE_HEX };
enum signature_key {
    SIGNATURE_KEY_TEXT,  /* the secret's characters as they are */
    SIGNATURE_KEY_WHSEC, /* Base64 after "whsec_" (Standard Webhooks) */
};

struct signature_provider {
    const char *name;   /* "line", "line-works", "github", ... as in options */
    const char *title;  /* "LINE" */
    const char *header; /* lower case */
    const char *prefix; /* before the encoded digest: "sha256=", "v1,", "" */
    char separator;     /* between several signatures in one value, 0: one only */
    enum signature_encoding encoding;
    enum signature_key key;
    const char *message;          /* "{body}", "{timestamp}.{body}", ... */
    const char *timestamp_header; /* or NULL */
    const char *timestamp_prefix; /* part of the signature header that holds it: "t=" */
    const char *id_header;        /* for {id}, or NULL */
    uint32_t tolerance_s;         /* 0: timestamps are not checked */
    const char *secret_name;      /* what the provider calls the secret */
};

extern const struct signature_provider signature_providers[];
extern const size_t signature_providers_len;

/* By the name used in options, or NULL. */
const struct signature_provider *signature_provider_named(struct span name);
/* The provider whose header this request carries, LINE first, or NULL.  GitHub and
 * Meta share a header: X-GitHub-Event tells them apart. */
const struct signature_provider *signature_provider_of(const struct http_head *head);
/* Any provider's signature header?  (What makes a POST a webhook.) */
bool signature_is_header(struct span name);

enum verdict {
    VERDICT_UNCHECKED, /* no secret configured */
    VERDICT_VALID,
    VERDICT_INVALID,
    VERDICT_MISSING, /* no signature header */
};
const char *verdict_text(enum verdict v);
bool verdict_parse(struct span name, enum verdict *out);

/* Secrets are borrowed; several are tried in order (rotation). */
struct signature_secret {
    const struct signature_provider *provider;
    struct span secret;
    const char *label;       /* shown instead of the secret: "secret 1", a file name */
    const char *bot_user_id; /* LINE: the bot whose secret it is ("U..."), or NULL */
};

struct signature_check {
    enum verdict verdict;
    const struct signature_provider *provider; /* NULL when none could be told */
    size_t matched;                            /* index of the secret, when valid */
    /* The cause as a word for programs: "sig_missing", "sig_rewritten", ... (the codes of
     * docs/signatures.md), "sig_previous_secret" when valid with a secret that is not the
     * first of its provider; "" for nothing to say.  Static; NULL in a zeroed one. */
    const char *code;
    /* When not valid: the cause that was found and what to do about it.  One or two
     * sentences for people, escaped; "" when valid. */
    char explanation[512];
};

/* `wall_ms` is when the request reached the relay, not when it is looked at: one that
 * waited in the inbox is not too old.  With secrets configured every request needs a
 * signature of one of their providers, whatever other headers it carries; an empty
 * secret matches nothing.
 *
 * Checks the request; on a mismatch tries the known causes (docs/signatures.md) and
 * names the one that fits.  Never logs or returns anything secret.
 * ERR_NOMEM only; every other outcome is a verdict. */
MUST_CHECK enum err signature_verify(const struct http_head *head, struct span body,
                                     const struct signature_secret *secrets, size_t secrets_len,
                                     uint64_t wall_ms, struct signature_check *out);

/* Signs `body` (replays, triggers, tests): appends the fields that `provider` sends,
 * in place of old ones.  The values live in `storage`, `id` is borrowed like them.
 * ERR_CONFIG when the secret makes no key, ERR_USAGE when the provider needs an id
 * and `id` is empty, ERR_HEADERS_TOO_LARGE; the head is then unchanged. */
#define SIGNATURE_TEXT_MAX 256u
struct signature_fields {
    char signature[SIGNATURE_TEXT_MAX];
    char timestamp[24];
};
MUST_CHECK enum err signature_sign(const struct signature_secret *secret, struct span body,
                                   struct span id, uint64_t wall_ms,
                                   struct signature_fields *storage, struct http_head *head);

#endif
