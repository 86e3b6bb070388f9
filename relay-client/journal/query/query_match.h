#ifndef CLIENT_JOURNAL_QUERY_MATCH_H
#define CLIENT_JOURNAL_QUERY_MATCH_H

#include "base/span.h"
#include "store/database.h"

#include <stdbool.h>

/* What SQL cannot tell, as functions in it; the second argument is folded (codec/fold.h),
 * the first is not:
 *
 *     has_letters(text, part)     the part as it is, ASCII letters of any case; fast
 *     has_folded(text, part)      the part, folded
 *     has_value(body, part)       the same of the values in a JSON body, escapes undone
 *     is_like(text, pattern)      all of it; QUERY_MATCH_ANY stands for any text
 *     has_field(head, field)      "name", or "name=part" for a part of its value
 *
 * Of fields that are never shown (http_head_text.h) only the name counts. */

#define QUERY_MATCH_ANY "\xff" /* in no UTF-8 */

MUST_CHECK enum err query_match_define(struct database *db);

/* The same, for tests.  ERR_NOMEM. */
MUST_CHECK enum err query_match_has_letters(struct span text, struct span part, bool *out);
MUST_CHECK enum err query_match_has_folded(struct span text, struct span part, bool *out);
MUST_CHECK enum err query_match_has_value(struct span body, struct span part, bool *out);
MUST_CHECK enum err query_match_is_like(struct span text, struct span pattern, bool *out);
MUST_CHECK enum err query_match_has_field(struct span head, struct span field, bool *out);

#endif
