#ifndef SERVER_INGRESS_H
#define SERVER_INGRESS_H

#include "http/http_server_conn.h"
#include "loop/loop.h"
#include "net/tls/tls_context.h"

/* A public port: accepts TCP, does TLS when it has a context, and hands out the
 * requests of HTTP/1 and HTTP/2 connections.
 *
 * Life: ingress_open -> on_request ... (-> ingress_pause -> ingress_resume) ->
 *       ingress_retire, ingress_shutdown or ingress_close -> on_closed (freed), after the
 *       last connection. */
struct ingress;

struct ingress_request {
    struct http_server_conn *conn; /* for an upgrade; NULL: it cannot be upgraded */
    struct exchange *exchange;     /* take it with exchange_own */
    const struct http_head *head;  /* borrowed */
    const char *server_name;       /* SNI, or "" */
    bool end;                      /* no body */
};

struct ingress_events {
    void (*on_request)(void *owner, const struct ingress_request *request);
    void (*on_closed)(void *owner);
};

struct ingress_options {
    const char *address;     /* see tcp_listener.h */
    int fd;                  /* and there too */
    struct tls_context *tls; /* counted here; NULL: plain HTTP */
    size_t connections_max;  /* more are closed at once */
    char detail[192];        /* out: why the port cannot be opened, and what to do */
};

#define INGRESS_HANDSHAKE_MS 5000u

MUST_CHECK enum err ingress_open(struct loop *l, struct ingress_options *options,
                                 const struct ingress_events *events, void *owner,
                                 struct ingress **out);
unsigned ingress_port(const struct ingress *in); /* 0: paused, or closed */
/* New connections use this context; those that exist keep theirs. */
void ingress_set_tls(struct ingress *in, struct tls_context *tls);
size_t ingress_connections(const struct ingress *in);
/* The listening socket, borrowed; 0: paused, or closed. */
int ingress_descriptor(const struct ingress *in);
/* Accepts nobody; who comes waits in the kernel, for ingress_resume or for another process
 * that has the socket too. */
MUST_CHECK enum err ingress_pause(struct ingress *in);
MUST_CHECK enum err ingress_resume(struct ingress *in);
/* No new connections; those that exist may bring one more request, see
 * http_server_conn_retire. */
void ingress_retire(struct ingress *in);
/* No new connections; requests under way finish. */
void ingress_shutdown(struct ingress *in);
/* Ends everything at once. */
void ingress_close(struct ingress *in);

#endif
