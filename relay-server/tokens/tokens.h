#ifndef SERVER_TOKENS_H
#define SERVER_TOKENS_H

#include "base/err.h"
#include "base/span.h"
#include "cli/token_text.h"

#include <stdbool.h>
#include <stdint.h>

/* Who may link which tunnel: the tokens of tokens.json (tokens_file.h), looked up by
 * public id.  Secrets exist here only as SHA-256; 256 random bits need no slow hash.
 *
 * Life: tokens_open -> check, reload ... -> tokens_free.  Not for several threads. */
#define TOKENS_MAX         4000u
#define TOKENS_TUNNELS_MAX 32u /* scopes of one token */
#define TOKENS_SCOPE_MAX   63u /* characters of "name" or "prefix-*" */
#define TOKENS_LABEL_MAX   100u
#define TOKENS_SECRETS_MAX 2u /* while a token is being rotated */
#define TOKENS_DETAIL_SIZE 320u

struct tokens;

/* Why a token was refused: for the log, never for the peer. */
enum tokens_verdict {
    TOKENS_VALID,
    TOKENS_MALFORMED, /* no token of ours, or mistyped: the checksum is wrong */
    TOKENS_UNKNOWN,
    TOKENS_WRONG_SECRET,
    TOKENS_EXPIRED,
    TOKENS_REVOKED,
};
const char *tokens_verdict_text(enum tokens_verdict v);

/* No file: no tokens yet, that is OK.  A damaged one, or one that others may read, is
 * ERR_CORRUPT or ERR_DENIED with what to do in `detail`. */
MUST_CHECK enum err tokens_open(const char *file, struct tokens **out,
                                char detail[static TOKENS_DETAIL_SIZE]);
void tokens_free(struct tokens *t);

/* One stat when nothing changed; else reads the file (small, synchronous).  *changed
 * says that live links must be asked about again: links_end_invalid with
 * tokens_is_live (ask now and then without a change too: tokens expire).  On failure the
 * tokens from before stay in force; it is reported once, until the file changes again.
 * Call it every half second, so that `token revoke` acts within one. */
MUST_CHECK enum err tokens_reload_if_changed(struct tokens *t, bool *changed,
                                             char detail[static TOKENS_DETAIL_SIZE]);

/* OK, or ERR_DENIED whatever the reason is and in the same time.  `id` gets the public
 * id when the text had one (also on refusal, for the log), else "". */
MUST_CHECK enum err tokens_check(const struct tokens *t, struct span token, uint64_t wall_ms,
                                 char id[static TOKEN_TEXT_ID_LEN + 1],
                                 enum tokens_verdict *verdict);
/* May this token link a tunnel of that name?  False for an unknown id. */
bool tokens_covers(const struct tokens *t, const char *id, struct span tunnel);
/* May any live token link it?  Asks all of them (TOKENS_MAX); names compare without case. */
bool tokens_any_covers(const struct tokens *t, struct span tunnel, uint64_t wall_ms);
/* Neither revoked nor expired since: may its links stay? */
bool tokens_is_live(const struct tokens *t, const char *id, uint64_t wall_ms);
size_t tokens_len(const struct tokens *t);

/* "mybot" or "bot-*"; lower case, as host names go (a label of DNS, no "--" in third
 * place: xn-- names look like others). */
bool tokens_scope_is_valid(struct span scope);
bool tokens_scope_covers(struct span scope, struct span tunnel);

#endif
