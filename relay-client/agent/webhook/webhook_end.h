#ifndef CLIENT_AGENT_WEBHOOK_END_H
#define CLIENT_AGENT_WEBHOOK_END_H

#include "http/problem.h"
#include "relay-client/agent/webhook/webhook_impl.h"

/* The ways in which a webhook's exchange ends: the sender is answered, if it still waits;
 * what has become of the webhook is recorded; all of it is freed. */

/* Nothing is said or recorded. */
void webhook_end_quietly(struct webhook *w);
/* `error` is for the journal, and for a sender on this machine. */
void webhook_end_refuse(struct webhook *w, const struct problem *public, const char *handler,
                        const char *error);
/* The handler's own answer. */
void webhook_end_answer(struct webhook *w);
/* 200 of ours: the handler need not see it. */
void webhook_end_ok(struct webhook *w, const char *error);
/* It joins the line of those that the handler still has to get; `last` as in
 * pending_queue_join. */
void webhook_end_in_line(struct webhook *w, const struct problem *public,
                         const struct bot_call_end *last);

#endif
