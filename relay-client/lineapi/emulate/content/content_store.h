#ifndef CLIENT_LINEAPI_CONTENT_STORE_H
#define CLIENT_LINEAPI_CONTENT_STORE_H

#include "base/err.h"
#include "base/span.h"

/* What pictures, films and files in simulated messages contain.
 *
 * Life: content_store_new -> content_store_put ... -> content_store_free
 * The newest are known: CONTENT_STORE_MAX of them, together of at most `bytes_max` bytes. */
struct content_store;

#define CONTENT_STORE_MAX 1024u
#define CONTENT_ID_SIZE   48u
#define CONTENT_TYPE_SIZE 80u

struct content {
    char message_id[CONTENT_ID_SIZE];
    char type[CONTENT_TYPE_SIZE]; /* "image/png" */
    uint64_t ready_ms;            /* wall clock; until then it is being prepared */
    struct span bytes;
};

MUST_CHECK enum err content_store_new(size_t bytes_max, struct content_store **out);
void content_store_free(struct content_store *s);

/* Copied; replaces what has this id.  ERR_LIMIT: more than `bytes_max`; then, and with
 * ERR_NOMEM, nothing has changed. */
MUST_CHECK enum err content_store_put(struct content_store *s, const struct content *c);
/* Borrowed until the next put; NULL: not known. */
const struct content *content_store_find(const struct content_store *s, struct span message_id);

#endif
