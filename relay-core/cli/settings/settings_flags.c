#include "cli/settings/settings_impl.h"

#include "base/text.h"
#include "cli/settings/suggest.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_SIZE 64u

/* Walks over the arguments. */
struct flags {
    struct settings *s;
    const char *const *args; /* the rest */
    size_t positionals;      /* so many were taken */
};

/* One argument "--name" or "--name=text". */
struct flag {
    struct span name;
    const char *text; /* NULL: no "=" */
};

static const char *shown(struct span s, char buf[static SHOWN_SIZE])
{
    return text_escape(buf, SHOWN_SIZE, s);
}

static struct flag split(const char *arg)
{
    struct span whole = span_text(arg + 2);
    size_t end = span_find(whole, '=');

    return (struct flag){
        .name = span_slice(whole, 0, end),
        .text = end < whole.len ? arg + 2 + end + 1 : NULL,
    };
}

/* The text after "=", or the next argument; NULL and a problem when there is none. */
static const char *take_text(struct flags *f, const struct flag *flag)
{
    char buf[SHOWN_SIZE];

    if (flag->text)
        return flag->text;
    if (*f->args && strncmp(*f->args, "--", 2) != 0)
        return *f->args++;
    settings_problem(f->s, "--%s: needs a value (--%s=VALUE)", shown(flag->name, buf),
                     shown(flag->name, buf));
    return NULL;
}

static struct settings_place place_of(const struct flag *flag, char name[static SHOWN_SIZE])
{
    (void)snprintf(name, SHOWN_SIZE, "--%.*s", (int)flag->name.len, flag->name.ptr);
    return (struct settings_place){SETTINGS_FLAG, name};
}

/* --- kinds of flags --- */

static void read_bool(struct flags *f, const struct setting *row, const struct flag *flag,
                      bool meaning)
{
    char name[SHOWN_SIZE];
    struct settings_place from = place_of(flag, name);

    if (flag->text && !meaning)
        settings_problem(f->s, "%s: takes no value", name);
    else if (flag->text)
        settings_give(f->s, row, from, span_text(flag->text));
    else
        settings_give(f->s, row, from, meaning ? SPAN("true") : SPAN("false"));
}

/* The value is swallowed, so that it is not taken for something else, and never shown. */
static void refuse_secret(struct flags *f, const struct setting *row, const struct flag *flag)
{
    char name[SETTINGS_NAME_SIZE];

    settings_environment_name(row, "", name);
    if (!flag->text && *f->args && strncmp(*f->args, "--", 2) != 0)
        f->args++;
    settings_problem(f->s,
                     "--%s: a secret on the command line can be seen by every user of this "
                     "machine (ps) and stays in the shell's history. Give it as --%s-file PATH "
                     "(- reads standard input), as %s in the environment, or as \"%s\" in the "
                     "configuration file. If this one is real, replace it",
                     row->key, row->key, name, row->key);
}

static void read_value(struct flags *f, const struct setting *row, const struct flag *flag)
{
    char name[SHOWN_SIZE];
    const char *text = take_text(f, flag);

    if (text)
        settings_give(f->s, row, place_of(flag, name), span_text(text));
}

static void read_secret_file(struct flags *f, const struct setting *row,
                             const struct flag *flag)
{
    char name[SHOWN_SIZE];
    const char *path = take_text(f, flag);

    if (path)
        settings_give_file(f->s, row, place_of(flag, name), path);
}

static bool is_flag(const struct setting *row)
{
    return row && !(row->flags & SETTING_POSITIONAL);
}

static const struct setting *find_negated(const struct flags *f, struct span name)
{
    const struct setting *row;

    if (!span_starts(name, SPAN("no-")))
        return NULL;
    row = settings_find(f->s, span_slice(name, 3, name.len));
    return is_flag(row) && row->type == SETTING_BOOL ? row : NULL;
}

/* --- unknown ones --- */

