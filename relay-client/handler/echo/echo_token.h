#ifndef CLIENT_HANDLER_ECHO_TOKEN_H
#define CLIENT_HANDLER_ECHO_TOKEN_H

#include "base/bytes.h"
#include "base/random.h"
#include "codec/jwt/jwt_rsa.h"

/* The access token of one account that the echo bot speaks for, and how it gets one.  No I/O.
 *
 * Life: echo_token_init -> echo_token_now, _request, _take, _drop ... -> echo_token_fini, which
 *       wipes it */

enum echo_token_kind {
    ECHO_TOKEN_FIXED, /* a long-lived or made-up one: never renewed */
    ECHO_TOKEN_LINE,  /* stateless, by channel id and secret */
    ECHO_TOKEN_WORKS, /* by a service account's assertion */
};

#define ECHO_TOKEN_MAX     ((size_t)4096)
#define ECHO_TOKEN_EARLY_S 60u /* renewed so long before it expires */

/* All borrowed until echo_token_fini. */
struct echo_token_options {
    enum echo_token_kind kind;
    struct span fixed;
    struct span client_id, client_secret; /* LINE: channel id and secret */
    const char *service_account;          /* WORKS, as is the key */
    struct jwt_rsa *key;
};

struct echo_token {
    struct echo_token_options options;
    struct bytes text; /* empty: none */
    uint64_t until_ms; /* wall clock */
    unsigned number;   /* counts up with each new one */
};

/* ERR_NOMEM, ERR_LIMIT: a fixed one that is too long. */
MUST_CHECK enum err echo_token_init(struct echo_token *t,
                                    const struct echo_token_options *options);
void echo_token_fini(struct echo_token *t);

/* Borrowed until the next change; empty: one must be asked for. */
struct span echo_token_now(const struct echo_token *t, uint64_t now_ms);
/* Appends the body (a form) of the request for one. */
MUST_CHECK enum err echo_token_request(const struct echo_token *t, uint64_t now_ms,
                                       struct random *random, struct bytes *out);
/* The answer to it.  ERR_SYNTAX: there is none in it. */
MUST_CHECK enum err echo_token_take(struct echo_token *t, struct span answer, uint64_t now_ms);
/* Number `number` was not accepted; a newer one stays.  False: it cannot be renewed. */
bool echo_token_drop(struct echo_token *t, unsigned number);

#endif
