#include "relay-client/journal/calls/call_verdict.h"

#include "base/container.h"

enum journal_calls_worst call_verdict_worst(const struct call_verdict *v)
{
    if (v->mode == JOURNAL_CALL_FAILED || v->status == 0 || v->status >= 500)
        return JOURNAL_CALLS_FAILED;
    return v->status >= 400 && v->status != 409 ? JOURNAL_CALLS_REFUSED : JOURNAL_CALLS_GOOD;
}

static enum journal_finding finding_of(const struct call_verdict *v)
{
    static const struct {
        const char *problem;
        enum journal_finding finding;
    } all[] = {
        {"token_expired", JOURNAL_FOUND_TOKEN_EXPIRED},
        {"token_used", JOURNAL_FOUND_TOKEN_USED},
        {"token_unknown", JOURNAL_FOUND_TOKEN_UNKNOWN},
        {"token_foreign", JOURNAL_FOUND_TOKEN_UNKNOWN},
        {"rate", JOURNAL_FOUND_API_RATE},
        {"line_rate", JOURNAL_FOUND_API_RATE},
        {"quota", JOURNAL_FOUND_API_RATE},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (span_is(v->problem, span_text(all[i].problem)))
            return all[i].finding;
    return v->status == 429 ? JOURNAL_FOUND_API_RATE : JOURNAL_FOUND_API_REFUSED;
}

uint64_t call_verdict_findings(const struct call_verdict *v)
{
    bool is_plain = v->problem.len == 0 || span_is(v->problem, SPAN("refused"));
    bool is_absent = v->status == 404 && span_is(v->method, SPAN("GET")) && is_plain &&
                     v->mode != JOURNAL_CALL_FAILED;

    if (is_absent || call_verdict_worst(v) == JOURNAL_CALLS_GOOD)
        return 0;
    return UINT64_C(1) << finding_of(v);
}
