#ifndef CLIENT_INSPECTOR_REPLAY_RUN_NEWS_H
#define CLIENT_INSPECTOR_REPLAY_RUN_NEWS_H

#include "codec/ulid.h"
#include "loop/deadline.h"
#include "relay-client/inspector/inspector_route.h"
#include "relay-client/replay/replay_run.h"

/* What is told of a run: the schema Run, as `run` on the stream, at most twenty times a second.
 *
 * Life: run_news_init -> result ... -> over -> run_news_fini */

#define RUN_NEWS_IDS_MAX 200u

struct run_news {
    struct inspector *inspector; /* back-pointer */
    char name[ULID_LEN + 1];
    uint64_t parent; /* what is replayed; 0: it is a simulation */
    struct replay_run_count count;
    uint64_t ids[RUN_NEWS_IDS_MAX]; /* of the replays, a ring */
    size_t ids_len;                 /* ever */
    bool is_over;
    char error[256]; /* of the last that failed, or "" */
    struct deadline due;
};

void run_news_init(struct run_news *n, struct inspector *i, uint64_t parent);
void run_news_fini(struct run_news *n);
void run_news_result(struct run_news *n, struct replay_run_count count,
                     const struct agent_call_result *result);
/* The last word; none when the inspector is closing. */
void run_news_over(struct run_news *n);
/* Appends a Run. */
MUST_CHECK enum err run_news_write(const struct run_news *n, struct bytes *out);

#endif
