#ifndef CLIENT_JOURNAL_QUERY_WORD_H
#define CLIENT_JOURNAL_QUERY_WORD_H

#include "relay-client/journal/query/query_text.h"

/* Words of a query: what stands between spaces and brackets.  Quotes may begin and end
 * anywhere in one, and take spaces, brackets, commas and dots their meaning; in them \" and
 * \\ are a quote and a backslash. */

/* The end of the word that begins at `from`; ERR_SYNTAX: the quote at *wrong is never
 * closed. */
MUST_CHECK enum err query_word_end(struct span text, size_t from, size_t *end, size_t *wrong);

/* The first `what` outside quotes, or word.len. */
size_t query_word_find(struct span word, struct span what);
bool query_word_has_quote(struct span word);
/* Without its quotes; `out` has room for word.len. */
struct span query_word_text(struct span word, char *out);

#endif
