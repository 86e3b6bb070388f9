#include "relay-server/handover/handover_line.h"

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
