#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_PIECES_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_PIECES_H

#include "relay-client/journal/query/journal_query.h"

/* All that match a filter, the oldest first, as the text of a file, piece by piece: no more
 * than one exchange and EXPORT_PIECE bytes are in memory, however many there are.
 *
 * Life: zeroed, kind and query set -> export_pieces_next ... -> export_pieces_fini */

#define EXPORT_PIECE     ((size_t)128 * 1024)
#define EXPORT_PIECE_MAX ((size_t)64 * 1024 * 1024) /* with one very large exchange */
#define EXPORT_PAGE      256u

enum export_kind { EXPORT_HAR, EXPORT_JSONL, EXPORT_WEBHOOK_LOG, EXPORT_API_LOG };
/* "har", "jsonl", "webhook_log", "api_log". */
bool export_pieces_kind_parse(struct span name, enum export_kind *out);
/* "hookline.har", ... */
const char *export_pieces_file_name(enum export_kind kind);

struct export_pieces {
    enum export_kind kind;
    bool with_signature;
    bool is_everything; /* no filter: of calls, also those that belong to no exchange */
    struct journal_query *query; /* owned */
    bool has_begun, is_over;
    uint64_t last;             /* id that was looked at */
    uint64_t ids[EXPORT_PAGE]; /* to be looked at */
    size_t ids_len, ids_at;
    size_t written; /* exchanges */
};

/* Appends the next piece to `out`, which is empty and may hold EXPORT_PIECE_MAX; with the last
 * one p->is_over. */
MUST_CHECK enum err export_pieces_next(struct export_pieces *p, struct journal_reader *reader,
                                       struct bytes *out);
void export_pieces_fini(struct export_pieces *p);

#endif
