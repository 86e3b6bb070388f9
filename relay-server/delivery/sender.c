#include "relay-server/delivery/sender.h"

#include <assert.h>

static void move(struct sender *s, enum sender_state to)
{
    assert(to < s->state || s->state == SENDER_GONE);
    s->state = to;
}

/* --- events --- */

static struct exchange *take(struct sender *s)
{
    struct exchange *x = s->x;

    s->x = NULL;
    move(s, SENDER_GONE);
    return x;
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct sender *s = owner;

    (void)why;
    (void)detail;
    exchange_let_go(take(s));
    s->on_gone(s);
}

static const struct exchange_events events = {
    .on_abort = on_abort,
};

/* --- calls --- */

void sender_init(struct sender *s, struct exchange *x, void (*on_gone)(struct sender *))
{
    move(s, SENDER_WAITS_BOT);
    s->x = x;
    s->on_gone = on_gone;
    exchange_own(x, &events, s);
}

void sender_wait_safe(struct sender *s)
{
    if (s->state == SENDER_WAITS_BOT)
        move(s, SENDER_WAITS_SAFE);
}

void sender_accept(struct sender *s)
{
    if (!s->x)
        return;
    s->is_accepted = true;
    answer_accepted(take(s));
}

void sender_refuse(struct sender *s, const struct problem *problem)
{
    if (s->x)
        problem_refuse(take(s), problem);
}

void sender_pass_on(struct sender *s, struct answer *a)
{
    if (s->x)
        answer_pass_on(a, take(s));
    else
        answer_free(a);
}
