#include "relay-client/lineapi/lineapi_decision.h"

#include "base/container.h"
#include "check.h"

/* Every way that the facts can be, against the rules as they are written in docs/line-api.md:
 * a second, slower reading of them. */
static bool may_reach_line(const struct lineapi_decision_facts *f)
{
    bool is_own = f->is_known_here || f->has_own_id || f->token == LINEAPI_TOKEN_OURS;
    bool is_guarded = f->guard != PUSH_GUARD_OFF && !f->live_push;
    bool is_live_reply = f->token == LINEAPI_TOKEN_OF_LINE;
    bool is_reply = f->token != LINEAPI_TOKEN_NONE;

    if (!f->is_for_line || f->mode == LINEAPI_EMULATE)
        return false;
    if (f->mode == LINEAPI_PASS)
        return true;
    if (!f->is_configured || is_own)
        return false;
    if (is_live_reply)
        return true;
    return !is_guarded || (f->is_harmless && !is_reply);
}

struct tally {
    unsigned all, passed;
};

static void look(const struct lineapi_decision_facts *f, struct tally *t)
{
    struct lineapi_decision d = lineapi_decision_make(f);

    CHECK_EQ(d.is_passed, may_reach_line(f));
    t->all++;
    t->passed += d.is_passed;
}

static void look_at_flags(struct lineapi_decision_facts f, struct tally *t)
{
    for (unsigned bits = 0; bits < 64; bits++) {
        f.is_configured = bits & 1;
        f.live_push = bits & 2;
        f.is_for_line = bits & 4;
        f.is_known_here = bits & 8;
        f.has_own_id = bits & 16;
        f.is_harmless = bits & 32;
        look(&f, t);
    }
}

static void test_all(void)
{
    struct tally t = {0};

    for (enum lineapi_mode mode = LINEAPI_AUTO; mode <= LINEAPI_PASS; mode++)
        for (enum lineapi_token token = LINEAPI_TOKEN_NONE; token <= LINEAPI_TOKEN_UNKNOWN;
             token++)
            for (enum push_guard_reason guard = PUSH_GUARD_OFF; guard <= PUSH_GUARD_LEASE;
                 guard++)
                look_at_flags((struct lineapi_decision_facts){.mode = mode,
                                                              .token = token,
                                                              .guard = guard},
                              &t);
    CHECK_EQ(t.all, 3 * 4 * 3 * 64);
    CHECK(t.passed > 0 && t.passed < t.all);
}

#define LIVE .mode = LINEAPI_AUTO, .is_configured = true, .is_for_line = true

