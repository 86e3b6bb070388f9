#include "relay-client/simulate/event_set.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/json/json_writer.h"
#include "relay-client/simulate/event_object.h"

#define LITERAL_MAX ((size_t)1024 * 1024)
#define NAME_SIZE   64u

static bool is_text(const struct event_template *t, struct span path)
{
    const struct event_field *f = t ? event_template_field(t, path) : NULL;

    return f && f->kind != EVENT_FIELD_NUMBER && f->kind != EVENT_FIELD_BOOL &&
           f->kind != EVENT_FIELD_JSON;
}

static enum err put_literal(struct bytes *out, struct span value, bool is_string)
{
    struct json_writer w;

    if (!is_string && json_scan(value, NULL) == OK)
        return bytes_append_span(out, value);
    json_writer_init(&w, out);
    json_writer_string(&w, value);
    return json_writer_end(&w);
}

static struct span first_of(struct span path)
{
    return span_slice(path, 0, span_find(path, '.'));
}

/* A copy; false: no member is called so. */
static bool take_name(struct span name, char out[static NAME_SIZE])
{
    if (name.len == 0 || name.len >= NAME_SIZE)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
        out[i] = c;
    }
    out[name.len] = '\0';
    return true;
}

/* How far the event has what the path names: the innermost object; *path is the rest. */
static struct span descend(struct span event, struct span *path)
{
    struct span object = event;

    for (;;) {
        struct span name = first_of(*path);
        char text[NAME_SIZE];
        if (name.len == path->len || !take_name(name, text))
            return object;
        struct span next = json_text_member(object, text);
        if (!json_text_is_object(next))
            return object;
        object = next;
        *path = span_slice(*path, name.len + 1, path->len);
    }
}

/* `"a":{"b":VALUE}}` for the path a.b that nothing is there of. */
static enum err put_path(struct event_object *o, struct span path, struct span literal)
{
    size_t depth = 0;
    char text[NAME_SIZE];

    for (;; depth++) {
        struct span name = first_of(path);
        if (depth == EVENT_SET_DEPTH || !take_name(name, text))
            return ERR_SYNTAX;
        event_object_name(o, text);
        if (name.len == path.len)
            break;
        event_object_put(o->to, SPAN("{"));
        o->has_members = false;
        path = span_slice(path, name.len + 1, path.len);
    }
    event_object_put(o->to, literal);
    while (depth-- > 0)
        event_object_put(o->to, SPAN("}"));
    return OK;
}

static enum err add(struct span event, struct span path, struct span literal, struct bytes *out)
{
    struct event_text to = {.out = out};
    struct event_object o;
    struct span object = descend(event, &path);
    size_t end = (size_t)(object.ptr - event.ptr) + object.len - 1;
    char text[NAME_SIZE];

    if (take_name(first_of(path), text) && json_text_member(object, text).len > 0)
        return ERR_SYNTAX; /* it is there, and no object */
    event_object_open(&o, &to, object);
    event_object_put(&to, span_slice(event, 0, end));
    enum err rc = put_path(&o, path, literal);
    event_object_put(&to, span_slice(event, end, event.len));
    return rc != OK ? rc : to.rc;
}

enum err event_set(struct span event, const struct event_template *t, struct span path,
                   struct span value, struct bytes *out)
{
    struct bytes literal;
    struct span old = {0};
    enum err rc = json_scan(event, NULL);

    if (rc != OK || !json_text_is_object(event) || path.len == 0)
        return rc != OK ? rc : ERR_SYNTAX;
    bool is_there = json_text_find(event, path, &old) == OK;
    bytes_init(&literal, LITERAL_MAX);
    rc = put_literal(&literal, value, is_there ? json_text_is_string(old) : is_text(t, path));
    if (rc == OK)
        rc = is_there ? json_text_replace(event, path, bytes_span(&literal), out)
                      : add(event, path, bytes_span(&literal), out);
    bytes_fini(&literal);
    return rc;
}
