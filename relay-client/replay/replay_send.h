#ifndef CLIENT_REPLAY_REPLAY_SEND_H
#define CLIENT_REPLAY_REPLAY_SEND_H

#include "loop/loop.h"
#include "net/stream.h"
#include "relay-client/replay/replay_request.h"

/* Sends one request over a stream to an agent, and collects what came of it.
 *
 * Life: replay_send_start -> on_done (frees itself). */
struct replay_send;

struct replay_result {
    enum err why;       /* OK: there is an answer */
    const char *detail; /* why not, for people */
    uint64_t exchange;  /* the replay's id in the journal, 0: not recorded */
    unsigned status;
    struct span body; /* at most 64 KiB of it */
    uint64_t took_us;
};

/* Takes the stream over.  `on_done` is called from the loop, once; the result is
 * borrowed. */
MUST_CHECK enum err
replay_send_start(struct loop *l, struct stream *stream, const struct replay_request *request,
                  void (*on_done)(void *owner, const struct replay_result *r), void *owner);

#endif
