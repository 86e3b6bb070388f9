/* A handler inside the test: writes down what it is asked, answers as told. */
#ifndef TESTS_UNIT_SUPPORT_SPY_HANDLER_H
#define TESTS_UNIT_SUPPORT_SPY_HANDLER_H

#include "base/list.h"
#include "relay-client/handler/handler_impl.h"

struct spy_handler {
    struct handler base;
    struct list exchanges;
    int calls;    /* handler_request succeeded */
    int requests; /* ... and the request was complete */
    int gone;     /* exchanges that were closed before they had an answer */
    bool is_open;
    /* of the last request */
    char head[4096]; /* "POST /path\n", then a field a line */
    char delivery[64];
    bool webhook;
    enum verdict verdict;
    uint64_t replay_of;
    struct bytes body;
    /* what it does */
    enum err refuses;   /* handler_request returns this */
    enum err fails;     /* the exchange is aborted with this, and "the spy failed" */
    bool holds;         /* answers only when told */
    unsigned status;    /* 200 */
    struct span answer; /* "ok" */
    void (*on_request)(struct spy_handler *s); /* before it answers; may be NULL */
    void *context;
};

/* Zeroed but for what was set before.  Named "spy"; embedded: free nothing. */
MUST_CHECK enum err spy_handler_open(struct spy_handler *s, struct loop *l);
/* What it holds gets its answer now. */
void spy_handler_answer(struct spy_handler *s);
/* After on_closed. */
void spy_handler_fini(struct spy_handler *s);

#endif
