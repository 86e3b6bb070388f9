#ifndef CLIENT_VIEW_MESSAGE_VIEW_H
#define CLIENT_VIEW_MESSAGE_VIEW_H

#include "relay-client/view/page.h"

/* The parts of an exchange as sections: the events, the request and the answer with their
 * fields and bodies.  A section that has nothing to show is left out. */

struct journal_exchange;

void message_view_heading(struct page *p, const char *text); /* ours */
/* `now_ms`: wall clock, for the reply tokens of what the bot has not got yet. */
void message_view_events(struct page *p, const struct journal_exchange *x, uint64_t now_ms);
void message_view_request(struct page *p, const struct journal_exchange *x);
void message_view_answer(struct page *p, const struct journal_exchange *x);

#endif
