#include "codec/grapheme.h"

#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

static int32_t next_char(struct span text, size_t *at)
{
    int32_t c;
    utf8proc_ssize_t len = utf8proc_iterate((const uint8_t *)text.ptr + *at,
                                            (utf8proc_ssize_t)(text.len - *at), &c);

    *at += len > 0 ? (size_t)len : 1;
    return len > 0 ? c : REPLACEMENT;
}

size_t grapheme_count(struct span text, size_t max)
{
    int32_t before = 0;
    utf8proc_int32_t state = 0;
    size_t count = 0;

    for (size_t at = 0; at < text.len && count <= max;) {
        bool is_first = at == 0;
        int32_t c = next_char(text, &at);

        if (is_first || utf8proc_grapheme_break_stateful(before, c, &state))
            count++;
        before = c;
    }
    return count;
}
