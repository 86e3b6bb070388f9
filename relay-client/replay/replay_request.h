#ifndef CLIENT_REPLAY_REPLAY_REQUEST_H
#define CLIENT_REPLAY_REPLAY_REQUEST_H

#include "relay-client/journal/journal_reader.h"
#include "relay-client/secrets.h"

/* The request that a replay sends to the agent: the recorded one, with Hookline's marks,
 * and with a new signature if its body was changed. */
struct replay_request {
    struct http_head head; /* borrows from the exchange, the settings and below */
    struct span body;
    char id[24], length[24];
    struct signature_fields signature;
};

struct replay_plan {
    const struct journal_exchange *exchange;
    struct span body;
    bool changed;
    const struct secrets *secrets;
    const char *target; /* NULL: the usual handler */
    uint64_t now_ms;
};

/* ERR_NOT_FOUND: changed, and there is no secret to sign it with; `provider` (may be NULL)
 * says whose would be needed. */
MUST_CHECK enum err replay_request_make(struct replay_request *out,
                                        const struct replay_plan *plan,
                                        const struct signature_provider **provider);

#endif
