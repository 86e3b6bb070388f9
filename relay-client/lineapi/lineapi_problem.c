#include "relay-client/lineapi/lineapi_problem.h"

#include "base/container.h"

#include <stdio.h>

#define TOKEN_MS 60000u /* of a reply token, from the webhook */

static bool says(const struct lineapi_answered *a, const char *words)
{
    struct span what = span_text(words);

    return span_find_span(a->body, what) + what.len <= a->body.len;
}

static const char *problem_of_400(const struct lineapi_answered *a)
{
    bool is_reply = a->operation && a->operation->flags & LINEAPI_REPLY;

    if (!is_reply || !says(a, "Invalid reply token"))
        return "refused";
    if (!a->event)
        return "token_unknown";
    if (a->event->used_ms > 0)
        return "token_used";
    return a->now_ms > a->event->given_ms + TOKEN_MS ? "token_expired" : "token_foreign";
}

static const char *problem_of_404(const struct lineapi_answered *a)
{
    if (a->operation)
        return "refused";
    return a->is_method_wrong ? "wrong_method" : "unknown_path";
}

static const char *problem_of_refusal(const struct lineapi_answered *a)
{
    static const struct {
        unsigned status;
        const char *problem;
    } problems[] = {
        {401, "unauthorized"}, {405, "wrong_method"}, {409, "retry_key"},
        {413, "too_large"},    {415, "wrong_type"},   {429, "line_rate"},
    };

    if (a->status == 400)
        return problem_of_400(a);
    if (a->status == 404)
        return problem_of_404(a);
    for (size_t i = 0; i < ARRAY_LEN(problems); i++)
        if (problems[i].status == a->status)
            return problems[i].problem;
    return "refused";
}

const char *lineapi_problem_of(const struct lineapi_answered *a)
{
    if (a->status < 400)
        return NULL;
    return a->status >= 500 ? "line_error" : problem_of_refusal(a);
}

static const char *reason(enum err why)
{
    static const struct {
        enum err why;
        const char *text;
    } reasons[] = {
        {ERR_NOT_FOUND, "its name could not be resolved: is this machine online?"},
        {ERR_REFUSED, "the connection was refused: is there a firewall or a proxy?"},
        {ERR_TIMEOUT, "it did not answer in time"},
        {ERR_TLS, "its certificate is not trusted here: is there a proxy that opens TLS?"},
        {ERR_EOF,
         "it closed the connection without an answer; whether it has acted on the call "
         "is not known"},
        {ERR_PROTOCOL, "what it answered is not HTTP"},
        {ERR_BUSY, "too many calls are under way"},
        {ERR_CANCELLED, "Hookline is stopping"},
        {ERR_CLOSED, "Hookline is stopping"},
        {ERR_SYNTAX, "a request like this cannot be sent on"},
    };

    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].why == why)
            return reasons[i].text;
    return err_text(why);
}

void lineapi_problem_unreachable(char *out, size_t size, const char *url, enum err why)
{
    const char *because = reason(why);
    const char *end = span_ends(span_text(because), SPAN("?")) ? "" : ".";

    snprintf(out, size,
             "Hookline could not pass this call on to LINE (%.200s): %s%s Nothing was tried "
             "again.",
             url, because, end);
}
