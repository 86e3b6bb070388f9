#include "relay-client/display/exchange_marks.h"

#include "relay-client/view/line_record.h"
#include "relay-client/view/local_time.h"

#include <inttypes.h>
#include <stdio.h>

#define ERROR_MAX 600u /* shown of it; the journal has the whole */

bool exchange_marks_is_unfinished(const struct exchange_line *x)
{
    return !x->is_under_way && (x->outcome == JOURNAL_PENDING || x->outcome == JOURNAL_ASIDE);
}

/* ---- marks ---- */

/* Nothing for NULL. */
static void add(char *buf, size_t size, const char *mark)
{
    size_t len = strlen(buf);

    if (mark)
        (void)snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "", mark);
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

static const char *calls_mark(enum journal_calls_worst worst)
{
    switch (worst) {
    case JOURNAL_CALLS_NONE:
    case JOURNAL_CALLS_GOOD:
        break;
    case JOURNAL_CALLS_REFUSED:
        return "call refused";
    case JOURNAL_CALLS_FAILED:
        return "call failed";
    }
    return NULL;
}

static bool is_good(unsigned status)
{
    return status >= 200 && status <= 299;
}

static bool is_worth_saying(const struct exchange_line *x)
{
    return x->bot_status > 0 && !is_good(x->bot_status) && x->by != JOURNAL_BY_BOT &&
           x->bot_status != x->status;
}

const char *exchange_marks_format(char *buf, size_t size, const struct exchange_line *x)
{
    char bot[24], duplicate[40];

    (void)snprintf(bot, sizeof(bot), "bot %u", x->bot_status);
    (void)snprintf(duplicate, sizeof(duplicate), "duplicate of %" PRIu64, x->duplicate_of);
    buf[0] = '\0';
    add(buf, size, answerer_mark(x->by));
    add(buf, size, x->is_under_way ? NULL : outcome_mark(x));
    add(buf, size, is_worth_saying(x) ? bot : NULL);
    add(buf, size, x->duplicate_of > 0 ? duplicate : NULL);
    add(buf, size, x->has_dead_token ? "token expired" : NULL);
    add(buf, size, calls_mark(x->calls_worst));
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
