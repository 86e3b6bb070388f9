#include "unit/support/field_text.h"

#include "unit/check.h"

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t format_one(char *out, size_t size, const struct http_field *f)
{
    size_t name = f->name.len;

    CHECK(name + f->value.len + 4 < size);
    for (size_t i = 0; i < name; i++)
        out[i] = lower(f->name.ptr[i]);
    return name + (size_t)snprintf(out + name, size - name, ": %.*s\n", (int)f->value.len,
                                   f->value.ptr);
}

void field_text_format(char *out, size_t size, const struct http_head *head)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < head->fields_len; i++)
        len += format_one(out + len, size - len, &head->fields[i]);
}

const char *field_text_find(const char *text, const char *name)
{
    size_t len = strlen(name);

    for (; *text; text = strchr(text, '\n') + 1)
        if (strncmp(text, name, len) == 0 && text[len] == ':')
            return text + len + 2;
    return NULL;
}

size_t field_text_count(const char *text, const char *name)
{
    size_t count = 0;

    for (const char *at = field_text_find(text, name); at;
         at = field_text_find(strchr(at, '\n') + 1, name))
        count++;
    return count;
}

const char *field_text_value(const char *text, const char *name)
{
    static char value[8192];
    const char *at = field_text_find(text, name);

    if (!at)
        return NULL;
    CHECK(strcspn(at, "\n") < sizeof value);
    (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\n"), at);
    return value;
}
