#ifndef CLIENT_LINEAPI_RECORD_H
#define CLIENT_LINEAPI_RECORD_H

#include "relay-client/journal/journal_call.h"

/* Calls on their way into the journal. */

struct lineapi;
struct lineapi_call;

/* Of one that is over; errors as journal_call_record's. */
MUST_CHECK enum err lineapi_record(const struct lineapi_call *c);
/* That somebody spoke TLS to the port; said in the log if that is not possible. */
void lineapi_record_tls(struct lineapi *a);
extern const char lineapi_record_tls_text[];

#endif
