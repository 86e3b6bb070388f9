/* One try to link, against a relay on a port of its own; the clock moves only by hand.
 * There is one at a time. */
#ifndef TESTS_UNIT_SUPPORT_ATTEMPT_RIG_H
#define TESTS_UNIT_SUPPORT_ATTEMPT_RIG_H

#include "relay-client/agent/link/link_attempt.h"
#include "unit/support/fake_relay.h"
#include "unit/support/net_peer.h"

enum attempt_outcome {
    ATTEMPT_NOTHING,
    ATTEMPT_LINKED,
    ATTEMPT_REFUSED,
    ATTEMPT_FAILED,
    ATTEMPT_UNREACHED,
};

struct attempt_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct fake_relay relay;
    struct tls_context *trust;           /* owned */
    struct link_attempt_options options; /* to localhost, where the relay is */
    unsigned long live;
    /* what came of it */
    struct link_attempt *attempt; /* NULL once it told */
    int events;
    enum attempt_outcome outcome;
    enum err why;
    unsigned status;
    char detail[1024], url[1024];
    uint8_t early[4096];
    size_t early_len;
    uint64_t kept;
    struct net_peer peer; /* has the stream of a link */
};

extern struct attempt_rig attempt_rig;

void attempt_rig_open(enum fake_relay_manner manner);
/* With these contexts, NULL: the usual ones. */
void attempt_rig_open_with(struct tls_context *server, struct tls_context *client);
/* Cancels what is under way; nothing may be left. */
void attempt_rig_close(void);

enum err attempt_rig_start(void);
/* Starts, and waits for the outcome. */
void attempt_rig_run(enum attempt_outcome want);
/* Opens with a relay that says this, and runs. */
void attempt_rig_hear(const char *text, enum fake_relay_manner manner,
                      enum attempt_outcome want);
void attempt_rig_advance(uint64_t ms);
/* Fails with both texts if `part` is not in `text`. */
void attempt_rig_has(const char *text, const char *part);

#endif
