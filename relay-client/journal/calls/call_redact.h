#ifndef CLIENT_JOURNAL_CALLS_CALL_REDACT_H
#define CLIENT_JOURNAL_CALLS_CALL_REDACT_H

#include "base/bytes.h"
#include "relay-client/journal/journal_call.h"

/* A call as it may be written to the disk: secret fields without their values; of what goes
 * to and comes from the endpoints that issue tokens (a path with a segment "oauth" or
 * "oauth2", and every form) only the names and what is known to be harmless.
 *
 * Life: call_redact_init -> read -> call_redact_fini */
struct call_redact {
    struct http_head request, answer; /* answer: zeroed, none */
    struct span request_body, answer_body;
    bool is_request_cut, is_answer_cut;                   /* a body was left out */
    struct bytes target, request_storage, answer_storage; /* what was changed */
};

/* Borrows what `call` borrows.  ERR_NOMEM.  call_redact_fini is due either way. */
MUST_CHECK enum err call_redact_init(struct call_redact *r, const struct journal_call *call);
void call_redact_fini(struct call_redact *r);

#endif
