#ifndef CLI_TOKEN_TEXT_H
#define CLI_TOKEN_TEXT_H

#include "base/err.h"
#include "base/random.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* How a token is written: `hkl_`, 8 characters of public id, `_`, 32 random bytes as
 * 43 characters, and 6 characters of CRC-32 over all before.  All in 0-9 A-Z a-z, so
 * a double click selects it; the checksum tells a typing mistake from a wrong token
 * and makes leak scanners exact. */
#define TOKEN_TEXT_PREFIX     "hkl_"
#define TOKEN_TEXT_ID_LEN     8u
#define TOKEN_TEXT_SECRET_LEN 43u
#define TOKEN_TEXT_CHECK_LEN  6u
#define TOKEN_TEXT_LEN        62u /* of everything */
#define TOKEN_TEXT_HASH_LEN   32u

struct token_text {
    struct span id;     /* borrowed from the text */
    struct span secret; /* 43 characters; borrowed */
};

/* ERR_SYNTAX for anything that is not exactly a token, checksum included. */
MUST_CHECK enum err token_text_parse(struct span text, struct token_text *out);
/* Looks like the beginning of a token: for messages about mistyped ones. */
bool token_text_has_prefix(struct span text);

/* A new public id; NUL-terminated. */
void token_text_make_id(struct random *r, char id[static TOKEN_TEXT_ID_LEN + 1]);
/* A new secret for `id`; `text` is NUL-terminated, the caller wipes it. */
void token_text_make(struct random *r, const char id[static TOKEN_TEXT_ID_LEN + 1],
                     char text[static TOKEN_TEXT_LEN + 1]);
/* What is stored of a secret: SHA-256 of its 43 characters. */
void token_text_hash(struct span secret, uint8_t hash[static TOKEN_TEXT_HASH_LEN]);

#endif
