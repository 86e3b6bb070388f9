#ifndef CLIENT_LINEAPI_ANSWER_H
#define CLIENT_LINEAPI_ANSWER_H

#include "http/exchange.h"

/* Answers of ours, as LINE frames its own. */

#define LINEAPI_ANSWER_LENGTH      24u
#define LINEAPI_ANSWER_MESSAGE_MAX ((size_t)4096)

struct lineapi_answer {
    unsigned status;
    const char *content_type, *request_id, *accepted_request; /* the last two: or "" */
    const char *allow;                                        /* or NULL */
    struct span body;
    bool is_empty; /* no body, and no word of its type */
};

/* `length` must live as long as the head. */
MUST_CHECK enum err lineapi_answer_head(const struct lineapi_answer *a,
                                        char length[static LINEAPI_ANSWER_LENGTH],
                                        struct http_head *out);
MUST_CHECK enum err lineapi_answer_send(struct exchange *x, const struct http_head *head,
                                        struct span body);
/* {"message": ...} */
MUST_CHECK enum err lineapi_answer_message(struct bytes *out, const char *message);
/* All of it, with `why` as the message; lets go of `x`. */
void lineapi_answer_refuse(struct exchange *x, unsigned status, const char *why);

#endif
