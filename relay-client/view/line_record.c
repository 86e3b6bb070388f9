#include "relay-client/view/line_record.h"

#include "codec/line/line_reply_token.h"

#include <stdio.h>

/* ---- the statistics ---- */

static const char *of_status(char buf[static LINE_RECORD_SIZE], unsigned status,
                             uint64_t after_us)
{
    if (after_us > LINE_RECORD_TIMEOUT_US)
        (void)snprintf(buf, LINE_RECORD_SIZE, "request_timeout");
    else if (status >= 200 && status <= 299)
        (void)snprintf(buf, LINE_RECORD_SIZE, "OK");
    else
        (void)snprintf(buf, LINE_RECORD_SIZE, "error_status_code %u", status);
    return buf;
}

const char *line_record_of(char buf[static LINE_RECORD_SIZE], const struct journal_row *row)
{
    uint64_t after_us = row->answered_us > 0 ? row->answered_us : row->total_us;

    buf[0] = '\0';
    switch (row->by) {
    case JOURNAL_BY_BOT:
    case JOURNAL_BY_AGENT:
        return row->answered ? of_status(buf, row->status, after_us) : buf;
    case JOURNAL_BY_GUARD:
    case JOURNAL_BY_INBOX: /* in time: that is what they are for */
        return of_status(buf, row->status, 0);
    case JOURNAL_BY_NOBODY:
        break;
    }
    return buf;
}

/* The first attempt is what LINE would have met. */
static const char *of_bot(char buf[static LINE_RECORD_SIZE], const struct journal_row *row)
{
    if (row->is_unreachable)
        (void)snprintf(buf, LINE_RECORD_SIZE, "could_not_connect");
    else if (row->attempts > 1 || (row->attempts > 0 && row->bot_status == 0))
        (void)snprintf(buf, LINE_RECORD_SIZE, "request_timeout");
    else if (row->bot_status > 0)
        return of_status(buf, row->bot_status, row->handler_us);
    return buf;
}

const char *line_record_without(char buf[static LINE_RECORD_SIZE],
                                const struct journal_row *row)
{
    buf[0] = '\0';
    switch (row->by) {
    case JOURNAL_BY_GUARD:
        return of_bot(buf, row);
    case JOURNAL_BY_INBOX: /* nothing was there to take it */
        (void)snprintf(buf, LINE_RECORD_SIZE, "could_not_connect");
        break;
    case JOURNAL_BY_NOBODY:
    case JOURNAL_BY_BOT:
    case JOURNAL_BY_AGENT:
        break;
    }
    return buf;
}

/* ---- reply tokens ---- */

/* When the bot got it, since arrival; false: it has not. */
static bool find_handover(const struct journal_row *row, uint64_t *us)
{
    if (row->bot_status == 0 && (row->outcome != JOURNAL_FINAL || row->attempts == 0))
        return false;
    *us = row->called_us > 0 ? row->called_us : row->stored_us;
    return true;
}

/* LINE's receipt by our own clock, unless it waited elsewhere before it came here.  What is
 * replayed was received when its event happened, or little later. */
static uint64_t receipt_ms(const struct journal_row *row, uint64_t event_ms)
{
    if (row->replay_of > 0 && event_ms > 0)
        return event_ms;
    return row->was_answered && row->received_ms > 0 ? row->received_ms : row->arrived_ms;
}

bool line_record_is_token_dead(const struct journal_row *row, uint64_t event_ms,
                               bool is_redelivery, uint64_t at_ms)
{
    uint64_t us = 0;

    if (find_handover(row, &us))
        at_ms = row->arrived_ms + us / 1000;
    else if (row->outcome != JOURNAL_PENDING && row->outcome != JOURNAL_ASIDE)
        return false;
    return line_reply_token_is_dead(event_ms, is_redelivery, receipt_ms(row, event_ms), at_ms);
}

bool line_record_was_token_dead(const struct journal_row *row)
{
    uint64_t us = 0;

    return row->has_reply_token && find_handover(row, &us) &&
           line_record_is_token_dead(row, row->event_ms, row->is_redelivery, 0);
}
