#include "cli/settings/settings_value.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/secret_file.h"
#include "cli/settings/settings_number.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_SIZE 48u

bool settings_value_is_list(const struct setting *row)
{
    return row->type == SETTING_LIST || (row->flags & SETTING_REPEATABLE);
}

void settings_value_bounds(const struct setting *row, int64_t *min, int64_t *max)
{
    bool is_number = row->type == SETTING_INTEGER || row->type == SETTING_DURATION ||
                     row->type == SETTING_SIZE || row->type == SETTING_BOOL;
    int64_t most = is_number ? SETTINGS_NUMBER_MAX : SETTINGS_TEXT_MAX;
    int64_t least = is_number ? INT64_MIN : 1;

    if (settings_value_is_list(row))
        most = SETTINGS_LIST_MAX;
    *min = row->min > least ? row->min : least;
    *max = row->min != 0 || row->max != 0 ? row->max : most;
    if (is_number && row->min == 0 && row->max == 0)
        *min = 0;
}

/* --- what is wrong --- */

static enum err wrong(char why[static SETTINGS_WHY_SIZE], struct span text, const char *what)
{
    char shown[SHOWN_SIZE];

    (void)snprintf(why, SETTINGS_WHY_SIZE, "\"%s\" %s", text_escape(shown, sizeof shown, text),
                   what);
    return ERR_SYNTAX;
}

static enum err out_of_bounds(char why[static SETTINGS_WHY_SIZE], const struct setting *row,
                              struct span text, bool too_small)
{
    char bound[32], what[64];
    int64_t min, max;

    settings_value_bounds(row, &min, &max);
    (void)snprintf(
        what, sizeof what, "is %s than %s", too_small ? "less" : "more",
        settings_number_format(row->type, too_small ? min : max, bound, sizeof bound));
    return wrong(why, text, what);
}

/* Is `text` one of "a|b|c"? */
static bool is_choice(const char *choices, struct span text)
{
    struct span rest = span_text(choices);

    while (rest.len > 0) {
        size_t end = span_find(rest, '|');
        if (span_is(span_slice(rest, 0, end), text))
            return true;
        rest = span_slice(rest, end < rest.len ? end + 1 : end, rest.len);
    }
    return false;
}

static bool has_control(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
            return true;
    return false;
}

static enum err check_text(const struct setting *row, struct span text,
                           char why[static SETTINGS_WHY_SIZE])
{
    int64_t min = 1, max = SETTINGS_TEXT_MAX;
    char what[160];

    if (!settings_value_is_list(row))
        settings_value_bounds(row, &min, &max);
    if (row->choices && !is_choice(row->choices, text)) {
        (void)snprintf(what, sizeof what, "is none of %s", row->choices);
        return wrong(why, text, what);
    }
    if (text.len == 0)
        return wrong(why, text, "is empty");
    if (has_control(text) || !text_is_utf8(text))
        return wrong(why, text, "holds characters that nobody can see");
    if ((int64_t)text.len >= min && (int64_t)text.len <= max)
        return OK;
    (void)snprintf(what, sizeof what, "is %zu bytes long, which must be %d to %d", text.len,
                   (int)min, (int)max);
    return wrong(why, text, what);
}

/* Says nothing of the secret itself. */
static enum err check_secret(struct span text, char why[static SETTINGS_WHY_SIZE])
{
    const char *problem = secret_file_problem(text);

    if (!problem)
        return OK;
    (void)snprintf(why, SETTINGS_WHY_SIZE, "the secret %s", problem);
    return ERR_SYNTAX;
}

/* --- keeping it --- */

static enum err keep(struct settings_value *v, char *text)
{
    char **grown = text ? mem_grow(v->texts, (v->len + 1) * sizeof *grown) : NULL;

    if (!grown) {
        if (text)
            mem_wipe(text, strlen(text)); /* it may be a secret */
        mem_free(text);
        return ERR_NOMEM;
    }
    v->texts = grown;
    v->texts[v->len++] = text;
    return OK;
}

static enum err keep_path(struct settings_value *v, struct span text, const char *home)
{
    size_t home_len = home ? strlen(home) : 0;
    char *path;

    if (!home || !span_starts(text, SPAN("~/")))
        return keep(v, mem_text(text.ptr, text.len));
    path = mem_alloc(home_len + text.len);
    if (path) {
        memcpy(path, home, home_len);
        memcpy(path + home_len, text.ptr + 1, text.len - 1);
    }
    return keep(v, path);
}

static enum err add_number(struct settings_value *v, const struct setting *row,
                           struct span text, char why[static SETTINGS_WHY_SIZE])
{
    const char *what;
    int64_t number, min, max;

    if (settings_number_parse(row->type, text, &number, &what))
        return wrong(why, text, what);
    settings_value_bounds(row, &min, &max);
    if (number < min || number > max)
        return out_of_bounds(why, row, text, number < min);
    v->number = number;
    return OK;
}

static enum err check_room(const struct settings_value *v, const struct setting *row,
                           char why[static SETTINGS_WHY_SIZE])
{
    int64_t min, max;

    settings_value_bounds(row, &min, &max);
    if (!settings_value_is_list(row) || (int64_t)v->len < max)
        return OK;
    (void)snprintf(why, SETTINGS_WHY_SIZE, "is given more than %d times", (int)max);
    return ERR_SYNTAX;
}

enum err settings_value_add(struct settings_value *v, const struct setting *row,
                            struct span text, const char *home,
                            char why[static SETTINGS_WHY_SIZE])
{
    enum err e = check_room(v, row, why);

    if (e)
        return e;
    switch (row->type) {
    case SETTING_BOOL:
    case SETTING_INTEGER:
    case SETTING_DURATION:
    case SETTING_SIZE:
        return add_number(v, row, text, why);
    case SETTING_SECRET:
        e = check_secret(text, why);
        return e ? e : keep(v, mem_text(text.ptr, text.len));
    case SETTING_PATH:
        e = check_text(row, text, why);
        return e ? e : keep_path(v, text, home);
    case SETTING_TEXT:
    case SETTING_LIST:
        e = check_text(row, text, why);
        return e ? e : keep(v, mem_text(text.ptr, text.len));
    }
    return ERR_SYNTAX;
}

void settings_value_fini(struct settings_value *v)
{
    for (size_t i = 0; i < v->len; i++) {
        mem_wipe(v->texts[i], strlen(v->texts[i]));
        mem_free(v->texts[i]);
    }
    mem_free(v->texts);
    *v = (struct settings_value){0};
}
