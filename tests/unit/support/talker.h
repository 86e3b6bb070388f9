/* A port that speaks no protocol: whoever sends it anything hears always the same, and the
 * connection ends. */
#ifndef TESTS_UNIT_SUPPORT_TALKER_H
#define TESTS_UNIT_SUPPORT_TALKER_H

#include "net/stream.h"
#include "net/tcp_listener.h"

#include <stddef.h>

#define TALKER_CONNECTIONS 32u

struct talker_connection {
    struct talker *talker;
    struct stream *stream; /* NULL once closed */
};

struct talker {
    struct loop *loop;
    struct tcp_listener *listener;
    unsigned port;
    const void *says;
    size_t says_len;
    size_t accepted;
    struct talker_connection connections[TALKER_CONNECTIONS];
};

/* `says` is borrowed; NULL: it says nothing, and waits. */
void talker_open(struct talker *t, struct loop *l, const void *says, size_t len);
/* Gone when the loop has run. */
void talker_close(struct talker *t);

#endif
