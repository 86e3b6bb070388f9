/* The owner of an exchange in a test: writes down what happens to it, checks the order of
 * events, and does what its hook wants in each of them. */
#ifndef TESTS_UNIT_SUPPORT_EXCHANGE_LOG_H
#define TESTS_UNIT_SUPPORT_EXCHANGE_LOG_H

#include "base/bytes.h"
#include "http/exchange.h"

enum exchange_event {
    EXCHANGE_NOTHING,
    EXCHANGE_HEAD,
    EXCHANGE_BODY,
    EXCHANGE_COMPLETE,
    EXCHANGE_DRAIN,
    EXCHANGE_ABORT,
    EXCHANGE_CLOSED,
};

struct exchange_log {
    struct exchange *x; /* NULL after on_closed */
    struct bytes text;  /* heads and bodies: "200 a=b c=d\nbody" */
    int heads, interims, completes, drains, aborts, closeds;
    unsigned status; /* of the last head */
    size_t body_len; /* bytes of body; kept in `text` only up to a limit */
    enum err why;    /* of the abort */
    char detail[160];
    void (*hook)(struct exchange_log *log, enum exchange_event event);
    void *context; /* of the hook */
};

extern const struct exchange_events exchange_log_events;

void exchange_log_init(struct exchange_log *log);
/* Becomes the owner of `x`. */
void exchange_log_own(struct exchange_log *log, struct exchange *x);
void exchange_log_fini(struct exchange_log *log);
/* The text must be exactly this. */
void exchange_log_check(struct exchange_log *log, const char *want);
/* A whole answer: status, Content-Length, body, end. */
void exchange_log_answer(struct exchange_log *log, unsigned status, const char *body);
/* A head with at most one field. */
enum err exchange_log_send_head(struct exchange_log *log, unsigned status, const char *name,
                                const char *value, bool end);

#endif
