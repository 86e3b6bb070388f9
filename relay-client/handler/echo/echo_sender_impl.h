#ifndef CLIENT_HANDLER_ECHO_SENDER_IMPL_H
#define CLIENT_HANDLER_ECHO_SENDER_IMPL_H

#include "base/list.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-client/handler/echo/echo_account.h"
#include "relay-client/handler/echo/echo_sender.h"

/* The inside of the sender, for its own files: echo_sender.c and echo_job.c. */

enum echo_account_place { ECHO_TO_LINE, ECHO_TO_WORKS, ECHO_TO_REAL_WORKS, ECHO_ACCOUNTS };

struct echo_sender {
    struct loop *loop; /* borrowed, as is the next one */
    struct lineapi *port;
    struct echo_account accounts[ECHO_ACCOUNTS];
    bool has_real_works;
    struct jwt_rsa *works_key; /* owned, or NULL */
    struct list queue, active; /* jobs that wait; that are under way */
    size_t queue_len, active_len;
    bool is_full_told, is_unsigned_told, is_bot_told;
    bool is_closing, is_over;
    size_t closing; /* accounts that are not closed */
    struct defer_task over;
    void (*on_closed)(void *owner);
    void *owner;
};

/* A job has ended: when all have, and we are closing, the sender goes. */
void echo_sender_went_on(struct echo_sender *s);

#endif
