#ifndef NET_TLS_STREAM_IMPL_H
#define NET_TLS_STREAM_IMPL_H

/* The inside of a TLS stream, for the files that look at its session; users include
 * net/tls/tls_stream.h only. */

#include "loop/defer.h"
#include "net/stream_impl.h"
#include "net/tls/tls_session.h"

enum tls_phase {
    TLS_WAITING,   /* for the lower stream to open */
    TLS_HANDSHAKE, /* between two steps */
    TLS_WORKING,   /* a worker has `session` and `result` */
    TLS_RECORDS,
    TLS_BROKEN, /* mbedTLS is not called any more */
};

struct tls_stream {
    struct stream base;
    struct loop *loop;    /* borrowed for ever */
    struct stream *lower; /* owned */
    struct tls_session session;
    struct defer_task task;
    struct worker_job job;
    const char *detail; /* static; NULL: the lower stream knows */
    int result;         /* of the last step of the handshake */
    enum tls_phase phase;
    enum err lower_end; /* why the lower stream ended; OK while it lives */
    bool has_begun;     /* steps wait for input */
    bool is_reset;      /* closed by stream_reset */
};

/* NULL: it is no TLS stream, or a worker has the session just now. */
const struct tls_session *tls_stream_session(const struct stream *s);

#endif
