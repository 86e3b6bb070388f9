#include "relay-client/inspector/import/har_text.h"

#include "base/base64.h"
#include "base/mem.h"
#include "codec/json/json_text.h"

#include <string.h>

#define STRINGS_MAX 4096u /* NULs behind members */

enum err har_text_init(struct har_text *t, struct span entry)
{
    /* Each literal is read once as text, and once more as what its Base64 says. */
    t->size = 2 * entry.len + STRINGS_MAX;
    t->len = 0;
    t->block = mem_alloc(t->size);
    return t->block ? OK : ERR_NOMEM;
}

void har_text_fini(struct har_text *t)
{
    mem_free(t->block);
    *t = (struct har_text){0};
}

struct span har_text_string(struct har_text *t, struct span literal)
{
    char *at = t->block + t->len;

    if (!json_text_is_string(literal) || literal.len > t->size - t->len)
        return (struct span){0};
    size_t len = json_text_unescape(literal, at);
    t->len += len;
    return span_of(at, len);
}

const char *har_text_member(struct har_text *t, struct span object, const char *name)
{
    struct span text = har_text_string(t, json_text_member(object, name));

    if (text.len == 0 || t->len == t->size)
        return "";
    t->block[t->len++] = '\0';
    return text.ptr;
}

bool har_text_base64(struct har_text *t, struct span literal, struct span *out)
{
    struct span text = har_text_string(t, literal);
    char *at = t->block + t->len;
    size_t len;

    if (!json_text_is_string(literal) ||
        base64_parse(text, (uint8_t *)at, t->size - t->len, &len) != OK)
        return false;
    t->len += len;
    *out = span_of(at, len);
    return true;
}

uint64_t har_text_number(struct span object, const char *name)
{
    struct span value = json_text_member(object, name);
    size_t digits = 0;
    uint64_t number;

    while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || !span_parse_u64(span_slice(value, 0, digits), &number))
        return 0;
    return number <= INT64_MAX ? number : 0;
}

bool har_text_flag(struct span object, const char *name)
{
    return span_is(json_text_member(object, name), SPAN("true"));
}
