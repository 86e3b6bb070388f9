#ifndef CLIENT_JOURNAL_QUERY_JOURNAL_QUERY_H
#define CLIENT_JOURNAL_QUERY_JOURNAL_QUERY_H

#include "relay-client/journal/journal_reader.h"

/* The filter language of the inspector (docs/inspector.md): `type:message is:late user:太郎
 * -status:2xx "two words"`.  Parsed here and nowhere else.
 *
 * Life: journal_query_parse -> list, count, match ... -> journal_query_free
 * Thread: any one at a time; immutable once parsed. */
struct journal_query;

#define JOURNAL_QUERY_MAX   2000u /* bytes of text */
#define JOURNAL_QUERY_DEPTH 16u   /* of brackets */
#define JOURNAL_QUERY_TERMS 64u

struct journal_query_error {
    size_t offset, length; /* UTF-16 units of the text, as JavaScript counts */
    const char *code;      /* "unknown_key", ... as in docs/inspector-api.yaml; static */
    char hint[64];         /* what could be meant, or "" */
};

/* The empty text matches everything.  Times like `today` and `10m` count from `now_ms`, in
 * the user's time zone.  ERR_SYNTAX with *error; ERR_NOMEM. */
MUST_CHECK enum err journal_query_parse(struct span text, uint64_t now_ms,
                                        struct journal_query **out,
                                        struct journal_query_error *error);
void journal_query_free(struct journal_query *q);

/* Its top-level parts that can be looked at alone: spans of the parsed text. */
size_t journal_query_parts(const struct journal_query *q, struct span *out, size_t max);

struct journal_page {
    const struct journal_query *query;
    uint64_t before; /* ids below, newest first; 0: from the newest */
    uint64_t after;  /* ids above, oldest first; not with `before` */
    size_t limit;    /* 1 .. 500 */
};
/* `each` returns false to stop; the row is borrowed for the call. */
MUST_CHECK enum err journal_query_list(struct journal_reader *r,
                                       const struct journal_page *page,
                                       bool (*each)(void *owner, const struct journal_row *row),
                                       void *owner);
/* The same, and how many match in all, as of the same moment; once `total` have been told
 * nothing is looked at any more. */
MUST_CHECK enum err journal_query_page(struct journal_reader *r,
                                       const struct journal_page *page,
                                       bool (*each)(void *owner, const struct journal_row *row),
                                       void *owner, uint64_t *total);
MUST_CHECK enum err journal_query_count(struct journal_reader *r, const struct journal_query *q,
                                        uint64_t *out);
/* Those of `ids` (ascending) that match: their rows, in that order.  For the live stream. */
MUST_CHECK enum err
journal_query_match(struct journal_reader *r, const struct journal_query *q,
                    const uint64_t *ids, size_t len,
                    bool (*each)(void *owner, const struct journal_row *row), void *owner);
/* The ids of all that match, newest first, at most `max`; for deletes and exports. */
MUST_CHECK enum err journal_query_ids(struct journal_reader *r, const struct journal_query *q,
                                      uint64_t before, uint64_t *out, size_t max, size_t *len);

#endif
