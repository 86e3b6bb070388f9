#ifndef SERVER_SENDER_H
#define SERVER_SENDER_H

#include "relay-server/delivery/answer.h"

/* Whoever sent a webhook and waits for an answer: one end of the public exchange, whose
 * request is complete.  Embedded in a delivery, which decides what is said.
 *
 * Life: zeroed -> sender_init -> (sender_wait_safe) -> one answer, or on_gone */
enum sender_state {
    SENDER_GONE,       /* has its answer, or has gone without */
    SENDER_WAITS_SAFE, /* for 200, as soon as the webhook is on a disk */
    SENDER_WAITS_BOT,  /* for the bot's answer */
};

struct sender {
    enum sender_state state;
    struct exchange *x; /* owned while it waits */
    bool is_accepted;   /* it was told 200 in the relay's name */
    void (*on_gone)(struct sender *s);
};

/* Takes `x` over. */
void sender_init(struct sender *s, struct exchange *x, void (*on_gone)(struct sender *));
/* The bot's answer is not awaited any more.  Legal in any state. */
void sender_wait_safe(struct sender *s);
/* The last words; nothing happens if it is gone. */
void sender_accept(struct sender *s);
void sender_refuse(struct sender *s, const struct problem *problem);
/* Takes `a` over in any case. */
void sender_pass_on(struct sender *s, struct answer *a);

#endif
