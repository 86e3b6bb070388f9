#include "codec/json/json_text.h"

#include "codec/json/json_scan.h"

#include <string.h>

#define PATH_MAX_LEN 512u
#define REPLACEMENT  0xfffdu

bool json_text_is_string(struct span value)
{
    return value.len > 0 && value.ptr[0] == '"';
}

bool json_text_is_object(struct span value)
{
    return value.len > 0 && value.ptr[0] == '{';
}

bool json_text_is_array(struct span value)
{
    return value.len > 0 && value.ptr[0] == '[';
}

static struct span trim_space(struct span text)
{
    size_t from = json_scan_space_end(text, 0);

    return span_slice(text, from, json_scan_value_end(text, from));
}

bool json_text_walk_init(struct json_text_walk *w, struct span value)
{
    bool is_object = json_text_is_object(value);

    *w = (struct json_text_walk){.is_object = is_object};
    if (!is_object && !json_text_is_array(value))
        return false;
    w->text = value;
    w->at = 1;
    return true;
}

/* Takes the value at the cursor; the empty span at a closing bracket. */
static struct span take_value(struct json_text_walk *w)
{
    size_t from = json_scan_space_end(w->text, w->at);

    if (from >= w->text.len || w->text.ptr[from] == '}' || w->text.ptr[from] == ']')
        return (struct span){0};
    w->at = json_scan_value_end(w->text, from);
    return span_slice(w->text, from, w->at);
}

static void skip_mark(struct json_text_walk *w, char mark)
{
    size_t at = json_scan_space_end(w->text, w->at);

    w->at = at < w->text.len && w->text.ptr[at] == mark ? at + 1 : at;
}

bool json_text_walk_next(struct json_text_walk *w, struct json_text_item *out)
{
    struct json_text_item item = {0};

    if (w->is_object) {
        item.name = take_value(w);
        if (item.name.len == 0)
            return false;
        skip_mark(w, ':');
    }
    item.value = take_value(w);
    if (item.value.len == 0)
        return false;
    skip_mark(w, ',');
    *out = item;
    return true;
}

static uint32_t hex_value(char c)
{
    if (c >= 'a')
        return (uint32_t)(c - 'a' + 10);
    return (uint32_t)(c >= 'A' ? c - 'A' + 10 : c - '0');
}

/* `\uXXXX` at s[at]; 0 when something else is there, which is no surrogate either. */
static uint32_t unit_at(struct span s, size_t at)
{
    uint32_t unit = 0;

    if (s.len < 6 || at > s.len - 6 || s.ptr[at] != '\\' || s.ptr[at + 1] != 'u')
        return 0;
    for (size_t i = 2; i < 6; i++)
        unit = unit << 4 | hex_value(s.ptr[at + i]);
    return unit;
}

static uint32_t escaped_char(struct span s, size_t *at)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    char c = *at + 1 < s.len ? s.ptr[*at + 1] : '\\';

    if (c != 'u') {
        const char *found = memchr(letters, c, sizeof(letters) - 1);

        *at += 2;
        return (unsigned char)(found ? meanings[found - letters] : c);
    }
    uint32_t unit = unit_at(s, *at);
    *at += 6;
    if (unit < 0xd800 || unit > 0xdbff)
        return unit;
    uint32_t low = unit_at(s, *at);
    if (low < 0xdc00 || low > 0xdfff)
        return unit;
    *at += 6;
    return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

uint32_t json_text_next_char(struct span inner, size_t *at)
{
    unsigned char first = (unsigned char)inner.ptr[*at];

    if (first == '\\')
        return escaped_char(inner, at);
    size_t len = json_scan_utf8_len(inner.ptr + *at, inner.len - *at);
    if (len <= 1) {
        *at += 1;
        return len == 1 ? first : REPLACEMENT;
    }
    uint32_t c = first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++)
        c = c << 6 | ((unsigned char)inner.ptr[*at + i] & 0x3f);
    *at += len;
    return c;
}

size_t json_text_put_char(uint32_t c, char out[static 4])
{
    if (c >= 0xd800 && c <= 0xdfff)
        c = REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)((0xf00u >> len & 0xff) | c);
    return len;
}

static struct span inner_of(struct span literal)
{
    return literal.len >= 2 ? span_slice(literal, 1, literal.len - 1) : (struct span){0};
}

size_t json_text_unescape(struct span literal, char *out)
{
    struct span inner = inner_of(literal);
    size_t used = 0;

    for (size_t at = 0; at < inner.len;) {
        struct span rest = span_slice(inner, at, inner.len);
        size_t plain = span_find(rest, '\\');

        memcpy(out + used, rest.ptr, plain);
        used += plain;
        at += plain;
        if (at < inner.len) {
            char utf8[4];
            size_t len = json_text_put_char(json_text_next_char(inner, &at), utf8);

            memcpy(out + used, utf8, len);
            used += len;
        }
    }
    return used;
}

