#ifndef CLIENT_JOURNAL_JOURNAL_ROW_H
#define CLIENT_JOURNAL_JOURNAL_ROW_H

#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* The columns that make a journal_row, as SQL and back. */

/* Aliases: x exchange, a answer, s summary, e the first event. */
#define JOURNAL_ROW_COLUMNS                                                                    \
    "x.id, x.delivery, x.tunnel, x.peer, x.method, x.target, x.received_ms, x.arrived_ms,"     \
    " x.webhook, x.replay_of, x.duplicate_of, x.body_len, x.body_truncated, x.events_len,"     \
    " a.exchange, a.verdict, a.provider, a.secret_label, a.explanation, a.handler, a.status,"  \
    " a.error, a.stored_us, a.handler_us, a.total_us, a.body_truncated,"                       \
    " e.type, e.message_type, e.user_id, e.text,"                                              \
    " x.answered, a.answered_by, a.answered_us, substr(a.head, 10, 3), a.outcome, a.attempts," \
    " a.crashes, a.next_ms, a.unreachable, a.called_us, e.reply_token <> '', e.redelivery,"    \
    " e.timestamp_ms, e.source_type, e.source_id,"                                             \
    " s.flags, s.findings, s.took_us, s.line_us, s.kept_ms, x.simulated, s.calls,"             \
    " s.calls_worst, s.calls_found,"                                                           \
    " (SELECT p.name FROM person p WHERE p.id = iif(e.user_id <> '', e.user_id, e.source_id))"
#define JOURNAL_ROW_COLUMNS_LEN 55

#define JOURNAL_ROW_TABLES                                                                     \
    "exchange x LEFT JOIN answer a ON a.exchange = x.id"                                       \
    " " JOURNAL_ROW_SUMMARY " " JOURNAL_ROW_FIRST_EVENT
#define JOURNAL_ROW_SUMMARY     "LEFT JOIN summary s ON s.exchange = x.id"
#define JOURNAL_ROW_FIRST_EVENT "LEFT JOIN event e ON e.id = x.id * 128"

/* For every reader: what the user has deleted is out of sight before it is off the disk. */
#define JOURNAL_ROW_IS_THERE "NOT EXISTS (SELECT 1 FROM deletion d WHERE d.exchange = x.id)"

/* What is stored, with nothing worse than JOURNAL_DROPPED and JOURNAL_BY_NOBODY for what is
 * not known. */
enum journal_outcome journal_row_outcome(uint64_t stored);
enum journal_answerer journal_row_answerer(uint64_t stored);

/* Spans are borrowed until the statement's next step. */
void journal_row_read(const struct statement *s, struct journal_row *out);
/* Every span of a row, for whoever has to copy it. */
#define JOURNAL_ROW_SPANS 17u
void journal_row_spans(struct journal_row *row, struct span *out[static JOURNAL_ROW_SPANS]);

#endif
