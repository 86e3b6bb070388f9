#include "base/container.h"
#include "link/link_handshake.h"

static const char *const words[] = {
    [LINK_OFFLINE_KEEP] = "keep", [LINK_OFFLINE_REFUSE] = "refuse"};

const char *link_offline_text(enum link_offline o)
{
    return words[o];
}

bool link_offline_parse(struct span text, enum link_offline *out)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_is(text, span_text(words[i]))) {
            *out = (enum link_offline)i;
            return true;
        }
    return false;
}