bool json_text_string_is(struct span literal, struct span plain)
{
    struct span inner = inner_of(literal);
    size_t used = 0;

    /* Escapes only ever make a literal longer than what it says. */
    if (!json_text_is_string(literal) || inner.len < plain.len)
        return false;
    if (plain.len > 0 && inner.ptr[0] != plain.ptr[0] && inner.ptr[0] != '\\')
        return false;
    if (inner.len == plain.len || span_find(inner, '\\') == inner.len)
        return span_is(inner, plain) && span_find(inner, '\\') == inner.len;
    for (size_t at = 0; at < inner.len;) {
        char utf8[4];
        size_t len = json_text_put_char(json_text_next_char(inner, &at), utf8);

        if (!span_is(span_slice(plain, used, used + len), span_of(utf8, len)))
            return false;
        used += len;
    }
    return used == plain.len;
}

static struct span member_named(struct span object, struct span name)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_object(object) || !json_text_walk_init(&walk, object))
        return (struct span){0};
    while (json_text_walk_next(&walk, &item))
        if (json_text_string_is(item.name, name))
            return item.value;
    return (struct span){0};
}

struct span json_text_member(struct span object, const char *name)
{
    return member_named(object, span_text(name));
}

static struct span element_at(struct span array, uint64_t index)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_array(array) || !json_text_walk_init(&walk, array))
        return (struct span){0};
    for (; json_text_walk_next(&walk, &item); index--)
        if (index == 0)
            return item.value;
    return (struct span){0};
}

/* One step into `value`; *path loses what was used.  OK with the empty span when
 * there is no such child. */
static enum err step_bracket(struct span *path, struct span *value)
{
    struct span inside;
    char name[PATH_MAX_LEN];
    uint64_t index;

    if (path->len > 1 && path->ptr[1] == '"') {
        size_t end = json_scan_value_end(*path, 1);

        inside = span_slice(*path, 1, end);
        if (end >= path->len || path->ptr[end] != ']' || json_scan(inside, NULL))
            return ERR_SYNTAX;
        *value = member_named(*value, span_of(name, json_text_unescape(inside, name)));
        *path = span_slice(*path, end + 1, path->len);
        return OK;
    }
    size_t end = span_find(*path, ']');
    if (end == path->len || !span_parse_u64(span_slice(*path, 1, end), &index))
        return ERR_SYNTAX;
    *value = element_at(*value, index);
    *path = span_slice(*path, end + 1, path->len);
    return OK;
}

static enum err step_name(struct span *path, struct span *value)
{
    size_t end = 0;

    while (end < path->len && path->ptr[end] != '.' && path->ptr[end] != '[')
        end++;
    struct span name = span_slice(*path, 0, end);
    if (name.len == 0 || span_find(name, ']') < name.len || span_find(name, '"') < name.len)
        return ERR_SYNTAX;
    *value = member_named(*value, name);
    *path = span_slice(*path, end, path->len);
    return OK;
}

static enum err step(struct span *path, bool is_first, struct span *value)
{
    if (path->ptr[0] == '[')
        return step_bracket(path, value);
    if (!is_first) {
        if (path->ptr[0] != '.')
            return ERR_SYNTAX;
        *path = span_slice(*path, 1, path->len);
    }
    return step_name(path, value);
}

enum err json_text_find(struct span text, struct span path, struct span *out)
{
    enum err e = json_scan(text, NULL);
    struct span value = trim_space(text);
    bool is_first = true;

    if (e)
        return e;
    if (path.len > PATH_MAX_LEN)
        return ERR_SYNTAX;
    /* To its end even when nothing is there any more: a malformed path is told first. */
    for (; path.len > 0; is_first = false) {
        e = step(&path, is_first, &value);
        if (e)
            return e;
    }
    if (value.len == 0)
        return ERR_NOT_FOUND;
    *out = value;
    return OK;
}

enum err json_text_replace(struct span text, struct span path, struct span value,
                           struct bytes *out)
{
    struct span old;
    enum err e = json_scan(value, NULL);

    if (!e)
        e = json_text_find(text, path, &old);
    if (e)
        return e;
    size_t before = (size_t)(old.ptr - text.ptr);
    struct span tail = span_slice(text, before + old.len, text.len);
    uint8_t *room;
    size_t len = before + value.len + tail.len;
    e = bytes_reserve(out, len, &room);
    if (e)
        return e;
    memcpy(room, text.ptr, before);
    memcpy(room + before, value.ptr, value.len);
    if (tail.len > 0)
        memcpy(room + before + value.len, tail.ptr, tail.len);
    bytes_added(out, len);
    return OK;
}
