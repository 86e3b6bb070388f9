#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_FIX_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_FIX_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_reader.h"

/* What to do about a finding: "fix": {kind, value} or null.  A `text` is a code for which
 * the page has the words, an `action` one of its own: "retry", "replay". */
void exchange_finding_fix_member(struct json_writer *w, const struct journal_row *row,
                                 enum journal_finding f);

#endif
