#include "relay-client/agent/webhook_path.h"

#include "base/hex.h"
#include "codec/http/http_head.h"

#include <string.h>

/* The segments of a path in one way of writing, joined by "/": decoded, in lower case,
 * without empty ones, parameters (";...") and dot segments (RFC 3986 §5.2.4). */
struct plain_path {
    char text[HTTP_TARGET_MAX + 1]; /* no target is longer: none goes round by its length */
    size_t len;
};

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static char next_char(struct span path, size_t *at)
{
    uint8_t decoded;
    char c = path.ptr[(*at)++];

    if (c == '%' && path.len - *at >= 2 &&
        hex_parse(span_slice(path, *at, *at + 2), &decoded, 1) == OK) {
        *at += 2;
        c = (char)decoded;
    }
    return lower(c);
}

static void drop_last_segment(struct plain_path *p)
{
    while (p->len > 0 && p->text[--p->len] != '/')
        ;
}

/* One segment from `path`, which begins behind a slash; false when it does not fit. */
static bool add_segment(struct plain_path *p, struct span path, size_t *at)
{
    size_t begin = p->len;
    bool is_parameter = false;

    if (p->len == sizeof p->text)
        return false;
    p->text[p->len++] = '/';
    while (*at < path.len) {
        char c = next_char(path, at);
        if (c == '/' || c == '\\')
            break;
        is_parameter = is_parameter || c == ';';
        if (is_parameter)
            continue;
        if (p->len == sizeof p->text)
            return false;
        p->text[p->len++] = c;
    }
    struct span segment = span_of(p->text + begin + 1, p->len - begin - 1);
    if (segment.len == 0 || span_is(segment, SPAN(".")) || span_is(segment, SPAN("..")))
        p->len = begin;
    if (span_is(segment, SPAN("..")))
        drop_last_segment(p);
    return true;
}

static bool make_plain(struct plain_path *out, struct span target)
{
    struct span path = span_slice(target, 0, span_find(target, '?'));
    size_t at = 0;

    out->len = 0;
    while (at < path.len)
        if (!add_segment(out, path, &at))
            return false;
    return true;
}

bool webhook_path_matches(const char *path, struct span target)
{
    struct plain_path wanted, asked;

    return make_plain(&wanted, span_text(path)) && make_plain(&asked, target) &&
           span_is(span_of(wanted.text, wanted.len), span_of(asked.text, asked.len));
}
