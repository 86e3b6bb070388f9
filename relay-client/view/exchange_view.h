#ifndef CLIENT_VIEW_EXCHANGE_VIEW_H
#define CLIENT_VIEW_EXCHANGE_VIEW_H

#include "relay-client/view/page.h"

/* Everything that the journal knows about one exchange: what `hookline show` prints. */

struct journal_exchange;
struct journal_reader;

#define EXCHANGE_VIEW_REPLAYS_MAX 32u

struct exchange_view {
    const struct journal_exchange *exchange;     /* borrowed */
    struct journal_reader *reader;               /* borrowed: its calls are read from it */
    uint64_t replays[EXCHANGE_VIEW_REPLAYS_MAX]; /* ids of its replays, oldest first */
    size_t replays_len;                          /* how many there are, maybe more than kept */
    uint64_t now_ms;                             /* wall clock */
    size_t columns;                              /* of the terminal; 0: long lines stay long */
};

/* What the reader says is wrong; with the page, page_end. */
MUST_CHECK enum err exchange_view_print(struct page *p, const struct exchange_view *v);

#endif
