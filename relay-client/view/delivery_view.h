#ifndef CLIENT_VIEW_DELIVERY_VIEW_H
#define CLIENT_VIEW_DELIVERY_VIEW_H

#include "relay-client/journal/journal_reader.h"
#include "relay-client/view/page.h"

/* Who answered LINE and when, what the bot said and when, and what LINE would have
 * recorded without the relay's answer, as lines of `hookline show`:
 *
 *     LINE got      200 from the relay after 1.5 s: the bot was not in time
 *     The bot       said 200 after 3.2 s
 *     Without us    LINE would have recorded request_timeout
 *
 * Nothing for what is no webhook, or a replay. `columns`: of a line, 0 for long ones. */
void delivery_view_print(struct page *p, const struct journal_row *row, size_t columns);

#endif
