#include "relay-server/handover/handover_text.h"

#include <stdio.h>

#define HELLO   "hookline-takeover "
#define SOCKETS "sockets "

void handover_hello_format(char out[static HANDOVER_LINE_MAX])
{
    (void)snprintf(out, HANDOVER_LINE_MAX, HELLO "%u %s\n", HANDOVER_VERSION, HOOKLINE_VERSION);
}

enum err handover_hello_parse(struct span line)
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

void handover_sockets_format(bool has_http, char out[static HANDOVER_LINE_MAX])
{
    (void)snprintf(out, HANDOVER_LINE_MAX, SOCKETS "https%s\n", has_http ? " http" : "");
}

enum err handover_sockets_parse(struct span line, bool *has_http)
{
    bool both = span_is(line, SPAN(SOCKETS "https http"));

    if (!both && !span_is(line, SPAN(SOCKETS "https")))
        return ERR_SYNTAX;
    *has_http = both;
    return OK;
}

bool handover_is(struct span line, const char *word_with_newline)
{
    return span_is(line, span_of(word_with_newline, strlen(word_with_newline) - 1));
}

struct span handover_refusal(struct span line)
{
    if (!span_starts(line, SPAN(HANDOVER_REFUSED)))
        return (struct span){0};
    return span_slice(line, sizeof HANDOVER_REFUSED - 1, line.len);
}

/* --- lines --- */

static bool is_complete(const struct handover_line *line)
{
    return line->len > 0 && line->text[line->len - 1] == '\n';
}

bool handover_line_add(struct handover_line *line, struct span bytes, size_t *used)
{
    if (is_complete(line))
        line->len = 0;
    *used = 0;
    while (*used < bytes.len && line->len < sizeof line->text && !is_complete(line))
        line->text[line->len++] = bytes.ptr[(*used)++];
    return is_complete(line);
}

struct span handover_line_text(const struct handover_line *line)
{
    return span_of(line->text, is_complete(line) ? line->len - 1 : line->len);
}

bool handover_line_is_full(const struct handover_line *line)
{
    return line->len == sizeof line->text && !is_complete(line);
}
