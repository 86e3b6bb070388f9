#ifndef CLIENT_JOURNAL_JOURNAL_READER_H
#define CLIENT_JOURNAL_JOURNAL_READER_H

#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/journal_pending.h"

/* Read-only view of a journal for the commands, from any process, while an agent
 * writes it.  Synchronous: for programs that do nothing else, never on the loop. */
struct journal_reader;

/* ERR_NOT_FOUND: no agent has written here yet.  ERR_DENIED: others may read it, and
 * `detail` says what to do.  ERR_VERSION, ERR_CONFIG, ERR_CORRUPT as in journal_open. */
MUST_CHECK enum err journal_reader_open(const char *path, struct journal_reader **out,
                                        char detail[static 512]);
void journal_reader_close(struct journal_reader *r);

struct journal_query; /* query/journal_query.h */

/* Zero fields do not filter. */
struct journal_filter {
    uint64_t since_ms, until_ms; /* arrival: since <= it < until */
    const char *event_type;      /* "message", or "message.text" for type and kind */
    const char *user;            /* user or chat id, exact or prefix ending in "*" */
    unsigned status_min, status_max;
    bool has_verdict;
    enum verdict verdict;
    const char *text; /* in target, body or note; any language, case and width */
    const char *tunnel;
    bool webhooks_only, replays_only;
    /* Over, with an error, no 2xx (of the bot, if it answered late), or a signature that is
     * not right. */
    bool failed_only;
    bool pending_only;                 /* webhooks that are pending, under way, or set aside */
    const struct journal_query *query; /* what this says must hold, too */
    uint64_t after;                    /* ids above this one (tail) */
    uint64_t before;                   /* ids below this one (paging) */
    size_t limit;                      /* 0 = 20 */
    bool oldest_first;
};

/* One row of a list; spans borrowed until the callback returns. */
struct journal_row {
    uint64_t id;
    struct span delivery, tunnel, peer, method, target;
    uint64_t received_ms, arrived_ms;
    bool webhook, answered;
    uint64_t replay_of, duplicate_of;
    size_t body_len;
    bool body_truncated, answer_truncated;
    enum verdict verdict;
    struct span provider, explanation, handler, error, secret_label;
    unsigned status;          /* what the sender got; 0: none, or not yet */
    enum journal_answerer by; /* ... by whom */
    uint64_t answered_us;
    bool was_answered;   /* before it came here */
    unsigned bot_status; /* what the bot said, in time or not; 0: nothing, or not yet */
    enum journal_outcome outcome;
    unsigned attempts, crashes;
    uint64_t next_ms;
    bool is_unreachable;
    uint64_t stored_us, called_us, handler_us, total_us;
    /* the first event, and how many there are */
    struct span event_type, message_type, user_id, event_text;
    bool has_reply_token, is_redelivery;
    uint64_t event_ms;
    size_t events_len;
    struct span source_type, source_id;
    struct span source_name; /* of the user, else of the chat, or empty (journal_call.h) */
    /* journal_insight.h; times are since received_ms */
    uint32_t flags;
    uint64_t findings; /* bits 1 << enum journal_finding */
    bool has_took, has_line;
    uint64_t took_us, line_us, kept_ms;
    bool is_simulated;
    /* calls of the bot to LINE's API that belong to it, and what was found in them */
    uint64_t calls_len;
    enum journal_calls_worst calls_worst;
    uint64_t calls_found;
};

/* Newest first unless asked otherwise.  `each` returns false to stop. */
MUST_CHECK enum err
journal_reader_list(struct journal_reader *r, const struct journal_filter *f,
                    bool (*each)(void *owner, const struct journal_row *row), void *owner);

/* What list says of them, in numbers: webhooks under way count as pending. */
MUST_CHECK enum err journal_reader_count_unfinished(struct journal_reader *r,
                                                    struct journal_unfinished *out);

/* Everything about one exchange; owned by the caller, freed by journal_exchange_free. */
struct journal_exchange;
/* `id`: decimal number, a delivery id or a unique prefix of one, "last", or "-2" for the
 * last but one.  ERR_NOT_FOUND, ERR_CONFLICT (prefix not unique). */
MUST_CHECK enum err journal_reader_get(struct journal_reader *r, struct span id,
                                       struct journal_exchange **out);
void journal_exchange_free(struct journal_exchange *x);
const struct journal_row *journal_exchange_row(const struct journal_exchange *x);
const struct http_head *journal_exchange_request(const struct journal_exchange *x);
struct span journal_exchange_request_body(const struct journal_exchange *x);
/* NULL when there was no answer. */
const struct http_head *journal_exchange_answer(const struct journal_exchange *x);
struct span journal_exchange_answer_body(const struct journal_exchange *x);
size_t journal_exchange_events_len(const struct journal_exchange *x);
/* NULL at and behind the length. */
const struct line_event *journal_exchange_event(const struct journal_exchange *x, size_t i);

/* Changes whenever another process committed: for tail. */
uint64_t journal_reader_version(struct journal_reader *r);

#endif
