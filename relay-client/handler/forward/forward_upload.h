#ifndef CLIENT_HANDLER_FORWARD_UPLOAD_H
#define CLIENT_HANDLER_FORWARD_UPLOAD_H

#include "base/bytes.h"
#include "http/exchange.h"

/* The body of a forwarded request on its way: kept until a connection is there, passed on
 * as fast as that takes it, and on a connection that may turn out to be dead kept for a
 * second try. */

/* Not yet passed on.  A producer that heeds EXCHANGE_HIGH_WATER sends at most a webhook
 * (1 MiB) or a call of LINE's API (2 MiB), and one read at once. */
#define FORWARD_UPLOAD_WAITING_MAX ((size_t)3 * 1024 * 1024)
/* Passed on and kept. */
#define FORWARD_UPLOAD_KEPT_MAX ((size_t)1024 * 1024)

struct forward_upload {
    struct bytes body; /* first what is kept, then what waits */
    size_t kept;
    bool keeps;      /* what is passed on stays in `body` */
    bool lost;       /* some of it is gone: no second try */
    bool ended;      /* no more comes */
    bool end_passed; /* and the other side knows */
    bool broken;     /* the other side takes no more */
};

void forward_upload_init(struct forward_upload *u, bool ended);
void forward_upload_fini(struct forward_upload *u);
/* All or nothing: ERR_LIMIT, ERR_NOMEM. */
MUST_CHECK enum err forward_upload_add(struct forward_upload *u, const void *data, size_t len);
size_t forward_upload_waiting(const struct forward_upload *u);
/* Nothing of it came and nothing will: the head is the whole message. */
bool forward_upload_is_empty(const struct forward_upload *u);

/* For a new try. */
void forward_upload_begin(struct forward_upload *u, bool keeps, bool end_passed);
/* Can it be sent again from its first byte? */
bool forward_upload_can_repeat(const struct forward_upload *u);
/* Nobody will take the rest: it is dropped, and so is all that still comes. */
void forward_upload_abandon(struct forward_upload *u);
/* What `x` takes now.  Adds to *moved.  Errors mean that our memory is out; that `x` is
 * broken is no error, since it will say so itself. */
MUST_CHECK enum err forward_upload_pass(struct forward_upload *u, struct exchange *x,
                                        size_t *moved);

#endif
