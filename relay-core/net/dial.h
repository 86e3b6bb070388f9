#ifndef NET_DIAL_H
#define NET_DIAL_H

#include "loop/loop.h"
#include "net/stream.h"

/* Name -> addresses -> connected TCP stream.  Names are resolved off the loop
 * and the addresses tried in the resolver's order, each for a part of the total
 * deadline.
 *
 * Life: dial_start -> on_connected or on_failed, exactly one (frees itself). */
struct dial;

struct dial_options {
    const char *host;    /* name or IP literal, without brackets; at most 253 bytes */
    unsigned port;       /* 1 .. 65535 */
    uint64_t timeout_ms; /* for everything together */
    uint64_t address_ms; /* for each address; 0: 3 s */
};

struct dial_events {
    /* An open stream (there is no on_open to come): stream_own it here, and write,
     * or stream_close it.  The dial is gone already. */
    void (*on_connected)(void *owner, struct stream *stream);
    /* ERR_NOT_FOUND no such name, ERR_REFUSED, ERR_TIMEOUT, ERR_IO, ERR_NOMEM.
     * `detail` for people: "no such host: relay.exmaple.com"; borrowed. */
    void (*on_failed)(void *owner, enum err why, const char *detail);
};

/* Options are copied.  ERR_CONFIG for a host or port that cannot be. */
MUST_CHECK enum err dial_start(struct loop *l, const struct dial_options *options,
                               const struct dial_events *events, void *owner,
                               struct dial **out);
/* No event afterwards, and the dial is gone.  Not after one of the events. */
void dial_cancel(struct dial *d);

#endif
