/* tokens.json in the scratch folder, as the `token` commands would change it. */
#ifndef TESTS_UNIT_SUPPORT_TOKEN_STORE_H
#define TESTS_UNIT_SUPPORT_TOKEN_STORE_H

#include "relay-server/tokens/token_list.h"

#define TOKEN_STORE_MAX 8u

struct token_store {
    struct random_seeded random;
    struct token_list list;
    char texts[TOKEN_STORE_MAX][TOKEN_TEXT_LEN + 1];
    const char *path;
};

/* There must be a scratch folder; no file yet. */
void token_store_init(struct token_store *s);
void token_store_fini(struct token_store *s);
/* A new token for this scope, written to the file; the text stays valid. */
const char *token_store_add(struct token_store *s, const char *scope);
/* The token added as the i-th; to be changed, then token_store_save. */
struct token *token_store_at(struct token_store *s, size_t i);
void token_store_save(struct token_store *s);

#endif
