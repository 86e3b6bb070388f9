#ifndef CLIENT_DISPLAY_EXCHANGE_LINE_H
#define CLIENT_DISPLAY_EXCHANGE_LINE_H

#include "relay-client/agent/summary.h"
#include "relay-client/journal/journal_reader.h"
#include "relay-client/view/page.h"

/* One exchange as one row of a table, with its trouble explained on indented lines below:
 *
 *     TIME      OK   ID  REQUEST         EVENT                        STATUS     TOOK
 *     12:06:40  ✓   128  POST /callback  message.text "こんにちは"        200    12 ms
 *     12:06:41  ✗   129  POST /callback  follow                          401   0.4 ms
 *                        Signed with another channel's secret: ...
 *     12:06:42  ✓   130  POST /callback  follow guard, late              200    3.2 s
 *     12:06:50  ✓   131  POST /callback  follow inbox, pending           200
 *                        Attempt 3 failed, the next one is at 12:07:10: connection refused
 *
 * STATUS is what the sender got. */
struct exchange_line {
    uint64_t id, arrived_ms;
    struct span method, target;
    bool webhook;
    bool is_under_way; /* nothing is known of its answer yet */
    enum verdict verdict;
    struct span explanation; /* why the signature is wrong, or empty */
    struct span error;       /* why the handler gave no answer, or empty */
    unsigned status;         /* what the sender got; 0: none */
    enum journal_answerer by;
    unsigned bot_status; /* 0: the bot has said nothing so far */
    enum journal_outcome outcome;
    unsigned attempts;
    uint64_t next_ms; /* of the next attempt, 0: it waits for its turn */
    bool is_again;
    bool has_dead_token;
    uint64_t total_us, replay_of, duplicate_of;
    struct span event_type, message_type, event_text, user_id;
    size_t events_len;
    bool is_simulated;
    /* calls of the bot to LINE's API, as far as they are known by now */
    uint64_t calls_len;
    enum journal_calls_worst calls_worst;
};

/* Views: valid as long as what they were made from. */
struct exchange_line exchange_line_of_summary(const struct summary *s);
struct exchange_line exchange_line_of_row(const struct journal_row *row);

/* No answer, a 5xx of whoever answered or of the bot, an error of the handler, or set
 * aside; what is under way or tried again has not failed. */
bool exchange_line_is_failed(const struct exchange_line *x);

/* Widths of the columns, in terminal columns. */
struct exchange_layout {
    bool flows;     /* not a terminal: nothing is cut, times have a date, marks are words */
    size_t columns; /* of a line; 0 when it flows */
    size_t time, id, request, event, took;
    bool has_no_details;
    bool has_attempts; /* what is unfinished is explained nevertheless */
    size_t details_indent;
    size_t details_lines; /* 0: no limit */
};

/* For a terminal of that width, or 0 to flow; `id_max` is the largest id to come. */
void exchange_line_layout(struct exchange_layout *out, size_t columns, uint64_t id_max);
void exchange_line_heading(struct page *p, const struct exchange_layout *layout);
/* Each of the lines ends with a line feed, and takes at most `columns`. */
void exchange_line_print(struct page *p, const struct exchange_layout *layout,
                         const struct exchange_line *x);

#endif
