#ifndef CLIENT_FILTER_OPTIONS_H
#define CLIENT_FILTER_OPTIONS_H

#include "cli/settings/settings.h"
#include "relay-client/journal/journal_reader.h"

/* Which exchanges `hookline list` and `hookline tail` are asked for. */

#define FILTER_OPTIONS_DETAIL 256u

/* The settings of CLIENT_LIST or CLIENT_TAIL, from which the filter borrows; all but its
 * paging and order.  ERR_USAGE: `detail` says which setting is wrong, and what is right. */
MUST_CHECK enum err filter_options_read(const struct settings *settings, uint64_t now_ms,
                                        struct journal_filter *out,
                                        char detail[static FILTER_OPTIONS_DETAIL]);
/* Does it leave anything out? */
bool filter_options_is_any(const struct journal_filter *f);

/* 200, 4xx, 200-299, >=500, >499, <=399, <400; numbers from 100 to 599. */
bool filter_options_parse_status(struct span text, unsigned *min, unsigned *max);

#endif
