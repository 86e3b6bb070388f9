#ifndef CLIENT_AGENT_LOCAL_PORT_H
#define CLIENT_AGENT_LOCAL_PORT_H

#include "base/list.h"
#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* Where this machine's own requests come in: the control socket, and streams that are
 * handed over inside the process; HTTP/1 on either.
 *
 * Life: local_port_init -> local_port_listen, local_port_serve ... -> local_port_shutdown,
 *       local_port_cut -> on_empty when the last connection is gone. */
struct local_port {
    struct loop *loop;           /* borrowed */
    struct local_socket *socket; /* owned; NULL: none, or closed */
    struct list connections;
    const struct local_port_events *events;
    void *owner;
};

struct local_port_events {
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head);
    void (*on_empty)(void *owner);
};

void local_port_init(struct local_port *p, struct loop *l,
                     const struct local_port_events *events, void *owner);
/* On failure `detail` says what to do. */
MUST_CHECK enum err local_port_listen(struct local_port *p, const char *path,
                                      char detail[static 256]);
MUST_CHECK enum err local_port_serve(struct local_port *p, struct stream *stream);
bool local_port_is_empty(const struct local_port *p);
/* No new connections; requests under way finish. */
void local_port_shutdown(struct local_port *p);
void local_port_cut(struct local_port *p);

#endif
