#include "relay-client/inspector/inspector_param.h"

#include "base/mem.h"
#include "base/text.h"

/* --- decoding --- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that begins at text[*at]; moves *at behind it.  False: no such byte. */
static bool next_byte(struct span text, size_t *at, bool plus, char *out)
{
    char c = text.ptr[(*at)++];

    *out = plus && c == '+' ? ' ' : c;
    if (c != '%')
        return c != '\0';
    if (text.len - *at < 2)
        return false;
    int high = digit_of(text.ptr[*at]), low = digit_of(text.ptr[*at + 1]);
    *at += 2;
    *out = (char)(high * 16 + low);
    return high >= 0 && low >= 0 && high + low > 0;
}

enum err inspector_param_decode(struct span text, bool plus, char **out)
{
    char *copy = mem_alloc(text.len + 1);
    size_t len = 0, at = 0;
    bool is_good = true;

    if (!copy)
        return ERR_NOMEM;
    while (is_good && at < text.len)
        is_good = next_byte(text, &at, plus, &copy[len++]);
    if (!is_good || !text_is_utf8(span_of(copy, len))) {
        mem_free(copy);
        return ERR_SYNTAX;
    }
    copy[len] = '\0';
    *out = copy;
    return OK;
}

/* --- the path --- */

static struct span take_segment(struct span *path)
{
    struct span rest = span_slice(*path, 1, path->len); /* without its slash */
    size_t end = span_find(rest, '/');

    *path = span_slice(rest, end, rest.len);
    return span_slice(rest, 0, end);
}

static bool is_name(struct span segment)
{
    return span_starts(segment, SPAN("{"));
}

bool inspector_param_path_fits(const char *pattern, struct span path)
{
    struct span want = span_text(pattern);

    while (want.len > 0 && path.len > 0) {
        struct span name = take_segment(&want), segment = take_segment(&path);
        if (is_name(name) ? segment.len == 0 : !span_is(name, segment))
            return false;
    }
    return want.len == 0 && path.len == 0;
}

unsigned inspector_param_literals(const char *pattern)
{
    struct span rest = span_text(pattern);
    unsigned literals = 0;

    while (rest.len > 0)
        literals += !is_name(take_segment(&rest));
    return literals;
}

/* --- all of them --- */

static enum err add(struct inspector_params *p, struct span name, struct span value, bool plus)
{
    char *decoded_name = NULL, *decoded_value = NULL;

    if (p->len == INSPECTOR_PARAMS_MAX)
        return ERR_LIMIT;
    enum err rc = inspector_param_decode(name, plus, &decoded_name);
    if (rc == OK && inspector_param(p, decoded_name))
        rc = ERR_SYNTAX;
    if (rc == OK)
        rc = inspector_param_decode(value, plus, &decoded_value);
    if (rc != OK) {
        mem_free(decoded_name);
        return rc;
    }
    p->list[p->len].name = decoded_name;
    p->list[p->len].value = decoded_value;
    p->len++;
    return OK;
}

static enum err read_path(const char *pattern, struct span path, struct inspector_params *out)
{
    struct span want = span_text(pattern);
    enum err rc = OK;

    while (rc == OK && want.len > 0) {
        struct span name = take_segment(&want), segment = take_segment(&path);
        if (is_name(name))
            rc = add(out, span_slice(name, 1, name.len - 1), segment, false);
    }
    return rc;
}

static enum err read_query(struct span query, struct inspector_params *out)
{
    enum err rc = OK;

    while (rc == OK && query.len > 0) {
        size_t end = span_find(query, '&');
        struct span pair = span_slice(query, 0, end);
        size_t equals = span_find(pair, '=');

        if (pair.len > 0)
            rc = add(out, span_slice(pair, 0, equals), span_slice(pair, equals + 1, pair.len),
                     true);
        query = span_slice(query, end + 1, query.len);
    }
    return rc;
}

enum err inspector_param_read(const char *pattern, struct span path, struct span query,
                              struct inspector_params *out)
{
    out->len = 0;
    enum err rc = read_path(pattern, path, out);

    if (rc == OK)
        rc = read_query(query, out);
    if (rc != OK)
        inspector_param_free(out);
    return rc;
}

void inspector_param_free(struct inspector_params *p)
{
    for (size_t i = 0; i < p->len; i++) {
        char *name;
        memcpy(&name, &p->list[i].name, sizeof name); /* ours, though others must not write */
        mem_free(name);
        mem_free(p->list[i].value);
    }
    p->len = 0;
}

const char *inspector_param(const struct inspector_params *p, const char *name)
{
    for (size_t i = 0; i < p->len; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return p->list[i].value;
    return NULL;
}

bool inspector_param_u64(const struct inspector_params *p, const char *name, uint64_t *out)
{
    const char *text = inspector_param(p, name);

    return text && span_parse_u64(span_text(text), out);
}
