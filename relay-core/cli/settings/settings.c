/* 1. flags, then environment, then file, then defaults: each gives what no stronger one
 *    has given
 * 2. what is required and still missing is a problem
 * 3. problems are written down as they are found; with one or more, loading fails
 * Memory that runs out sets `nomem`, which wins over all problems. */
#include "cli/settings/settings_impl.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/secret_file.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROBLEMS_MAX (256u * 1024u)
#define PROBLEM_SIZE 768u
#define ANY_TYPE     (~0u)

/* --- rows --- */

static const struct setting *find_row(const struct settings *s, struct span key)
{
    for (size_t i = 0; i < s->in.table_len; i++)
        if (span_is(span_text(s->in.table[i].key), key))
            return &s->in.table[i];
    return NULL;
}

bool settings_applies(const struct settings *s, const struct setting *row)
{
    return row->commands == 0 || (row->commands & s->in.command);
}

/* A key may have one row per command. */
const struct setting *settings_find(const struct settings *s, struct span key)
{
    for (size_t i = 0; i < s->in.table_len; i++) {
        const struct setting *row = &s->in.table[i];
        if (settings_applies(s, row) && span_is(span_text(row->key), key))
            return row;
    }
    return NULL;
}

const struct setting *settings_find_anywhere(const struct settings *s, struct span key)
{
    return find_row(s, key);
}

const struct setting *settings_find_secret_file(const struct settings *s, struct span name)
{
    const struct setting *row;

    if (!span_ends(name, SPAN("-file")))
        return NULL;
    row = settings_find(s, span_slice(name, 0, name.len - 5));
    return row && row->type == SETTING_SECRET ? row : NULL;
}

static struct settings_value *value_of(const struct settings *s, const struct setting *row)
{
    return &s->values[row - s->in.table];
}

bool settings_wants(const struct settings *s, const struct setting *row,
                    enum settings_source source)
{
    return value_of(s, row)->source <= source;
}

bool settings_has(const struct settings *s, const struct setting *row)
{
    return value_of(s, row)->source != SETTINGS_UNSET;
}

const char *settings_variable(const struct settings *s, const char *name)
{
    size_t len = strlen(name);

    for (const char *const *v = s->in.environment; v && *v; v++)
        if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
            return (*v)[len + 1] ? *v + len + 1 : NULL;
    return NULL;
}

/* --- what the layers report --- */

void settings_problem(struct settings *s, const char *format, ...)
{
    char line[PROBLEM_SIZE];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    /* Past the limit there is enough to mend already. */
    if (bytes_printf(&s->problems, "%s\n", line) == ERR_NOMEM)
        s->nomem = true;
}

/* False, and a problem, when something equally strong was there before. */
static bool claim(struct settings *s, const struct setting *row, struct settings_place from)
{
    struct settings_value *v = value_of(s, row);

    if (v->source == from.source && !settings_value_is_list(row)) {
        settings_problem(s, "%s: is given twice%s%s", from.name,
                         strcmp(v->origin, from.name) == 0 ? "" : ", also as ",
                         strcmp(v->origin, from.name) == 0 ? "" : v->origin);
        return false;
    }
    if (v->source < from.source) {
        v->source = from.source;
        (void)snprintf(v->origin, sizeof v->origin, "%s", from.name);
    }
    return v->source == from.source;
}

static void add_value(struct settings *s, const struct setting *row, struct settings_place from,
                      struct span text)
{
    char why[SETTINGS_WHY_SIZE];
    enum err e =
        settings_value_add(value_of(s, row), row, text, settings_variable(s, "HOME"), why);

    if (e == ERR_NOMEM)
        s->nomem = true;
    else if (e)
        settings_problem(s, "%s: %s", from.name, why);
}

void settings_give(struct settings *s, const struct setting *row, struct settings_place from,
                   struct span text)
{
    if (settings_wants(s, row, from.source) && claim(s, row, from))
        add_value(s, row, from, text);
}

static enum err read_secret(struct settings *s, const char *path, struct secret_file *secret,
                            char detail[static PRIVATE_FILE_DETAIL_SIZE])
{
    if (strcmp(path, "-") != 0)
        return secret_file_read(path, secret, detail);
    if (s->stdin_used) {
        (void)snprintf(detail, PRIVATE_FILE_DETAIL_SIZE,
                       "only one secret can come from standard input");
        return ERR_CONFLICT;
    }
    s->stdin_used = true;
    return secret_file_read_fd(s->in.stdin_fd, "standard input", secret, detail);
}

void settings_give_file(struct settings *s, const struct setting *row,
                        struct settings_place from, const char *path)
{
    char detail[PRIVATE_FILE_DETAIL_SIZE];
    struct secret_file secret;
    enum err e;

