#ifndef CLIENT_JOURNAL_JOURNAL_EDIT_H
#define CLIENT_JOURNAL_JOURNAL_EDIT_H

#include "relay-client/journal/journal.h"

/* What the user changes in the journal, and what is noted beside exchanges.  As in
 * journal_pending.h: done on the worker thread in order with the other calls, embedded in
 * an object that lives until its callback, which comes on the loop; each call: ERR_BUSY,
 * ERR_NOMEM, ERR_CLOSED. */

/* Pin and note.  ERR_NOT_FOUND.  Pinned ones are never removed by retention. */
#define JOURNAL_NOTE_MAX 16000u /* bytes */
struct journal_remark {
    uint64_t exchange;
    bool sets_pinned, pinned;
    const char *note; /* NULL: stays; borrowed until `done` */
    void (*done)(struct journal_remark *r, enum err rc);
};
MUST_CHECK enum err journal_edit_remark(struct journal *j, struct journal_remark *r);

/* Out of sight at once, off the disk after JOURNAL_UNDO_MS.  What is not finished stays
 * (`left` counts it): it is still to be delivered. */
#define JOURNAL_UNDO_MS    600000u
#define JOURNAL_DELETE_MAX 100000u
struct journal_delete {
    const uint64_t *exchanges; /* borrowed until `done` */
    size_t len;                /* at most JOURNAL_DELETE_MAX */
    uint64_t undo;             /* out: for journal_undo; 0: nothing was deleted */
    size_t count, left;        /* out */
    void (*done)(struct journal_delete *d, enum err rc);
};
MUST_CHECK enum err journal_edit_delete(struct journal *j, struct journal_delete *d);

/* ERR_NOT_FOUND: there is no such number, or it is too late. */
struct journal_undo {
    uint64_t undo;
    size_t count; /* out */
    void (*done)(struct journal_undo *u, enum err rc);
};
MUST_CHECK enum err journal_edit_undo(struct journal *j, struct journal_undo *u);

/* One finished exchange of elsewhere (a HAR): both halves in one transaction; never
 * pending.  `request` and `answer` are borrowed until `done`; answer->exchange is set by
 * the journal, and `id` tells it.  ERR_CONFLICT: that delivery is here already. */
struct journal_import {
    const struct journal_request *request;
    struct journal_answer *answer; /* NULL: none */
    uint64_t id;                   /* out */
    void (*done)(struct journal_import *i, enum err rc);
};
MUST_CHECK enum err journal_edit_import(struct journal *j, struct journal_import *i);

/* Times in which nothing could come.  Not awaited; what cannot be written is lost. */
enum journal_gap_kind { JOURNAL_GAP_LINK, JOURNAL_GAP_AGENT };
void journal_edit_gap_begins(struct journal *j, enum journal_gap_kind kind, uint64_t from_ms);
void journal_edit_gap_ends(struct journal *j, enum journal_gap_kind kind, uint64_t to_ms);

#endif
