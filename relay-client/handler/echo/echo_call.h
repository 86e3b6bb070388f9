#ifndef CLIENT_HANDLER_ECHO_CALL_H
#define CLIENT_HANDLER_ECHO_CALL_H

#include "loop/loop.h"
#include "relay-client/handler/handler.h"
#include "relay-client/lineapi/lineapi.h"

/* One POST of the echo bot: to the LINE API port, over a stream inside this process, as any
 * bot's SDK would; or to a host of LINE WORKS.
 *
 * Life: echo_call_start -> done, from the loop, once (freed) */
struct echo_call;

#define ECHO_CALL_MS       10000u
#define ECHO_CALL_BODY_MAX ((size_t)64 * 1024) /* of the answer */

/* One of them, borrowed until `done`. */
struct echo_way {
    struct lineapi *port;
    struct handler *host;
};

struct echo_answer {
    enum err why;       /* OK: there is one */
    const char *detail; /* why not, for people */
    unsigned status;
    struct span body;
};

struct echo_call_request {
    struct echo_way way;
    const char *path;
    const char *type; /* static */
    struct span body;
    struct span token;                                           /* empty: none */
    void (*done)(void *owner, const struct echo_answer *answer); /* borrowed */
    void *owner;
};

/* Copies all. */
MUST_CHECK enum err echo_call_start(struct loop *l, const struct echo_call_request *request,
                                    struct echo_call **out);
/* done comes with ERR_CANCELLED, unless it is on its way already. */
void echo_call_cancel(struct echo_call *c);

#endif
