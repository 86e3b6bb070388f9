#ifndef CLIENT_LINE_LINE_TOKEN_H
#define CLIENT_LINE_LINE_TOKEN_H

#include "base/bytes.h"

/* Stateless channel access tokens (Messaging API reference, "Issue stateless channel access
 * token"): 15 minutes, as many as one likes, not revocable. */

#define LINE_TOKEN_PATH "/oauth2/v3/token"
#define LINE_TOKEN_TYPE "application/x-www-form-urlencoded"
#define LINE_TOKEN_MAX  4096u

/* Appends "&name=value" for a form, percent-encoded. */
MUST_CHECK enum err line_token_append(struct bytes *out, const char *name, struct span value);
/* Appends the body of the request, and a NUL. */
MUST_CHECK enum err line_token_format(struct bytes *out, struct span channel_id,
                                      struct span channel_secret);

/* The answer's: replaces `token`.  ERR_SYNTAX when there is none in it; then it is empty. */
MUST_CHECK enum err line_token_parse(struct span body, struct bytes *token, uint64_t *life_ms);
/* Wipes and empties it; NULL base is legal. */
void line_token_forget(struct bytes *token);

#endif
