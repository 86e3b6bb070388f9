#ifndef SERVER_CONTROL_SERVER_H
#define SERVER_CONTROL_SERVER_H

#include "relay-server/serve/relay_state.h"

/* The relay's ear for the commands of its own user: HTTP/1.1 over DATA/relay.sock (0600 in
 * a 0700 folder).
 *
 *     GET  /status                  what control_status.h writes
 *     POST /inbox/retry {"seq": 4}  send again what was set aside; null: all of it
 *     POST /inbox/drop  {"seq": 4}  delete one; null: all that was set aside
 *                                   -> {"changed": 1}
 *
 * Errors are problems (problem.h).
 *
 * Life: control_server_open -> control_server_close (frees itself, removes the file).  The
 *       relay's state is not used after control_server_close but for changes of the inbox
 *       under way, and these end before inbox_close does. */
struct control_server;

#define CONTROL_CONNECTIONS_MAX 16u /* one more is closed at once */
#define CONTROL_BODY_MAX        4096u

/* What only the whole relay knows. */
struct control_overview {
    const char *state; /* "serving", "ending" */
    uint64_t uptime_ms;
    size_t connections; /* public ones */
};

/* As local_socket_listen. */
MUST_CHECK enum err control_server_open(struct relay_state *relay, const char *path,
                                        void (*overview)(void *owner,
                                                         struct control_overview *out),
                                        void *owner, struct control_server **out);
void control_server_close(struct control_server *c);

#endif
