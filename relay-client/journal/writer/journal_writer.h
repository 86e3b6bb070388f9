#ifndef CLIENT_JOURNAL_JOURNAL_WRITER_H
#define CLIENT_JOURNAL_JOURNAL_WRITER_H

#include "relay-client/journal/journal_entry.h"
#include "relay-client/journal/writer/journal_retention.h"

/* The writing side of a journal: groups of entries in one transaction each.  Belongs
 * to the worker thread between open and close.
 *
 * Life:  journal_writer_open -> batches, maintenance ... -> journal_writer_close
 * Batch: journal_writer_begin -> journal_writer_add ... -> journal_writer_end
 *
 * What fails, fails for the whole batch, and nothing of it is kept. */
struct journal_writer;

/* As journal_open.  `clock` is borrowed until journal_writer_close. */
MUST_CHECK enum err journal_writer_open(const struct journal_options *options,
                                        const struct clock *clock, struct journal_writer **out,
                                        char detail[static DETAIL_MAX]);
void journal_writer_close(struct journal_writer *w);

void journal_writer_begin(struct journal_writer *w);
/* Borrowed until journal_writer_end, which settles its outcome. */
void journal_writer_add(struct journal_writer *w, struct journal_entry *e);
/* Commits.  The first entry carries the report. */
void journal_writer_end(struct journal_writer *w);

/* One small step of what can wait. */
struct journal_chore {
    struct journal_limits limits;
    uint64_t wall_ms;
    bool is_idle; /* free pages may be given back too, and the log be emptied */

    enum err rc;
    bool has_more; /* another step would have something to do */
    bool has_gap;  /* it was noted that there was no agent */
    struct journal_report report;
};
/* Does nothing in a batch that has entries. */
void journal_writer_maintain(struct journal_writer *w, struct journal_chore *chore);

#endif
