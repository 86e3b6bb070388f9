#ifndef CLIENT_JOURNAL_INSIGHT_JOURNAL_FINDINGS_H
#define CLIENT_JOURNAL_INSIGHT_JOURNAL_FINDINGS_H

#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_reader.h"

/* From what was recorded of an exchange to its flags and findings: pure functions. */

/* The sender waits 2 s; what the bot says later than this was late (view/line_record.h). */
#define JOURNAL_FINDINGS_LATE_US    1500000u
#define JOURNAL_FINDINGS_TIMEOUT_US 2000000u
#define JOURNAL_FINDINGS_LONG_MS    60000u /* in the inbox */
/* Between the relay's clock and ours; more is no transit, the clocks differ. */
#define JOURNAL_FINDINGS_TRANSIT_MS 10000u

/* What only the content of a webhook tells. */
struct journal_findings_content {
    const struct line_batch *batch;
    struct span body;
    struct span content_type; /* of the request, or empty */
};
/* Sets those bits of row->flags and row->findings that stay for ever: MULTI, REDELIVERY,
 * VERIFY, and what is wrong with the body.  For whole bodies of webhooks. */
void journal_findings_read(struct journal_row *row, const struct journal_findings_content *c);

/* Sets the rest, took_us, line_us and kept_ms from the other fields.  Bits of the kind above,
 * IMPORTED, SIMULATED, PINNED, NOTE, WITHDRAWN and (while the guard answered) NOW stay as they
 * are, all others are replaced.  `cause`: of journal_answer. */
void journal_findings_derive(struct journal_row *row, struct span cause);

#endif
