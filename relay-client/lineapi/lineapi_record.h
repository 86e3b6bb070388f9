#ifndef CLIENT_LINEAPI_RECORD_H
#define CLIENT_LINEAPI_RECORD_H

#include "relay-client/journal/journal_call.h"

/* Calls on their way into the journal.  What cannot be recorded is said in the log; the bot has
 * its answer all the same. */

struct lineapi;
struct lineapi_call;

void lineapi_record(const struct lineapi_call *c, enum journal_call_mode mode);
/* That somebody spoke TLS to the port. */
void lineapi_record_tls(struct lineapi *a);
extern const char lineapi_record_tls_text[];

#endif
