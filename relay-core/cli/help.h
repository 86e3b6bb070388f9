#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

/* Help on a terminal, 80 columns wide, out of the tables of command.h.  Failures to write
 * stay in the stream: ferror(). */
#define HELP_COLUMNS 80u

void help_program(const struct command_program *program, FILE *out);
void help_command(const struct command_program *program, const struct command *command,
                  FILE *out);
/* The commands that begin with this word ("token"): false when there are none. */
bool help_group(const struct command_program *program, struct span word, FILE *out);

/* Parts, for the man page. */
#define HELP_NAME_SIZE 96u
/* "--listen ADDRESS", "--[no-]guard", "--token-file PATH", "NAME..." */
const char *help_option(const struct setting *row, char buf[static HELP_NAME_SIZE]);
/* "hookline token create --tunnel NAME... [options]" */
void help_usage(const struct command_program *program, const struct command *command,
                FILE *out);
/* What the table says beyond the sentence: "one of a|b; required; default: 10s"; "" for
 * nothing. */
#define HELP_NOTES_SIZE 256u
const char *help_notes(const struct setting *row, char buf[static HELP_NOTES_SIZE]);
/* Summaries begin with a small letter, sentences do not.  Prints "Make a token." */
void help_sentence(const char *summary, FILE *out);
/* How to set options for good, with one of this command as the example; "" when it has
 * none. */
#define HELP_WHERE_SIZE 512u
void help_where_else(const struct command_program *program, const struct command *command,
                     char text[static HELP_WHERE_SIZE]);
/* Shown in the help of this command?  Not hidden, not of others. */
bool help_shows(const struct setting *row, const struct command *command);

#endif
