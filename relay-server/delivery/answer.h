#ifndef SERVER_ANSWER_H
#define SERVER_ANSWER_H

#include "http/problem.h"
#include "relay-server/serve/relay_state.h"

/* The agent's final response to a webhook, read into memory whole: a webhook's stream is
 * never held up by a slow sender, and what is passed on is complete.
 *
 * Life: answer_new -> answer_add ... -> answer_free, or answer_pass_on (frees itself) */
struct answer {
    struct relay_state *relay; /* borrowed */
    struct http_head head;     /* points into `storage`, without Hookline's own fields */
    char *storage;             /* owned */
    struct bytes body;
    size_t held;             /* in the room, see room.h */
    bool is_unanswered;      /* the handler gave no answer, this is the agent's own problem */
    struct exchange *sender; /* owned; answer_pass_on only */
};

#define ANSWER_BODY_MAX ((size_t)1024 * 1024)

/* ERR_NOMEM: also when there is no room. */
MUST_CHECK enum err answer_new(struct relay_state *relay, const struct http_head *head,
                               struct answer **out);
/* ERR_LIMIT: longer than ANSWER_BODY_MAX. */
MUST_CHECK enum err answer_add(struct answer *a, const void *data, size_t len);
void answer_free(struct answer *a);

/* Takes both over: sends as fast as `sender` takes it, and lets it go. */
void answer_pass_on(struct answer *a, struct exchange *sender);
/* 200 without a body, in the relay's own name; takes `sender` over. */
void answer_accepted(struct exchange *sender);

#endif
