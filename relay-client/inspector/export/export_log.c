#include "relay-client/inspector/export/export_log.h"

#include "base/text.h"
#include "relay-client/journal/journal_insight.h"

#include <stdio.h>

bool export_log_has(const struct journal_row *row)
{
    return row->webhook && row->replay_of == 0 && !(row->flags & JOURNAL_FLAG_IMPORTED);
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

/* Without an answer the last column is empty. */
enum err export_log_webhook(struct bytes *out, const struct journal_row *row)
{
    struct span path = span_slice(row->target, 0, span_find(row->target, '?'));
    char time[40], status[16] = "";
    enum err rc = put(out, row->peer, "\t");

    if (row->status > 0)
        (void)snprintf(status, sizeof status, "%u", row->status);
    if (rc == OK)
        rc = put(out, span_text(text_time(time, sizeof time, row->received_ms)), "\t");
    if (rc == OK)
        rc = put(out, row->method, "\t");
    if (rc == OK)
        rc = put(out, path, "\t");
    return rc == OK ? put(out, span_text(status), "\n") : rc;
}
