#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_LOG_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_LOG_H

#include "base/bytes.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* The logs that LINE's development guidelines tell developers to keep, as tab-separated
 * values with a head line.  Times are RFC 3339, UTC. */

/* sender IP, time, method, path, status that was returned */
#define EXPORT_LOG_WEBHOOKS "sender_ip\ttime\tmethod\tpath\tstatus\n"
/* of calls to LINE's API: request id, time, method, endpoint, status */
#define EXPORT_LOG_API "request_id\ttime\tmethod\tendpoint\tstatus\n"

/* Is it a webhook that came in from outside, to this journal? */
bool export_log_has(const struct journal_row *row);
MUST_CHECK enum err export_log_webhook(struct bytes *out, const struct journal_row *row);
/* Whatever host it was for, and whether it was passed on or emulated. */
MUST_CHECK enum err export_log_call(struct bytes *out, const struct journal_call_row *row);

#endif
