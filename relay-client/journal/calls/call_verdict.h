#ifndef CLIENT_JOURNAL_CALLS_CALL_VERDICT_H
#define CLIENT_JOURNAL_CALLS_CALL_VERDICT_H

#include "relay-client/journal/journal_call.h"
#include "relay-client/journal/journal_insight.h"

/* How a call went, for the exchange that it belongs to: pure functions. */

struct call_verdict {
    enum journal_call_mode mode;
    unsigned status; /* 0: none */
    bool is_sending;
    struct span method, problem;
};

/* 409 is none: LINE has accepted the same call before (X-Line-Retry-Key). */
enum journal_calls_worst call_verdict_worst(const struct call_verdict *v);
/* Bits 1 << enum journal_finding.  That LINE does not know what was asked for (404 of a GET)
 * is an answer like others. */
uint64_t call_verdict_findings(const struct call_verdict *v);

#endif
