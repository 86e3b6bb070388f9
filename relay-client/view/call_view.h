#ifndef CLIENT_VIEW_CALL_VIEW_H
#define CLIENT_VIEW_CALL_VIEW_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/lookup/journal_calls.h"
#include "relay-client/view/page.h"

/* The calls of the bot to LINE's API that belong to one exchange, for `hookline show`. */

#define CALL_VIEW_MAX 100u

/* "LINE API", a line for each and what its messages say; nothing if there are none.
 * `columns`: of the terminal, 0: long lines stay long. */
MUST_CHECK enum err call_view_print(struct page *p, struct journal_reader *reader,
                                    const struct journal_row *row, size_t columns);
/* "calls": [...] */
MUST_CHECK enum err call_view_json(struct json_writer *w, struct journal_reader *reader,
                                   const struct journal_row *row);

#endif
