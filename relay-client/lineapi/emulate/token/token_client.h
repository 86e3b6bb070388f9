#ifndef CLIENT_LINEAPI_TOKEN_CLIENT_H
#define CLIENT_LINEAPI_TOKEN_CLIENT_H

#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/emulate/token/issued_tokens.h"

/* Who asks for a token: a channel, by its id and secret, or by an assertion that it signed.
 * Without a channel id in the settings every number is one, and without a secret any text. */

#define TOKEN_CLIENT_ID_SIZE 33u

struct token_client {
    char channel[TOKEN_CLIENT_ID_SIZE];
    uint64_t token_s; /* "token_exp" of the assertion, 0: absent */
};

enum token_client_answer {
    TOKEN_CLIENT_RIGHT,
    TOKEN_CLIENT_WRONG_ID,
    TOKEN_CLIENT_WRONG_SECRET,
    TOKEN_CLIENT_INCOMPLETE, /* a part is missing */
};

/* "client_id" and "client_secret" of the form. */
enum token_client_answer token_client_by_secret(const struct emulated_call *c,
                                                struct token_client *out);
/* "client_assertion" and its type, of the form or of the query.  False: refused. */
bool token_client_by_assertion(struct emulated_call *c, bool is_form, struct token_client *out);

struct issued_tokens *token_client_issued(const struct emulated_call *c);
/* The channel of the settings, or one that is made up. */
const char *token_client_channel(const struct emulated_call *c);

#endif
