#ifndef CLIENT_JOURNAL_SEARCH_JOURNAL_SEARCH_TEXT_H
#define CLIENT_JOURNAL_SEARCH_JOURNAL_SEARCH_TEXT_H

#include "base/bytes.h"

/* What a search looks through, of one exchange: the target, every string and number in its
 * JSON body with escapes undone (of another body the body itself), and the user's note, each
 * on lines of its own, folded (codec/fold.h).  The table `search` holds it. */

#define JOURNAL_SEARCH_TEXT_MAX 65536u /* folded; longer ones are not kept */

struct journal_search_source {
    struct span target, body, note;
};

/* Appends it to `out`.  ERR_LIMIT: it is too long; then nothing is kept, and the body itself
 * is searched.  `out` holds a part after a failure. */
MUST_CHECK enum err journal_search_text_append(const struct journal_search_source *source,
                                               struct bytes *out);

#endif
