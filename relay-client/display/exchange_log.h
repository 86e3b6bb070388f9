#ifndef CLIENT_DISPLAY_EXCHANGE_LOG_H
#define CLIENT_DISPLAY_EXCHANGE_LOG_H

#include "relay-client/display/exchange_line.h"

/* The latest exchanges and notes, copied, for a terminal that must be able to draw them
 * again at another width.  They are numbered from 0; the oldest are forgotten. */

#define EXCHANGE_LOG_MAX 256u

struct exchange_log;

MUST_CHECK enum err exchange_log_new(struct exchange_log **out);
void exchange_log_free(struct exchange_log *log);

/* Long texts are cut: more than a terminal has room for. */
void exchange_log_add(struct exchange_log *log, const struct exchange_line *x);
void exchange_log_note(struct exchange_log *log, const char *text);

/* All that were ever added; those before `first` are forgotten. */
uint64_t exchange_log_len(const struct exchange_log *log);
uint64_t exchange_log_first(const struct exchange_log *log);
uint64_t exchange_log_id_max(const struct exchange_log *log);
/* first <= index < len. */
void exchange_log_print(const struct exchange_log *log, uint64_t index, struct page *p,
                        const struct exchange_layout *layout);

#endif
