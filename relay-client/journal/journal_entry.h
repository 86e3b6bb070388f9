#ifndef CLIENT_JOURNAL_JOURNAL_ENTRY_H
#define CLIENT_JOURNAL_JOURNAL_ENTRY_H

#include "base/list.h"
#include "loop/worker.h"
#include "relay-client/journal/journal_call.h"
#include "relay-client/journal/journal_task.h"
#include "relay-client/journal/writer/journal_changes.h"
#include "relay-client/journal/writer/journal_report.h"

/* One request, answer, task, call or person on its way to the disk: a single allocation with
 * a copy of all that the caller gave.  Belongs to the loop, while its job is submitted to the
 * worker thread.
 *
 * Life: journal_entry_new_... -> journal_entry_free */

#define JOURNAL_BODY_MAX (64u * 1024 * 1024) /* one more: ERR_LIMIT */

enum journal_entry_kind {
    JOURNAL_ENTRY_REQUEST,
    JOURNAL_ENTRY_ANSWER,
    JOURNAL_ENTRY_TASK,
    JOURNAL_ENTRY_CALL,
    JOURNAL_ENTRY_PERSON,
};
#define JOURNAL_ENTRY_KINDS 5

struct journal_entry {
    struct worker_job job;
    struct journal *journal;    /* back-pointer */
    struct journal_entry *next; /* in the batch */
    enum journal_entry_kind kind;
    size_t size; /* bytes of this allocation */
    union {      /* everything points into `copies`, heads and `chats` are NULL */
        struct journal_request request;
        struct journal_answer answer;
        struct journal_call call;
        struct journal_person person;
    };
    struct journal_ticket *ticket; /* of a request; borrowed until `stored` */
    struct journal_task *task;     /* borrowed until `done` */
    struct span head;              /* the text of http_head_text.h; empty: no answer */
    struct span method, target;    /* of a request or call */
    struct span answer_head;       /* of a call, or empty */
    unsigned answer_status;        /* of a call, or 0 */
    struct span user_agent;        /* of a call, or empty */
    struct span chats;             /* of a call: each with its NUL */
    uint64_t wall_ms;              /* of a person: when it was noted */
    struct span content_type;      /* of a request, or empty */
    bool is_imported;              /* a request of elsewhere */
    struct journal_entry *import;  /* owned: its answer, to be inserted with it */
    unsigned failures;             /* of a request: that the loop knew of when it was made */
    struct list_node in_answers;   /* journal_answers.h */
    uint64_t number;               /* of an answer: later ones have higher ones */
    bool is_outdated;              /* a later answer is on the disk */

    enum err rc;          /* outcome, by the worker thread */
    uint64_t exchange;    /* id, with OK and ERR_CONFLICT; of a call: its own, if it is there */
    uint64_t call_id;     /* of a call */
    uint64_t received_ms; /* of a call: its exchange was, or 0 */
    uint64_t duplicate_of;
    bool is_repeated;
    struct journal_report report;
    struct journal_changes changes;
    char copies[];
};

MUST_CHECK enum err journal_entry_new_request(const struct journal_request *request,
                                              struct journal_entry **out);
MUST_CHECK enum err journal_entry_new_answer(const struct journal_answer *answer,
                                             struct journal_entry **out);
MUST_CHECK enum err journal_entry_new_task(struct journal_task *task,
                                           struct journal_entry **out);
/* Without credentials (calls/call_redact.h). */
MUST_CHECK enum err journal_entry_new_call(const struct journal_call *call,
                                           struct journal_entry **out);
MUST_CHECK enum err journal_entry_new_person(const struct journal_person *person,
                                             struct journal_entry **out);
void journal_entry_free(struct journal_entry *e);

#endif
