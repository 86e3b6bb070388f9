#include "relay-client/journal/query/query_time.h"

#include "relay-client/view/local_time.h"

#include <stdio.h>

#define DAY_MS 86400000u

/* What is written, or the same word without its capitals. */
static struct span lower(struct span text)
{
    if (span_is_nocase(text, SPAN("today")))
        return SPAN("today");
    return span_is_nocase(text, SPAN("yesterday")) ? SPAN("yesterday") : text;
}

static bool parse(const struct query_maker *m, struct span text, bool day_end, uint64_t *out)
{
    return local_time_parse(lower(text), m->now_ms, day_end, out);
}

static size_t colons(struct span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == ':';
    return n;
}

static enum err refuse(const struct query_maker *m, const char *code, const char *key,
                       struct span value)
{
    char hint[sizeof(m->error->hint)];

    (void)snprintf(hint, sizeof(hint), "%s%.*s", key, (int)value.len, value.ptr);
    return query_value_refuse(m, code, hint);
}

static enum err read_moment(const struct query_maker *m, const struct query_value *v,
                            bool day_end, struct query_leaf *leaf)
{
    uint64_t ms;

    if (v->is_range)
        return query_value_refuse(m, "bad_range", "at:12:00..12:30");
    if (!parse(m, v->text, day_end, &ms))
        return query_value_refuse(m, "bad_time", "10m, 14:30, today, 2026-11-21");
    query_value_number(leaf, ms);
    return OK;
}

enum err query_time_since(const struct query_maker *m, const struct query_value *v,
                          struct query_leaf *leaf)
{
    return read_moment(m, v, false, leaf);
}

enum err query_time_until(const struct query_maker *m, const struct query_value *v,
                          struct query_leaf *leaf)
{
    return read_moment(m, v, true, leaf);
}

/* ---- at ---- */

static enum err read_range(const struct query_maker *m, const struct query_value *v,
                           uint64_t *from, uint64_t *to)
{
    struct query_maker after = *m;

    if (v->text.len == 0)
        return refuse(m, "bad_range", "until:", v->end);
    if (v->end.len == 0)
        return refuse(m, "bad_range", "since:", v->text);
    if (!parse(m, v->text, false, from))
        return refuse(m, "bad_time", "", SPAN("12:00..12:30"));
    /* A time of day is the next one behind the beginning, even if it is still to come. */
    if (v->end.len <= 8 && colons(v->end) > 0)
        after.now_ms = *from + DAY_MS;
    if (!parse(&after, v->end, true, to))
        return refuse(m, "bad_time", "", SPAN("12:00..12:30"));
    return *from < *to ? OK : refuse(m, "bad_range", "", SPAN(""));
}

/* What a single value covers, as exactly as it is written. */
static enum err read_stretch(const struct query_maker *m, const struct query_value *v,
                             uint64_t *from, uint64_t *to)
{
    if (!parse(m, v->text, false, from) || !parse(m, v->text, true, to))
        return refuse(m, "bad_time", "", SPAN("12:00..12:30"));
    if (*from < *to)
        return OK;
    if (colons(v->text) == 0)
        return refuse(m, "bad_time", "since:", v->text);
    *to = *from + (colons(v->text) > 1 ? 1000 : 60000);
    return OK;
}

enum err query_time_at(const struct query_maker *m, const struct query_value *v,
                       struct query_leaf *leaf)
{
    uint64_t from = 0, to = 0;
    enum err e = v->is_range ? read_range(m, v, &from, &to) : read_stretch(m, v, &from, &to);

    if (e)
        return e;
    query_value_number(leaf, from);
    query_value_number(leaf, to);
    return OK;
}
