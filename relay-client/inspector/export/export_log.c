#include "relay-client/inspector/export/export_log.h"

#include "base/text.h"
#include "relay-client/journal/journal_insight.h"

#include <stdio.h>

bool export_log_has(const struct journal_row *row)
{
    return row->webhook && row->replay_of == 0 &&
           !(row->flags & (JOURNAL_FLAG_IMPORTED | JOURNAL_FLAG_SIMULATED));
}

/* A tab would be another column, a line feed another line; a program for tables takes what
 * begins so for a formula. */
static bool is_harmless(struct span value)
{
    if (value.len > 0 && strchr("=+-@", value.ptr[0]))
        return false;
    return span_find(value, '\t') == value.len && span_find(value, '\n') == value.len &&
           span_find(value, '\r') == value.len;
}

static enum err put(struct bytes *out, struct span value, const char *behind)
{
    enum err rc = is_harmless(value) ? OK : bytes_append_text(out, "'");

    if (rc == OK)
        rc = text_append_escaped(out, value);
    return rc == OK ? bytes_append_text(out, behind) : rc;
}

/* Time, method, path and status; without an answer the last column is empty. */
static enum err put_rest(struct bytes *out, uint64_t at_ms, struct span method,
                         struct span target, unsigned status)
{
    struct span path = span_slice(target, 0, span_find(target, '?'));
    char time[40], number[16] = "";

    if (status > 0)
        (void)snprintf(number, sizeof number, "%u", status);
    enum err rc = put(out, span_text(text_time(time, sizeof time, at_ms)), "\t");
    if (rc == OK)
        rc = put(out, method, "\t");
    if (rc == OK)
        rc = put(out, path, "\t");
    return rc == OK ? put(out, span_text(number), "\n") : rc;
}

enum err export_log_webhook(struct bytes *out, const struct journal_row *row)
{
    enum err rc = put(out, row->peer, "\t");

    return rc == OK ? put_rest(out, row->received_ms, row->method, row->target, row->status)
                    : rc;
}

enum err export_log_call(struct bytes *out, const struct journal_call_row *row)
{
    enum err rc = put(out, row->request_id, "\t");

    return rc == OK ? put_rest(out, row->at_ms, row->method, row->target, row->status) : rc;
}
