#ifndef CLIENT_RUNNER_WEBHOOK_TEST_H
#define CLIENT_RUNNER_WEBHOOK_TEST_H

#include "relay-client/agent/agent.h"
#include "relay-client/secrets.h"

/* LINE's "Verify": a signed webhook without events, to the bot of this process, as one of
 * LINE's would come. */
struct runner_webhook_test {
    struct loop *loop;
    struct agent *agent;           /* not closing */
    const struct secrets *secrets; /* borrowed for the call, as is the rest */
    const char *destination;       /* the bot's own id, "": not known */
    const char *path;              /* of the bot, NULL: "/" */
    /* From the loop, once: the bot's status, or 0 and why there is none. */
    void (*done)(void *call, unsigned status, enum err why);
    void *call;
};

MUST_CHECK enum err runner_webhook_test_start(const struct runner_webhook_test *test);

#endif
