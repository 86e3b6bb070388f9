#include "cli/help.h"

#include "base/text.h"
#include "cli/settings/settings_impl.h"
#include "cli/settings/settings_number.h"
#include "cli/settings/settings_value.h"

#include <stdarg.h>
#include <string.h>

#define INDENT        2u
#define OPTION_COLUMN 28u

/* --- lines of at most 80 columns --- */

static void pad(FILE *out, size_t from, size_t to)
{
    for (; from < to; from++)
        (void)fputc(' ', out);
}

/* Text being laid out: where the next word goes. */
struct layout {
    FILE *out;
    size_t at, indent;
    bool at_start; /* of a line: no space before the word */
};

static void new_line(struct layout *l, const char *ends)
{
    (void)fputs(ends, l->out);
    pad(l->out, 0, l->indent);
    l->at = l->indent;
    l->at_start = true;
}

static void put_word(struct layout *l, struct span word)
{
    size_t columns = text_columns(word);

    if (!l->at_start && l->at + 1 + columns > HELP_COLUMNS)
        new_line(l, "\n");
    (void)fprintf(l->out, "%s%.*s", l->at_start ? "" : " ", (int)word.len, word.ptr);
    l->at += columns + !l->at_start;
    l->at_start = false;
}

/* Prints `text` from column `at` on, later lines from `indent` on; ends the line.  Line
 * ends in it separate paragraphs. */
static void wrap(FILE *out, size_t at, size_t indent, const char *text)
{
    struct layout l = {.out = out, .at = at, .indent = indent, .at_start = true};

    while (*text) {
        size_t len = strcspn(text, " \n");
        size_t gap = strspn(text + len, " \n");
        if (len > 0)
            put_word(&l, span_of(text, len));
        if (text[len + gap] && memchr(text + len, '\n', gap))
            new_line(&l, "\n\n");
        text += len + gap;
    }
    (void)fputc('\n', out);
}

static void list_entry(FILE *out, const char *left, size_t column, const char *right)
{
    size_t at = INDENT + text_columns(span_text(left));

    pad(out, 0, INDENT);
    (void)fputs(left, out);
    if (at + 2 > column) {
        (void)fputc('\n', out);
        at = 0;
    }
    pad(out, at, column);
    wrap(out, column, column, right);
}

/* --- what the table says --- */

bool help_shows(const struct setting *row, const struct command *command)
{
    return !(row->flags & SETTING_HIDDEN) &&
           (row->commands == 0 || (row->commands & command->bit));
}

static const char *value_name(const struct setting *row)
{
    switch (row->type) {
    case SETTING_BOOL:
        return "";
    case SETTING_INTEGER:
        return row->value ? row->value : "NUMBER";
    case SETTING_DURATION:
        return row->value ? row->value : "TIME";
    case SETTING_SIZE:
        return row->value ? row->value : "SIZE";
    case SETTING_TEXT:
    case SETTING_LIST:
        return row->value ? row->value : "TEXT";
    case SETTING_PATH:
    case SETTING_SECRET:
        return row->value ? row->value : "PATH";
    }
    return "";
}

const char *help_option(const struct setting *row, char buf[static HELP_NAME_SIZE])
{
    const char *more = settings_value_is_list(row) ? "..." : "";
    bool is_on = row->fallback && strcmp(row->fallback, "true") == 0;

    if (row->flags & SETTING_POSITIONAL)
        (void)snprintf(buf, HELP_NAME_SIZE, "%s%s", value_name(row), more);
    else if (row->type == SETTING_BOOL)
        (void)snprintf(buf, HELP_NAME_SIZE, "--%s%s", is_on ? "[no-]" : "", row->key);
    else
        (void)snprintf(buf, HELP_NAME_SIZE, "--%s%s %s%s", row->key,
                       row->type == SETTING_SECRET ? "-file" : "", value_name(row), more);
    return buf;
}

