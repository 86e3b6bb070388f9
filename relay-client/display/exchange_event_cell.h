#ifndef CLIENT_DISPLAY_EXCHANGE_EVENT_CELL_H
#define CLIENT_DISPLAY_EXCHANGE_EVENT_CELL_H

#include "relay-client/display/exchange_line.h"

/* The column EVENT of an exchange's row: message.text "こんにちは" +2 guard, late */

/* At least layout->event columns, and just as many in a table. */
void exchange_event_cell_print(struct page *p, const struct exchange_layout *layout,
                               const struct exchange_line *x);
/* The marks (exchange_marks.h) would take more than half of a table's column: they need a
 * line of their own. */
bool exchange_event_cell_leaves_marks(const struct exchange_layout *layout,
                                      const struct exchange_line *x);

#endif
