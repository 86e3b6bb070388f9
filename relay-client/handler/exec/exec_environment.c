#include "relay-client/handler/exec/exec_environment.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A head fits, joined and renamed, with room for ours. */
#define TEXT_MAX (2 * (size_t)HTTP_HEAD_MAX + 4 * (size_t)HTTP_TARGET_MAX)

/* --- one variable --- */

static bool has_nul(struct span s)
{
    return s.len > 0 && memchr(s.ptr, '\0', s.len);
}

static enum err end_variable(struct exec_environment *e)
{
    return bytes_append(&e->text, "", 1);
}

/* A value that no variable can hold is left out. */
static enum err add(struct exec_environment *e, const char *name, struct span value)
{
    if (has_nul(value))
        return OK;
    enum err rc = bytes_append_text(&e->text, name);
    if (rc == OK)
        rc = bytes_append_text(&e->text, "=");
    if (rc == OK)
        rc = bytes_append_span(&e->text, value);
    return rc == OK ? end_variable(e) : rc;
}

static enum err add_number(struct exec_environment *e, const char *name, uint64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);

    return add(e, name, span_of(digits, (size_t)len));
}

/* --- fields --- */

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_speakable(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum(name.ptr[i]) && name.ptr[i] != '-')
            return false;
    return name.len > 0;
}

static bool is_left_out(const struct http_head *h, const struct http_field *f)
{
    /* The first three have variables of their own. */
    static const struct span others[] = {
        {"content-type", 12}, {"content-length", 14}, {"host", 4}, {"proxy", 5}};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (span_is_nocase(f->name, others[i]))
            return true;
    return !is_speakable(f->name) || has_nul(f->value) || http_field_is_hop_by_hop(h, f);
}

static bool is_repeated(const struct http_head *h, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (span_is_nocase(h->fields[i].name, h->fields[at].name))
            return true;
    return false;
}

static enum err append_name(struct exec_environment *e, struct span name)
{
    uint8_t *out;
    enum err rc = bytes_append_text(&e->text, "HTTP_");

    if (rc == OK)
        rc = bytes_reserve(&e->text, name.len, &out);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        out[i] = (uint8_t)(c == '-' ? '_' : c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    bytes_added(&e->text, name.len);
    return OK;
}

static enum err append_values(struct exec_environment *e, const struct http_head *h,
                              size_t from)
{
    struct span name = h->fields[from].name;
    const char *between = "=";
    enum err rc = OK;

    for (size_t i = from; i < h->fields_len && rc == OK; i++) {
        const struct http_field *f = &h->fields[i];

        if (!span_is_nocase(f->name, name) || has_nul(f->value))
            continue;
        rc = bytes_append_text(&e->text, between);
        if (rc == OK)
            rc = bytes_append_span(&e->text, f->value);
        between = span_is_nocase(name, SPAN("cookie")) ? "; " : ", ";
    }
    return rc;
}

static enum err add_fields(struct exec_environment *e, const struct http_head *h)
{
    enum err rc = OK;

    for (size_t i = 0; i < h->fields_len && rc == OK; i++) {
        if (is_left_out(h, &h->fields[i]) || is_repeated(h, i))
            continue;
        rc = append_name(e, h->fields[i].name);
        if (rc == OK)
            rc = append_values(e, h, i);
        if (rc == OK)
            rc = end_variable(e);
    }
    return rc;
}

/* --- the rest --- */

static enum err add_request(struct exec_environment *e, const struct http_head *h,
                            size_t body_len)
{
    size_t question = span_find(h->target, '?');
    struct span type = http_head_value(h, "content-type");
    enum err rc = add(e, "REQUEST_METHOD", h->method);

    if (rc == OK)
        rc = add(e, "REQUEST_URI", h->target);
    if (rc == OK)
        rc = add(e, "PATH_INFO", span_slice(h->target, 0, question));
    if (rc == OK)
        rc = add(e, "QUERY_STRING", span_slice(h->target, question + 1, h->target.len));
    if (rc == OK)
        rc = add_number(e, "CONTENT_LENGTH", body_len);
    if (rc == OK && type.len > 0)
        rc = add(e, "CONTENT_TYPE", type);
    if (rc == OK && h->authority.len > 0)
        rc = add(e, "HTTP_HOST", h->authority);
    return rc;
}

static enum err add_own(struct exec_environment *e, const struct handler_request *r)
{
    enum err rc = add(e, "HOOKLINE_WEBHOOK", r->webhook ? SPAN("1") : SPAN("0"));

    if (rc == OK)
        rc = add(e, "HOOKLINE_VERDICT", span_text(verdict_text(r->verdict)));
    if (rc == OK && r->delivery)
        rc = add(e, "HOOKLINE_DELIVERY", span_text(r->delivery));
    if (rc == OK && r->replay_of != 0)
        rc = add_number(e, "HOOKLINE_REPLAY_OF", r->replay_of);
    return rc;
}

/* What would be mistaken for the request's, or is nobody's business. */
static bool is_inherited(const char *variable)
{
    static const char *const ours[] = {"REQUEST_METHOD=", "REQUEST_URI=",    "PATH_INFO=",
                                       "QUERY_STRING=",   "CONTENT_LENGTH=", "CONTENT_TYPE="};
    struct span v = span_text(variable);

    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (span_starts(v, span_text(ours[i])))
            return false;
    if (span_starts(v, SPAN("HTTP_")))
        return span_starts(v, SPAN("HTTP_PROXY="));
    return !span_starts(v, SPAN("HOOKLINE_"));
}

static size_t count_texts(const struct bytes *text)
{
    const uint8_t *at = bytes_peek(text);
    size_t count = 0;

    for (size_t i = 0; i < bytes_len(text); i++)
        count += at[i] == '\0';
    return count;
}

/* The text does not move any more: now pointers can be made. */
static enum err make_list(struct exec_environment *e)
{
    size_t inherited = 0, len = 0;

    while (environ && environ[inherited])
        inherited++;
    e->at = mem_alloc((inherited + count_texts(&e->text) + 1) * sizeof *e->at);
    if (!e->at)
        return ERR_NOMEM;
    for (size_t i = 0; i < inherited; i++)
        if (is_inherited(environ[i]))
            e->at[len++] = environ[i];
    for (size_t i = e->text.head; i < e->text.tail; i += strlen((char *)e->text.base + i) + 1)
        e->at[len++] = (char *)e->text.base + i;
    return OK;
}

enum err exec_environment_init(struct exec_environment *e,
                               const struct handler_request *request, size_t body_len)
{
    *e = (struct exec_environment){0};
    bytes_init(&e->text, TEXT_MAX);
    enum err rc = add_request(e, request->head, body_len);
    if (rc == OK)
        rc = add_fields(e, request->head);
    if (rc == OK)
        rc = add_own(e, request);
    if (rc == OK)
        rc = make_list(e);
    if (rc != OK)
        exec_environment_fini(e);
    return rc;
}

void exec_environment_fini(struct exec_environment *e)
{
    mem_free(e->at);
    bytes_fini(&e->text);
    *e = (struct exec_environment){0};
}