__attribute__((format(printf, 2, 3))) static void note(char buf[static HELP_NOTES_SIZE],
                                                       const char *format, ...)
{
    size_t len = strlen(buf);
    va_list args;

    len += (size_t)snprintf(buf + len, HELP_NOTES_SIZE - len, "%s", len ? "; " : "");
    va_start(args, format);
    if (len < HELP_NOTES_SIZE)
        (void)vsnprintf(buf + len, HELP_NOTES_SIZE - len, format, args);
    va_end(args);
}

static void note_bounds(const struct setting *row, char buf[static HELP_NOTES_SIZE])
{
    bool is_number = row->type == SETTING_INTEGER || row->type == SETTING_DURATION ||
                     row->type == SETTING_SIZE;
    char least[32], most[32];

    if (is_number && (row->min != 0 || row->max != 0))
        note(buf, "%s to %s", settings_number_format(row->type, row->min, least, sizeof least),
             settings_number_format(row->type, row->max, most, sizeof most));
}

static void note_choices(const struct setting *row, char buf[static HELP_NOTES_SIZE])
{
    struct span rest = span_text(row->choices);
    bool first = true;

    while (rest.len > 0) {
        size_t end = span_find(rest, '|');
        size_t len = strlen(buf);
        if (first)
            note(buf, "%.*s", (int)end, rest.ptr);
        else
            (void)snprintf(buf + len, HELP_NOTES_SIZE - len, "%s%.*s",
                           end == rest.len ? " or " : ", ", (int)end, rest.ptr);
        first = false;
        rest = span_slice(rest, end < rest.len ? end + 1 : end, rest.len);
    }
}

const char *help_notes(const struct setting *row, char buf[static HELP_NOTES_SIZE])
{
    buf[0] = '\0';
    note_choices(row, buf);
    note_bounds(row, buf);
    if (row->type == SETTING_SECRET)
        note(buf, "- reads standard input");
    if (settings_value_is_list(row))
        note(buf, "may be repeated");
    if (row->flags & SETTING_REQUIRED)
        note(buf, "required");
    if (row->fallback && row->type != SETTING_BOOL)
        note(buf, "default: %s", row->fallback);
    return buf;
}

/* --- options --- */

static void print_option(const struct setting *row, FILE *out)
{
    char name[HELP_NAME_SIZE], notes[HELP_NOTES_SIZE], text[1024];

    (void)help_notes(row, notes);
    (void)snprintf(text, sizeof text, "%s%s%s%s", row->help ? row->help : "",
                   notes[0] ? " (" : "", notes, notes[0] ? ")" : "");
    list_entry(out, help_option(row, name), OPTION_COLUMN, text);
}

static bool is_common(const struct setting *row)
{
    return row->commands == 0;
}

static void print_options(const struct command_program *program, const struct command *command,
                          bool common, FILE *out)
{
    const char *title = common ? "\nCommon options:\n" : "\nOptions:\n";

    for (size_t i = 0; i < program->settings_len; i++) {
        const struct setting *row = &program->settings[i];
        if (!help_shows(row, command) || is_common(row) != common)
            continue;
        (void)fputs(title, out);
        title = "";
        print_option(row, out);
    }
    if (!common)
        return;
    (void)fputs(title, out);
    list_entry(out, "--help", OPTION_COLUMN, "Explain the command.");
}

/* The first option that is not for one command line only, as an example. */
static const struct setting *lasting_option(const struct command_program *program,
                                            const struct command *command)
{
    for (size_t i = 0; i < program->settings_len; i++) {
        const struct setting *row = &program->settings[i];
        if (help_shows(row, command) && row->type != SETTING_SECRET &&
            !(row->flags & (SETTING_FLAG_ONLY | SETTING_POSITIONAL)))
            return row;
    }
    return NULL;
}

