#ifndef CLIENT_JOURNAL_JOURNAL_H
#define CLIENT_JOURNAL_JOURNAL_H

#include "codec/line/line_event.h"
#include "codec/signature/signature.h"
#include "loop/loop.h"

/* The agent's durable record of every exchange: one SQLite file, one writer, on
 * a worker thread, commits in groups, each with an fsync (WAL, synchronous=FULL).
 * Other processes (list, show, tail) read it through journal_reader.h.
 *
 * Life:  journal_open -> record ... -> journal_close -> on_closed (freed)
 * Order: what is recorded is on disk in the order of the calls, and without gaps: when the
 *        disk refuses one, all are refused that are recorded until `stored` has said so to
 *        everybody who waited then.  So whoever then takes no more has nothing on disk that
 *        came behind what is missing. */
struct journal;

struct journal_options {
    const char *path; /* file, created 0600 in a 0700 folder; ":memory:" for tests */
    /* Retention: what is finished goes, the oldest first.  What is pending or set aside
     * stays, whatever its age, and beyond keep_bytes if it takes more than that. */
    uint64_t keep_bytes; /* 0: no limit */
    uint64_t keep_ms;    /* 0: for ever */
    bool is_agent;       /* times without one are noted as gaps (journal_gaps.h) */
    bool purges_unsent;  /* what users of LINE unsend leaves the disk at once */
};

/* A damaged journal is set aside (renamed, nothing is deleted) and a new one begun: OK,
 * and `detail` says where it is and how to save what is in it; otherwise `detail` is ""
 * with OK.  ERR_BUSY: another agent writes it (names the process id).  ERR_DENIED: others
 * may read or replace it.  ERR_CORRUPT: damaged, and not certain to be a journal, so it
 * was left alone.  ERR_VERSION: written by a newer Hookline. */
MUST_CHECK enum err journal_open(struct loop *l, const struct journal_options *options,
                                 struct journal **out, char detail[static 512]);
/* Writes everything that waits first. */
void journal_close(struct journal *j, void (*on_closed)(void *owner), void *owner);

/* A request as it arrived.  All spans are copied by journal_record. */
struct journal_request {
    const char *delivery; /* id made by the relay, or by us for a replay; unique */
    const char *tunnel;
    uint64_t received_ms; /* wall clock: relay took the last byte */
    uint64_t arrived_ms;  /* wall clock: it reached the agent */
    const char *peer;     /* address of the sender, from x-forwarded-for */
    const struct http_head *head;
    struct span body;
    bool body_truncated; /* plain pass-through over the limit */
    bool webhook;
    uint64_t replay_of; /* id of the exchange that this repeats, or 0 */
    bool is_simulated;  /* its events are nobody's: made by us */
    unsigned answered;  /* the sender has this status already, from the inbox; 0: it waits */
    /* NULL, or where what was read in a webhook's body goes before `stored`, so that it
     * is read once: borrowed until then, line_batch_fini is the caller's.  Left alone when
     * the disk refused earlier. */
    struct line_batch *batch;
};

/* Who answered the public sender. */
enum journal_answerer {
    JOURNAL_BY_NOBODY, /* it was gone, or the link was */
    JOURNAL_BY_BOT,
    JOURNAL_BY_AGENT, /* a refusal of ours: 401, 503, ... or a duplicate's 200 */
    JOURNAL_BY_GUARD, /* the relay: the bot was not in time, or --answer=now */
    JOURNAL_BY_INBOX, /* the relay, while no agent was linked */
};

/* What is to become of a webhook.  Stored in answer.outcome; a webhook without an answer
 * is JOURNAL_PENDING too (we died before there was one). */
enum journal_outcome {
    JOURNAL_FINAL,
    JOURNAL_PENDING, /* the bot never answered; it is tried again */
    JOURNAL_ASIDE,   /* set aside, `error` says why; until the user decides */
    JOURNAL_DROPPED, /* by the user */
};

/* What was learned and answered.  Recorded when the exchange is over, and each time that
 * changes what is known of one that is not. */
struct journal_answer {
    uint64_t exchange; /* id given by on_recorded */
    enum verdict verdict;
    const char *provider;     /* "line", ..., or "" */
    const char *secret_label; /* which secret matched, or "" */
    const char *explanation;  /* why not valid, or "" */
    const char *cause;        /* why, for journal_insight_finding_parse: "sig_crlf", or "" */
    const char
        *handler;    /* who answered: "http://127.0.0.1:8000/callback", "echo", "hookline" */
    unsigned status; /* what the sender got; 0: no answer */
    enum journal_answerer by; /* who gave it */
    bool is_now;              /* JOURNAL_BY_GUARD: because of --answer=now */
    uint64_t answered_us;     /* when, since arrival; 0: before, or never */
    /* Only these three are news: the rest of an earlier answer stays, and is not read here. */
    bool is_sender_only;
    enum journal_outcome outcome;
    unsigned attempts; /* calls of the handler so far */
    unsigned crashes;  /* of them, those that we did not survive */
    uint64_t next_ms;  /* JOURNAL_PENDING: wall clock of the next attempt, or 0 */
    /* At the first attempt nothing took a connection to the bot: LINE on its own would have
     * recorded could_not_connect instead of request_timeout. */
    bool is_unreachable;
    const struct http_head *head; /* of the bot; NULL: no answer */
    struct span body;
    bool body_truncated;
    const char *error;                        /* why there is no (good) answer, or "" */
    uint64_t stored_us, handler_us, total_us; /* durations since arrival */
    /* When the handler was called for the last time, since arrival; 0: once it was stored. */
    uint64_t called_us;
};

/* `stored`: called on the loop once the request is on disk, in order; `exchange` is
 * its id.  ERR_CONFLICT: this delivery is in the journal already (`exchange` is the
 * first one's id).  ERR_NO_SPACE, ERR_IO: it is not on disk; do not say it is. */
struct journal_ticket {
    void (*stored)(struct journal_ticket *t, enum err rc, uint64_t exchange);
    /* Set before `stored`.  The first exchange with one of its events, or 0. */
    uint64_t duplicate_of;
    /* Every one of its events was in an earlier exchange that the bot has answered with
     * 2xx, or that was recorded as JOURNAL_PENDING (one that the bot has right now is
     * neither): nothing is lost if the bot does not see this one. */
    bool is_repeated;
};

/* The ticket is embedded in the caller's object and must live until `stored`.
 * Events of a webhook body are indexed one by one in the same transaction.
 * ERR_BUSY when 4,096 records or 64 MiB wait for the disk, or a failure is being told;
 * ERR_LIMIT: a body of more than 64 MiB; ERR_CLOSED after journal_close.  ERR_NO_SPACE is
 * reported later. */
MUST_CHECK enum err journal_record(struct journal *j, const struct journal_request *request,
                                   struct journal_ticket *ticket);
/* Not awaited by anybody; kept in order behind the record.  Copies everything.  While
 * the disk refuses it is tried again every second.  A later answer to the same exchange
 * replaces the earlier one, but what the user has dropped (JOURNAL_DROP) does not become
 * pending again; one to an exchange that retention took is dropped. */
MUST_CHECK enum err journal_answer(struct journal *j, const struct journal_answer *answer);

/* The last failure of the disk for the status line, "" when all is well.  That a damaged
 * journal was set aside stays there until the end. */
const char *journal_detail(const struct journal *j);

#endif
