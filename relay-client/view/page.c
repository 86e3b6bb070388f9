#include "relay-client/view/page.h"

#include <stdarg.h>
#include <stdio.h>

#define ELLIPSIS         ".."
#define BYTES_PER_COLUMN 8u /* a letter with a few marks */

void page_init(struct page *p, struct bytes *out, bool colour)
{
    *p = (struct page){.out = out, .colour = colour};
}

enum err page_end(const struct page *p)
{
    return p->failed;
}

void page_span(struct page *p, struct span ours)
{
    if (!p->failed)
        p->failed = bytes_append_span(p->out, ours);
}

void page_text(struct page *p, const char *ours)
{
    page_span(p, span_text(ours));
}

void page_printf(struct page *p, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    page_text(p, text);
}

void page_spaces(struct page *p, size_t columns)
{
    for (; columns > 0 && !p->failed; columns--)
        page_text(p, " ");
}

void page_paint(struct page *p, enum page_paint paint)
{
    static const char *const sequences[] = {
        [PAGE_PLAIN] = "\x1b[0m", [PAGE_FAINT] = "\x1b[2m", [PAGE_STRONG] = "\x1b[1m",
        [PAGE_GOOD] = "\x1b[32m", [PAGE_LATE] = "\x1b[33m", [PAGE_WRONG] = "\x1b[31m",
        [PAGE_MADE] = "\x1b[35m",
    };

    if (p->colour)
        page_text(p, sequences[paint]);
}

/* ---- text from outside ---- */

/* The first character of `s` as it is shown: escaped, at most \u{10FFFF}. */
struct glyph {
    size_t taken; /* bytes of the input */
    size_t columns;
    char text[16];
};

/* Bytes of the character at the front; one that is not UTF-8 stands for itself. */
static size_t character_len(struct span s)
{
    uint8_t lead = (uint8_t)s.ptr[0];
    size_t len = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    return len <= s.len && text_is_utf8(span_slice(s, 0, len)) ? len : 1;
}

static struct glyph next_glyph(struct span s)
{
    if (s.ptr[0] >= ' ' && s.ptr[0] <= '~') /* nearly all, and quickly */
        return (struct glyph){.taken = 1, .columns = 1, .text = {s.ptr[0]}};

    struct glyph g = {.taken = character_len(s)};
    struct span character = span_slice(s, 0, g.taken);

    if (span_is(character, SPAN("\n")))
        character = SPAN("\u21b5");
    else if (span_is(character, SPAN("\r")) && s.len > 1 && s.ptr[1] == '\n')
        character = SPAN("");
    text_escape(g.text, sizeof(g.text), character);
    g.columns = text_columns(span_text(g.text));
    return g;
}

void page_outside(struct page *p, struct span s)
{
    while (s.len > 0 && !p->failed) {
        struct glyph g = next_glyph(s);

        page_text(p, g.text);
        s = span_slice(s, g.taken, s.len);
    }
}

/* Bytes of `s` that take at most `columns`; `used` is what they take.  Towers of marks
 * that take no columns are cut too. */
static size_t fitting_len(struct span s, size_t columns, size_t *used)
{
    const size_t most = columns * BYTES_PER_COLUMN + BYTES_PER_COLUMN;
    size_t len = 0;

    *used = 0;
    while (len < s.len && len < most) {
        struct glyph g = next_glyph(span_slice(s, len, s.len));

        if (g.columns > columns - *used)
            break;
        *used += g.columns;
        len += g.taken;
    }
    return len;
}

size_t page_cut(struct page *p, struct span s, size_t columns)
{
    size_t used;
    size_t dots = columns < strlen(ELLIPSIS) ? columns : strlen(ELLIPSIS);

    if (fitting_len(s, columns, &used) == s.len) {
        page_outside(p, s);
        return used;
    }
    page_outside(p, span_slice(s, 0, fitting_len(s, columns - dots, &used)));
    page_span(p, span_slice(SPAN(ELLIPSIS), 0, dots));
    return used + dots;
}

void page_cell(struct page *p, struct span s, size_t columns, enum page_align align)
{
    size_t used;

    if (align == PAGE_RIGHT && fitting_len(s, columns, &used) == s.len)
        page_spaces(p, columns - used);
    used = page_cut(p, s, columns);
    if (align == PAGE_LEFT)
        page_spaces(p, columns - used);
}

/* ---- lines ---- */

/* How much of `s` the next line takes, at most `columns` columns: up to a line feed, to
 * the last space that fits, or to the margin. */
static size_t line_len(struct span s, size_t columns)
{
    size_t used;
    size_t end = span_find(s, '\n');
    size_t len = fitting_len(span_slice(s, 0, end), columns, &used);

    if (len == end)
        return end;
    for (size_t at = len; at > 0; at--)
        if (s.ptr[at] == ' ')
            return at;
    return len > 0 ? len : next_glyph(s).taken; /* narrower than a character */
}

/* Without the line feed, or the spaces, at which the line was broken. */
static struct span behind_break(struct span s, size_t len)
{
    s = span_slice(s, len, s.len);
    if (span_starts(s, SPAN("\n")))
        return span_slice(s, 1, s.len);
    while (span_starts(s, SPAN(" ")))
        s = span_slice(s, 1, s.len);
    return s;
}

void page_wrapped(struct page *p, struct span s, struct page_wrap wrap)
{
    size_t columns = wrap.columns > wrap.indent ? wrap.columns - wrap.indent : 1;

    if (wrap.columns == 0) {
        page_outside(p, s);
        return;
    }
    for (size_t line = 1; !p->failed; line++) {
        size_t len = line_len(s, columns);

        if (wrap.lines > 0 && line >= wrap.lines) {
            page_cut(p, s, columns);
            return;
        }
        page_outside(p, span_slice(s, 0, len));
        s = behind_break(s, len);
        if (s.len == 0)
            return;
        page_text(p, "\n");
        page_spaces(p, wrap.indent);
    }
}
