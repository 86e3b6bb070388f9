#ifndef CLI_MANPAGE_H
#define CLI_MANPAGE_H

#include "cli/command.h"

/* The program's man page (section 1, man(7) macros) out of its tables.  The same bytes
 * every time: no date. */
void manpage_print(const struct command_program *program, FILE *out);

#endif
