#ifndef TESTS_UNIT_SUPPORT_SIGNATURE_WORLD_H
#define TESTS_UNIT_SUPPORT_SIGNATURE_WORLD_H

#include "codec/digest.h"
#include "codec/signature/signature.h"

/* One request and the secrets it is checked against. */
#define SIGNATURE_WORLD_SECRETS 4u
#define SIGNATURE_WORLD_NOW_MS  UINT64_C(1700000000000)

struct signature_world {
    struct http_head head;
    struct span body;
    struct signature_secret secrets[SIGNATURE_WORLD_SECRETS];
    size_t secrets_len;
    struct signature_fields fields;
    char value[512]; /* of signature_world_set_* */
    uint64_t wall_ms;
    struct signature_check check;
};

/* A POST without fields; the first secret, labelled "secret 1". */
void signature_world_init(struct signature_world *w, const char *provider, const char *secret,
                          const char *body);
/* "secret 2", and so on. */
void signature_world_add_secret(struct signature_world *w, const char *provider,
                                const char *secret);
void signature_world_add(struct signature_world *w, const char *name, const char *value);

/* The provider's signature field: Base64 or hexadecimal of HMAC(key, message) with its
 * prefix, made by hand and not by signature_sign. */
void signature_world_set_base64(struct signature_world *w, enum digest_kind kind,
                                struct span key, struct span message);
void signature_world_set_hex(struct signature_world *w, struct span key, struct span message);

/* Verifies and checks the verdict; a verdict that is not valid has an explanation in
 * which neither a secret nor the signature is found. */
void signature_world_verify(struct signature_world *w, enum verdict want);
/* Is `part` in the explanation?  Fails with the explanation if not. */
void signature_world_explains(const struct signature_world *w, const char *part);

#endif
