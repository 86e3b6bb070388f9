#ifndef CLIENT_AGENT_CALL_H
#define CLIENT_AGENT_CALL_H

#include "codec/http/http_head.h"
#include "loop/loop.h"
#include "net/stream.h"

/* Sends one request over a stream to an agent, and collects what came of it: a replay, or
 * a word with the agent itself (agent/control.h).
 *
 * Life: agent_call_start -> on_done (frees itself).  The stream may be one to the tunnel's
 * public address too (replay/public_call.h). */
struct agent_call;

struct agent_call_request {
    const struct http_head *head; /* borrowed until on_done, as is the body */
    struct span body;
    uint64_t timeout_ms;        /* until the answer is complete; 0: as long as it takes */
    uint64_t drip_ms;           /* the body in twenty pieces, over so long; 0: at once */
    const char *peer;           /* static, for details; NULL: "the agent" */
    struct agent_call **handle; /* out, for agent_call_cancel; may be NULL */
};

struct agent_call_result {
    enum err why;       /* OK: there is an answer; ERR_TIMEOUT, ERR_CANCELLED, ... */
    const char *detail; /* why not, for people */
    uint64_t exchange;  /* the replay's id in the journal, 0: not recorded */
    unsigned status;
    struct span body; /* at most 64 KiB of it */
    uint64_t took_us;
};

/* Takes the stream over.  `request` is copied.  `on_done` is called from the loop, once;
 * the result is borrowed. */
MUST_CHECK enum err
agent_call_start(struct loop *l, struct stream *stream,
                 const struct agent_call_request *request,
                 void (*on_done)(void *owner, const struct agent_call_result *r), void *owner);
/* Cuts it: on_done comes with ERR_CANCELLED, or with what had come before.  The agent goes on
 * with what it has stored. */
void agent_call_cancel(struct agent_call *call);

#endif
