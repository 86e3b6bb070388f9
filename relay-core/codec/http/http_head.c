#include "codec/http/http_head.h"

#include "base/container.h"
#include "base/mem.h"

void http_head_init_request(struct http_head *h, struct span method, struct span target)
{
    /* Field by field: clearing the whole table would cost more than a small head. */
    h->method = method;
    h->scheme = h->authority = (struct span){0};
    h->target = target;
    h->status = 0;
    h->fields_len = 0;
}

void http_head_init_response(struct http_head *h, unsigned status)
{
    http_head_init_request(h, (struct span){0}, (struct span){0});
    h->status = status;
}

static bool is_secret(struct span name)
{
    static const struct span secrets[] = {
        {"authorization", 13}, {"cookie", 6}, {"set-cookie", 10}, {"proxy-authorization", 19}};

    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        if (span_is_nocase(name, secrets[i]))
            return true;
    return false;
}

enum err http_head_add(struct http_head *h, struct span name, struct span value)
{
    if (h->fields_len == HTTP_FIELDS_MAX)
        return ERR_HEADERS_TOO_LARGE;
    h->fields[h->fields_len++] = (struct http_field){name, value, is_secret(name)};
    return OK;
}

const struct http_field *http_head_find(const struct http_head *h, const char *name)
{
    struct span wanted = span_text(name);

    for (size_t i = 0; i < h->fields_len; i++)
        if (span_is_nocase(h->fields[i].name, wanted))
            return &h->fields[i];
    return NULL;
}

struct span http_head_value(const struct http_head *h, const char *name)
{
    const struct http_field *f = http_head_find(h, name);

    return f ? f->value : (struct span){0};
}

size_t http_head_count(const struct http_head *h, const char *name)
{
    struct span wanted = span_text(name);
    size_t count = 0;

    for (size_t i = 0; i < h->fields_len; i++)
        count += span_is_nocase(h->fields[i].name, wanted);
    return count;
}

void http_head_remove(struct http_head *h, const char *name)
{
    struct span unwanted = span_text(name);
    size_t kept = 0;

    for (size_t i = 0; i < h->fields_len; i++)
        if (!span_is_nocase(h->fields[i].name, unwanted))
            h->fields[kept++] = h->fields[i];
    h->fields_len = kept;
}

void http_head_remove_prefixed(struct http_head *h, struct span prefix)
{
    size_t kept = 0;

    for (size_t i = 0; i < h->fields_len; i++)
        if (!span_is_nocase(span_slice(h->fields[i].name, 0, prefix.len), prefix))
            h->fields[kept++] = h->fields[i];
    h->fields_len = kept;
}

size_t http_head_size(const struct http_head *h)
{
    size_t size = h->target.len;

    for (size_t i = 0; i < h->fields_len; i++)
        size += h->fields[i].name.len + h->fields[i].value.len;
    return size;
}

static struct span place(char **at, struct span s)
{
    struct span placed = span_of(*at, s.len);

    if (s.len > 0)
        memcpy(*at, s.ptr, s.len);
    *at += s.len;
    return placed;
}

enum err http_head_copy(struct http_head *out, const struct http_head *h, char **storage)
{
    size_t size = http_head_size(h) + h->method.len + h->scheme.len + h->authority.len;
    char *at = mem_alloc(size);

    if (!at)
        return ERR_NOMEM;
    *storage = at;
    http_head_init_request(out, place(&at, h->method), place(&at, h->target));
    out->scheme = place(&at, h->scheme);
    out->authority = place(&at, h->authority);
    out->status = h->status;
    for (size_t i = 0; i < h->fields_len; i++) {
        const struct http_field *f = &h->fields[i];
        struct span name = place(&at, f->name);
        struct span value = place(&at, f->value);

        out->fields[i] = (struct http_field){name, value, f->secret};
    }
    out->fields_len = h->fields_len;
    return OK;
}

bool http_head_has_token(const struct http_head *h, const char *name, struct span token)
{
    struct span wanted = span_text(name);

    for (size_t i = 0; i < h->fields_len; i++) {
        struct span rest = h->fields[i].value;

        if (!span_is_nocase(h->fields[i].name, wanted))
            continue;
        while (rest.len > 0) {
            size_t comma = span_find(rest, ',');

            if (span_is_nocase(span_trim(span_slice(rest, 0, comma)), token))
                return true;
            rest = span_slice(rest, comma + 1, rest.len);
        }
    }
    return false;
}
