#include "codec/json/json_writer.h"

#include "codec/json/json_number.h"
#include "codec/json/json_reprint.h"
#include "codec/json/json_scan.h"

#include <inttypes.h>
#include <stdio.h>

_Static_assert(JSON_WRITER_DEPTH_MAX <= 32, "a level is a bit");

void json_writer_init(struct json_writer *w, struct bytes *out)
{
    *w = (struct json_writer){.out = out};
}

static void note(struct json_writer *w, enum err e)
{
    if (!w->failed)
        w->failed = e;
}

static uint32_t level_bit(const struct json_writer *w)
{
    return UINT32_C(1) << (w->depth - 1);
}

static bool in_object(const struct json_writer *w)
{
    return w->depth > 0 && (w->is_object & level_bit(w));
}

static void put(struct json_writer *w, const char *text, size_t len)
{
    if (!w->failed)
        w->failed = bytes_append(w->out, text, len);
}

static void put_comma(struct json_writer *w)
{
    if (w->has_items & level_bit(w))
        put(w, ",", 1);
    w->has_items |= level_bit(w);
}

/* Before each value.  False when there is no place for one. */
static bool begin_value(struct json_writer *w)
{
    if (w->depth == 0 ? w->has_root : in_object(w) && !w->after_key)
        note(w, ERR_SYNTAX);
    if (w->failed)
        return false;
    w->has_root = true;
    if (w->depth > 0 && !w->after_key)
        put_comma(w);
    w->after_key = false;
    return !w->failed;
}

static void open_level(struct json_writer *w, bool is_object)
{
    if (!begin_value(w))
        return;
    if (w->depth == JSON_WRITER_DEPTH_MAX) {
        note(w, ERR_LIMIT);
        return;
    }
    put(w, is_object ? "{" : "[", 1);
    w->depth++;
    w->has_items &= ~level_bit(w);
    w->is_object &= ~level_bit(w);
    if (is_object)
        w->is_object |= level_bit(w);
}

static void close_level(struct json_writer *w, bool is_object)
{
    if (w->depth == 0 || w->after_key || in_object(w) != is_object)
        note(w, ERR_SYNTAX);
    if (w->failed)
        return;
    put(w, is_object ? "}" : "]", 1);
    w->depth--;
}

void json_writer_object(struct json_writer *w)
{
    open_level(w, true);
}

void json_writer_object_end(struct json_writer *w)
{
    close_level(w, true);
}

void json_writer_array(struct json_writer *w)
{
    open_level(w, false);
}

void json_writer_array_end(struct json_writer *w)
{
    close_level(w, false);
}

static void put_string(struct json_writer *w, struct span s)
{
    if (!w->failed)
        w->failed = json_reprint_string(s, JSON_ESCAPE_LEAST, w->out);
}

void json_writer_key_span(struct json_writer *w, struct span name)
{
    if (!in_object(w) || w->after_key)
        note(w, ERR_SYNTAX);
    if (w->failed)
        return;
    put_comma(w);
    put_string(w, name);
    put(w, ":", 1);
    w->after_key = true;
}

void json_writer_key(struct json_writer *w, const char *name)
{
    json_writer_key_span(w, span_text(name));
}

void json_writer_string(struct json_writer *w, struct span s)
{
    if (begin_value(w))
        put_string(w, s);
}

static void put_plain(struct json_writer *w, const char *text)
{
    if (begin_value(w))
        put(w, text, strlen(text));
}

void json_writer_text(struct json_writer *w, const char *text)
{
    if (text)
        json_writer_string(w, span_text(text));
    else
        json_writer_null(w);
}

void json_writer_u64(struct json_writer *w, uint64_t value)
{
    char text[24] = "";
    size_t at = sizeof(text) - 1;

    /* Every exchange has half a dozen: snprintf costs ten times as much. */
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put_plain(w, text + at);
}

void json_writer_i64(struct json_writer *w, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    put_plain(w, text);
}

void json_writer_double(struct json_writer *w, double value)
{
    char text[JSON_NUMBER_SIZE];

    put_plain(w, json_number_format(value, text));
}

void json_writer_bool(struct json_writer *w, bool value)
{
    put_plain(w, value ? "true" : "false");
}

void json_writer_null(struct json_writer *w)
{
    put_plain(w, "null");
}

void json_writer_raw(struct json_writer *w, struct span json)
{
    enum err e = json_scan(json, NULL);

    if (e)
        note(w, e);
    if (begin_value(w))
        put(w, json.ptr, json.len);
}

void json_writer_member_string(struct json_writer *w, const char *name, struct span s)
{
    json_writer_key(w, name);
    json_writer_string(w, s);
}

void json_writer_member_text(struct json_writer *w, const char *name, const char *text)
{
    json_writer_key(w, name);
    json_writer_text(w, text);
}

void json_writer_member_u64(struct json_writer *w, const char *name, uint64_t value)
{
    json_writer_key(w, name);
    json_writer_u64(w, value);
}

void json_writer_member_bool(struct json_writer *w, const char *name, bool value)
{
    json_writer_key(w, name);
    json_writer_bool(w, value);
}

void json_writer_member_null(struct json_writer *w, const char *name)
{
    json_writer_key(w, name);
    json_writer_null(w);
}

enum err json_writer_end(struct json_writer *w)
{
    if (w->depth > 0 || !w->has_root)
        note(w, ERR_SYNTAX);
    return w->failed;
}
