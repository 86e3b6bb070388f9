#include "relay-client/view/call_words.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

#define NAME_MAX_LEN      200 /* shown of a path */
#define AGE_IN_SECONDS_MS 600000u

/* ---- what was called ---- */

static bool is_capital(struct span text, size_t at)
{
    return at < text.len && text.ptr[at] >= 'A' && text.ptr[at] <= 'Z';
}

static bool is_small(struct span text, size_t at)
{
    return at < text.len && text.ptr[at] >= 'a' && text.ptr[at] <= 'z';
}

/* "getProfile" is "get profile", "getAllLIFFApps" is "get all LIFF apps". */
static void spell(char buf[static CALL_WORDS_SIZE], struct span operation)
{
    size_t len = 0;

    for (size_t i = 0; i < operation.len && len + 2 < CALL_WORDS_SIZE; i++) {
        char c = operation.ptr[i];
        bool is_follower = i > 0 && is_capital(operation, i - 1);

        if (is_capital(operation, i) && (!is_follower || is_small(operation, i + 1))) {
            buf[len++] = ' ';
            if (is_small(operation, i + 1))
                c = (char)(c - 'A' + 'a');
        }
        buf[len++] = c;
    }
    buf[len] = '\0';
}

const char *call_words_name(char buf[static CALL_WORDS_SIZE], const struct call_words *w)
{
    static const char *const sent[] = {"replyMessage", "pushMessage"};
    int max = (int)(w->target.len < NAME_MAX_LEN ? w->target.len : NAME_MAX_LEN);

    if (w->operation.len == 0) {
        (void)snprintf(buf, CALL_WORDS_SIZE, "%.*s %.*s", (int)w->method.len, w->method.ptr,
                       max, w->target.ptr);
        return buf;
    }
    struct span name = w->operation;
    for (size_t i = 0; i < ARRAY_LEN(sent); i++)
        if (span_is(name, span_text(sent[i])))
            name.len -= strlen("Message");
    spell(buf, name);
    return buf;
}

/* ---- what went wrong ---- */

static const char *words_of(struct span problem)
{
    static const struct {
        const char *code, *words;
    } all[] = {
        {"token_expired", "the reply token has expired: LINE takes it for 60 s after the "
                          "webhook; reply sooner, or send with push"},
        {"token_used", "the reply token was used before: each takes one reply (of up to 5 "
                       "messages); send more with push"},
        {"token_unknown", "no webhook that came here has this reply token"},
        {"token_foreign", "the reply token belongs to another channel"},
        {"rate", "too many calls of this kind in a short time; wait, and try again"},
        {"quota", "the messages of this month are used up"},
        {"refused", "LINE does not take it as it is; its answer says why"},
        {"unauthorized", "the access token is missing, wrong, revoked or has expired"},
        {"assertion_key", "no key that is known here has signed the JWT assertion: give the "
                          "public one with --assertion-key, or with LINE WORKS the private "
                          "one with --works-key"},
        {"not_emulated", "Hookline does not emulate this; hookline line-api --unsupported "
                         "lists what else"},
        {"unknown_path", "LINE has no such path: is the SDK's base URL right?"},
        {"wrong_method", "LINE has this path, but not with this method"},
        {"not_json", "its body is not JSON"},
        {"wrong_type", "its Content-Type is not one that LINE takes here"},
        {"too_large", "its body is larger than LINE takes"},
        {"retry_key", "LINE has accepted this retry key before: it was not sent again"},
        {"line_rate", "LINE says that it gets too many calls; wait, and try again"},
        {"line_error", "LINE had a problem of its own; try again with the same retry key"},
        {"unreachable", "LINE could not be reached"},
        {"tls_on_http", "the SDK uses https for this port, which speaks http"},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (span_is(problem, span_text(all[i].code)))
            return all[i].words;
    return NULL;
}

/* A minute more or less matters: seconds. */
static const char *format_age(char *buf, size_t size, uint64_t ms)
{
    if (ms >= AGE_IN_SECONDS_MS)
        return text_duration(buf, size, ms * 1000);
    (void)snprintf(buf, size, "%u s", (unsigned)(ms / 1000));
    return buf;
}

static bool is_good(const struct call_words *w)
{
    return w->problem.len == 0 && w->mode != JOURNAL_CALL_FAILED && w->status > 0 &&
           w->status < 400;
}

const char *call_words_problem(char buf[static CALL_WORDS_SIZE], const struct call_words *w)
{
    const char *words = words_of(w->problem);
    char age[32];

    buf[0] = '\0';
    if (is_good(w))
        return buf;
    if (span_is(w->problem, SPAN("token_expired")) && w->after_ms > 0)
        (void)snprintf(buf, CALL_WORDS_SIZE,
                       "the reply token is %s old: LINE takes it for 60 s; reply sooner, or "
                       "send with push",
                       format_age(age, sizeof(age), w->after_ms));
    else if (w->explanation.len > 0)
        (void)snprintf(buf, CALL_WORDS_SIZE, "%.*s", (int)w->explanation.len,
                       w->explanation.ptr);
    else if (words)
        (void)snprintf(buf, CALL_WORDS_SIZE, "%s", words);
    else
        (void)snprintf(buf, CALL_WORDS_SIZE, "LINE does not take it");
    return buf;
}
