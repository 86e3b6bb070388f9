#ifndef CLIENT_INSPECTOR_STATUS_STATUS_COUNT_H
#define CLIENT_INSPECTOR_STATUS_STATUS_COUNT_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* What the journal has, in numbers; read on the reader's thread. */

enum status_handler_state {
    STATUS_HANDLER_UNKNOWN,
    STATUS_HANDLER_OK,
    STATUS_HANDLER_ERROR,
    STATUS_HANDLER_UNREACHABLE,
};

enum status_tally {
    STATUS_ALL,
    STATUS_PENDING,
    STATUS_ASIDE,
    STATUS_LATE,
    STATUS_PROBLEM,
    STATUS_REPLAY,
    STATUS_PINNED,
};
#define STATUS_TALLIES 7u

struct status_count {
    uint64_t tallies[STATUS_TALLIES];
    uint64_t bytes;        /* of the journal's files */
    uint64_t oldest_at_ms; /* 0: it is empty */
    /* The bot, by the last exchange that it was given. */
    enum status_handler_state handler;
    unsigned handler_status; /* 0: none */
    bool has_took;
    uint64_t took_us;
    uint64_t handler_since_ms; /* as far back as was looked */
};

/* The bot's state counts from `since_ms`, when the agent started. */
MUST_CHECK enum err status_count_read(struct journal_reader *r, const char *journal_path,
                                      uint64_t since_ms, uint64_t now_ms,
                                      struct status_count *out);
/* The members "counts" and "journal" but for the limits; and what of "handler" is known. */
void status_count_write_tallies(struct json_writer *w, const struct status_count *c);
void status_count_write_handler(struct json_writer *w, const struct status_count *c);

#endif
