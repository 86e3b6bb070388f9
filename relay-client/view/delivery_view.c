#include "relay-client/view/delivery_view.h"

#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"

#include <stdio.h>

#define LABEL_COLUMNS 14u
#define TEXT_SIZE     256u
#define AT_ONCE_US    1000000u /* a guard that waits does so for longer */

static void line(struct page *p, const char *label, const char *text, size_t columns)
{
    page_paint(p, PAGE_FAINT);
    page_cell(p, span_text(label), LABEL_COLUMNS, PAGE_LEFT);
    page_paint(p, PAGE_PLAIN);
    page_wrapped(p, span_text(text),
                 (struct page_wrap){.indent = LABEL_COLUMNS, .columns = columns});
    page_text(p, "\n");
}

/* ---- LINE ---- */

static const char *record_suffix(char buf[static 64], const struct journal_row *row)
{
    char record[LINE_RECORD_SIZE];

    buf[0] = '\0';
    line_record_of(record, row);
    if (record[0] != '\0' && strcmp(record, "OK") != 0)
        (void)snprintf(buf, 64, ": LINE has recorded %s", record);
    return buf;
}

static void format_guard(char *buf, const struct journal_row *row)
{
    char took[32], after[48] = ", as far as is known here";
    const char *why = "the bot had not got it";

    if (row->answered_us > 0)
        (void)snprintf(after, sizeof(after), " after %s",
                       text_duration(took, sizeof(took), row->answered_us));
    if (row->bot_status > 0 && row->attempts <= 1 && row->answered_us < AT_ONCE_US)
        why = "it does not wait for the bot";
    else if (row->bot_status > 0)
        why = "the bot was not in time";
    (void)snprintf(buf, TEXT_SIZE, "%u from the relay%s: %s", row->status, after, why);
}

static void format_nobody(char *buf, const struct journal_row *row)
{
    if (!row->answered)
        (void)snprintf(buf, TEXT_SIZE, "no answer yet, as far as is known here");
    else if (row->crashes > 0)
        (void)snprintf(buf, TEXT_SIZE, "not known here: Hookline ended before it was told");
    else
        (void)snprintf(buf, TEXT_SIZE, "no answer: it was gone by then");
}

static const char *format_sender(char buf[static TEXT_SIZE], const struct journal_row *row)
{
    uint64_t us = row->answered_us > 0 ? row->answered_us : row->total_us;
    char took[32], suffix[64];

    text_duration(took, sizeof(took), us);
    switch (row->by) {
    case JOURNAL_BY_BOT:
        (void)snprintf(buf, TEXT_SIZE, "%u from the bot after %s%s", row->status, took,
                       record_suffix(suffix, row));
        break;
    case JOURNAL_BY_AGENT:
        (void)snprintf(buf, TEXT_SIZE, "%u from Hookline after %s%s", row->status, took,
                       record_suffix(suffix, row));
        break;
    case JOURNAL_BY_GUARD:
        format_guard(buf, row);
        break;
    case JOURNAL_BY_INBOX:
        (void)snprintf(buf, TEXT_SIZE,
                       "%u from the relay, which kept it while no agent could take it",
                       row->status);
        break;
    case JOURNAL_BY_NOBODY:
        format_nobody(buf, row);
        break;
    }
    return buf;
}

/* ---- the bot ---- */

static void format_said(char *buf, const struct journal_row *row)
{
    char took[32], attempt[48] = "";

    if (row->attempts > 1)
        (void)snprintf(attempt, sizeof(attempt), ", at attempt %u", row->attempts);
    (void)snprintf(buf, TEXT_SIZE, "said %u after %s%s", row->bot_status,
                   text_duration(took, sizeof(took), row->handler_us), attempt);
}

static void format_pending(char *buf, const struct journal_row *row)
{
    char next[LOCAL_TIME_SIZE], when[80] = "it waits for its turn";

    if (row->next_ms > 0)
        (void)snprintf(when, sizeof(when), "the next attempt is at %s",
                       local_time_stamp(next, row->next_ms));
    if (!row->answered)
        (void)snprintf(buf, TEXT_SIZE, "has not answered yet");
    else if (row->attempts == 0)
        (void)snprintf(buf, TEXT_SIZE, "has not been called yet: %s", when);
    else
        (void)snprintf(buf, TEXT_SIZE, "gave no answer at %u attempt%s: %s", row->attempts,
                       row->attempts == 1 ? "" : "s", when);
}

static const char *format_bot(char buf[static TEXT_SIZE], const struct journal_row *row)
{
    switch (row->outcome) {
    case JOURNAL_PENDING:
        format_pending(buf, row);
        return buf;
    case JOURNAL_ASIDE:
        (void)snprintf(buf, TEXT_SIZE, "gave no answer at %u attempt%s: set aside",
                       row->attempts, row->attempts == 1 ? "" : "s");
        return buf;
    case JOURNAL_DROPPED:
        (void)snprintf(buf, TEXT_SIZE, "does not get it: you dropped it");
        return buf;
    case JOURNAL_FINAL:
        break;
    }
    if (row->bot_status > 0)
        format_said(buf, row);
    else
        (void)snprintf(buf, TEXT_SIZE, "%s",
                       row->attempts > 0 ? "gave no answer" : "was not called");
    return buf;
}

/* ---- both ---- */

void delivery_view_print(struct page *p, const struct journal_row *row, size_t columns)
{
    char text[TEXT_SIZE], record[LINE_RECORD_SIZE];

    if (!row->webhook || row->replay_of > 0 || row->is_simulated)
        return;
    line(p, "LINE got", format_sender(text, row), columns);
    if (row->by != JOURNAL_BY_BOT || row->outcome != JOURNAL_FINAL)
        line(p, "The bot", format_bot(text, row), columns);
    if (line_record_without(record, row)[0] == '\0')
        return;
    (void)snprintf(text, sizeof(text), "LINE would have recorded %s", record);
    line(p, "Without us", text, columns);
}
