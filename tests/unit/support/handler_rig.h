/* A handler on a loop of its own, and requests that write down what they hear. */
#ifndef TESTS_UNIT_SUPPORT_HANDLER_RIG_H
#define TESTS_UNIT_SUPPORT_HANDLER_RIG_H

#include "base/bytes.h"
#include "base/clock.h"
#include "relay-client/handler/handler.h"

struct handler_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct handler *handler; /* set by the test; NULL once closed */
    bool in_call;            /* no event may come now */
    bool closed;
    unsigned long live; /* blocks that were allocated before */
};

/* One request.  Every event checks that it may come now. */
struct handler_call {
    struct handler_rig *rig;
    struct exchange *x; /* NULL before it was taken and after on_closed */
    int interim, heads, complete, drained, aborted, closed;
    unsigned events;   /* all of them */
    unsigned close_at; /* exchange_close inside this event, 0: never */
    bool hold;         /* pauses at the first piece of the body */
    unsigned status;
    char type[64];   /* content-type */
    char head[2048]; /* the final head, a field a line: "name: value\n" */
    struct bytes body;
    enum err why;
    char detail[4096];
};

/* Loop only.  With a fake clock nothing expires but by handler_rig_advance. */
void handler_rig_open(struct handler_rig *rig, bool fake_clock);
void handler_rig_advance(struct handler_rig *rig, uint64_t ms);
/* Turns the loop until `*flag` is `count` or more. */
void handler_rig_wait(struct handler_rig *rig, const int *flag, int count);
/* Closes the handler, if there is one. */
void handler_rig_begin_close(struct handler_rig *rig);
/* And waits for its on_closed. */
void handler_rig_close_handler(struct handler_rig *rig);
/* And frees the loop; nothing may be left. */
void handler_rig_close(struct handler_rig *rig);

void handler_call_init(struct handler_call *c, struct handler_rig *rig);
/* handler_request with this head; the rest of `request` is the test's. */
enum err handler_call_start(struct handler_call *c, const struct handler_request *request);
/* "POST", "/cb", "text" (NULL: no body; else Content-Length and all of it). */
enum err handler_call_send(struct handler_call *c, const char *method, const char *target,
                           const char *body);
/* The same as a webhook: POST to /webhook with a signature field. */
enum err handler_call_webhook(struct handler_call *c, const char *body);
enum err handler_call_body(struct handler_call *c, const void *data, size_t len);
enum err handler_call_end(struct handler_call *c);
/* Until it is complete or aborted. */
void handler_call_wait(struct handler_call *c);
/* The body as a text, until the next call. */
const char *handler_call_text(struct handler_call *c);
/* exchange_close if need be, waits for on_closed, frees. */
void handler_call_fini(struct handler_call *c);

#endif
