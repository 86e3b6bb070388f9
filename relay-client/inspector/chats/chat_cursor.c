#include "relay-client/inspector/chats/chat_cursor.h"

#include <inttypes.h>
#include <stdio.h>

#define DIGITS_MAX 16u /* of all that is counted here */

static bool parse_number(struct span text, uint64_t *out)
{
    return text.len <= DIGITS_MAX && span_parse_u64(text, out);
}

bool chat_cursor_parse(struct span text, struct chat_cursor *out)
{
    struct span rest = span_slice(text, 1, text.len);
    size_t dot = span_find(rest, '.');

    *out = (struct chat_cursor){.is_call = span_starts(text, SPAN("c"))};
    if (!out->is_call)
        return span_starts(text, SPAN("e")) && parse_number(rest, &out->event) &&
               out->event > 0;
    return dot < rest.len && parse_number(span_slice(rest, 0, dot), &out->place) &&
           parse_number(span_slice(rest, dot + 1, rest.len), &out->call) && out->call > 0;
}

void chat_cursor_format(const struct chat_cursor *c, char out[static CHAT_CURSOR_SIZE])
{
    if (c->is_call)
        (void)snprintf(out, CHAT_CURSOR_SIZE, "c%" PRIu64 ".%" PRIu64, c->place, c->call);
    else
        (void)snprintf(out, CHAT_CURSOR_SIZE, "e%" PRIu64, c->event);
}
