#include "codec/line/line_arena.h"

#include "base/mem.h"
#include "codec/json/json_text.h"

#define REPLACEMENT 0xfffdu

struct line_arena *line_arena_new(size_t size)
{
    struct line_arena *a = mem_alloc(sizeof(*a) + size);

    if (a)
        a->size = size;
    return a;
}

void line_arena_free(struct line_arena *a)
{
    mem_free(a);
}

static size_t decode(struct span literal, char *out)
{
    struct span inner = span_slice(literal, 1, literal.len - 1);
    size_t used = 0;

    if (span_find(inner, '\\') == inner.len ||
        span_find_span(inner, SPAN("\\u0000")) == inner.len)
        return json_text_unescape(literal, out);
    for (size_t at = 0; at < inner.len;) {
        uint32_t c = json_text_next_char(inner, &at);
        char utf8[4];
        size_t len = json_text_put_char(c == 0 ? REPLACEMENT : c, utf8);

        memcpy(out + used, utf8, len);
        used += len;
    }
    return used;
}

/* Room for what `value` decodes to, a blank before it and a NUL behind. */
static bool has_room(const struct line_arena *a, struct span value)
{
    return value.len + 2 <= a->size - a->used;
}

const char *line_arena_string(struct line_arena *a, struct span literal)
{
    const char *begin = line_arena_begin(a);

    if (!json_text_is_string(literal))
        return "";
    line_arena_add(a, begin, literal);
    return line_arena_end(a, begin);
}

char *line_arena_begin(struct line_arena *a)
{
    return a->data + a->used;
}

static bool is_number(struct span value)
{
    char c = value.len > 0 ? value.ptr[0] : '\0';

    return c == '-' || (c >= '0' && c <= '9');
}

void line_arena_add(struct line_arena *a, const char *begin, struct span value)
{
    char *at = a->data + a->used;
    bool is_string = json_text_is_string(value);

    if (!has_room(a, value) || (!is_string && !is_number(value)) ||
        span_is(value, SPAN("\"\"")))
        return;
    if (at != begin) {
        *at++ = ' ';
        a->used++;
    }
    if (is_string) {
        a->used += decode(value, at);
        return;
    }
    memcpy(at, value.ptr, value.len);
    a->used += value.len;
}

const char *line_arena_end(struct line_arena *a, const char *begin)
{
    if (begin == a->data + a->used)
        return "";
    a->data[a->used++] = '\0';
    return begin;
}
