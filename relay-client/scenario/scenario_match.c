#include "relay-client/scenario/scenario_match.h"

#include "base/container.h"
#include "base/text.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where we are; a mismatch is written once, where it is found first. */
struct walk {
    struct scenario_mismatch *out; /* NULL: nobody wants to know */
    size_t path_len;
    char path[sizeof((struct scenario_mismatch *)0)->path];
    unsigned depth;
};

static bool fits(struct walk *w, const struct json_value *wanted,
                 const struct json_value *value);

/* --- words for a mismatch --- */

static const char *kind_text(const struct json_value *v)
{
    static const char *const texts[] = {
        [JSON_NULL] = "null",     [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a text", [JSON_ARRAY] = "a list",       [JSON_OBJECT] = "an object",
    };

    return v ? texts[json_kind(v)] : "nothing";
}

static const char *show(const struct json_value *v, char *out, size_t size)
{
    const char *text = json_string(v);
    double number;
    bool is_true;

    if (text && size > 8) {
        out[0] = '"';
        text_escape(out + 1, size - 2, span_text(text));
        (void)snprintf(out + strlen(out), 2, "\"");
    } else if (json_double(v, &number)) {
        (void)snprintf(out, size, "%.15g", number);
    } else if (json_bool(v, &is_true)) {
        (void)snprintf(out, size, "%s", is_true ? "true" : "false");
    } else {
        (void)snprintf(out, size, "%s", kind_text(v));
    }
    return out;
}

__attribute__((format(printf, 3, 4))) static bool
refuse(struct walk *w, const struct json_value *value, const char *format, ...)
{
    char is[180], want[200];
    va_list args;

    if (!w->out)
        return false;
    va_start(args, format);
    (void)vsnprintf(want, sizeof want, format, args);
    va_end(args);
    memcpy(w->out->path, w->path, sizeof w->out->path);
    (void)snprintf(w->out->says, sizeof w->out->says, "is %s, wanted: %s",
                   show(value, is, sizeof is), want);
    return false;
}

/* --- the path --- */

static size_t push(struct walk *w, const char *name, size_t index)
{
    size_t before = w->path_len, room = sizeof w->path - before;
    int len = name ? snprintf(w->path + before, room, "%s%s", before > 0 ? "." : "", name)
                   : snprintf(w->path + before, room, "[%zu]", index);

    w->path_len = len > 0 && (size_t)len < room ? before + (size_t)len : sizeof w->path - 1;
    return before;
}

static bool fits_at(struct walk *w, const char *name, size_t index,
                    const struct json_value *wanted, const struct json_value *value)
{
    size_t before = push(w, name, index);
    bool is_good = fits(w, wanted, value);

    w->path_len = before;
    w->path[before] = '\0';
    return is_good;
}

/* --- conditions --- */

static bool is_contained(struct walk *w, const struct json_value *wanted,
                         const struct json_value *value)
{
    const char *part = json_string(wanted), *text = json_string(value);

    return (part && text && strstr(text, part)) ||
           refuse(w, value, "a text with \"%.120s\" in it", part ? part : "");
}

static bool is_matched(struct walk *w, const struct json_value *wanted,
                       const struct json_value *value)
{
    const char *pattern = json_string(wanted), *text = json_string(value);
    regex_t regex;

    if (!pattern || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return refuse(w, value, "a regular expression that is none");
    bool is_good = text && regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_good || refuse(w, value, "what fits /%.120s/", pattern);
}

/* Deep inside: the label of a button, wherever in a Flex Message it stands. */
static bool has_somewhere(struct walk *w, const struct json_value *wanted,
                          const struct json_value *value)
{
    bool is_found = fits(w, wanted, value);

    if (w->depth >= SCENARIO_MATCH_DEPTH)
        return is_found;
    w->depth++;
    for (const struct json_value *v = json_first(value); v && !is_found; v = json_next(v))
        is_found = has_somewhere(w, wanted, v);
    w->depth--;
    return is_found;
}

static bool is_had(struct walk *w, const struct json_value *wanted,
                   const struct json_value *value)
{
    struct walk inner = {.depth = w->depth};
    char what[160];

    return (value && has_somewhere(&inner, wanted, value)) ||
           refuse(w, value, "%s somewhere in it", show(wanted, what, sizeof what));
}

static bool is_there(struct walk *w, const struct json_value *wanted,
                     const struct json_value *value)
{
    (void)wanted;
    return value || refuse(w, value, "anything");
}

static bool is_not(struct walk *w, const struct json_value *wanted,
                   const struct json_value *value)
{
    struct walk inner = {.depth = w->depth};
    char what[160];

    return !value || !fits(&inner, wanted, value) ||
           refuse(w, value, "anything but %s", show(wanted, what, sizeof what));
}

static const struct condition {
    const char *name;
    bool (*is_met)(struct walk *w, const struct json_value *wanted,
                   const struct json_value *value);
} conditions[] = {{"$contains", is_contained},
                  {"$matches", is_matched},
                  {"$has", is_had},
                  {"$any", is_there},
                  {"$not", is_not}};

/* NULL: it is no condition. */
static const char *condition_name(const struct json_value *wanted)
{
    const struct json_value *only =
        json_kind(wanted) == JSON_OBJECT ? json_first(wanted) : NULL;
    const char *name = only && !json_next(only) ? json_name(only) : "";

    return *name == '$' ? name : NULL;
}

static const struct condition *find_condition(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++)
        if (strcmp(conditions[i].name, name) == 0)
            return &conditions[i];
    return NULL;
}

/* --- values --- */

static bool fits_object(struct walk *w, const struct json_value *wanted,
                        const struct json_value *value)
{
    if (json_kind(value) != JSON_OBJECT)
        return refuse(w, value, "an object");
    for (const struct json_value *v = json_first(wanted); v; v = json_next(v))
        if (!fits_at(w, json_name(v), 0, v, json_member(value, json_name(v))))
            return false;
    return true;
}

static bool fits_list(struct walk *w, const struct json_value *wanted,
                      const struct json_value *value)
{
    const struct json_value *a = json_first(wanted), *b;
    size_t index = 0;

    if (json_kind(value) != JSON_ARRAY)
        return refuse(w, value, "a list");
    for (b = json_first(value); a && b; a = json_next(a), b = json_next(b))
        if (!fits_at(w, NULL, index++, a, b))
            return false;
    return (!a && !b) ||
           refuse(w, value, "%zu in it, and there are %zu", json_len(wanted), json_len(value));
}

static bool fits_scalar(struct walk *w, const struct json_value *wanted,
                        const struct json_value *value)
{
    const char *a = json_string(wanted), *b = json_string(value);
    double x, y;
    bool p, q, is_same;
    char want[160];

    if (a || b)
        is_same = a && b && strcmp(a, b) == 0;
    else if (json_double(wanted, &x))
        is_same = json_double(value, &y) && !(x < y) && !(x > y);
    else if (json_bool(wanted, &p))
        is_same = json_bool(value, &q) && p == q;
    else
        is_same = value && json_kind(value) == JSON_NULL;
    return is_same || refuse(w, value, "%s", show(wanted, want, sizeof want));
}

static bool fits(struct walk *w, const struct json_value *wanted,
                 const struct json_value *value)
{
    const char *name = condition_name(wanted);
    bool is_good;

    if (w->depth >= SCENARIO_MATCH_DEPTH)
        return refuse(w, value, "less depth");
    w->depth++;
    const struct condition *c = name ? find_condition(name) : NULL;
    if (c)
        is_good = c->is_met(w, json_first(wanted), value);
    else if (!value)
        is_good = refuse(w, value, "%s", kind_text(wanted));
    else if (json_kind(wanted) == JSON_OBJECT)
        is_good = fits_object(w, wanted, value);
    else if (json_kind(wanted) == JSON_ARRAY)
        is_good = fits_list(w, wanted, value);
    else
        is_good = fits_scalar(w, wanted, value);
    w->depth--;
    return is_good;
}

bool scenario_match(const struct json_value *wanted, const struct json_value *value,
                    struct scenario_mismatch *out)
{
    struct walk w = {.out = out};

    return fits(&w, wanted, value);
}

/* --- before anything is run --- */

static const char *problem_of(const struct json_value *wanted, unsigned depth)
{
    const char *name = condition_name(wanted), *pattern;
    const char *problem = NULL;
    regex_t regex;

    if (depth >= SCENARIO_MATCH_DEPTH)
        return "it is nested too deep";
    if (name && !find_condition(name))
        return "the conditions are $contains, $matches, $has, $any and $not";
    if (name && strcmp(name, "$contains") == 0 && !json_string(json_first(wanted)))
        return "$contains wants a text";
    if (name && strcmp(name, "$matches") == 0) {
        pattern = json_string(json_first(wanted));
        if (!pattern || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
            return "$matches wants a regular expression (POSIX extended)";
        regfree(&regex);
    }
    for (const struct json_value *v = json_first(wanted); v && !problem; v = json_next(v))
        problem = problem_of(v, depth + 1);
    return problem;
}

const char *scenario_match_problem(const struct json_value *wanted)
{
    return problem_of(wanted, 0);
}
