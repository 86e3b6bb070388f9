#include "relay-client/line/line_reason.h"

static bool is_it(const struct line_reason *r, struct span reason, struct span detail)
{
    struct span words = span_text(r->detail);

    return span_is_nocase(reason, span_text(r->reason)) && detail.len >= words.len &&
           span_is_nocase(span_slice(detail, 0, words.len), words);
}

const struct line_reason *line_reason_find(struct span reason, struct span detail)
{
    size_t i = 0;

    while (i + 1 < line_reason_list_len && !is_it(&line_reason_list[i], reason, detail))
        i++;
    return &line_reason_list[i];
}
