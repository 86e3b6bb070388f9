#ifndef SERVER_HELD_REQUEST_H
#define SERVER_HELD_REQUEST_H

#include "base/bytes.h"
#include "base/list.h"
#include "http/exchange.h"

#include <stdbool.h>

/* A public request that somebody keeps until he knows where it may go.  It is paused, so
 * that it costs no more memory than its head.
 *
 * Life: held_request_new -> (held_request_resume ->) held_request_free, or on_left, if the
 *       sender goes first (frees itself) */
struct held_request {
    struct list_node in_list;  /* the holder's; taken out before it is freed */
    struct exchange *exchange; /* owned */
    struct http_head head;     /* points into `storage` */
    char *storage;             /* owned */
    bool end;                  /* the request has no body */
    /* It is over, and freed after this call. */
    void (*on_left)(struct held_request *h, void *holder);
    void *holder;
};

/* Takes `x` over on success; `head` is copied. */
MUST_CHECK enum err held_request_new(struct exchange *x, const struct http_head *head, bool end,
                                     struct held_request **out);
/* The exchange, going on again: whoever is to have it must own it in this turn of the loop.
 * The head lives until held_request_free. */
struct exchange *held_request_resume(struct held_request *h);
void held_request_free(struct held_request *h);

#endif
