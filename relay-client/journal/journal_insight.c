#include "relay-client/journal/journal_insight.h"

#include "base/container.h"

static const char *const flags[] = {
    "late",      "replay",    "imported", "redelivery", "duplicate", "kept",      "pinned",
    NULL,        "multi",     "pending",  "pass",       "verify",    "problem",   "lost",
    "truncated", "withdrawn", NULL,       NULL,         NULL,        "simulated",
};
_Static_assert(ARRAY_LEN(flags) == JOURNAL_FLAGS, "a flag without a line");

static const struct {
    const char *code;
    enum journal_severity severity;
} findings[] = {
    [JOURNAL_FOUND_SIG_REWRITTEN] = {"sig_rewritten", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_OTHER_SECRET] = {"sig_other_secret", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_SECRET_SPACES] = {"sig_secret_spaces", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_NEWLINE] = {"sig_newline", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_CRLF] = {"sig_crlf", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_SHA1] = {"sig_sha1", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_HEX] = {"sig_hex", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_MALFORMED] = {"sig_malformed", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_MISSING] = {"sig_missing", JOURNAL_BAD},
    [JOURNAL_FOUND_SIG_UNKNOWN] = {"sig_unknown", JOURNAL_BAD},
    [JOURNAL_FOUND_SET_ASIDE] = {"set_aside", JOURNAL_BAD},
    [JOURNAL_FOUND_BOT_UNREACHABLE] = {"bot_unreachable", JOURNAL_BAD},
    [JOURNAL_FOUND_BOT_ERROR] = {"bot_error", JOURNAL_BAD},
    [JOURNAL_FOUND_BOT_REDIRECT] = {"bot_redirect", JOURNAL_BAD},
    [JOURNAL_FOUND_BOT_LATE_STRICT] = {"bot_late_strict", JOURNAL_BAD},
    [JOURNAL_FOUND_BOT_LATE] = {"bot_late", JOURNAL_WARN},
    [JOURNAL_FOUND_TOKEN_EXPIRED] = {"token_expired", JOURNAL_WARN},
    [JOURNAL_FOUND_BODY_NOT_JSON] = {"body_not_json", JOURNAL_WARN},
    [JOURNAL_FOUND_CHARSET] = {"charset", JOURNAL_WARN},
    [JOURNAL_FOUND_EVENT_DUPLICATE] = {"event_duplicate", JOURNAL_INFO},
    [JOURNAL_FOUND_EVENT_REDELIVERED] = {"event_redelivered", JOURNAL_INFO},
    [JOURNAL_FOUND_KEPT_LONG] = {"kept_long", JOURNAL_INFO},
    [JOURNAL_FOUND_EMPTY_EVENTS] = {"empty_events", JOURNAL_INFO},
    [JOURNAL_FOUND_SIG_PREVIOUS_SECRET] = {"sig_previous_secret", JOURNAL_INFO},
    [JOURNAL_FOUND_DESTINATION_OTHER] = {"destination_other", JOURNAL_INFO},
    [JOURNAL_FOUND_TOKEN_USED] = {"token_used", JOURNAL_BAD},
    [JOURNAL_FOUND_TOKEN_UNKNOWN] = {"token_unknown", JOURNAL_BAD},
    [JOURNAL_FOUND_API_REFUSED] = {"api_refused", JOURNAL_BAD},
    [JOURNAL_FOUND_API_RATE] = {"api_rate", JOURNAL_WARN},
    [JOURNAL_FOUND_ACCEPTS_BAD_SIGNATURE] = {"accepts_bad_signature", JOURNAL_BAD},
};
_Static_assert(ARRAY_LEN(findings) == JOURNAL_FINDINGS, "a finding without a line");

const char *journal_insight_flag_code(unsigned bit)
{
    return bit < JOURNAL_FLAGS ? flags[bit] : NULL;
}

const char *journal_insight_finding_code(enum journal_finding f)
{
    return findings[f].code;
}

bool journal_insight_finding_parse(struct span code, enum journal_finding *out)
{
    for (unsigned i = 0; i < JOURNAL_FINDINGS; i++) {
        if (!span_is(code, span_text(findings[i].code)))
            continue;
        *out = (enum journal_finding)i;
        return true;
    }
    return false;
}

enum journal_severity journal_insight_severity(enum journal_finding f)
{
    return findings[f].severity;
}

unsigned journal_insight_worst(uint64_t set)
{
    unsigned worst = JOURNAL_FINDINGS;

    for (unsigned i = 0; i < JOURNAL_FINDINGS; i++)
        if ((set >> i & 1) != 0 &&
            (worst == JOURNAL_FINDINGS || findings[i].severity < findings[worst].severity))
            worst = i;
    return worst;
}

bool journal_insight_next(uint64_t *set, enum journal_finding *out)
{
    unsigned worst = journal_insight_worst(*set);

    if (worst == JOURNAL_FINDINGS)
        return false;
    *set &= ~(UINT64_C(1) << worst);
    *out = (enum journal_finding)worst;
    return true;
}
