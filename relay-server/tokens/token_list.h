#ifndef SERVER_TOKEN_LIST_H
#define SERVER_TOKEN_LIST_H

#include "base/bytes.h"
#include "relay-server/tokens/tokens.h"

/* What tokens.json says, as a list: read by the relay, changed by `token ...`. */

struct token_secret {
    uint8_t hash[TOKEN_TEXT_HASH_LEN];
    uint64_t created_ms;
    uint64_t expires_ms; /* 0: with its token; set when a newer secret replaces it */
};

struct token_scope {
    char text[TOKENS_SCOPE_MAX + 1];
};

struct token {
    char id[TOKEN_TEXT_ID_LEN + 1];
    char label[TOKENS_LABEL_MAX + 1]; /* UTF-8, "" when none was given */
    struct token_scope *tunnels;      /* owned */
    size_t tunnels_len;
    uint64_t created_ms;
    uint64_t expires_ms;                             /* 0: never */
    uint64_t revoked_ms;                             /* 0: not */
    struct token_secret secrets[TOKENS_SECRETS_MAX]; /* oldest first */
    size_t secrets_len;
};

/* Zeroed is empty. */
struct token_list {
    struct token *tokens; /* owned */
    size_t len, cap;
};

void token_list_fini(struct token_list *l);
/* A zeroed entry at the end, borrowed until the next call.  ERR_LIMIT at TOKENS_MAX. */
MUST_CHECK enum err token_list_add(struct token_list *l, struct token **out);
/* NULL: no such id.  Linear: for commands; tokens.h has the fast way. */
struct token *token_list_find(const struct token_list *l, struct span id);
/* Room for `len` scopes, empty ones. */
MUST_CHECK enum err token_list_make_tunnels(struct token *t, size_t len);

/* ERR_CORRUPT (and in `detail` what and where) for anything that token_list_format
 * would not write; `out` is empty after a failure. */
MUST_CHECK enum err token_list_parse(struct span json, struct token_list *out,
                                     char detail[static TOKENS_DETAIL_SIZE]);
MUST_CHECK enum err token_list_format(const struct token_list *l, struct bytes *out);

#endif
