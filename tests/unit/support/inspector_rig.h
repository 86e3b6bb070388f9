/* An inspector on a port of this machine, with a journal in the scratch folder and the echo
 * bot; the clock moves only by hand.  There is one at a time.
 *
 * Life: inspector_rig_open -> inspector_rig_add, change options -> inspector_rig_start ->
 *       inspector_rig_ask ... -> inspector_rig_close */
#ifndef TESTS_UNIT_SUPPORT_INSPECTOR_RIG_H
#define TESTS_UNIT_SUPPORT_INSPECTOR_RIG_H

#include "relay-client/handler/handler.h"
#include "relay-client/inspector/inspector.h"
#include "unit/support/journal_rig.h"
#include "unit/support/loopback.h"

#define INSPECTOR_RIG_ARGS 32u

struct inspector_rig {
    struct journal_rig journal; /* and the loop */
    struct handler *handler;
    struct settings settings;
    struct secrets secrets;
    struct agent_options agent_options; /* there is no agent */
    struct random_seeded random;
    struct line_mint mint; /* with a key of zeroes */
    struct inspector_options options;
    struct inspector *inspector; /* NULL once closed */
    int closed;
    struct public_client client; /* of inspector_rig_ask */
    bool has_client;
    const char *args[INSPECTOR_RIG_ARGS];
    size_t args_len;
    unsigned long live;
};

extern struct inspector_rig inspector_rig;

/* Journal and handler; options for 127.0.0.1, any port. */
void inspector_rig_open(void);
/* A setting of `hookline up`. */
void inspector_rig_add(const char *arg);
/* Loads the settings, and opens the inspector; `forward` is --echo unless something was
 * added. */
enum err inspector_rig_start(void);
/* Closes the inspector alone. */
void inspector_rig_end(void);
/* Closes what is open; nothing may be left. */
void inspector_rig_close(void);

/* "127.0.0.1:PORT", and the key. */
const char *inspector_rig_authority(void);
const char *inspector_rig_key(void);
/* Asks and waits for the whole answer, over a connection that is kept alive if it can be.
 * `fields` NULL: with the key, and as JSON if there is a body.  Returns its status; 0: the
 * connection broke. */
unsigned inspector_rig_ask(const char *method, const char *target, const char *fields,
                           const char *body);
/* Its two halves. */
void inspector_rig_send(const char *method, const char *target, const char *fields,
                        const char *body);
unsigned inspector_rig_receive(void);
unsigned inspector_rig_get(const char *target);
unsigned inspector_rig_post(const char *target, const char *body);
/* Of the last answer; NUL-terminated, until the next one. */
const char *inspector_rig_body(void);
const char *inspector_rig_field(const char *name);
/* The last answer is a problem with this code. */
void inspector_rig_check_problem(unsigned status, const char *code);

/* Time passes, and what is due is done. */
void inspector_rig_advance(uint64_t ms);
/* One turn of the loop, with what is due. */
void inspector_rig_turn(void);

#endif
