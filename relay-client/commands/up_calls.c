#include "relay-client/commands/up_calls.h"

#include "relay-client/view/call_words.h"

#include <inttypes.h>
#include <stdio.h>

#define NOTE_SIZE (2 * CALL_WORDS_SIZE + 64)

static struct call_words words_of(const struct journal_news_call *news)
{
    const struct journal_call *call = news->call;
    bool has_age = news->received_ms > 0 && call->at_ms > news->received_ms;

    return (struct call_words){
        .operation = span_text(call->operation),
        .method = news->method,
        .target = news->target,
        .problem = span_text(call->problem),
        .explanation = span_text(call->explanation),
        .mode = call->mode,
        .status = news->status,
        .after_ms = has_age ? call->at_ms - news->received_ms : 0,
    };
}

static void note(struct up_calls *u, const struct journal_news_call *news,
                 const struct call_words *words, const char *problem)
{
    char name[CALL_WORDS_SIZE], text[NOTE_SIZE], whose[48] = "";

    if (news->exchange > 0)
        (void)snprintf(whose, sizeof(whose), " (exchange %" PRIu64 ")", news->exchange);
    (void)snprintf(text, sizeof(text), "%s %s: %s%s", call_words_name(name, words),
                   news->call->mode == JOURNAL_CALL_FAILED || news->status >= 500 ? "failed"
                                                                                  : "refused",
                   problem, whose);
    display_note(u->display, text);
}

static void on_call(void *owner, const struct journal_news_call *news)
{
    struct up_calls *u = owner;
    const struct call_words words = words_of(news);
    char problem[CALL_WORDS_SIZE];

    if (call_words_problem(problem, &words)[0] == '\0')
        return;
    if (news->call->at_ms / 1000 != u->second) {
        u->second = news->call->at_ms / 1000;
        u->len = 0;
    }
    if (u->len < UP_CALLS_MAX)
        note(u, news, &words, problem);
    else if (u->len == UP_CALLS_MAX)
        display_note(u->display, "more calls to LINE's API were refused; hookline list "
                                 "'api-status:>=400' has them");
    u->len++;
}

void up_calls_watch(struct up_calls *u, struct journal *j, struct display *d)
{
    *u = (struct up_calls){.display = d};
    journal_watch_calls(j, on_call, u);
}
