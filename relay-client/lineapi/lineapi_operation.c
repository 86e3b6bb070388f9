#include "relay-client/lineapi/lineapi_operation.h"

#include "base/container.h"

#include <stdio.h>

static const struct lineapi_operation *const tables[] = {
    emulate_message_operations, emulate_people_operations,   emulate_content_operations,
    emulate_account_operations, emulate_richmenu_operations, emulate_coupon_operations,
    emulate_token_operations,   emulate_works_operations,    lineapi_other_operations,
};

void lineapi_operation_each(bool (*each)(void *owner, const struct lineapi_operation *o),
                            void *owner)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (const struct lineapi_operation *o = tables[i]; o->name; o++)
            if (!each(owner, o))
                return;
}

bool lineapi_operation_is_harmless(const struct lineapi_operation *o)
{
    return o && (o->flags & LINEAPI_HARMLESS || strcmp(o->method, "GET") == 0);
}

/* --- paths --- */

/* The next segment of `*path`, which begins with its "/". */
static struct span take_segment(struct span *path)
{
    struct span rest = span_slice(*path, 1, path->len);
    struct span segment = span_slice(rest, 0, span_find(rest, '/'));

    *path = span_slice(rest, segment.len, rest.len);
    return segment;
}

static bool is_param(struct span pattern_segment)
{
    return span_starts(pattern_segment, SPAN("{"));
}

/* How well `path` fits: the literal segments, the first weighing most; 0: not at all.  A
 * literal is compared byte for byte: who would have LINE guess what %70ush is meant to be
 * does not ask for a push. */
static uint32_t fit(const char *pattern, struct span path)
{
    struct span left = span_text(pattern);
    uint32_t weight = 1;

    while (left.len > 0 && path.len > 0) {
        struct span want = take_segment(&left);
        struct span got = take_segment(&path);
        bool is_literal = !is_param(want);
        if (got.len == 0 || (is_literal && !span_is(want, got)))
            return 0;
        weight = weight << 1 | is_literal;
    }
    return left.len == 0 && path.len == 0 ? weight : 0;
}

/* --- parameters --- */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3986 §2.1; false: no two digits. */
static bool decode(struct span text, size_t *at, char *out)
{
    *out = text.ptr[*at];
    if (*out == '%') {
        if (text.len - *at < 3)
            return false;
        int high = digit(text.ptr[*at + 1]), low = digit(text.ptr[*at + 2]);
        if (high < 0 || low < 0)
            return false;
        *out = (char)(high << 4 | low);
        *at += 2;
    }
    *at += 1;
    return true;
}

/* What another reader could take for more than one segment is no parameter. */
static bool is_plain(char c)
{
    unsigned char u = (unsigned char)c;

    return u > 0x20 && u != 0x7f && c != '/' && c != '\\' && c != '?' && c != '#' && c != ';' &&
           c != '%';
}

static bool take_param(struct lineapi_match *m, size_t *used, size_t index, struct span raw)
{
    char *begin = m->storage + *used;
    size_t len = 0;

    for (size_t at = 0; at < raw.len; len++) {
        if (*used + len == sizeof m->storage || !decode(raw, &at, &begin[len]) ||
            !is_plain(begin[len]))
            return false;
    }
    *used += len;
    m->params[index] = span_of(begin, len);
    return !span_is(m->params[index], SPAN(".")) && !span_is(m->params[index], SPAN(".."));
}

static bool take_params(struct lineapi_match *m, const char *pattern, struct span path)
{
    struct span left = span_text(pattern);
    size_t used = 0, index = 0;

    while (left.len > 0) {
        struct span want = take_segment(&left);
        struct span got = take_segment(&path);
        if (is_param(want) && !take_param(m, &used, index++, got))
            return false;
    }
    return true;
}

/* --- finding --- */

struct search {
    struct span method, path;
    const struct lineapi_operation *best;
    uint32_t best_fit;
    bool has_path;
};

static bool look(void *owner, const struct lineapi_operation *o)
{
    struct search *s = owner;
    uint32_t how = fit(o->pattern, s->path);

    if (how == 0)
        return true;
    s->has_path = true;
    if (how > s->best_fit && span_is(s->method, span_text(o->method))) {
        s->best = o;
        s->best_fit = how;
    }
    return true;
}

void lineapi_operation_find(struct span method, struct span target, struct lineapi_match *out)
{
    size_t end = span_find(target, '?');
    struct search s = {.method = method, .path = span_slice(target, 0, end)};

    out->operation = NULL;
    out->is_method_wrong = false;
    memset(out->params, 0, sizeof out->params);
    out->query = span_slice(target, end + 1, target.len);
    if (!span_starts(s.path, SPAN("/")))
        return;
    lineapi_operation_each(look, &s);
    if (s.best && take_params(out, s.best->pattern, s.path))
        out->operation = s.best;
    out->is_method_wrong = !s.best && s.has_path;
}

/* --- methods --- */

struct methods {
    struct span path;
    uint32_t best_fit;
    char *text; /* of LINEAPI_METHODS_SIZE: room for each of them once */
};

static bool find_best(void *owner, const struct lineapi_operation *o)
{
    struct methods *m = owner;
    uint32_t how = fit(o->pattern, m->path);

    if (how > m->best_fit)
        m->best_fit = how;
    return true;
}

static bool add_method(void *owner, const struct lineapi_operation *o)
{
    struct methods *m = owner;
    size_t len = strlen(m->text);

    if (fit(o->pattern, m->path) == m->best_fit)
        (void)snprintf(m->text + len, LINEAPI_METHODS_SIZE - len, "%s%s", len > 0 ? ", " : "",
                       o->method);
    return true;
}

void lineapi_operation_methods(struct span target, char out[static LINEAPI_METHODS_SIZE])
{
    struct methods m = {.path = span_slice(target, 0, span_find(target, '?')), .text = out};

    *out = '\0';
    if (!span_starts(m.path, SPAN("/")))
        return;
    lineapi_operation_each(find_best, &m);
    if (m.best_fit > 0)
        lineapi_operation_each(add_method, &m);
}
