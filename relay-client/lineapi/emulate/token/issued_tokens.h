#ifndef CLIENT_LINEAPI_ISSUED_TOKENS_H
#define CLIENT_LINEAPI_ISSUED_TOKENS_H

#include "base/err.h"
#include "base/list.h"
#include "base/span.h"

#include <stdbool.h>

/* The channel access tokens that the emulated token endpoints have issued.
 *
 * Life: issued_tokens_new -> ... -> issued_tokens_free (wipes them)
 * The newest ISSUED_TOKENS_MAX are known; the oldest is forgotten for one more. */
struct issued_tokens;

#define ISSUED_TOKENS_MAX 4096u
#define ISSUED_TOKEN_SIZE 192u
/* Valid ones of a kind with a limit: LINE's. */
#define ISSUED_TOKENS_LIMIT 30u

enum issued_token_kind {
    ISSUED_TOKEN_STATELESS, /* 15 minutes, as many as you like, not to be revoked */
    ISSUED_TOKEN_V21,       /* up to 30 days, 30 of them */
    ISSUED_TOKEN_SHORT,     /* 30 days, 30 of them: the oldest goes */
};

enum issued_token_state {
    ISSUED_TOKEN_UNKNOWN, /* not of this emulator, or forgotten */
    ISSUED_TOKEN_VALID,
    ISSUED_TOKEN_EXPIRED,
    ISSUED_TOKEN_REVOKED,
};

struct issued_token {
    struct list_node in_order; /* of age, all of them */
    struct issued_token *next; /* in its bucket */
    enum issued_token_kind kind;
    bool is_revoked;
    uint64_t expires_ms;
    char text[ISSUED_TOKEN_SIZE];
    char channel[33]; /* whose it is */
    char key_id[24];  /* of v2.1 */
};

MUST_CHECK enum err issued_tokens_new(struct issued_tokens **out);
void issued_tokens_free(struct issued_tokens *t);

/* What a bearer token is worth. */
enum issued_token_state issued_tokens_state(const struct issued_tokens *t, struct span token,
                                            uint64_t now_ms);
struct issued_token *issued_tokens_find(const struct issued_tokens *t, struct span token);
enum issued_token_state issued_tokens_state_of(const struct issued_token *token,
                                               uint64_t now_ms);
/* Copies `token`'s kind, text, channel, key id and expiry.  ERR_LIMIT: 30 of v2.1 are valid. */
MUST_CHECK enum err issued_tokens_add(struct issued_tokens *t, const struct issued_token *token,
                                      uint64_t now_ms);
void issued_tokens_revoke(struct issued_token *token);
/* NULL in; then each, the oldest first; NULL behind the last. */
const struct issued_token *issued_tokens_next(const struct issued_tokens *t,
                                              const struct issued_token *token);

#endif
