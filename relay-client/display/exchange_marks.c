#include "relay-client/display/exchange_marks.h"

#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define ERROR_MAX 600u /* shown of it; the journal has the whole */

bool exchange_marks_is_unfinished(const struct exchange_line *x)
{
    return !x->is_under_way && (x->outcome == JOURNAL_PENDING || x->outcome == JOURNAL_ASIDE);
}

/* ---- marks ---- */

static void add(char *buf, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(char *buf, size_t size, const char *format, ...)
{
    size_t len = strlen(buf);
    va_list args;

    if (len > 0)
        len += (size_t)snprintf(buf + len, size - len, ", ");
    va_start(args, format);
    (void)vsnprintf(buf + len, size - len, format, args);
    va_end(args);
}

static const char *answerer_mark(enum journal_answerer by)
{
    switch (by) {
    case JOURNAL_BY_GUARD:
        return "guard";
    case JOURNAL_BY_INBOX:
        return "inbox";
    case JOURNAL_BY_NOBODY:
    case JOURNAL_BY_BOT:
    case JOURNAL_BY_AGENT:
        break;
    }
    return NULL;
}

/* Somebody else had answered the sender, and that is not clear without saying so. */
static bool is_late(const struct exchange_line *x)
{
    if (x->by == JOURNAL_BY_AGENT)
        return x->bot_status > 0;
    return x->by == JOURNAL_BY_GUARD && x->bot_status > 0 && x->total_us > LINE_RECORD_LATE_US;
}

static const char *outcome_mark(const struct exchange_line *x)
{
    switch (x->outcome) {
    case JOURNAL_PENDING:
        return "pending";
    case JOURNAL_ASIDE:
        return "set aside";
    case JOURNAL_DROPPED:
        return "dropped";
    case JOURNAL_FINAL:
        break;
    }
    return is_late(x) ? "late" : NULL;
}

static bool is_good(unsigned status)
{
    return status >= 200 && status <= 299;
}

const char *exchange_marks_format(char *buf, size_t size, const struct exchange_line *x)
{
    const char *by = answerer_mark(x->by);
    const char *outcome = x->is_under_way ? NULL : outcome_mark(x);

    buf[0] = '\0';
    if (by)
        add(buf, size, "%s", by);
    if (outcome)
        add(buf, size, "%s", outcome);
    if (x->bot_status > 0 && !is_good(x->bot_status) && x->by != JOURNAL_BY_BOT &&
        x->bot_status != x->status)
        add(buf, size, "bot %u", x->bot_status);
    if (x->duplicate_of > 0)
        add(buf, size, "duplicate of %" PRIu64, x->duplicate_of);
    if (x->has_dead_token)
        add(buf, size, "token expired");
    return buf;
}

/* ---- attempts ---- */

static void format_next(char *buf, size_t size, uint64_t next_ms)
{
    char text[LOCAL_TIME_SIZE];

    if (next_ms > 0)
        (void)snprintf(buf, size, "the next one is at %s", local_time_clock(text, next_ms));
    else
        (void)snprintf(buf, size, "it waits for its turn");
}

const char *exchange_marks_attempts(char *buf, size_t size, const struct exchange_line *x)
{
    int len = (int)(x->error.len < ERROR_MAX ? x->error.len : ERROR_MAX);
    const char *colon = len > 0 ? ": " : ".";
    char next[80];

    format_next(next, sizeof(next), x->next_ms);
    if (x->outcome == JOURNAL_ASIDE)
        (void)snprintf(buf, size, "Set aside after %u attempt%s%s%.*s", x->attempts,
                       x->attempts == 1 ? "" : "s", colon, len, x->error.ptr);
    else if (x->attempts == 0)
        (void)snprintf(buf, size, "The bot has not been called yet, %s%s%.*s", next, colon, len,
                       x->error.ptr);
    else
        (void)snprintf(buf, size, "Attempt %u failed, %s%s%.*s", x->attempts, next, colon, len,
                       x->error.ptr);
    return buf;
}