static void refuse_unknown(struct flags *f, const struct flag *flag)
{
    const struct settings *s = f->s;
    struct suggest near;
    char buf[SHOWN_SIZE];

    if (is_flag(settings_find_anywhere(s, flag->name))) {
        settings_problem(f->s, "--%s: is an option of other commands, not of this one",
                         shown(flag->name, buf));
        return;
    }
    suggest_init(&near, flag->name);
    for (size_t i = 0; i < s->in.table_len; i++)
        if (is_flag(&s->in.table[i]) && settings_applies(s, &s->in.table[i]))
            suggest_offer(&near, s->in.table[i].key);
    settings_problem(f->s, "--%s: there is no such option%s%s%s", shown(flag->name, buf),
                     near.best ? "; did you mean --" : "", near.best ? near.best : "",
                     near.best ? "?" : "");
}

static void read_flag(struct flags *f, const char *arg)
{
    struct flag flag = split(arg);
    const struct setting *row = settings_find(f->s, flag.name);

    if (is_flag(row)) {
        if (row->type == SETTING_BOOL)
            read_bool(f, row, &flag, true);
        else if (row->type == SETTING_SECRET)
            refuse_secret(f, row, &flag);
        else
            read_value(f, row, &flag);
        return;
    }
    row = settings_find_secret_file(f->s, flag.name);
    if (row) {
        read_secret_file(f, row, &flag);
        return;
    }
    row = find_negated(f, flag.name);
    if (row)
        read_bool(f, row, &flag, false);
    else
        refuse_unknown(f, &flag);
}

/* --- the others --- */

/* The row for the next argument that is no flag: the last list takes all that come. */
static const struct setting *next_positional(const struct flags *f)
{
    const struct settings *s = f->s;
    size_t place = 0;

    for (size_t i = 0; i < s->in.table_len; i++) {
        const struct setting *row = &s->in.table[i];
        if (!(row->flags & SETTING_POSITIONAL) || !settings_applies(s, row))
            continue;
        if (place++ == f->positionals || row->type == SETTING_LIST)
            return row;
    }
    return NULL;
}

static bool takes_dash(const struct flags *f)
{
    const struct setting *row = next_positional(f);

    return row && (row->flags & SETTING_DASHED);
}

static void read_positional(struct flags *f, const char *arg)
{
    const struct setting *row = next_positional(f);
    char buf[SHOWN_SIZE];

    f->positionals++;
    if (row)
        settings_give(f->s, row, (struct settings_place){SETTINGS_FLAG, row->value},
                      span_text(arg));
    else
        settings_problem(f->s, "\"%s\": there is no place for this argument",
                         shown(span_text(arg), buf));
}

static bool is_short_flag(const char *arg)
{
    return arg[0] == '-' && arg[1] != '\0' && !(arg[1] >= '0' && arg[1] <= '9');
}

static void read_argument(struct flags *f, const char *arg, bool may_be_flag)
{
    char buf[SHOWN_SIZE];

    if (may_be_flag && strncmp(arg, "--", 2) == 0)
        read_flag(f, arg);
    else if (may_be_flag && is_short_flag(arg) && !takes_dash(f))
        settings_problem(f->s, "%s: there are no short options but -h",
                         shown(span_text(arg), buf));
    else
        read_positional(f, arg);
}

void settings_flags_read(struct settings *s)
{
    struct flags f = {.s = s, .args = s->in.args};
    bool may_be_flag = true;

    for (size_t count = 0; f.args && *f.args; count++) {
        const char *arg = *f.args++;
        if (count >= SETTINGS_ARGS_MAX) {
            settings_problem(s, "more than %u arguments", SETTINGS_ARGS_MAX);
            return;
        }
        if (may_be_flag && strcmp(arg, "--") == 0)
            may_be_flag = false;
        else
            read_argument(&f, arg, may_be_flag);
    }
}
