#ifndef CLIENT_JOURNAL_JOURNAL_ANSWERS_H
#define CLIENT_JOURNAL_JOURNAL_ANSWERS_H

#include "base/list.h"
#include "relay-client/journal/journal_entry.h"

/* Answers between journal_answer and the disk: with the worker, or postponed because the
 * disk refused.  Of several to one exchange none comes after a later one.
 *
 * Life: journal_answers_init -> (enter -> leave, or postpone -> next -> enter ...); nothing
 *       to free: entries belong to the journal. */
struct journal_answers {
    struct list with_worker, postponed; /* both in the order of their numbers */
    uint64_t last;                      /* number given out */
};

void journal_answers_init(struct journal_answers *a);
/* It was submitted, for the first time or again. */
void journal_answers_enter(struct journal_answers *a, struct journal_entry *e);
/* It is over; `is_stored`: what is older and to the same exchange is out of date. */
void journal_answers_leave(struct journal_answers *a, struct journal_entry *e, bool is_stored);
/* It failed, and shall be tried again. */
void journal_answers_postpone(struct journal_answers *a, struct journal_entry *e);
/* Takes one that is to be tried again, or forgotten if it `is_outdated`, out of the postponed
 * ones; NULL: no more.  What has a later one with the worker stays. */
struct journal_entry *journal_answers_next(struct journal_answers *a);
/* Takes any. */
struct journal_entry *journal_answers_give_up(struct journal_answers *a);

#endif
