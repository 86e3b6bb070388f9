#ifndef CLIENT_RUNNER_LINEAPI_H
#define CLIENT_RUNNER_LINEAPI_H

#include "relay-client/agent/agent.h"
#include "relay-client/lineapi/guard_memory.h"
#include "relay-client/lineapi/lineapi.h"

/* The LINE API port as the settings want it, and what it shares with the agent: the mint, the
 * events that the bot was given, the guard of its pushes.
 *
 * Life: zeroed -> runner_lineapi_open -> runner_lineapi_close -> on_closed, never inside the
 *       call, and not at all if nothing was open; also after a failure. */

struct runner_lineapi {
    struct lineapi *lineapi;    /* owned; NULL: closed */
    struct given_events *given; /* owned */
    struct push_guard guard;
    struct guard_memory memory;
    struct line_mint mint;
    bool is_open; /* mint and given are there */
    char url[64];
    char how[96];          /* for people: "emulated: no access token configured" */
    char notice[128];      /* that another port was taken than usual, or "" */
    char webhook_url[512]; /* the tunnel's, once it is known */
    char detail[512];      /* of a failure */
    void (*on_closed)(void *owner);
    void *owner;
};

struct runner_lineapi_options {
    const struct settings *settings; /* all borrowed until on_closed */
    const struct secrets *secrets;
    const char *key_file;   /* of the mint */
    const char *guard_file; /* what of the guard outlives us; NULL: nothing */
    struct journal *journal;
    struct random *random;
    /* As in emulator.h. */
    enum err (*test_webhook)(void *owner,
                             void (*done)(void *call, unsigned status, enum err why),
                             void *call);
    void *owner;
};

/* The usual port may be taken: then the next free one is found, with a notice; one that the
 * user named must be free. */
MUST_CHECK enum err runner_lineapi_open(struct runner_lineapi *r, struct loop *l,
                                        const struct runner_lineapi_options *options);
void runner_lineapi_close(struct runner_lineapi *r, void (*on_closed)(void *owner),
                          void *owner);
bool runner_lineapi_is_closed(const struct runner_lineapi *r);
/* The tunnel's address, once there is a link: what the emulated account calls its webhook.
 * `path` of the bot, or NULL. */
void runner_lineapi_status(struct runner_lineapi *r, const struct agent_status *status,
                           const char *path);
/* LINE's credentials are there, so that calls may be passed on. */
bool runner_lineapi_is_configured(const struct settings *settings,
                                  const struct secrets *secrets);

#endif
