#include "codec/json/json_reprint.h"

#include "codec/json/json_number.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_TEXT_MAX 64u /* longer ones stay as they are */

struct printer {
    struct span text;
    size_t at;
    struct json_style style;
    unsigned depth;
    struct bytes *out;
};

static bool is_ascii_only(enum json_escape escape)
{
    return escape == JSON_ESCAPE_ASCII_LOWER || escape == JSON_ESCAPE_ASCII_UPPER ||
           escape == JSON_ESCAPE_PHP;
}

/* Does this style write the character as \uXXXX?  (Short escapes are done before.) */
static bool needs_unit(uint32_t c, enum json_escape escape)
{
    if (c < 0x20 || (c >= 0xd800 && c <= 0xdfff))
        return true;
    if (c == 0x7f)
        return escape == JSON_ESCAPE_ASCII_LOWER || escape == JSON_ESCAPE_ASCII_UPPER;
    if (escape == JSON_ESCAPE_LINE)
        return c > 0xffff;
    if (escape == JSON_ESCAPE_HTML)
        return c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
    return c > 0x7f && is_ascii_only(escape);
}

static bool is_upper(enum json_escape escape)
{
    return escape == JSON_ESCAPE_ASCII_UPPER || escape == JSON_ESCAPE_LINE;
}

static enum err print_unit(uint32_t unit, enum json_escape escape, struct bytes *out)
{
    char text[8];

    (void)snprintf(text, sizeof(text), is_upper(escape) ? "\\u%04X" : "\\u%04x", unit & 0xffff);
    return bytes_append(out, text, 6);
}

static enum err print_units(uint32_t c, enum json_escape escape, struct bytes *out)
{
    if (c < 0x10000)
        return print_unit(c, escape, out);
    enum err e = print_unit(0xd800 + ((c - 0x10000) >> 10), escape, out);
    return e ? e : print_unit(0xdc00 + (c & 0x3ff), escape, out);
}

static enum err print_char(uint32_t c, enum json_escape escape, struct bytes *out)
{
    static const char meanings[] = "\"\\\b\f\n\r\t/";
    static const char letters[] = "\"\\bfnrt/";
    size_t shorts = sizeof(meanings) - (escape == JSON_ESCAPE_PHP ? 1 : 2);
    const char *found = c < 0x80 ? memchr(meanings, (int)c, shorts) : NULL;
    char utf8[4];

    if (found)
        return bytes_append(out, (const char[]){'\\', letters[found - meanings]}, 2);
    if (needs_unit(c, escape))
        return print_units(c, escape, out);
    return bytes_append(out, utf8, json_text_put_char(c, utf8));
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\' && c != '/' && c != '<' &&
           c != '>' && c != '&';
}

/* Bytes at the beginning of `s` that every style prints as they are. */
static size_t plain_len(struct span s)
{
    size_t len = 0;

    while (len < s.len && is_plain((unsigned char)s.ptr[len]))
        len++;
    return len;
}

/* Characters of a literal, where escapes are read, or of raw text. */
static enum err print_characters(struct span s, bool is_literal, enum json_escape escape,
                                 struct bytes *out)
{
    for (size_t at = 0; at < s.len;) {
        struct span rest = span_slice(s, at, s.len);
        size_t plain = plain_len(rest);
        enum err e = bytes_append(out, rest.ptr, plain);

        at += plain;
        if (!e && at < s.len) {
            uint32_t c = (unsigned char)s.ptr[at];

            if (is_literal || c != '\\')
                c = json_text_next_char(s, &at);
            else
                at++;
            e = print_char(c, escape, out);
        }
        if (e)
            return e;
    }
    return OK;
}

static enum err print_quoted(struct span s, bool is_literal, enum json_escape escape,
                             struct bytes *out)
{
    enum err e = bytes_append(out, "\"", 1);

    if (!e)
        e = print_characters(s, is_literal, escape, out);
    return e ? e : bytes_append(out, "\"", 1);
}

