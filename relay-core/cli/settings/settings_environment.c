#include "cli/settings/settings_impl.h"

#include <stdio.h>
#include <string.h>

void settings_environment_name(const struct setting *row, const char *suffix,
                               char name[static SETTINGS_NAME_SIZE])
{
    (void)snprintf(name, SETTINGS_NAME_SIZE, "HOOKLINE_%s%s", row->key, suffix);
    for (char *c = name; *c; c++) {
        if (*c == '-')
            *c = '_';
        else if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

/* "a, b,c" or, for secrets, one in each line; empty pieces are dropped. */
static void give_pieces(struct settings *s, const struct setting *row,
                        struct settings_place from, const char *text)
{
    char separator = row->type == SETTING_SECRET ? '\n' : ',';
    struct span rest = span_text(text);

    while (rest.len > 0) {
        size_t end = span_find(rest, separator);
        struct span piece = span_trim(span_slice(rest, 0, end));
        if (piece.len > 0)
            settings_give(s, row, from, piece);
        rest = span_slice(rest, end < rest.len ? end + 1 : end, rest.len);
    }
}

static void read_row(struct settings *s, const struct setting *row)
{
    char name[SETTINGS_NAME_SIZE];
    struct settings_place from = {SETTINGS_ENVIRONMENT, name};
    const char *text;

    settings_environment_name(row, "", name);
    text = settings_variable(s, name);
    if (text && settings_value_is_list(row))
        give_pieces(s, row, from, text);
    else if (text)
        settings_give(s, row, from, span_text(text));
    if (row->type != SETTING_SECRET)
        return;
    settings_environment_name(row, "-file", name);
    text = settings_variable(s, name);
    if (text)
        settings_give_file(s, row, from, text);
}

void settings_environment_read(struct settings *s)
{
    for (size_t i = 0; i < s->in.table_len; i++) {
        const struct setting *row = &s->in.table[i];
        if (!(row->flags & (SETTING_FLAG_ONLY | SETTING_POSITIONAL)) &&
            settings_applies(s, row))
            read_row(s, row);
    }
}
