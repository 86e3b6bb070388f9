#include "relay-client/inspector/exchanges/exchange_finding_call.h"

#include "relay-client/inspector/exchanges/exchange_evidence_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/calls/call_verdict.h"
#include "relay-client/journal/lookup/journal_calls.h"

#define CALLS_MAX 1000u /* of one exchange that are looked at */

struct search {
    struct json_writer *w;
    const struct exchange_detail *d;
    enum journal_finding finding;
    uint64_t count, first;
};

static bool is_found(const struct search *s, const struct journal_call_row *row)
{
    const struct call_verdict verdict = {row->mode, row->status, row->is_sending, row->method,
                                         row->problem};

    return (call_verdict_findings(&verdict) >> s->finding & 1u) != 0;
}

static void call_members(struct search *s, const struct journal_call_row *row)
{
    uint64_t received_ms = exchange_row_json_received_ms(s->d->row);
    struct json_writer *w = s->w;

    exchange_json_member_id(w, "call", row->id);
    exchange_json_member_string(w, "operation", row->operation);
    json_writer_member_string(w, "path",
                              exchange_json_member_cut(row->target, EXCHANGE_ROW_JSON_PATH));
    exchange_json_member_number(w, "status", row->status);
    exchange_json_member_string(w, "problem", row->problem);
    json_writer_member_u64(w, "after_ms",
                           row->at_ms > received_ms ? row->at_ms - received_ms : 0);
}

static bool take(void *owner, const struct journal_call_row *row)
{
    struct search *s = owner;

    if (!is_found(s, row))
        return true;
    if (s->count++ == 0) {
        s->first = row->id;
        if (s->w)
            call_members(s, row);
    }
    return true;
}

/* A failing disk says so elsewhere. */
static bool find(struct search *s)
{
    enum err rc = journal_calls_rows(s->d->reader, s->d->row->id, CALLS_MAX, take, s);

    return !rc && s->count > 0;
}

void exchange_finding_call_params(struct json_writer *w, const struct exchange_detail *d,
                                  enum journal_finding f)
{
    struct search s = {.w = w, .d = d, .finding = f};

    if (find(&s))
        json_writer_member_u64(w, "count", s.count);
}

static void take_whole(void *owner, const struct journal_call_whole *call)
{
    struct json_writer *w = owner;

    if (call->row.explanation.len > 0)
        exchange_evidence_json_text(w, "error", call->row.explanation);
    if (call->answer_body.len > 0)
        exchange_evidence_json_text(w, "body", call->answer_body);
}

void exchange_finding_call_evidence(struct json_writer *w, const struct exchange_detail *d,
                                    enum journal_finding f)
{
    struct search s = {.d = d, .finding = f};
    enum err rc = find(&s) ? journal_calls_get(d->reader, s.first, take_whole, w) : OK;

    (void)rc; /* likewise */
}
