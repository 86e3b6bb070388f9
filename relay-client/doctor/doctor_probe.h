#ifndef CLIENT_DOCTOR_DOCTOR_PROBE_H
#define CLIENT_DOCTOR_DOCTOR_PROBE_H

#include "base/list.h"
#include "codec/http/http_head.h"
#include "loop/loop.h"
#include "net/stream.h"
#include "net/tls/tls_context.h"

/* One connection that is made to be looked at: TCP, then perhaps TLS, then perhaps one HTTP
 * request.  Nothing is tried again, no redirect is followed: as LINE does it.
 *
 * Life: doctor_probe_start -> on_done (frees itself), or doctor_probe_cancel */
struct doctor_probe;

struct doctor_probe_options {
    const char *host; /* all of this is copied or counted */
    unsigned port;
    struct tls_context *tls;      /* NULL: none */
    const struct http_head *head; /* NULL: nothing is asked; the connection is all */
    struct span body;
    struct span raw;     /* instead of a request: these bytes, and the first of the answer */
    uint64_t timeout_ms; /* for everything together */
};

/* How far it came. */
enum doctor_probe_step {
    DOCTOR_PROBE_CONNECTING,
    DOCTOR_PROBE_SECURING, /* TLS */
    DOCTOR_PROBE_ASKING,
    DOCTOR_PROBE_DONE, /* as far as it was to go */
};

struct doctor_probe_result {
    enum doctor_probe_step step;
    enum err why;          /* OK if and only if it is done */
    char detail[384];      /* for people, escaped; "" when `why` says it all */
    char peer[46];         /* "" before it was connected */
    uint64_t connect_us;   /* with the name's resolving */
    uint64_t answer_us;    /* from the request to the end of the answer, or till now */
    unsigned status;       /* of the answer; 0: none */
    char date[64];         /* fields of it, cut and escaped; "": there is none */
    char location[160];    /* ditto */
    bool is_tls;           /* what came instead of an HTTP answer begins like TLS */
    uint8_t first[16];     /* of what came for `raw` */
    size_t first_len;      /* 0: the peer hung up */
    struct stream *stream; /* as it is now, for tls_peer_chain.h; borrowed, may be NULL */
};

/* `list` is where it stands while it lives.  `on_done` is called from the loop, once.
 * ERR_CONFIG for a host that cannot be, ERR_NOMEM, ERR_SYNTAX for a head. */
MUST_CHECK enum err doctor_probe_start(
    struct loop *l, struct list *list, const struct doctor_probe_options *options,
    void (*on_done)(void *owner, const struct doctor_probe_result *result), void *owner);
/* No event afterwards. */
void doctor_probe_cancel_all(struct list *list);

#endif
