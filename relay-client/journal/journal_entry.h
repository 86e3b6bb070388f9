#ifndef CLIENT_JOURNAL_JOURNAL_ENTRY_H
#define CLIENT_JOURNAL_JOURNAL_ENTRY_H

#include "loop/worker.h"
#include "relay-client/journal/journal.h"
#include "relay-client/journal/journal_report.h"

/* One request or answer on its way to the disk: a single allocation with a copy of all
 * that the caller gave.  Belongs to the loop, while its job is submitted to the worker
 * thread.
 *
 * Life: journal_entry_new_request | journal_entry_new_answer -> journal_entry_free */

#define JOURNAL_BODY_MAX (64u * 1024 * 1024) /* one more: ERR_LIMIT */

struct journal_entry {
    struct worker_job job;
    struct journal *journal;       /* back-pointer */
    struct journal_entry *next;    /* in the batch, or of those that wait for the disk */
    struct journal_ticket *ticket; /* borrowed until `stored`; NULL: an answer */
    size_t size;                   /* bytes of this allocation */
    union { /* which: ticket; everything points into `copies`, and `head` is NULL */
        struct journal_request request;
        struct journal_answer answer;
    };
    struct span head;           /* the text of http_head_text.h; empty: no answer */
    struct span method, target; /* of a request */

    enum err rc;       /* outcome, by the worker thread */
    uint64_t exchange; /* id, with OK and ERR_CONFLICT */
    struct journal_report report;
    char copies[];
};

MUST_CHECK enum err journal_entry_new_request(const struct journal_request *request,
                                              struct journal_entry **out);
MUST_CHECK enum err journal_entry_new_answer(const struct journal_answer *answer,
                                             struct journal_entry **out);
void journal_entry_free(struct journal_entry *e);

#endif
