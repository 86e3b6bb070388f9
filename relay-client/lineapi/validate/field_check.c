#include "relay-client/lineapi/validate/field_check.h"

#include "codec/grapheme.h"
#include "relay-client/lineapi/validate/text_form.h"

#include <inttypes.h>

#define PROBLEM(in, name, ...)                                                                 \
    lineapi_problems_add((in)->problems, (in)->place, (name), __VA_ARGS__)

const struct json_value *field_check_value(const struct field_scope *in, const char *name)
{
    const struct json_value *v = json_member(in->object, name);

    return json_kind(v) == JSON_NULL ? NULL : v;
}

const char *field_check_text(const struct field_scope *in, const char *name)
{
    return json_string(json_member(in->object, name));
}

void field_check_absent(const struct field_scope *in, const char *name)
{
    PROBLEM(in, name, "%s", in->is_outer ? "May not be empty" : "must be specified");
}

/* ---- one member ---- */

static void say_empty(const struct field_scope *in, const struct field_rule *rule)
{
    if (rule->problem && rule->kind != FIELD_FORM)
        PROBLEM(in, rule->name, "%s", rule->problem);
    else
        field_check_absent(in, rule->name);
}

static void say_long(const struct field_scope *in, const struct field_rule *rule)
{
    if (in->is_outer)
        PROBLEM(in, rule->name, "Length must be between 0 and %" PRId64, rule->max);
    else
        PROBLEM(in, rule->name, "must not be longer than %" PRId64 " characters", rule->max);
}

static void check_text(const struct field_scope *in, const struct field_rule *rule,
                       const char *text)
{
    struct span s = span_text(text);
    size_t max = (size_t)rule->max;
    bool is_long =
        rule->kind == FIELD_LABEL ? grapheme_count(s, max) > max : text_form_utf16_len(s) > max;

    if (s.len == 0 && rule->min > 0)
        say_empty(in, rule);
    else if (is_long)
        say_long(in, rule);
}

static void check_form(const struct field_scope *in, const struct field_rule *rule,
                       const char *text)
{
    if (text[0] == '\0' && rule->is_required)
        field_check_absent(in, rule->name);
    else if (rule->max > 0 && text_form_utf16_len(span_text(text)) > (size_t)rule->max)
        say_long(in, rule);
    else if (!rule->fits(span_text(text)))
        PROBLEM(in, rule->name, "%s", rule->problem);
}

static void check_string(const struct field_scope *in, const struct field_rule *rule,
                         const char *text)
{
    if (!text)
        PROBLEM(in, rule->name, "must be a string");
    else if (rule->kind == FIELD_FORM)
        check_form(in, rule, text);
    else if (rule->kind != FIELD_ENUM)
        check_text(in, rule, text);
    else if (!text_form_is_among(span_text(text), rule->values))
        PROBLEM(in, rule->name, "Must be one of the following values: [%s]", rule->values);
}

static void check_number(const struct field_scope *in, const struct field_rule *rule,
                         const struct json_value *value)
{
    bool is_integer = rule->kind == FIELD_INTEGER;
    bool has_max = rule->max != 0 || !is_integer;
    double number;
    int64_t whole;

    if (!json_double(value, &number))
        PROBLEM(in, rule->name, "must be a number");
    else if (is_integer && !json_i64(value, &whole))
        PROBLEM(in, rule->name, "must be an integer");
    else if (has_max && (number < (double)rule->min || number > (double)rule->max))
        PROBLEM(in, rule->name, "Must be between %" PRId64 " and %" PRId64, rule->min,
                rule->max);
    else if (number < (double)rule->min)
        PROBLEM(in, rule->name, "Must be greater than or equal to %" PRId64, rule->min);
}

void field_check_rule(const struct field_scope *in, const struct field_rule *rule)
{
    const struct json_value *value = field_check_value(in, rule->name);
    bool is_true;

    if (!value) {
        if (rule->is_required)
            say_empty(in, rule);
        return;
    }
    switch (rule->kind) {
    case FIELD_TEXT:
    case FIELD_LABEL:
    case FIELD_ENUM:
    case FIELD_FORM:
        check_string(in, rule, json_string(value));
        return;
    case FIELD_INTEGER:
    case FIELD_NUMBER:
        check_number(in, rule, value);
        return;
    case FIELD_BOOL:
        if (!json_bool(value, &is_true))
            PROBLEM(in, rule->name, "must be a boolean");
        return;
    }
}

void field_check_rules(const struct field_scope *in, const struct field_rule *rules)
{
    for (; rules->name; rules++)
        field_check_rule(in, rules);
}

const char *field_check_type(const struct field_scope *in, const char *values)
{
    struct field_rule rule = {
        .name = "type", .kind = FIELD_ENUM, .is_required = true, .values = values};
    const char *type = field_check_text(in, "type");

    if (type && type[0] == '\0')
        field_check_absent(in, "type");
    else
        field_check_rule(in, &rule);
    return type && text_form_is_among(span_text(type), values) ? type : NULL;
}

/* ---- what is inside ---- */

static void enter(struct field_scope *out, const struct field_scope *in,
                  struct lineapi_place own)
{
    *out = (struct field_scope){.problems = in->problems, .own = own};
    out->place = &out->own;
}

bool field_check_object(const struct field_scope *in, const char *name, bool is_required,
                        struct field_scope *out)
{
    const struct json_value *value = field_check_value(in, name);

    enter(out, in, (struct lineapi_place){.parent = in->place, .name = name});
    out->object = value;
    if (!value && is_required)
        field_check_absent(in, name);
    else if (value && json_kind(value) != JSON_OBJECT)
        PROBLEM(in, name, "must be an object");
    return json_kind(value) == JSON_OBJECT;
}

bool field_check_list_of(const struct field_scope *in, const char *name,
                         const struct json_value *value, struct field_range range,
                         struct field_list *out)
{
    *out = (struct field_list){.place = {.parent = in->place, .name = name}};
    enter(&out->item, in, (struct lineapi_place){.parent = &out->place});
    if (!value) {
        if (range.is_required)
            field_check_absent(in, name);
        return false;
    }
    if (json_kind(value) != JSON_ARRAY) {
        PROBLEM(in, name, "must be an array");
        return false;
    }
    out->len = json_len(value);
    out->value = value;
    out->next = json_first(value);
    if (out->len >= range.min && out->len <= range.max)
        return true;
    PROBLEM(in, name, "Size must be between %zu and %zu", range.min, range.max);
    return false;
}

bool field_check_list(const struct field_scope *in, const char *name, struct field_range range,
                      struct field_list *out)
{
    return field_check_list_of(in, name, field_check_value(in, name), range, out);
}

bool field_check_next(struct field_list *l)
{
    while (l->next) {
        l->item.object = l->next;
        l->item.own.index = l->index++;
        l->next = json_next(l->next);
        if (json_kind(l->item.object) == JSON_OBJECT)
            return true;
        PROBLEM(&l->item, NULL, "must be an object");
    }
    return false;
}
