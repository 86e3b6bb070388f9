#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "http/exchange.h"

/* Answers for people and programs when the exchange goes no further: RFC 9457
 * application/problem+json with what happened and what to do. */
struct problem {
    unsigned status;
    const char *title;       /* short, the same for every occurrence */
    const char *detail;      /* what happened here and what to do next */
    const char *retry_after; /* seconds, or NULL */
};

/* Sends head and body and ends the message. */
MUST_CHECK enum err problem_send(struct exchange *x, const struct problem *p);
/* Answers with `p` and lets go of the exchange: no event of it reaches anybody any
 * more, and `x` must not be used afterwards. */
void problem_refuse(struct exchange *x, const struct problem *p);
/* The JSON alone, and the head that fits it, for callers that frame it themselves.
 * `length` must live as long as the head. */
MUST_CHECK enum err problem_format(struct bytes *out, const struct problem *p);
#define PROBLEM_LENGTH_SIZE 24
MUST_CHECK enum err problem_head(struct http_head *out, const struct problem *p,
                                 size_t body_len, char length[static PROBLEM_LENGTH_SIZE]);

#endif
