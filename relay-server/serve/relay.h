#ifndef SERVER_RELAY_H
#define SERVER_RELAY_H

#include "base/random.h"
#include "loop/loop.h"
#include "net/tls/tls_context.h"
#include "store/detail.h"

#include <sys/types.h>

/* The relay, running: its ports, tokens, tunnels and links.
 *
 * Life: relay_open -> (relay_reload ...) -> relay_shutdown, or another process takes over
 *       -> on_closed (freed). */
struct relay;
struct handover_taker;

/* Everything is borrowed until on_closed. */
struct relay_options {
    const char *listen;       /* ":443" */
    const char *plain_listen; /* ":80", or NULL: no plain port */
    int https_fd, http_fd;    /* instead of them, see tcp_listener.h; 0: none */
    /* The service manager keeps the sockets and starts us anew: we are in its way until we
     * have ended, so relay_shutdown takes RELAY_RESTART_MS at most. */
    bool restarts;
    const char *acme_folder; /* or NULL */
    const char *domain;      /* the relay's own name, lower case */
    const struct tls_identity *identities;
    size_t identities_len;
    const char *tokens_file;
    const char *inbox_file; /* NULL: none, and a webhook for an absent agent is refused */
    uint64_t inbox_tunnel_bytes, inbox_bytes; /* see inbox.h */
    const char *control_socket;               /* see control_server.h; NULL: none */
    const char *takeover_socket;              /* see handover_giver.h; NULL: none */
    struct handover_taker *taker;             /* has asked, until relay_open; NULL: none */
    unsigned public_port; /* in the addresses agents are told; 0: the one listened on */
    bool tunnels_in_path; /* those are domain/tunnel instead of tunnel.domain */
    size_t connections_max;
    struct random *random;
    /* The process `pid` serves now; this one ends when what is under way has finished.  May
     * be NULL. */
    void (*on_handed_over)(void *owner, pid_t pid);
    void (*on_closed)(void *owner);
    void *owner;
    char detail[DETAIL_MAX]; /* out: why relay_open or relay_reload failed, what to do */
};

#define RELAY_SHUTDOWN_MS 30000u /* for requests under way */
#define RELAY_SETTLE_MS   29000u /* then webhooks that wait still go to the inbox */
#define RELAY_RESTART_MS  2000u  /* for all of that when the service restarts */
#define RELAY_TOKENS_MS   500u   /* between looks at the tokens' file */

/* On failure too the loop must run before it is freed: what was opened closes there. */
MUST_CHECK enum err relay_open(struct loop *l, struct relay_options *options,
                               struct relay **out);
/* Certificates and keys anew, for connections that come from now on, and
 * options->tunnels_in_path, for agents that link from now on; on failure all stays as it
 * was. */
MUST_CHECK enum err relay_reload(struct relay *r);
/* GOAWAY to agents and HTTP/2 clients, Connection: close to the others; what is under
 * way finishes.  Again: at once. */
void relay_shutdown(struct relay *r);

/* How many deliveries wait for their agents. */
uint64_t relay_kept(const struct relay *r);
unsigned relay_port(const struct relay *r);
unsigned relay_plain_port(const struct relay *r); /* 0: none */

#endif
