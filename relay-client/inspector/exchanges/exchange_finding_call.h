#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_CALL_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_FINDING_CALL_H

#include "relay-client/inspector/exchanges/exchange_detail_json.h"
#include "relay-client/journal/journal_insight.h"

/* Findings that come from the bot's calls to LINE's API: what is said of the first such
 * call. */

/* Members of `params`: call, count, operation, path, status, problem, and after_ms since the
 * webhook was received. */
void exchange_finding_call_params(struct json_writer *w, const struct exchange_detail *d,
                                  enum journal_finding f);
/* Items of `evidence`: what LINE said, or why it did not. */
void exchange_finding_call_evidence(struct json_writer *w, const struct exchange_detail *d,
                                    enum journal_finding f);

#endif
