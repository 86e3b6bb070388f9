#ifndef CLIENT_AGENT_LINK_ATTEMPT_H
#define CLIENT_AGENT_LINK_ATTEMPT_H

#include "link/link_handshake.h"
#include "loop/loop.h"
#include "net/stream.h"
#include "net/tls/tls_context.h"

/* One try to link: dial, TLS, the upgrade request, the relay's answer.
 *
 * Life: link_attempt_start -> exactly one of on_linked, on_refused, on_failed, on_unreached
 *       (frees itself after it), or link_attempt_cancel. */
struct link_attempt;

#define LINK_ATTEMPT_MS 15000u /* for everything together */

struct link_attempt_options {
    const char *host; /* all borrowed for the call */
    unsigned port;
    const char *tunnel;
    const char *token;
    enum link_answer answer;
    enum link_offline offline;
    struct tls_context *tls; /* counted while the attempt lives */
    uint64_t answer_ms;      /* for each address to accept the connection; 0: as dial.h */
};

struct link_attempt_events {
    /* The stream is the receiver's; it is paused.  `early` came right behind the 101 and
     * is the link's, before anything else from the stream.  `kept` deliveries wait in the
     * relay's inbox.  Spans are borrowed. */
    void (*on_linked)(void *owner, struct stream *stream, struct span early, struct span url,
                      uint64_t kept);
    /* An ordinary response: the status and the relay's words, escaped. */
    void (*on_refused)(void *owner, unsigned status, const char *detail);
    void (*on_failed)(void *owner, enum err why, const char *detail);
    /* Nothing answered, not even with a refusal: the network's affair. */
    void (*on_unreached)(void *owner, const char *detail);
};

MUST_CHECK enum err link_attempt_start(struct loop *l,
                                       const struct link_attempt_options *options,
                                       const struct link_attempt_events *events, void *owner,
                                       struct link_attempt **out);
/* No event afterwards. */
void link_attempt_cancel(struct link_attempt *a);

#endif
