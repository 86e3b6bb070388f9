#include "codec/json/json.h"

#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>

/* cJSON only ever sees a text that json_scan has accepted: its own parser is lenient,
 * reads numbers from a buffer of 64 bytes, fails on lone surrogates, and ends strings
 * at \u0000.  What it could not hold is refused or rewritten before. */

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

/* Configurations hold secrets. */
static void set_hooks(void)
{
    cJSON_Hooks hooks = {mem_secret_alloc, mem_secret_free};

    cJSON_InitHooks(&hooks);
}

static const cJSON *node_of(const struct json_value *v)
{
    return (const cJSON *)(const void *)v;
}

static const struct json_value *value_of(const cJSON *node)
{
    return (const struct json_value *)(const void *)node;
}

static void describe(struct json_doc *doc, struct span text, const struct json_problem *p)
{
    size_t line = 1;
    size_t start = 0;

    for (size_t i = 0; i < p->at && i < text.len; i++) {
        if (text.ptr[i] != '\n')
            continue;
        line++;
        start = i + 1;
    }
    (void)snprintf(doc->detail, sizeof(doc->detail), "line %zu, column %zu: %s", line,
                   p->at - start + 1, p->what);
}

static bool begins_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

/* What cJSON would allocate for, and numbers longer than its buffer. */
static enum err check_limits(struct span text, struct json_problem *problem)
{
    size_t values = 1;

    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        bool is_number = begins_number(c);
        size_t end = c == '"' || is_number ? json_scan_value_end(text, at) : at + 1;

        if (is_number && end - at > JSON_NUMBER_MAX) {
            *problem = (struct json_problem){at, "a number of too many digits"};
            return ERR_LIMIT;
        }
        values += c == ',' || c == '{' || c == '[';
        if (values > JSON_VALUES_MAX) {
            *problem = (struct json_problem){at, "too many values"};
            return ERR_LIMIT;
        }
        at = end;
    }
    return OK;
}

static bool needs_rewrite(uint32_t c)
{
    return c == 0 || (c >= 0xd800 && c <= 0xdfff);
}

/* Backslashes stand only inside strings; every rewrite keeps the length. */
static void rewrite_escapes(char *text, size_t len)
{
    struct span s = span_of(text, len);
    size_t at = 0;

    for (;;) {
        at += span_find(span_slice(s, at, len), '\\');
        if (at >= len)
            return;
        size_t from = at;
        if (needs_rewrite(json_text_next_char(s, &at)))
            memcpy(text + from, "\\uFFFD", 6);
    }
}

static cJSON *parse_rewritten(struct span text)
{
    char *copy = mem_text(text.ptr, text.len);
    cJSON *root;

    if (!copy)
        return NULL;
    rewrite_escapes(copy, text.len);
    root = cJSON_ParseWithLength(copy, text.len);
    mem_wipe(copy, text.len);
    mem_free(copy);
    return root;
}

enum err json_parse(struct json_doc *out, struct span text, size_t max)
{
    struct json_problem problem = {0, "the text is too long"};
    enum err e = text.len > max ? ERR_LIMIT : json_scan(text, &problem);

    *out = (struct json_doc){0};
    if (!e)
        e = check_limits(text, &problem);
    if (e) {
        describe(out, text, &problem);
        return e;
    }
    (void)pthread_once(&hooks_once, set_hooks);
    if (span_find_span(text, SPAN("\\u")) < text.len)
        out->root = parse_rewritten(text);
    else
        out->root = cJSON_ParseWithLength(text.ptr, text.len);
    if (out->root)
        return OK;
    (void)snprintf(out->detail, sizeof(out->detail), "%s", err_text(ERR_NOMEM));
    return ERR_NOMEM;
}

void json_fini(struct json_doc *doc)
{
    cJSON_Delete(doc->root);
    doc->root = NULL;
}

const struct json_value *json_root(const struct json_doc *doc)
{
    return value_of(doc->root);
}

enum json_kind json_kind(const struct json_value *v)
{
    const cJSON *node = node_of(v);

    if (!node)
        return JSON_NONE;
    switch (node->type & 0xff) {
    case cJSON_NULL:
        return JSON_NULL;
    case cJSON_True:
    case cJSON_False:
        return JSON_BOOL;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_STRING;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NONE;
    }
}

const struct json_value *json_member(const struct json_value *object, const char *name)
{
    if (json_kind(object) != JSON_OBJECT)
        return NULL;
    for (const cJSON *node = node_of(object)->child; node; node = node->next)
        if (strcmp(node->string, name) == 0)
            return value_of(node);
    return NULL;
}

const struct json_value *json_element(const struct json_value *array, size_t index)
{
    const cJSON *node = json_kind(array) == JSON_ARRAY ? node_of(array)->child : NULL;

    for (; node && index > 0; index--)
        node = node->next;
    return value_of(node);
}

size_t json_len(const struct json_value *v)
{
    size_t len = 0;

    for (v = json_first(v); v; v = json_next(v))
        len++;
    return len;
}

const struct json_value *json_first(const struct json_value *v)
{
    enum json_kind kind = json_kind(v);

    return kind == JSON_ARRAY || kind == JSON_OBJECT ? value_of(node_of(v)->child) : NULL;
}

const struct json_value *json_next(const struct json_value *v)
{
    return v ? value_of(node_of(v)->next) : NULL;
}

const char *json_name(const struct json_value *member)
{
    return member && node_of(member)->string ? node_of(member)->string : "";
}

const char *json_string(const struct json_value *v)
{
    return json_kind(v) == JSON_STRING ? node_of(v)->valuestring : NULL;
}

bool json_double(const struct json_value *v, double *out)
{
    if (json_kind(v) != JSON_NUMBER || !isfinite(node_of(v)->valuedouble))
        return false;
    *out = node_of(v)->valuedouble;
    return true;
}

bool json_i64(const struct json_value *v, int64_t *out)
{
    double value;

    if (!json_double(v, &value) || value < -EXACT_MAX || value > EXACT_MAX)
        return false;
    if (value != (double)(int64_t)value)
        return false;
    *out = (int64_t)value;
    return true;
}

bool json_u64(const struct json_value *v, uint64_t *out)
{
    int64_t value;

    if (!json_i64(v, &value) || value < 0)
        return false;
    *out = (uint64_t)value;
    return true;
}

bool json_bool(const struct json_value *v, bool *out)
{
    if (json_kind(v) != JSON_BOOL)
        return false;
    *out = (node_of(v)->type & 0xff) == cJSON_True;
    return true;
}
