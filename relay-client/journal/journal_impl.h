#ifndef CLIENT_JOURNAL_JOURNAL_IMPL_H
#define CLIENT_JOURNAL_JOURNAL_IMPL_H

#include "loop/deadline.h"
#include "relay-client/journal/journal_answers.h"
#include "relay-client/journal/journal_watch.h"
#include "relay-client/journal/writer/journal_writer.h"

/* The inside of a journal, for journal.c, journal_call.c, journal_watch.c and edit/ only. */

struct journal {
    struct loop *loop;             /* borrowed */
    struct worker *worker;         /* owned */
    struct journal_writer *writer; /* owned; the worker thread's, which closes it */
    bool is_last_batch;            /* the worker thread's too */
    struct journal_limits limits;

    unsigned failures; /* of the disk, known to everybody who recorded something before */
    bool is_refusing;  /* not everybody has been told of the last one */
    size_t entries[JOURNAL_ENTRY_KINDS], waiting_bytes; /* with the worker, or postponed */
    struct journal_answers answers;

    struct deadline chore_due;
    struct worker_job chore_job, last_job;
    struct journal_chore chore;
    bool is_chore_running, has_traffic; /* since the last chore */

    struct journal_watcher watcher, calls_watcher; /* zeroed: nobody */

    bool is_closing;
    void (*on_closed)(void *owner);
    void *owner; /* borrowed until on_closed */

    char detail[DETAIL_MAX], notice[DETAIL_MAX];
};

/* As journal_record, with a request and the answer to it that come from elsewhere; both are
 * copied.  journal.c */
MUST_CHECK enum err journal_record_import(struct journal *j,
                                          const struct journal_request *request,
                                          const struct journal_answer *answer,
                                          struct journal_ticket *ticket);

/* ERR_CLOSED, or ERR_BUSY: too many of that kind wait. */
MUST_CHECK enum err journal_admit(const struct journal *j, enum journal_entry_kind kind);
/* Takes the entry, also when it fails. */
MUST_CHECK enum err journal_submit(struct journal *j, struct journal_entry *e);

/* An entry was committed.  journal_watch.c */
void journal_watch_tell(struct journal *j, const struct journal_entry *e);
void journal_watch_tell_gap(struct journal *j);

#endif
