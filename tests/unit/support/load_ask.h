/* Requests that a load sends, each counted once: webhooks and plain ones take turns, and
 * webhook N has the body {"events":[],"n":N}.  Nothing is ever tried again: whatever is not
 * answered 200 within 15 s has failed. */
#ifndef TESTS_UNIT_SUPPORT_LOAD_ASK_H
#define TESTS_UNIT_SUPPORT_LOAD_ASK_H

#include "codec/json/json_writer.h"
#include "http/h1/h1_client_conn.h"
#include "http/h2/h2_conn.h"
#include "loop/deadline.h"

#define LOAD_FAILURES_MAX 20u
#define LOAD_WEBHOOKS_MAX 200000u

struct load_ask;

struct load_counts {
    struct loop *loop;
    const char *host;
    uint64_t asked, failed, slowest_ms;
    char failures[LOAD_FAILURES_MAX][400];
    uint64_t webhooks[LOAD_WEBHOOKS_MAX]; /* that were answered 200 */
    size_t webhooks_len;
};

struct load_ask {
    struct load_counts *counts;
    struct exchange *exchange; /* NULL: none is under way */
    struct deadline deadline;
    uint64_t number, began_ms;
    unsigned status;
    char words[160]; /* of the answer's body, for what failed */
    bool is_webhook;
    const char *kind;
    void (*done)(struct load_ask *a, bool is_good); /* the last thing */
    char length[24], body[64];
};

/* From here on it is counted, and `done` will be called. */
void load_ask_begin(struct load_ask *a, const char *kind);
/* Over one of the two; the other is NULL. */
void load_ask_send(struct load_ask *a, struct h1_client_conn *h1, struct h2_conn *h2);
void load_ask_end(struct load_ask *a, enum err why, const char *detail);
/* Members of an object: asked, failed, slowest_ms, failures, webhooks. */
void load_ask_report(const struct load_counts *counts, struct json_writer *w);

#endif
