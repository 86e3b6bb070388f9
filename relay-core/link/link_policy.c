#include "base/container.h"
#include "link/link_handshake.h"

static const char *const answers[] = {
    [LINK_ANSWER_GUARD] = "guard", [LINK_ANSWER_NOW] = "now", [LINK_ANSWER_BOT] = "bot"};
static const char *const offlines[] = {
    [LINK_OFFLINE_KEEP] = "keep", [LINK_OFFLINE_REFUSE] = "refuse"};

const char *link_answer_text(enum link_answer a)
{
    return answers[a];
}

const char *link_offline_text(enum link_offline o)
{
    return offlines[o];
}

static bool find(struct span text, const char *const *words, size_t len, size_t *out)
{
    for (size_t i = 0; i < len; i++)
        if (span_is(text, span_text(words[i]))) {
            *out = i;
            return true;
        }
    return false;
}

bool link_answer_parse(struct span text, enum link_answer *out)
{
    size_t i;
    bool known = find(text, answers, ARRAY_LEN(answers), &i);

    if (known)
        *out = (enum link_answer)i;
    return known;
}

bool link_offline_parse(struct span text, enum link_offline *out)
{
    size_t i;
    bool known = find(text, offlines, ARRAY_LEN(offlines), &i);

    if (known)
        *out = (enum link_offline)i;
    return known;
}
