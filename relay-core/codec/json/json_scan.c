#include "codec/json/json_scan.h"

#include <stdbool.h>
#include <stdint.h>

/* One pass, no recursion: `nest` has one bit per open level, 1 for an object. */
struct scanner {
    struct span text;
    size_t at;
    unsigned depth;
    uint64_t nest;
    const char *what; /* set by what fails first */
    enum err failed;
};

_Static_assert(JSON_DEPTH_MAX <= 64, "a level is a bit of `nest`");

static bool fail(struct scanner *s, const char *what)
{
    s->what = what;
    s->failed = ERR_SYNTAX;
    return false;
}

/* The byte at the cursor, or -1 at the end. */
static int peek(const struct scanner *s)
{
    return s->at < s->text.len ? (unsigned char)s->text.ptr[s->at] : -1;
}

static bool is_space(int c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

size_t json_scan_space_end(struct span text, size_t from)
{
    while (from < text.len && is_space((unsigned char)text.ptr[from]))
        from++;
    return from;
}

static bool scan_digits(struct scanner *s)
{
    if (!is_digit(peek(s)))
        return fail(s, "a digit is expected");
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool scan_number(struct scanner *s)
{
    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0') {
        s->at++;
        if (is_digit(peek(s)))
            return fail(s, "a number may not begin with 0");
    } else if (!scan_digits(s)) {
        return false;
    }
    if (peek(s) == '.') {
        s->at++;
        if (!scan_digits(s))
            return false;
    }
    if (peek(s) != 'e' && peek(s) != 'E')
        return true;
    s->at++;
    if (peek(s) == '+' || peek(s) == '-')
        s->at++;
    return scan_digits(s);
}

static bool scan_word(struct scanner *s, struct span word)
{
    if (!span_starts(span_slice(s->text, s->at, s->text.len), word))
        return fail(s, "a value is expected");
    s->at += word.len;
    return true;
}

static bool scan_escape(struct scanner *s)
{
    int c = peek(s);

    if (c == 'u') {
        for (size_t i = 1; i <= 4; i++)
            if (s->at + i >= s->text.len || !is_hex((unsigned char)s->text.ptr[s->at + i]))
                return fail(s, "\\u needs four hexadecimal digits");
        s->at += 5;
        return true;
    }
    if (c <= 0 || !strchr("\"\\/bfnrt", c))
        return fail(s, "no such escape");
    s->at++;
    return true;
}

/* The second byte's bounds rule out overlong forms, surrogates and what lies over U+10FFFF
 * (RFC 3629 §4). */
static bool is_second_byte(unsigned char first, unsigned char second)
{
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return second >= low && second <= high;
}

size_t json_scan_utf8_len(const char *text, size_t room)
{
    const unsigned char *p = (const unsigned char *)text;

    if (room == 0 || p[0] < 0x80)
        return room > 0;
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

    if (p[0] < 0xc2 || p[0] > 0xf4 || room < len || !is_second_byte(p[0], p[1]))
        return 0;
    for (size_t i = 2; i < len; i++)
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
    return len;
}

/* Skips what needs no look: printable ASCII other than quote and backslash. */
static void skip_plain(struct scanner *s)
{
    const struct span text = s->text;
    size_t at = s->at;

    for (; at < text.len; at++) {
        unsigned char c = (unsigned char)text.ptr[at];

        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
            break;
    }
    s->at = at;
}

static bool scan_character(struct scanner *s)
{
    int c = peek(s);

    if (c < 0)
        return fail(s, "the text ends inside a string");
    if (c < 0x20)
        return fail(s, "a control character inside a string");
    if (c == '\\') {
        s->at++;
        return scan_escape(s);
    }
    size_t len = json_scan_utf8_len(s->text.ptr + s->at, s->text.len - s->at);
    if (len == 0)
        return fail(s, "invalid UTF-8");
    s->at += len;
    return true;
}

/* From the opening quote. */
static bool scan_string(struct scanner *s)
{
    s->at++;
    for (;;) {
        skip_plain(s);
        if (peek(s) == '"')
            break;
        if (!scan_character(s))
            return false;
    }
    s->at++;
    return true;
}

static void skip_space(struct scanner *s)
{
    s->at = json_scan_space_end(s->text, s->at);
}

static bool scan_name(struct scanner *s)
{
    skip_space(s);
    if (peek(s) != '"')
        return fail(s, "a member's name in quotes is expected");
    if (!scan_string(s))
        return false;
    skip_space(s);
    if (peek(s) != ':')
        return fail(s, "a colon is expected");
    s->at++;
    return true;
}

/* Opens a container.  Sets *is_value when it is closed again at once, so that what
 * follows is what follows a value. */
static bool scan_open(struct scanner *s, bool *is_value)
{
    bool is_object = peek(s) == '{';

    if (s->depth == JSON_DEPTH_MAX) {
        s->what = "too many levels";
        s->failed = ERR_LIMIT;
        return false;
    }
    s->at++;
    skip_space(s);
    *is_value = peek(s) == (is_object ? '}' : ']');
    if (*is_value) {
        s->at++;
        return true;
    }
    s->nest = s->nest << 1 | is_object;
    s->depth++;
    return !is_object || scan_name(s);
}

/* A whole scalar, or the beginning of a container. */
static bool scan_value(struct scanner *s, bool *is_value)
{
    skip_space(s);
    int c = peek(s);
    *is_value = true;
    if (c == '{' || c == '[')
        return scan_open(s, is_value);
    if (c == '"')
        return scan_string(s);
    if (c == '-' || is_digit(c))
        return scan_number(s);
    if (c == 't')
        return scan_word(s, SPAN("true"));
    if (c == 'f')
        return scan_word(s, SPAN("false"));
    if (c == 'n')
        return scan_word(s, SPAN("null"));
    if (s->at == 0 && span_starts(s->text, SPAN("\xef\xbb\xbf")))
        return fail(s, "a byte order mark");
    return fail(s, c < 0 ? "the text ends where a value is expected" : "a value is expected");
}

/* After a value: closes containers until a comma asks for the next value. */
static bool scan_after_value(struct scanner *s)
{
    while (s->depth > 0) {
        bool is_object = s->nest & 1;

        skip_space(s);
        int c = peek(s);
        if (c == ',') {
            s->at++;
            return !is_object || scan_name(s);
        }
        if (c != (is_object ? '}' : ']'))
            return fail(s, c < 0 ? "the text ends too early" : "a comma or an end is expected");
        s->at++;
        s->depth--;
        s->nest >>= 1;
    }
    return true;
}

static bool scan_text(struct scanner *s)
{
    bool is_value;

    do {
        if (!scan_value(s, &is_value))
            return false;
        if (is_value && !scan_after_value(s))
            return false;
    } while (s->depth > 0);
    skip_space(s);
    return s->at == s->text.len || fail(s, "something follows the value");
}

enum err json_scan(struct span text, struct json_problem *problem)
{
    struct scanner s = {.text = text};

    if (scan_text(&s))
        return OK;
    if (problem)
        *problem = (struct json_problem){s.at, s.what};
    return s.failed;
}

/* The end of a string in a text that is known to be well-formed: a quote behind an
 * even number of backslashes. */
static size_t string_end(struct span text, size_t from)
{
    const char *begin = text.ptr + from + 1;
    const char *end = text.ptr + text.len;

    for (const char *at = begin; at < end; at++) {
        at = memchr(at, '"', (size_t)(end - at));
        if (!at)
            break;
        const char *first = at;

        while (first > begin && first[-1] == '\\')
            first--;
        if ((at - first) % 2 == 0)
            return (size_t)(at - text.ptr) + 1;
    }
    return text.len;
}

static size_t container_end(struct span text, size_t at)
{
    size_t depth = 0;

    while (at < text.len) {
        char c = text.ptr[at];

        if (c == '"') {
            at = string_end(text, at);
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            break;
    }
    return at;
}

static bool ends_scalar(char c)
{
    return c == ',' || c == '}' || c == ']' || is_space(c);
}

size_t json_scan_value_end(struct span text, size_t from)
{
    if (from >= text.len)
        return text.len;
    if (text.ptr[from] == '"')
        return string_end(text, from);
    if (text.ptr[from] == '{' || text.ptr[from] == '[')
        return container_end(text, from);
    while (from < text.len && !ends_scalar(text.ptr[from]))
        from++;
    return from;
}