enum err json_reprint_string(struct span utf8, enum json_escape escape, struct bytes *out)
{
    return print_quoted(utf8, false, escape == JSON_ESCAPE_KEEP ? JSON_ESCAPE_LEAST : escape,
                        out);
}

static unsigned indent_of(enum json_space space)
{
    return space == JSON_SPACE_INDENT2 ? 2 : space == JSON_SPACE_INDENT4 ? 4 : 0;
}

static enum err print_line_break(struct printer *p)
{
    unsigned indent = indent_of(p->style.space);
    uint8_t *room;

    if (indent == 0)
        return OK;
    size_t len = 1 + (size_t)p->depth * indent;
    enum err e = bytes_reserve(p->out, len, &room);
    if (e)
        return e;
    memset(room, ' ', len);
    room[0] = '\n';
    bytes_added(p->out, len);
    return OK;
}

static enum err print_open(struct printer *p)
{
    size_t next = json_scan_space_end(p->text, p->at + 1);
    bool is_empty = p->text.ptr[next] == '}' || p->text.ptr[next] == ']';
    enum err e = bytes_append(p->out, p->text.ptr + p->at, 1);

    p->at++;
    if (e)
        return e;
    if (is_empty && p->style.space != JSON_SPACE_KEEP) {
        e = bytes_append(p->out, p->text.ptr + next, 1);
        p->at = next + 1;
        return e;
    }
    p->depth++;
    return print_line_break(p);
}

static enum err print_close(struct printer *p)
{
    p->depth--;
    enum err e = print_line_break(p);
    return e ? e : bytes_append(p->out, p->text.ptr + p->at++, 1);
}

static enum err print_comma(struct printer *p)
{
    enum err e = bytes_append_text(p->out, p->style.space == JSON_SPACE_AFTER ? ", " : ",");

    p->at++;
    return e ? e : print_line_break(p);
}

static enum err print_colon(struct printer *p)
{
    bool is_tight = p->style.space == JSON_SPACE_KEEP || p->style.space == JSON_SPACE_NONE;

    p->at++;
    return bytes_append_text(p->out, is_tight ? ":" : ": ");
}

static enum err print_space(struct printer *p)
{
    size_t end = json_scan_space_end(p->text, p->at);
    struct span space = span_slice(p->text, p->at, end);

    p->at = end;
    return p->style.space == JSON_SPACE_KEEP ? bytes_append_span(p->out, space) : OK;
}

static enum err print_js_number(struct span number, struct bytes *out)
{
    char text[NUMBER_TEXT_MAX];
    char shortest[JSON_NUMBER_SIZE];

    if (number.len >= sizeof(text))
        return bytes_append_span(out, number);
    memcpy(text, number.ptr, number.len);
    text[number.len] = '\0';
    return bytes_append_text(out, json_number_format(strtod(text, NULL), shortest));
}

static enum err print_scalar(struct printer *p)
{
    size_t from = p->at;

    p->at = json_scan_value_end(p->text, from);
    struct span value = span_slice(p->text, from, p->at);
    if (json_text_is_string(value) && p->style.escape != JSON_ESCAPE_KEEP)
        return print_quoted(span_slice(value, 1, value.len - 1), true, p->style.escape, p->out);
    if (p->style.js_numbers && value.len > 0 &&
        (value.ptr[0] == '-' || (unsigned)(value.ptr[0] - '0') < 10))
        return print_js_number(value, p->out);
    return bytes_append_span(p->out, value);
}

static enum err print_next(struct printer *p)
{
    switch (p->text.ptr[p->at]) {
    case '{':
    case '[':
        return print_open(p);
    case '}':
    case ']':
        return print_close(p);
    case ',':
        return print_comma(p);
    case ':':
        return print_colon(p);
    case ' ':
    case '\n':
    case '\r':
    case '\t':
        return print_space(p);
    default:
        return print_scalar(p);
    }
}

enum err json_reprint(struct span text, struct json_style style, struct bytes *out)
{
    struct printer p = {.text = text, .style = style, .out = out};
    enum err e = json_scan(text, NULL);

    while (!e && p.at < text.len)
        e = print_next(&p);
    return e;
}