    if (!settings_wants(s, row, from.source) || !claim(s, row, from))
        return;
    e = read_secret(s, path, &secret, detail);
    if (!e)
        add_value(s, row, from, span_of(secret.text, secret.len));
    else if (e == ERR_NOMEM)
        s->nomem = true;
    else
        settings_problem(s, "%s: %s", from.name, detail);
    if (!e)
        secret_file_wipe(&secret);
}

/* --- loading --- */

static void set_default(struct settings *s, const struct setting *row)
{
    struct settings_place from = {SETTINGS_DEFAULT, "the default"};
    size_t problems = bytes_len(&s->problems);

    if (!row->fallback || settings_has(s, row))
        return;
    settings_give(s, row, from, span_text(row->fallback));
    assert(s->nomem || bytes_len(&s->problems) == problems); /* the table is wrong */
}

static void require(struct settings *s, const struct setting *row)
{
    char name[SETTINGS_NAME_SIZE];

    if (!(row->flags & SETTING_REQUIRED) || settings_has(s, row))
        return;
    settings_environment_name(row, "", name);
    if (row->flags & SETTING_POSITIONAL)
        settings_problem(s, "%s is missing", row->value);
    else if (row->flags & SETTING_FLAG_ONLY)
        settings_problem(s, "--%s is missing", row->key);
    else
        settings_problem(s, "--%s%s is missing (or %s, or \"%s\" in the configuration file)",
                         row->key, row->type == SETTING_SECRET ? "-file" : "", name, row->key);
}

enum err settings_load(struct settings *s, const struct settings_input *input)
{
    *s = (struct settings){.in = *input};
    bytes_init(&s->problems, PROBLEMS_MAX);
    s->values = mem_alloc(input->table_len * sizeof *s->values);
    if (!s->values) {
        s->nomem = true;
        return ERR_NOMEM;
    }
    settings_flags_read(s);
    settings_environment_read(s);
    settings_file_read(s);
    for (size_t i = 0; i < input->table_len; i++) {
        const struct setting *row = &input->table[i];
        if (!settings_applies(s, row))
            continue;
        set_default(s, row);
        require(s, row);
    }
    if (!s->nomem && bytes_len(&s->problems) == 0)
        return OK;
    if (bytes_append(&s->problems, "", 1))
        s->nomem = true;
    return s->nomem ? ERR_NOMEM : ERR_USAGE;
}

void settings_fini(struct settings *s)
{
    for (size_t i = 0; s->values && i < s->in.table_len; i++)
        settings_value_fini(&s->values[i]);
    mem_free(s->values);
    bytes_fini(&s->problems);
    *s = (struct settings){0};
}

const char *settings_problems(const struct settings *s)
{
    if (s->nomem)
        return "out of memory\n";
    return (const char *)bytes_peek(&s->problems);
}

/* --- getters --- */

static const struct settings_value *get(const struct settings *s, const char *key,
                                        unsigned types)
{
    const struct setting *row = settings_find(s, span_text(key));

    assert(row && (types & 1u << row->type));
    return value_of(s, row);
}

bool settings_bool(const struct settings *s, const char *key)
{
    return get(s, key, 1u << SETTING_BOOL)->number != 0;
}

int64_t settings_integer(const struct settings *s, const char *key)
{
    return get(s, key, 1u << SETTING_INTEGER)->number;
}

uint64_t settings_duration_ms(const struct settings *s, const char *key)
{
    return (uint64_t)get(s, key, 1u << SETTING_DURATION)->number;
}

uint64_t settings_size(const struct settings *s, const char *key)
{
    return (uint64_t)get(s, key, 1u << SETTING_SIZE)->number;
}

const char *settings_text(const struct settings *s, const char *key)
{
    const struct settings_value *v = get(s, key, 1u << SETTING_TEXT | 1u << SETTING_PATH);

    return v->len > 0 ? v->texts[0] : NULL;
}

const char *const *settings_list(const struct settings *s, const char *key, size_t *len)
{
    const struct settings_value *v = get(s, key, 1u << SETTING_LIST);

    *len = v->len;
    return (const char *const *)v->texts;
}

struct span settings_secret(const struct settings *s, const char *key, size_t index)
{
    const struct settings_value *v = get(s, key, 1u << SETTING_SECRET);

    return index < v->len ? span_text(v->texts[index]) : (struct span){0};
}

bool settings_is_given(const struct settings *s, const char *key)
{
    return get(s, key, ANY_TYPE)->source > SETTINGS_DEFAULT;
}

const char *settings_origin(const struct settings *s, const char *key)
{
    const struct settings_value *v = get(s, key, ANY_TYPE);

    return v->source > SETTINGS_DEFAULT ? v->origin : "the default";
}
