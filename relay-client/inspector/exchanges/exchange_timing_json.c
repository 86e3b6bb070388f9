#include "relay-client/inspector/exchanges/exchange_timing_json.h"

#include "relay-client/journal/insight/journal_findings.h"
#include "relay-client/journal/journal_insight.h"

static void timing(struct json_writer *w, const char *name, bool is_known, uint64_t us,
                   const char *clock)
{
    json_writer_key(w, name);
    if (!is_known) {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_key(w, "at");
    json_writer_double(w, (double)us / 1000.0);
    json_writer_member_text(w, "clock", clock);
    json_writer_object_end(w);
}

/* From the relay to here.  What looks too long was no way but a difference of clocks, unless
 * it was kept (journal_findings.h). */
static uint64_t transit_us(const struct journal_row *row)
{
    bool is_kept = row->was_answered || row->by == JOURNAL_BY_INBOX;
    uint64_t ms = row->received_ms > 0 && row->arrived_ms > row->received_ms
                      ? row->arrived_ms - row->received_ms
                      : 0;

    return is_kept || ms <= JOURNAL_FINDINGS_TRANSIT_MS ? ms * 1000 : 0;
}

static bool was_called(const struct journal_row *row)
{
    return row->bot_status > 0 || row->called_us > 0 || row->attempts > 0;
}

void exchange_timing_json_member(struct json_writer *w, const struct journal_row *row)
{
    uint64_t arrived_us = transit_us(row);
    uint64_t called_us = row->called_us > 0 ? row->called_us : row->stored_us;
    bool is_ours = row->by == JOURNAL_BY_BOT || row->by == JOURNAL_BY_AGENT;

    json_writer_key(w, "timings");
    json_writer_object(w);
    timing(w, "received", row->received_ms > 0, 0, "relay");
    timing(w, "arrived", true, arrived_us, "agent");
    timing(w, "stored", row->stored_us > 0, arrived_us + row->stored_us, "agent");
    timing(w, "called", was_called(row), arrived_us + called_us, "agent");
    timing(w, "bot_done", row->bot_status > 0, arrived_us + row->handler_us, "agent");
    timing(w, "line_answered", row->has_line, row->line_us, is_ours ? "agent" : "relay");
    json_writer_object_end(w);
}
