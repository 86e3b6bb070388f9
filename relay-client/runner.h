#ifndef CLIENT_RUNNER_H
#define CLIENT_RUNNER_H

#include "cli/paths.h"
#include "cli/settings/settings.h"
#include "relay-client/agent/agent.h"

/* Journal, LINE API port, handler, agent and inspector of one process: opened in that
 * order, closed in the opposite one.  What `hookline up` runs, and `hookline replay` when no
 * agent does.
 *
 * Life: runner_open -> events of the agent ... -> runner_shutdown -> on_closed (freed). */
struct runner;

struct runner_options {
    const struct settings *settings; /* of CLIENT_UP or CLIENT_REPLAY; borrowed to the end */
    const struct paths *paths;
    bool link; /* to the relay of the settings; serve the control socket and the inspector */
    const char *relay_host; /* with `link` */
    unsigned relay_port;
    struct random *random;
    char detail[512]; /* out: why runner_open failed, and what to do */
};

/* Where the journal, the control socket and the keys of `settings` are.
 * ERR_LIMIT. */
struct runner_places {
    char journal[PATHS_MAX];
    char control[PATHS_MAX];
    char inspector_key[PATHS_MAX];
    char mint_key[PATHS_MAX]; /* of the simulated ids */
    char guard[PATHS_MAX];    /* lineapi/guard_memory.h */
};
MUST_CHECK enum err runner_find_places(const struct settings *settings,
                                       const struct paths *paths, struct runner_places *out);

/* On failure too the loop must run before it is freed: what was opened closes there. */
MUST_CHECK enum err runner_open(struct loop *l, struct runner_options *options,
                                const struct agent_events *events, void *owner,
                                struct runner **out);
struct agent *runner_agent(const struct runner *r);
const char *runner_handler_name(const struct runner *r);
const char *runner_journal_path(const struct runner *r);
/* Borrowed until on_closed. */
struct journal *runner_journal(const struct runner *r);
/* That the journal was damaged and set aside, or ""; for people. */
const char *runner_journal_notice(const struct runner *r);
/* The inspector's address, with its key: for this user's terminal only.  NULL: there is
 * none. */
const char *runner_inspector_url(const struct runner *r);
/* That the inspector has another port than usual, or ""; for people. */
const char *runner_inspector_notice(const struct runner *r);
/* The LINE API port: its address, how calls are answered, that it is not the usual one; each
 * "" if there is nothing to say. */
struct runner_lineapi_words {
    const char *url, *how, *notice;
};
struct runner_lineapi_words runner_lineapi_words(const struct runner *r);
/* What is under way has 30 s to finish.  Again: it is cut. */
void runner_shutdown(struct runner *r);

#endif