void help_where_else(const struct command_program *program, const struct command *command,
                     char text[static HELP_WHERE_SIZE])
{
    const struct setting *row = lasting_option(program, command);
    char name[SETTINGS_NAME_SIZE];

    text[0] = '\0';
    if (!row)
        return;
    settings_environment_name(row, "", name);
    (void)snprintf(
        text, HELP_WHERE_SIZE,
        "Lasting options such as --%s can also be set in the environment (%s) and in "
        "the configuration file (\"%s\"). An option wins over the environment, and "
        "that over the file.",
        row->key, name, row->key);
}

/* --- pages --- */

void help_usage(const struct command_program *program, const struct command *command, FILE *out)
{
    char name[HELP_NAME_SIZE];

    (void)fprintf(out, "%s %s", program->name, command->name);
    for (size_t i = 0; i < program->settings_len; i++) {
        const struct setting *row = &program->settings[i];
        bool required = row->flags & SETTING_REQUIRED;
        if (!help_shows(row, command) || !(required || (row->flags & SETTING_POSITIONAL)))
            continue;
        (void)fprintf(out, required ? " %s" : " [%s]", help_option(row, name));
    }
    (void)fputs(" [options]", out);
}

void help_sentence(const char *summary, FILE *out)
{
    char first = summary[0];

    if (first >= 'a' && first <= 'z')
        first = (char)(first - 'a' + 'A');
    (void)fprintf(out, "%c%s.", first, summary + 1);
}

void help_command(const struct command_program *program, const struct command *command,
                  FILE *out)
{
    char where[HELP_WHERE_SIZE];

    (void)fputs("Usage: ", out);
    help_usage(program, command, out);
    (void)fputs("\n\n", out);
    help_sentence(command->summary, out);
    (void)fputc('\n', out);
    if (command->details) {
        (void)fputc('\n', out);
        wrap(out, 0, 0, command->details);
    }
    print_options(program, command, false, out);
    print_options(program, command, true, out);
    help_where_else(program, command, where);
    if (where[0]) {
        (void)fputc('\n', out);
        wrap(out, 0, 0, where);
    }
    for (const struct command_example *e = command->examples; e && e->line; e++) {
        (void)fprintf(out, "%s  %s\n", e == command->examples ? "\nExamples:\n" : "", e->line);
        pad(out, 0, 3 * INDENT);
        wrap(out, 3 * INDENT, 3 * INDENT, e->what);
    }
}

/* Room for the longest name. */
static size_t names_column(const struct command_program *program)
{
    size_t most = 0;

    for (size_t i = 0; i < program->commands_len; i++)
        if (strlen(program->commands[i].name) > most)
            most = strlen(program->commands[i].name);
    return INDENT + most + 3;
}

void help_program(const struct command_program *program, FILE *out)
{
    (void)fprintf(out, "%s %s: %s\n\nUsage: %s COMMAND [options]\n\nCommands:\n", program->name,
                  program->version, program->summary, program->name);
    for (size_t i = 0; i < program->commands_len; i++)
        list_entry(out, program->commands[i].name, names_column(program),
                   program->commands[i].summary);
    if (program->details) {
        (void)fputc('\n', out);
        wrap(out, 0, 0, program->details);
    }
    (void)fprintf(out, "\n\"%s COMMAND --help\" explains a command, with examples.\n",
                  program->name);
}

static bool is_in_group(const struct command *command, struct span word)
{
    struct span name = span_text(command->name);

    return name.len > word.len && span_starts(name, word) && name.ptr[word.len] == ' ';
}

bool help_group(const struct command_program *program, struct span word, FILE *out)
{
    bool found = false;

    for (size_t i = 0; i < program->commands_len; i++) {
        const struct command *command = &program->commands[i];
        if (!is_in_group(command, word))
            continue;
        if (!found)
            (void)fprintf(out, "Usage: %s %.*s COMMAND [options]\n\nCommands:\n", program->name,
                          (int)word.len, word.ptr);
        found = true;
        list_entry(out, command->name, names_column(program), command->summary);
    }
    return found;
}
