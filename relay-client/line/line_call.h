#ifndef CLIENT_LINE_LINE_CALL_H
#define CLIENT_LINE_LINE_CALL_H

#include "base/list.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-client/handler/handler.h"
#include "relay-client/line/line_client.h"

/* One request of a line_client and its answer; for that file only.
 *
 * Life: line_call_new -> line_call_send -> on_over (-> line_call_reset -> line_call_send ...)
 *       -> line_call_free */
struct line_call {
    struct list_node in_client;
    struct line_client *client; /* back-pointer */
    struct loop *loop;
    struct line_request request; /* texts borrow from below */
    char *texts;                 /* owned */
    struct span body;
    const char *type;   /* of the body */
    struct exchange *x; /* owned; NULL: not sent, or over */
    bool is_again;      /* with a second token */
    struct line_answer answer;
    struct bytes answer_body;
    char detail[300];
    struct deadline late;
    struct defer_task over;
    void (*on_over)(
        struct line_call *call); /* from the loop, when there is an answer, or none */
};

MUST_CHECK enum err line_call_new(struct loop *l, const struct line_request *request,
                                  struct line_call **out);
/* With this access token (empty: none), which is copied.  on_over comes in any case. */
void line_call_send(struct line_call *call, struct handler *line, struct span token);
void line_call_end(struct line_call *call, enum err why, const char *detail);
void line_call_reset(struct line_call *call); /* to send it again */
void line_call_free(struct line_call *call);

#endif
