#ifndef CLIENT_AGENT_RECORDING_H
#define CLIENT_AGENT_RECORDING_H

#include "relay-client/agent/agent_context.h"

/* One request on its way into the journal, and what became of it: the part that
 * webhooks and plain requests have in common.
 *
 * Life: recording_init | recording_restore -> ... -> recording_finish -> recording_fini */

#define RECORDING_BODY_MAX ((size_t)1024 * 1024) /* kept of each body */

/* What the public sender got.  The first word counts. */
struct recording_sender {
    enum journal_answerer by;
    unsigned status;
    uint64_t answered_us; /* since arrival; 0: before it */
    bool is_known;
    bool is_now; /* by the relay, because of --answer=now */
};

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
    bool is_stored_said; /* to who asked */
    bool is_again;       /* its end was told once already, as a pending one's */
    bool is_simulated;   /* its events are nobody's */
    uint64_t announced;  /* announced.h: its number, or 0 */
    char delivery[ULID_LEN + 1];
    uint64_t received_ms, arrived_ms, arrived_us;
    uint64_t stored_us, called_us, handler_us; /* since arrival, 0: not yet */
    uint64_t replay_of, duplicate_of;
    uint64_t id; /* in the journal, once stored */
    struct signature_check check;
    struct recording_sender sender;
    unsigned attempts, crashes; /* calls of the handler; those that we did not survive */
    bool is_unreachable;        /* the first one found nobody */
    /* the answer, as far as it is kept */
    struct http_head answer; /* status 0: none; spans point into `answer_storage` */
    char *answer_storage;    /* owned */
    struct bytes answer_body;
    bool answer_truncated;
};

/* Copies the head and takes Hookline's own fields out of it.  ERR_NOT_FOUND: it names a
 * target that there is not.  On failure nothing needs fini. */
MUST_CHECK enum err recording_init(struct recording *r, struct agent_context *agent,
                                   const struct http_head *head, enum agent_origin origin);
/* A webhook that the journal has: everything is as it was then.  ERR_NOMEM, likewise. */
MUST_CHECK enum err recording_restore(struct recording *r, struct agent_context *agent,
                                      const struct journal_load *load,
                                      const struct journal_request *request);
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

/* Fills `batch`, unless the journal has done so already; empty when memory is out. */
void recording_read_events(struct recording *r);

/* The sender got this from `by`, now. */
void recording_note_sender(struct recording *r, enum journal_answerer by, unsigned status);
/* Its end broke off with `why`: the relay answers it, or nobody does. */
void recording_note_gone(struct recording *r, enum err why);
/* The relay says that the exchange `id` was answered by its inbox: in the journal, and in
 * what is under way. */
void recording_correct_sender(struct agent_context *agent, uint64_t id, unsigned status);

/* What has become of it. */
struct recording_end {
    enum journal_outcome outcome;
    const char *handler; /* who answered, or should have */
    const char *error;   /* why there is no answer, or "" */
    uint64_t next_ms;    /* JOURNAL_PENDING: wall clock, 0: when its turn comes */
    bool is_silent;      /* for the journal only, no on_exchange */
};
/* Journal, then on_exchange. */
void recording_finish(struct recording *r, const struct recording_end *end);
const char *recording_handler_name(const struct recording *r);

#endif
