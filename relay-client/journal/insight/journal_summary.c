#include "relay-client/journal/insight/journal_summary.h"

#include "relay-client/journal/insight/journal_findings.h"
#include "relay-client/journal/journal_row.h"

#define CAUSE JOURNAL_ROW_COLUMNS_LEN /* the column behind them */

enum err journal_summary_init(struct journal_summary *s, struct database *db)
{
    *s = (struct journal_summary){0};
    enum err rc = statement_init(&s->load, db,
                                 "SELECT " JOURNAL_ROW_COLUMNS ", a.cause"
                                 " FROM " JOURNAL_ROW_TABLES " WHERE x.id = ?");
    if (!rc)
        rc = statement_init(&s->store, db,
                            "INSERT INTO summary (exchange, flags, findings,"
                            "  verdict, line_status, answered_by, bot_status, took_us, line_us,"
                            "  kept_ms) VALUES (?,?,?,?,?,?,?,?,?,?)"
                            " ON CONFLICT (exchange) DO UPDATE SET flags = excluded.flags,"
                            "  findings = excluded.findings, verdict = excluded.verdict,"
                            "  line_status = excluded.line_status,"
                            "  answered_by = excluded.answered_by,"
                            "  bot_status = excluded.bot_status, took_us = excluded.took_us,"
                            "  line_us = excluded.line_us, kept_ms = excluded.kept_ms");
    return rc;
}

void journal_summary_fini(struct journal_summary *s)
{
    statement_fini(&s->load);
    statement_fini(&s->store);
}

static enum err store(struct statement *s, const struct journal_row *row)
{
    statement_bind_u64(s, 1, row->id);
    statement_bind_u64(s, 2, row->flags);
    statement_bind_u64(s, 3, row->findings);
    statement_bind_u64(s, 4, row->verdict);
    statement_bind_u64(s, 5, row->status);
    statement_bind_u64(s, 6, row->by);
    statement_bind_u64(s, 7, row->bot_status);
    if (row->has_took)
        statement_bind_u64(s, 8, row->took_us);
    if (row->has_line)
        statement_bind_u64(s, 9, row->line_us);
    if (row->flags & JOURNAL_FLAG_KEPT)
        statement_bind_u64(s, 10, row->kept_ms);
    return statement_run(s);
}

/* As journal_row_read has it of one without an answer. */
static struct journal_row row_of(const struct journal_entry *e)
{
    const struct journal_request *r = &e->request;

    return (struct journal_row){
        .id = e->exchange,
        .received_ms = r->received_ms,
        .arrived_ms = r->arrived_ms,
        .webhook = r->webhook,
        .replay_of = r->replay_of,
        .is_simulated = r->is_simulated,
        .duplicate_of = e->duplicate_of,
        .body_truncated = r->body_truncated,
        .was_answered = r->answered > 0,
        .flags = (e->is_imported ? (uint32_t)JOURNAL_FLAG_IMPORTED : 0) |
                 (r->is_simulated ? (uint32_t)JOURNAL_FLAG_SIMULATED : 0),
        .status = r->answered,
        .by = r->answered > 0 ? JOURNAL_BY_INBOX : JOURNAL_BY_NOBODY,
        .outcome = r->webhook && r->replay_of == 0 && !r->is_simulated ? JOURNAL_PENDING
                                                                       : JOURNAL_FINAL,
    };
}

enum err journal_summary_insert(struct journal_summary *s, const struct journal_entry *e,
                                const struct line_batch *batch)
{
    struct journal_row row = row_of(e);
    struct journal_findings_content content = {batch, e->request.body, e->content_type};

    if (row.webhook && !row.body_truncated)
        journal_findings_read(&row, &content);
    journal_findings_derive(&row, SPAN(""));
    return store(&s->store, &row);
}

static bool may_take_back(const struct journal_row *row)
{
    bool has_unsend = span_is(row->event_type, SPAN("unsend")) || row->events_len > 1;

    return has_unsend && (row->verdict == VERDICT_VALID || row->verdict == VERDICT_UNCHECKED) &&
           !(row->flags & JOURNAL_FLAG_IMPORTED);
}

/* With bits that the summary lacks so far. */
static enum err refresh(struct journal_summary *s, uint64_t exchange, uint32_t flags,
                        uint64_t findings, bool *takes_back)
{
    struct journal_row row = {0};
    bool has_row = false;

    statement_bind_u64(&s->load, 1, exchange);
    enum err rc = statement_step(&s->load, &has_row);
    if (!rc && has_row) {
        journal_row_read(&s->load, &row);
        row.flags |= flags;
        row.findings |= findings;
        journal_findings_derive(&row, statement_span(&s->load, CAUSE));
        rc = store(&s->store, &row);
    }
    *takes_back = row.answered && may_take_back(&row);
    statement_reset(&s->load);
    return rc;
}

enum err journal_summary_refresh(struct journal_summary *s, uint64_t exchange, bool is_now,
                                 bool *takes_back)
{
    return refresh(s, exchange, is_now ? JOURNAL_FLAG_NOW : 0, 0, takes_back);
}

enum err journal_summary_restore(struct journal_summary *s, uint64_t exchange, uint32_t flags,
                                 uint64_t findings)
{
    bool takes_back;

    return refresh(s, exchange, flags, findings, &takes_back);
}
