#include "relay-client/view/body_view.h"

#include "codec/json/json_reprint.h"
#include "codec/json/json_scan.h"

#include <inttypes.h>

#define PRETTY_MAX ((size_t)16 * 1024 * 1024)
#define DUMP_WIDTH 16u

/* ---- lines ---- */

/* White space of a text is no trick, so it is shown as what it means. */
static void print_line(struct page *p, struct span line)
{
    if (span_ends(line, SPAN("\r")))
        line.len--;
    while (line.len > 0) {
        size_t tab = span_find(line, '\t');

        page_outside(p, span_slice(line, 0, tab));
        if (tab == line.len)
            return;
        page_spaces(p, 4);
        line = span_slice(line, tab + 1, line.len);
    }
}

void body_view_lines(struct page *p, struct span text, size_t indent)
{
    while (text.len > 0 && !p->failed) {
        size_t end = span_find(text, '\n');

        if (end > 0)
            page_spaces(p, indent);
        print_line(p, span_slice(text, 0, end));
        page_text(p, "\n");
        text = span_slice(text, end < text.len ? end + 1 : end, text.len);
    }
}

/* ---- what it is ---- */

/* Nothing below the space but what text has: white space, and the colours of a program
 * that thought it wrote to a terminal. */
static bool is_text(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.ptr[i] < ' ' && !memchr("\n\r\t\x1b", s.ptr[i], 4))
            return false;
    return text_is_utf8(s);
}

enum body_view_kind body_view_kind(struct span body)
{
    if (body.len == 0)
        return BODY_VIEW_EMPTY;
    if (json_scan(body, NULL) == OK)
        return BODY_VIEW_JSON;
    return is_text(body) ? BODY_VIEW_TEXT : BODY_VIEW_BYTES;
}

/* ---- bytes ---- */

static void dump_line(struct page *p, struct span bytes, size_t at, size_t indent)
{
    page_spaces(p, indent);
    page_paint(p, PAGE_FAINT);
    page_printf(p, "%08zx  ", at);
    page_paint(p, PAGE_PLAIN);
    for (size_t i = 0; i < DUMP_WIDTH; i++)
        if (i < bytes.len)
            page_printf(p, "%02x ", (uint8_t)bytes.ptr[i]);
        else
            page_spaces(p, 3);
    page_text(p, " ");
    for (size_t i = 0; i < bytes.len; i++)
        page_printf(p, "%c", bytes.ptr[i] >= ' ' && bytes.ptr[i] <= '~' ? bytes.ptr[i] : '.');
    page_text(p, "\n");
}

static void say_rest(struct page *p, size_t rest, size_t indent)
{
    char size[32];

    if (rest == 0)
        return;
    page_spaces(p, indent);
    page_paint(p, PAGE_FAINT);
    page_printf(p, "... and %s more", text_size(size, sizeof(size), rest));
    page_paint(p, PAGE_PLAIN);
    page_text(p, "\n");
}

static void print_bytes(struct page *p, struct span body, size_t indent)
{
    size_t end = body.len < BODY_VIEW_DUMP_MAX ? body.len : BODY_VIEW_DUMP_MAX;

    for (size_t at = 0; at < end; at += DUMP_WIDTH) {
        size_t next = at + DUMP_WIDTH < end ? at + DUMP_WIDTH : end;

        dump_line(p, span_slice(body, at, next), at, indent);
    }
    say_rest(p, body.len - end, indent);
}

/* ---- text ---- */

static void print_text(struct page *p, struct span text, size_t indent)
{
    size_t end = text.len;

    if (end > BODY_VIEW_MAX)
        for (end = BODY_VIEW_MAX; end > 0 && ((uint8_t)text.ptr[end] & 0xc0) == 0x80;)
            end--;
    body_view_lines(p, span_slice(text, 0, end), indent);
    say_rest(p, text.len - end, indent);
}

static void print_json(struct page *p, struct span body, size_t indent)
{
    const struct json_style style = {.space = JSON_SPACE_INDENT2, .escape = JSON_ESCAPE_LEAST};
    struct bytes pretty;

    bytes_init(&pretty, PRETTY_MAX);
    enum err e = json_reprint(body, style, &pretty);

    if (e == ERR_NOMEM)
        p->failed = e;
    print_text(p, e ? body : bytes_span(&pretty), indent);
    bytes_fini(&pretty);
}

void body_view_print(struct page *p, struct span body, size_t indent)
{
    switch (body_view_kind(body)) {
    case BODY_VIEW_EMPTY:
        break;
    case BODY_VIEW_JSON:
        print_json(p, body, indent);
        break;
    case BODY_VIEW_TEXT:
        print_text(p, body, indent);
        break;
    case BODY_VIEW_BYTES:
        print_bytes(p, body, indent);
        break;
    }
}
