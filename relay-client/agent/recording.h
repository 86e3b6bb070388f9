#ifndef CLIENT_AGENT_RECORDING_H
#define CLIENT_AGENT_RECORDING_H

#include "http/problem.h"
#include "relay-client/agent/agent_context.h"

/* One request on its way into the journal, and what became of it: the part that
 * webhooks and plain requests have in common. */

#define RECORDING_BODY_MAX ((size_t)1024 * 1024) /* kept of each body */

struct recording {
    struct list_node in_agent;
    struct agent_context *agent; /* back-pointer */
    struct handler *handler;     /* borrowed: who shall answer */
    enum agent_origin origin;
    struct http_head head; /* spans point into `storage` */
    char *storage;         /* owned */
    struct bytes body;
    struct line_batch batch; /* what the body says; no destination: not read yet */
    bool body_truncated;
    bool webhook;
    char delivery[ULID_LEN + 1];
    uint64_t received_ms, arrived_ms, arrived_us;
    uint64_t stored_us, handler_us; /* since arrival, 0: not yet */
    uint64_t replay_of;
    uint64_t id; /* in the journal, once stored */
    struct signature_check check;
    /* the answer, as far as it is kept */
    struct http_head answer; /* status 0: none; spans point into `answer_storage` */
    char *answer_storage;    /* owned */
    struct bytes answer_body;
    bool answer_truncated;
};

/* Copies the head and takes Hookline's own fields out of it.  ERR_NOT_FOUND: it names a
 * target that there is not. */
MUST_CHECK enum err recording_init(struct recording *r, struct agent_context *agent,
                                   const struct http_head *head, enum agent_origin origin);
void recording_fini(struct recording *r);

/* Keeps what fits; false when there was more (then body_truncated is set). */
bool recording_keep_body(struct recording *r, const uint8_t *data, size_t len);
bool recording_keep_answer_body(struct recording *r, const uint8_t *data, size_t len);
MUST_CHECK enum err recording_keep_answer(struct recording *r, const struct http_head *head);

/* Writes the request; `ticket` as in journal.h. */
MUST_CHECK enum err recording_store(struct recording *r, struct journal_ticket *ticket);

/* The journal said that it is on disk: notes id and time, and says so on `server`; NULL:
 * ERR_CLOSED, nobody is there to be told. */
MUST_CHECK enum err recording_tell_stored(struct recording *r, uint64_t id,
                                          struct exchange *server);
/* Answers a request that recording_init refused. */
void recording_refuse(struct exchange *server, enum err why);

/* The exchange is over: journal, then on_exchange.  `status` is what the public side
 * got; `handler` who gave it; `error` why the handler did not, or "". */
void recording_finish(struct recording *r, unsigned status, const char *handler,
                      const char *error);
const char *recording_handler_name(const struct recording *r);
/* The problem as the one who asked may read it: `why` names addresses, files and what a
 * command wrote, so only a request from this machine gets it as the detail. */
struct problem recording_problem(const struct recording *r, const struct problem *p,
                                 const char *why);
/* 504, 500 or 502: why the handler gave no answer. */
unsigned recording_failure_status(enum err why);

#endif
