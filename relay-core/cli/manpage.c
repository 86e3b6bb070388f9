#include "cli/manpage.h"

#include "cli/help.h"

#include <string.h>

/* Text that roff prints as it stands: no macros, no escapes, hyphens that can be copied. */
static void put(FILE *out, const char *text)
{
    bool at_start = true;

    for (; *text; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            (void)fputs("\\&", out);
        at_start = *text == '\n';
        if (*text == '\\')
            (void)fputs("\\e", out);
        else if (*text == '-')
            (void)fputs("\\-", out);
        else
            (void)fputc(*text, out);
    }
}

static void put_paragraphs(FILE *out, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        char part[2048];
        size_t len = end ? (size_t)(end - text) : strlen(text);
        (void)snprintf(part, sizeof part, "%.*s", (int)len, text);
        (void)fputs(".PP\n", out);
        put(out, part);
        (void)fputc('\n', out);
        text += len + (end ? 2 : 0);
    }
}

static void put_title(FILE *out, const struct command_program *program)
{
    (void)fputs(".TH \"", out);
    for (const char *c = program->name; *c; c++)
        (void)fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
    (void)fprintf(out, "\" 1 \"\" \"%s %s\" \"User Commands\"\n", program->name,
                  program->version);
}

static void put_option(FILE *out, const struct setting *row)
{
    char name[HELP_NAME_SIZE], notes[HELP_NOTES_SIZE];

    (void)fputs(".TP\n.B ", out);
    put(out, help_option(row, name));
    (void)fputc('\n', out);
    put(out, row->help ? row->help : "");
    if (help_notes(row, notes)[0]) {
        (void)fputs(" (", out);
        put(out, notes);
        (void)fputc(')', out);
    }
    (void)fputc('\n', out);
}

static void put_options(FILE *out, const struct command_program *program,
                        const struct command *command)
{
    for (size_t i = 0; i < program->settings_len; i++) {
        const struct setting *row = &program->settings[i];
        if (row->commands != 0 && help_shows(row, command))
            put_option(out, row);
    }
}

static void put_usage(FILE *out, const struct command_program *program,
                      const struct command *command)
{
    char usage[1024];
    FILE *line = fmemopen(usage, sizeof usage, "w");

    if (!line)
        return;
    help_usage(program, command, line);
    (void)fclose(line);
    (void)fputs(".B ", out);
    put(out, usage);
    (void)fputc('\n', out);
}

static void put_example(FILE *out, const struct command_example *e)
{
    (void)fputs(".PP\n", out);
    put(out, e->what);
    (void)fputs("\n.PP\n.RS 4\n.nf\n", out);
    put(out, e->line);
    (void)fputs("\n.fi\n.RE\n", out);
}

static void put_command(FILE *out, const struct command_program *program,
                        const struct command *command)
{
    (void)fputs(".SS ", out);
    put(out, command->name);
    (void)fputc('\n', out);
    put_usage(out, program, command);
    (void)fputs(".PP\n", out);
    help_sentence(command->summary, out);
    (void)fputc('\n', out);
    put_paragraphs(out, command->details ? command->details : "");
    put_options(out, program, command);
    for (const struct command_example *e = command->examples; e && e->line; e++)
        put_example(out, e);
}

static void put_common(FILE *out, const struct command_program *program)
{
    (void)fputs(".SH COMMON OPTIONS\n", out);
    for (size_t i = 0; i < program->settings_len; i++) {
        const struct setting *row = &program->settings[i];
        if (row->commands == 0 && !(row->flags & SETTING_HIDDEN))
            put_option(out, row);
    }
    (void)fputs(".TP\n.B \\-\\-help\nExplain the command.\n", out);
}

static void put_ending(FILE *out, const struct command_program *program)
{
    const char *name = program->name;
    char files[512], where[HELP_WHERE_SIZE];

    help_where_else(program, &program->commands[0], where);
    (void)fputs(".SH ENVIRONMENT\n", out);
    put_paragraphs(out, where);
    (void)fputs(".SH FILES\n", out);
    (void)snprintf(files, sizeof files,
                   "~/.config/%s/config.json and ~/.local/state/%s/, or where XDG_CONFIG_HOME "
                   "and XDG_STATE_HOME point to.",
                   name, name);
    if (program->is_service)
        (void)snprintf(files, sizeof files,
                       "/etc/%s/config.json, /var/lib/%s/ and /run/%s/ when run by root, or "
                       "where systemd says; else ~/.config/%s/ and ~/.local/state/%s/.",
                       name, name, name, name, name);
    put_paragraphs(out, files);
    (void)fputs(".SH EXIT STATUS\n", out);
    put_paragraphs(out, "0: done. 1: failed. 2: wrong options or settings; nothing was done.");
}

void manpage_print(const struct command_program *program, FILE *out)
{
    put_title(out, program);
    (void)fputs(".SH NAME\n", out);
    put(out, program->name);
    (void)fputs(" \\- ", out);
    put(out, program->summary);
    (void)fputs("\n.SH SYNOPSIS\n.B ", out);
    put(out, program->name);
    (void)fputs("\n.I COMMAND\n[options]\n.SH DESCRIPTION\n", out);
    put_paragraphs(out, program->details ? program->details : program->summary);
    (void)fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < program->commands_len; i++)
        put_command(out, program, &program->commands[i]);
    put_common(out, program);
    put_ending(out, program);
}
