#include "base/container.h"
#include "link/link_handshake.h"

static const char *const words[] = {
    [LINK_ANSWER_GUARD] = "guard", [LINK_ANSWER_NOW] = "now", [LINK_ANSWER_BOT] = "bot"};

const char *link_answer_text(enum link_answer a)
{
    return words[a];
}

bool link_answer_parse(struct span text, enum link_answer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_is(text, span_text(words[i]))) {
            *out = (enum link_answer)i;
            return true;
        }
    return false;
}
