/* A token is the index of the next element and a check, so that one that was made up is
 * refused, as LINE does. */
#include "relay-client/lineapi/emulate/people/list_page.h"

#include "relay-client/lineapi/emulate/emulated_query.h"

#include <stdio.h>

#define TOKEN_SIZE 32u

/* FNV-1a. */
static uint32_t check_of(size_t start)
{
    uint32_t hash = 2166136261u;

    for (; start > 0; start >>= 8)
        hash = (hash ^ (uint8_t)start) * 16777619u;
    return hash;
}

static void format(size_t start, char out[static TOKEN_SIZE])
{
    (void)snprintf(out, TOKEN_SIZE, "%zu-%08x", start, check_of(start));
}

static bool parse(const char *text, size_t *out)
{
    struct span s = span_text(text);
    char want[TOKEN_SIZE];
    uint64_t start;

    if (!span_parse_u64(span_slice(s, 0, span_find(s, '-')), &start) || start > SIZE_MAX)
        return false;
    format((size_t)start, want);
    *out = (size_t)start;
    return strcmp(want, text) == 0;
}

static bool read_start(const struct emulated_call *c, size_t *out)
{
    char text[TOKEN_SIZE];

    if (!emulated_query_has(c->query, "start"))
        return true;
    return emulated_call_query(c, "start", text, sizeof text) && parse(text, out);
}

static bool read_limit(const struct emulated_call *c, size_t max, size_t *out)
{
    char text[TOKEN_SIZE];
    uint64_t limit;

    if (!emulated_query_has(c->query, "limit"))
        return true;
    if (!emulated_call_query(c, "limit", text, sizeof text) ||
        !span_parse_u64(span_text(text), &limit) || limit < 1 || limit > max)
        return false;
    *out = (size_t)limit;
    return true;
}

bool list_page_read(struct emulated_call *c, size_t usual, size_t max, struct list_page *out)
{
    *out = (struct list_page){.len = usual};
    if (!read_start(c, &out->start))
        emulated_call_refuse(c, 400, "Invalid start param");
    else if (!read_limit(c, max, &out->len))
        emulated_call_refuse(c, 400, "The value for the 'limit' parameter is invalid");
    return c->status == 200;
}

void list_page_fit(struct list_page *p, size_t total)
{
    if (p->start > total)
        p->start = total;
    if (p->len > total - p->start)
        p->len = total - p->start;
}

void list_page_write_next(struct json_writer *w, const struct list_page *p, size_t total)
{
    char token[TOKEN_SIZE];

    if (p->start + p->len == total)
        return;
    format(p->start + p->len, token);
    json_writer_member_text(w, "next", token);
}
