#ifndef CLIENT_INSPECTOR_INSPECTOR_H
#define CLIENT_INSPECTOR_INSPECTOR_H

#include "relay-client/agent/agent.h"
#include "relay-client/lineapi/lineapi.h"
#include "relay-client/secrets.h"

/* The web page on 127.0.0.1:4649 and the API behind it (docs/inspector-api.yaml).  It reads
 * the journal on a thread of its own, so that neither a slow query nor a slow browser ever
 * delays a delivery.
 *
 * Life:  inspector_open -> ... -> inspector_close -> on_closed (freed)
 * Who may ask: inspector_gate.h. */
struct inspector;

struct inspector_options {
    const char *address;  /* "127.0.0.1:4649", port 0: any; not loopback only with a password */
    struct span password; /* empty: none; borrowed to the end */
    const char *key_file; /* 0600: the key that opens the page, the same in every run */
    const char *journal_path; /* of the reader */
    struct journal *journal;  /* the rest is borrowed until on_closed */
    struct agent *agent;
    const struct agent_options *agent_options; /* where the relay is, how it is asked */
    const struct settings *settings;
    const struct secrets *secrets;
    const struct handler *handler;
    struct lineapi *lineapi; /* NULL: the LINE API port is closed */
    struct random *random;
    char detail[256]; /* out: why it could not be opened, and what to do */
};

/* ERR_CONFLICT: the port is taken; ERR_CONFIG: an address that needs a password; ... */
MUST_CHECK enum err inspector_open(struct loop *l, struct inspector_options *options,
                                   struct inspector **out);
/* "http://127.0.0.1:4649/#key=..."; for this user's terminal only. */
const char *inspector_url(const struct inspector *i);
unsigned inspector_port(const struct inspector *i);
/* What the agent says of itself. */
void inspector_status(struct inspector *i, const struct agent_status *status);
/* Cuts every connection, lets the reader finish. */
void inspector_close(struct inspector *i, void (*on_closed)(void *owner), void *owner);

#endif