/* And the reasons, one for each. */
static const struct {
    const char *what;
    struct lineapi_decision_facts facts;
    bool is_passed;
    enum lineapi_decision_reason why;
} table[] = {
    {"forced here",
     {.mode = LINEAPI_EMULATE, .is_configured = true, .is_for_line = true, .live_push = true},
     false,
     LINEAPI_WANTED},
    {"forced on, even with our own token",
     {.mode = LINEAPI_PASS,
      .is_for_line = true,
      .is_known_here = true,
      .has_own_id = true,
      .token = LINEAPI_TOKEN_OURS,
      .guard = PUSH_GUARD_REPLAY},
     true,
     LINEAPI_WANTED},
    {"LINE WORKS stays here in every mode",
     {.mode = LINEAPI_PASS, .is_configured = true},
     false,
     LINEAPI_NOT_OF_LINE},
    {"no credentials",
     {.mode = LINEAPI_AUTO, .is_for_line = true, .is_harmless = true},
     false,
     LINEAPI_NOT_CONFIGURED},
    {"no credentials, and a token of LINE",
     {.mode = LINEAPI_AUTO, .is_for_line = true, .token = LINEAPI_TOKEN_OF_LINE},
     false,
     LINEAPI_NOT_CONFIGURED},
    {"our rich menu",
     {LIVE, .is_known_here = true, .live_push = true},
     false,
     LINEAPI_KNOWN_HERE},
    {"our rich menu, read",
     {LIVE, .is_known_here = true, .is_harmless = true},
     false,
     LINEAPI_KNOWN_HERE},
    {"a test user", {LIVE, .has_own_id = true, .live_push = true}, false, LINEAPI_OWN_ID},
    {"reply to a replay",
     {LIVE, .token = LINEAPI_TOKEN_OURS, .live_push = true},
     false,
     LINEAPI_OWN_TOKEN},
    {"reply to a replay, a day later",
     {LIVE, .token = LINEAPI_TOKEN_OURS},
     false,
     LINEAPI_OWN_TOKEN},
    {"reply to LINE", {LIVE, .token = LINEAPI_TOKEN_OF_LINE}, true, LINEAPI_LIVE_TOKEN},
    {"reply to LINE while a replay is handled",
     {LIVE, .token = LINEAPI_TOKEN_OF_LINE, .guard = PUSH_GUARD_REPLAY},
     true,
     LINEAPI_LIVE_TOKEN},
    {"reply with a token of a test user's event that LINE signed",
     {LIVE, .token = LINEAPI_TOKEN_OF_LINE, .has_own_id = true},
     false,
     LINEAPI_OWN_ID},
    {"unknown token", {LIVE, .token = LINEAPI_TOKEN_UNKNOWN}, true, LINEAPI_LIVE},
    {"unknown token, guarded",
     {LIVE, .token = LINEAPI_TOKEN_UNKNOWN, .guard = PUSH_GUARD_LEASE},
     false,
     LINEAPI_DOUBTFUL_TOKEN},
    {"unknown token, guarded, and a row that calls itself harmless",
     {LIVE, .token = LINEAPI_TOKEN_UNKNOWN, .guard = PUSH_GUARD_REPLAY, .is_harmless = true},
     false,
     LINEAPI_DOUBTFUL_TOKEN},
    {"unknown token, guarded, --live-push",
     {LIVE, .token = LINEAPI_TOKEN_UNKNOWN, .guard = PUSH_GUARD_REPLAY, .live_push = true},
     true,
     LINEAPI_LIVE},
    {"push", {LIVE}, true, LINEAPI_LIVE},
    {"push after a replay", {LIVE, .guard = PUSH_GUARD_REPLAY}, false, LINEAPI_GUARD_REPLAY},
    {"push while somebody writes in the Conversation",
     {LIVE, .guard = PUSH_GUARD_LEASE},
     false,
     LINEAPI_GUARD_LEASE},
    {"push after a replay, --live-push",
     {LIVE, .guard = PUSH_GUARD_REPLAY, .live_push = true},
     true,
     LINEAPI_LIVE},
    {"profile after a replay",
     {LIVE, .guard = PUSH_GUARD_REPLAY, .is_harmless = true},
     true,
     LINEAPI_LIVE},
};

static void test_reasons(void)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct lineapi_decision d = lineapi_decision_make(&table[i].facts);
        (void)fprintf(stderr, "  %s\n", table[i].what);
        CHECK_EQ(d.is_passed, table[i].is_passed);
        CHECK_EQ(d.why, table[i].why);
    }
}

/* What stays here though LINE could have it is explained, nothing else is. */
static void test_texts(void)
{
    for (enum lineapi_decision_reason why = LINEAPI_WANTED; why <= LINEAPI_LIVE; why++) {
        bool is_explained = why == LINEAPI_KNOWN_HERE || why == LINEAPI_OWN_ID ||
                            why == LINEAPI_OWN_TOKEN || why == LINEAPI_DOUBTFUL_TOKEN ||
                            why == LINEAPI_GUARD_REPLAY || why == LINEAPI_GUARD_LEASE;
        CHECK_EQ(*lineapi_decision_text(why) != '\0', is_explained);
    }
}

CHECK_MAIN(TEST(test_all), TEST(test_reasons), TEST(test_texts))
