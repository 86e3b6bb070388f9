#include "relay-server/handover/handover_text.h"

#include <stdio.h>

#define HELLO   "hookline-takeover "
#define SOCKETS "sockets "

void handover_text_hello_format(char out[static HANDOVER_LINE_MAX])
{
    (void)snprintf(out, HANDOVER_LINE_MAX, HELLO "%u %s\n", HANDOVER_VERSION, HOOKLINE_VERSION);
}

enum err handover_text_hello_parse(struct span line)
{
    uint64_t version;

    if (!span_starts(line, SPAN(HELLO)))
        return ERR_SYNTAX;
    struct span rest = span_slice(line, sizeof HELLO - 1, line.len);
    size_t end = span_find(rest, ' ');
    if (end + 1 >= rest.len || !span_parse_u64(span_slice(rest, 0, end), &version))
        return ERR_SYNTAX;
    return version == HANDOVER_VERSION ? OK : ERR_VERSION;
}

void handover_text_sockets_format(bool has_http, char out[static HANDOVER_LINE_MAX])
{
    (void)snprintf(out, HANDOVER_LINE_MAX, SOCKETS "https%s\n", has_http ? " http" : "");
}

enum err handover_text_sockets_parse(struct span line, bool *has_http)
{
    bool both = span_is(line, SPAN(SOCKETS "https http"));

    if (!both && !span_is(line, SPAN(SOCKETS "https")))
        return ERR_SYNTAX;
    *has_http = both;
    return OK;
}

bool handover_text_is(struct span line, const char *word_with_newline)
{
    return span_is(line, span_of(word_with_newline, strlen(word_with_newline) - 1));
}

struct span handover_text_refusal(struct span line)
{
    if (!span_starts(line, SPAN(HANDOVER_REFUSED)))
        return (struct span){0};
    return span_slice(line, sizeof HANDOVER_REFUSED - 1, line.len);
}
