/* What the public side sent in one simulation, and what became of each request at every
 * place that it should pass.  A request is known by its number, which travels in the field
 * "x-sim", and its body follows from its number. */
#ifndef TESTS_SIM_SUPPORT_SIM_LEDGER_H
#define TESTS_SIM_SUPPORT_SIM_LEDGER_H

#include "base/span.h"
#include "codec/http/http_head.h"
#include "codec/ulid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_SENT_MAX 1000u
#define SIM_FIELD    "x-sim"

struct sim_sent {
    unsigned number;
    size_t tunnel;
    bool is_webhook;
    size_t len; /* of the body */
    /* the public side */
    bool is_over;
    unsigned status; /* the head that it saw, 0: none */
    bool is_whole;   /* and the rest of the answer */
    bool says_kept;  /* the relay says that the journal has it */
    /* the agent */
    unsigned link;         /* number of the one that brought it first, 0: it never came */
    unsigned sends;        /* how often it came */
    char id[ULID_LEN + 1]; /* of the delivery */
    bool was_aside;        /* the relay took it out of the order */
    /* the bot */
    unsigned calls;
    unsigned bot_status; /* its answer, 0: none */
    /* the journal */
    unsigned rows;
};

struct sim_ledger {
    struct sim_sent sent[SIM_SENT_MAX];
    size_t len;
};

struct sim_sent *sim_ledger_add(struct sim_ledger *l);
/* Whose head this is; nobody's is a failure: it was made up on the way. */
struct sim_sent *sim_ledger_find(struct sim_ledger *l, const struct http_head *head);
/* A piece of its body. */
void sim_sent_fill(const struct sim_sent *s, size_t from, uint8_t *out, size_t len);
/* This must be its body, to the last byte. */
void sim_sent_check_body(const struct sim_sent *s, struct span body);

#endif
