#ifndef CLIENT_LINEAPI_WORKS_STORE_H
#define CLIENT_LINEAPI_WORKS_STORE_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* What an emulated LINE WORKS keeps: the tokens that it has issued, attachments, and how often
 * each operation was called in this minute.
 *
 * Life: works_store_new -> ... -> works_store_free (wipes the tokens) */
struct works_store;

#define WORKS_TOKENS_MAX      256u /* of both kinds; the oldest is forgotten */
#define WORKS_TOKEN_SIZE      192u
#define WORKS_SCOPE_SIZE      256u
#define WORKS_TOKEN_MS        86400000u   /* 24 h */
#define WORKS_REFRESH_MS      7776000000u /* 90 days */
#define WORKS_RATE            240u        /* calls of one operation ... */
#define WORKS_RATE_MS         60000u      /* ... in this time */
#define WORKS_ATTACHMENTS_MAX 256u
#define WORKS_FILE_ID_SIZE    64u

enum works_token_kind { WORKS_TOKEN_ACCESS, WORKS_TOKEN_REFRESH };
enum works_token_state { WORKS_TOKEN_UNKNOWN, WORKS_TOKEN_VALID, WORKS_TOKEN_EXPIRED };

MUST_CHECK enum err works_store_new(struct works_store **out);
void works_store_free(struct works_store *s);

/* `token` and `scope` are copied, and cut. */
void works_store_add_token(struct works_store *s, enum works_token_kind kind, const char *token,
                           const char *scope, uint64_t expires_ms);
/* `scope` (may be NULL): of a known one, borrowed until the next add. */
enum works_token_state works_store_token(const struct works_store *s,
                                         enum works_token_kind kind, struct span token,
                                         uint64_t now_ms, const char **scope);

/* One more call of `operation` (a literal): what its window says. */
struct works_rate {
    uint64_t remaining; /* 0 of the last one allowed */
    uint64_t reset_s;   /* until a new window */
    bool is_over;
};
struct works_rate works_store_count(struct works_store *s, const char *operation,
                                    uint64_t now_ms);

/* The id of a file that will be uploaded, and whether one is known. */
void works_store_add_file(struct works_store *s, const char *file_id);
bool works_store_has_file(const struct works_store *s, struct span file_id);

#endif
