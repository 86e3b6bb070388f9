#include "relay-client/journal/query/query_number.h"

#include <stdio.h>

#define STATUS_MIN 100u
#define STATUS_MAX 599u
#define NUMBER_MAX ((uint64_t)INT64_MAX)
#define DIGITS_MAX 12u /* of a duration: thirty thousand years */

struct bounds {
    uint64_t min, max;
};

/* What a kind of number is, apart from comparisons. */
struct measure {
    bool (*parse)(struct span text, struct bounds *out); /* "5xx" is several */
    struct bounds all;
    const char *sample;
};

/* ---- one number ---- */

static bool parse_number(struct span text, struct bounds *out)
{
    if (!span_parse_u64(text, &out->min) || out->min > NUMBER_MAX)
        return false;
    out->max = out->min;
    return true;
}

static bool parse_status(struct span text, struct bounds *out)
{
    if (text.len == 3 && span_is_nocase(span_slice(text, 1, 3), SPAN("xx")) &&
        text.ptr[0] >= '1' && text.ptr[0] <= '5') {
        out->min = (uint64_t)(text.ptr[0] - '0') * 100;
        out->max = out->min + 99;
        return true;
    }
    return text.len == 3 && parse_number(text, out) && out->min >= STATUS_MIN &&
           out->max <= STATUS_MAX;
}

static bool parse_unit(struct span unit, uint64_t *out_us)
{
    static const struct {
        struct span name;
        uint64_t us;
    } units[] = {{{"", 0}, 1000},      {{"ms", 2}, 1000},      {{"s", 1}, 1000000},
                 {{"m", 1}, 60000000}, {{"min", 3}, 60000000}, {{"h", 1}, 3600000000}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (!span_is_nocase(unit, units[i].name))
            continue;
        *out_us = units[i].us;
        return true;
    }
    return false;
}

static size_t digits_at(struct span text, size_t at)
{
    size_t end = at;

    while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
        end++;
    return end;
}

/* "1.5s" in microseconds; what is smaller is cut off. */
static bool parse_duration(struct span text, struct bounds *out)
{
    size_t point = digits_at(text, 0), end = point;
    uint64_t whole, unit_us;

    if (!text.ptr)
        return false;
    if (point < text.len && text.ptr[point] == '.')
        end = digits_at(text, point + 1);
    if (point > DIGITS_MAX || !span_parse_u64(span_slice(text, 0, point), &whole) ||
        end == point + 1 || !parse_unit(span_slice(text, end, text.len), &unit_us))
        return false;
    out->min = whole * unit_us;
    for (size_t i = point + 1; i < end && unit_us >= 10; i++) {
        unit_us /= 10;
        out->min += unit_us * (uint64_t)(text.ptr[i] - '0');
    }
    out->max = out->min;
    return true;
}

/* ---- comparisons and ranges ---- */

static enum err read_range(const struct query_maker *m, const struct query_value *v,
                           const struct measure *k, struct bounds *out)
{
    struct bounds from, to;

    if (!k->parse(v->text, &from) || !k->parse(v->end, &to))
        return query_value_refuse(m, v->text.len && v->end.len ? "bad_number" : "bad_range",
                                  k->sample);
    if (from.min > to.max)
        return query_value_refuse(m, "bad_range", "");
    *out = (struct bounds){from.min, to.max};
    return OK;
}

/* ">", ">=", "<", "<=" at the front: what is left is *rest. */
static enum err read_comparison(const struct query_maker *m, const struct query_value *v,
                                const struct measure *k, struct bounds *out)
{
    bool is_more = v->text.ptr[0] == '>';
    bool or_equal = v->text.len > 1 && v->text.ptr[1] == '=';
    struct bounds n = {0};

    if (!k->parse(span_slice(v->text, or_equal ? 2 : 1, v->text.len), &n))
        return query_value_refuse(m, "bad_number", k->sample);
    *out = k->all;
    if (is_more)
        out->min = or_equal ? n.min : n.max + 1;
    else if (or_equal)
        out->max = n.max;
    else if (n.min > k->all.min)
        out->max = n.min - 1;
    else
        *out = (struct bounds){1, 0}; /* nothing */
    return OK;
}

static enum err read_bounds(const struct query_maker *m, const struct query_value *v,
                            const struct measure *k, struct bounds *out)
{
    if (v->is_range)
        return read_range(m, v, k, out);
    if (v->text.len > 0 && (v->text.ptr[0] == '>' || v->text.ptr[0] == '<'))
        return read_comparison(m, v, k, out);
    return k->parse(v->text, out) ? OK : query_value_refuse(m, "bad_number", k->sample);
}

static void add_bounds(struct query_leaf *leaf, const struct bounds *b)
{
    query_value_number(leaf, b->min);
    query_value_number(leaf, b->max);
}

/* ---- what is asked for ---- */

enum err query_number_status(const struct query_maker *m, const struct query_value *v,
                             struct query_leaf *leaf)
{
    static const struct measure status = {parse_status, {STATUS_MIN, STATUS_MAX}, "5xx"};
    struct bounds b = {0, 0};

    if (!v->is_range && span_is_nocase(v->text, SPAN("none"))) {
        add_bounds(leaf, &b);
        return OK;
    }
    enum err e = read_bounds(m, v, &status, &b);
    if (!e)
        add_bounds(leaf, &b);
    return e;
}

enum err query_number_took(const struct query_maker *m, const struct query_value *v,
                           struct query_leaf *leaf)
{
    static const struct measure duration = {parse_duration, {0, NUMBER_MAX}, ">1.5s"};
    char hint[sizeof(m->error->hint)];
    struct bounds b = {0};
    enum err e = read_bounds(m, v, &duration, &b);

    if (e)
        return e;
    if (!v->is_range && v->text.ptr[0] != '>' && v->text.ptr[0] != '<') {
        /* To the microsecond nothing is equal. */
        (void)snprintf(hint, sizeof(hint), ">=%.*s", (int)v->text.len, v->text.ptr);
        return query_value_refuse(m, "bad_range", hint);
    }
    add_bounds(leaf, &b);
    return OK;
}

enum err query_number_id(const struct query_maker *m, const struct query_value *v,
                         struct query_leaf *leaf)
{
    static const struct measure number = {parse_number, {0, NUMBER_MAX}, "17"};
    struct bounds b = {0};
    enum err e = read_bounds(m, v, &number, &b);

    if (!e)
        add_bounds(leaf, &b);
    return e;
}

enum err query_number_one(const struct query_maker *m, const struct query_value *v,
                          struct query_leaf *leaf)
{
    struct bounds b = {0};

    if (v->is_range || !parse_number(v->text, &b))
        return query_value_refuse(m, "bad_number", "17");
    query_value_number(leaf, b.min);
    return OK;
}
