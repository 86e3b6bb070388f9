#ifndef SERVER_PLAIN_PORT_H
#define SERVER_PLAIN_PORT_H

#include "loop/loop.h"
#include "loop/worker.h"

/* The plain port (80): sends everybody to https with 308, and serves the files of
 * ACME's HTTP-01 challenge (RFC 8555 §8.3) for certbot, lego and dehydrated.
 *
 * Life: plain_port_open -> plain_port_shutdown or plain_port_close -> on_closed (freed). */
struct plain_port;

struct plain_port_options {
    const char *address;     /* see tcp_listener.h */
    int fd;                  /* and there too */
    const char *acme_folder; /* the webroot's challenge files, or NULL: none */
    unsigned https_port;     /* where the redirect leads */
    struct worker *worker;   /* reads challenge files; borrowed until on_closed */
    void (*on_closed)(void *owner);
    void *owner;
    char detail[192]; /* out: why the port cannot be opened */
};

MUST_CHECK enum err plain_port_open(struct loop *l, struct plain_port_options *options,
                                    struct plain_port **out);
unsigned plain_port_number(const struct plain_port *p);
/* As ingress.h says. */
int plain_port_descriptor(const struct plain_port *p);
MUST_CHECK enum err plain_port_pause(struct plain_port *p);
MUST_CHECK enum err plain_port_resume(struct plain_port *p);
void plain_port_retire(struct plain_port *p);
/* No new connections; answers under way finish. */
void plain_port_shutdown(struct plain_port *p);
/* At once. */
void plain_port_close(struct plain_port *p);

#endif
