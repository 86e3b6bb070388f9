#ifndef CLIENT_REPLAY_REPLAY_RUN_H
#define CLIENT_REPLAY_REPLAY_RUN_H

#include "loop/loop.h"
#include "relay-client/agent_call.h"
#include "relay-client/replay/replay_request.h"

/* A plan, sent as often as wanted, or what else is made for each sending: one after the other,
 * or in a rhythm, and then at most REPLAY_RUN_AT_ONCE at a time.
 *
 * Life: replay_run_open -> on_result ... -> on_closed (freed): when all are answered, or after
 *       replay_run_close, which cuts what is under way and tells of it no more. */
struct replay_run;

#define REPLAY_RUN_AT_ONCE   8u
#define REPLAY_RUN_TIMES_MAX 1000u
#define REPLAY_RUN_EVERY_MAX 60000u /* ms */

/* Who sends: to an agent, or to the public address. */
struct replay_sender {
    /* `call` and what it points to are borrowed until `done`, which comes from the loop, once,
     * with OK only.  *handle is for `cancel`, after which `done` comes soon. */
    enum err (*start)(void *owner, const struct agent_call_request *request,
                      void (*done)(void *call, const struct agent_call_result *result),
                      void *call, void **handle);
    void (*cancel)(void *handle);
};

/* Who makes what is sent, if it is not a replay. */
struct replay_maker {
    /* The n-th, from 0; `out` needs replay_request_fini whatever comes. */
    enum err (*make)(void *owner, unsigned n, uint64_t now_ms, struct replay_request *out);
    /* Between its beginning and that of the one before; 0: after the answer to that one. */
    uint64_t (*pause_ms)(void *owner, unsigned n);
};

struct replay_run_options {
    struct replay_plan *plan;         /* borrowed until on_closed, like the pointers below */
    const struct replay_maker *maker; /* instead of the plan, or NULL */
    void *maker_owner;
    const struct replay_sender *sender;
    void *sender_owner;
    unsigned times; /* that something is sent; of a plan 1 .. REPLAY_RUN_TIMES_MAX */
    /* Of a plan, between the beginnings; 0: each after the answer to the last. */
    uint64_t every_ms;
    uint64_t drip_ms; /* as agent_call_request has it */
};

struct replay_run_events {
    /* One has its answer, or could not be sent.  Borrowed. */
    void (*on_result)(void *owner, const struct agent_call_result *result);
    void (*on_closed)(void *owner);
};

/* How far it is. */
struct replay_run_count {
    unsigned times, sent, done, failed; /* failed: of those done, without a 2xx */
};

/* ERR_NOMEM. */
MUST_CHECK enum err replay_run_open(struct loop *l, const struct replay_run_options *options,
                                    const struct replay_run_events *events, void *owner,
                                    struct replay_run **out);
struct replay_run_count replay_run_count(const struct replay_run *r);
bool replay_run_is_good(const struct agent_call_result *result); /* a 2xx */
void replay_run_close(struct replay_run *r);

#endif
