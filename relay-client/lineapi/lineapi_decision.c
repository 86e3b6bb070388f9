#include "relay-client/lineapi/lineapi_decision.h"

static struct lineapi_decision emulate(enum lineapi_decision_reason why)
{
    return (struct lineapi_decision){.why = why};
}

static struct lineapi_decision pass(enum lineapi_decision_reason why)
{
    return (struct lineapi_decision){.is_passed = true, .why = why};
}

static enum lineapi_decision_reason guard_reason(enum push_guard_reason guard)
{
    return guard == PUSH_GUARD_LEASE ? LINEAPI_GUARD_LEASE : LINEAPI_GUARD_REPLAY;
}

/* Of what could go to LINE: the reply token decides, for it says whom the call is for. */
static struct lineapi_decision decide_reply(const struct lineapi_decision_facts *f)
{
    switch (f->token) {
    case LINEAPI_TOKEN_OURS:
        return emulate(LINEAPI_OWN_TOKEN);
    case LINEAPI_TOKEN_OF_LINE:
        return pass(LINEAPI_LIVE_TOKEN);
    case LINEAPI_TOKEN_UNKNOWN:
    case LINEAPI_TOKEN_NONE:
        break;
    }
    if (f->guard != PUSH_GUARD_OFF && !f->live_push)
        return emulate(LINEAPI_DOUBTFUL_TOKEN);
    return pass(LINEAPI_LIVE);
}

static struct lineapi_decision decide_auto(const struct lineapi_decision_facts *f)
{
    if (!f->is_configured)
        return emulate(LINEAPI_NOT_CONFIGURED);
    if (f->is_known_here)
        return emulate(LINEAPI_KNOWN_HERE);
    if (f->has_own_id)
        return emulate(LINEAPI_OWN_ID);
    if (f->token != LINEAPI_TOKEN_NONE)
        return decide_reply(f);
    if (f->guard != PUSH_GUARD_OFF && !f->live_push && !f->is_harmless)
        return emulate(guard_reason(f->guard));
    return pass(LINEAPI_LIVE);
}

struct lineapi_decision lineapi_decision_make(const struct lineapi_decision_facts *f)
{
    if (!f->is_for_line)
        return emulate(LINEAPI_NOT_OF_LINE);
    switch (f->mode) {
    case LINEAPI_EMULATE:
        return emulate(LINEAPI_WANTED);
    case LINEAPI_PASS:
        return pass(LINEAPI_WANTED);
    case LINEAPI_AUTO:
        break;
    }
    return decide_auto(f);
}

const char *lineapi_decision_text(enum lineapi_decision_reason why)
{
    switch (why) {
    case LINEAPI_DOUBTFUL_TOKEN:
    case LINEAPI_GUARD_REPLAY:
        return "it was not sent to LINE: the bot handles a replayed or simulated event, or has "
               "within the last minute, and no real person is to hear of that (--live-push "
               "overrides)";
    case LINEAPI_GUARD_LEASE:
        return "it was not sent to LINE: the Conversation is open in the inspector, and no "
               "real "
               "person is to hear of what is tried there (--live-push overrides)";
    case LINEAPI_KNOWN_HERE:
    case LINEAPI_OWN_ID:
    case LINEAPI_OWN_TOKEN:
        return "it was not sent to LINE: what it names is Hookline's own, LINE has never heard "
               "of it";
    case LINEAPI_WANTED:
    case LINEAPI_NOT_OF_LINE:
    case LINEAPI_NOT_CONFIGURED:
    case LINEAPI_LIVE_TOKEN:
    case LINEAPI_LIVE:
        break;
    }
    return "";
}
